"""What a viewer sees: the right part of the picture, upright, in shape and in the right colours."""

from __future__ import annotations

from fractions import Fraction

import masters
import numpy as np
import pytest
import readings
from masters import BRAND

from variantgen.media.probe import probe

pytestmark = pytest.mark.media

NAMED = {"red": (224, 16, 16), "green": (16, 200, 16), "blue": (16, 16, 224), "white": (235, 235, 235)}


def corner_names(picture: np.ndarray) -> list[str]:
    """The nearest named colour in the four corners, row by row."""
    height, width = picture.shape[:2]
    y, x = height // 10, width // 10
    found = (picture[r, c] for r in (y, height - 1 - y) for c in (x, width - 1 - x))
    return [min(NAMED, key=lambda name: np.abs(NAMED[name] - colour).sum()) for colour in found]


def disc_shape(picture: np.ndarray) -> float:
    """How many times wider than high the white disc in the middle is."""
    height, width = picture.shape[:2]
    middle = picture[height // 4 : height - height // 4, width // 4 : width - width // 4].min(axis=2) > 165
    return float(middle.any(axis=0).sum() / middle.any(axis=1).sum())


def seen(studio, master, **values) -> np.ndarray:
    """The middle picture of a master at a placement; keywords `focus` and `fit` are wishes."""
    wishes = {name: values.pop(name) for name in ("focus", "fit") if name in values}
    made = studio.render(master, studio.placement(**values), **wishes)
    checks = {check.name: check.ok for check in made.result.checks}
    assert checks["size"] and checks["pixel_aspect"] and checks["colour"]
    return readings.middle_picture(made.file, studio.ffmpeg)


# ---------------------------------------------------------------- what part of the picture


@pytest.mark.parametrize(("focus", "left"), [((0.5, 0.5), 110), ((0.0, 0.5), 0), ((1.0, 0.9), 220), ((0.3, 0.1), 46)])
def test_a_crop_looks_where_it_was_told(shelf, studio, focus, left):
    """A 5:9 window of a 16:9 master begins at the column that the focus asks for."""
    master = masters.still(shelf, "slope", masters.slope(320, 180))
    picture = seen(studio, master, canvas__width=100, canvas__height=180, focus=focus)
    columns = picture.mean(axis=(0, 2))
    assert (columns[0] - 40) * 320 / 170 == pytest.approx(left, abs=3)
    assert (columns[-1] - 40) * 320 / 170 == pytest.approx(left + 99, abs=3)


def test_a_wide_canvas_keeps_the_height_that_the_focus_asks_for(shelf, studio):
    """On a canvas wider than the master the window moves up and down."""
    turned = np.ascontiguousarray(masters.slope(180, 320).transpose(1, 0, 2))
    master = masters.still(shelf, "slope-down", turned)
    rows = seen(studio, master, canvas__width=320, canvas__height=90, focus=(0.5, 1.0)).mean(axis=(1, 2))
    assert (rows[0] - 40) * 180 / 170 == pytest.approx(90, abs=3)


@pytest.mark.parametrize("fit", ["pad", "blur"])
def test_the_whole_picture_is_kept_in_shape(shelf, studio, fit):
    """Blur and pad show all four corners and a round disc, in the middle of the canvas."""
    master = masters.still(shelf, "corners", masters.corners(320, 180))
    picture = seen(studio, master, canvas__width=160, canvas__height=284, fit=fit)
    inside = picture[(284 - 90) // 2 : (284 + 90) // 2]
    assert corner_names(inside) == ["red", "green", "blue", "white"]
    assert disc_shape(inside) == pytest.approx(1, abs=0.06)
    outside = np.concatenate([picture[:90], picture[-90:]])
    if fit == "pad":
        assert outside.max() < 6
    else:
        assert 20 < outside.mean() < 140
        assert np.abs(np.diff(outside.mean(axis=2), axis=1)).max() < 12, "blurred, so without edges"


# ---------------------------------------------------------------- upright and in shape


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_recording_comes_out_upright(shelf, studio, bundled, degrees):
    """A film whose header says to turn it is turned, and is cropped by its turned size."""
    upright = masters.corners(180, 320)
    # the header tells how far to turn counter-clockwise: the coded picture lies turned the other way
    coded = np.ascontiguousarray(np.rot90(upright, -degrees // 90))
    lying = masters.still(shelf, f"lying{degrees}", coded)
    master = masters.remade(
        lying, shelf / f"turned{degrees}.mp4", "-c", "copy", before=("-display_rotation", str(degrees))
    )
    assert (probe(master).width, probe(master).height) == (180, 320)
    picture = seen(studio, master, canvas__width=90, canvas__height=160)
    assert corner_names(picture) == ["red", "green", "blue", "white"]
    assert disc_shape(picture) == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize(("width", "aspect"), [(240, "16/9"), (180, "1.0"), (360, "4/3")])
def test_pixels_become_square(shelf, studio, width, aspect):
    """Films whose pixels are wide or narrow come out in shape."""
    shape = Fraction(aspect.split(".")[0]) if "/" in aspect else Fraction(1)
    stretch = shape * 180 / width
    master = masters.still(
        shelf, f"wide{width}", masters.corners(width, 180, stretch=float(stretch)), extra=("-aspect", str(float(shape)))
    )
    held = probe(master)
    assert held.pixel_aspect == stretch and abs(held.width - 180 * shape) <= 1
    across = 2 * round(90 * shape / 2)
    picture = seen(studio, master, canvas__width=across, canvas__height=90)
    square = seen(studio, master, canvas__width=90, canvas__height=90)
    assert corner_names(picture) == ["red", "green", "blue", "white"]
    assert disc_shape(picture) == pytest.approx(1, abs=0.06)
    assert disc_shape(square) == pytest.approx(1, abs=0.06)


def test_odd_sizes_are_taken(shelf, studio):
    """A master of 321x181 pixels is cropped and padded to even canvases, in shape."""
    master = masters.still(shelf, "odd", masters.corners(321, 181), is_444=True)
    assert (probe(master).width, probe(master).height) == (321, 181)
    whole = seen(studio, master, canvas__width=160, canvas__height=90)
    padded = seen(studio, master, canvas__width=160, canvas__height=160, fit="pad")
    for picture in (whole, padded[35:125]):
        assert corner_names(picture) == ["red", "green", "blue", "white"]
        assert disc_shape(picture) == pytest.approx(1, abs=0.06)


def test_interlaced_fields_leave_no_combs(shelf, studio, bundled):
    """A bar that moves between the two fields of a frame comes out without torn rows."""

    def woven(number: int) -> bytes:
        rgb = np.full((144, 180, 3), 40, np.uint8)
        for field in (0, 1):
            x = (number * 2 + field) * 6 % 140
            rgb[field::2, x : x + 24] = 220
        # 4:2:0 of interlaced film keeps the two fields' chroma apart; grey has none
        return masters.planes(rgb)

    options = (
        *masters.X264,
        "-flags",
        "+ildct+ilme",
        "-x264-params",
        "tff=1",
        "-pix_fmt",
        "yuv420p",
        *masters.TAGS_709,
    )
    master = masters.encode(
        shelf / "interlaced.mp4", (woven(n) for n in range(25)), (180, 144), Fraction(25),
        pixel_format="yuv420p", options=options,
    )  # fmt: skip
    assert probe(master).is_interlaced
    made = studio.render(master, studio.placement(canvas__width=180, canvas__height=144))

    def torn(luma: np.ndarray) -> float:
        rows = luma.astype(float)
        return float(np.abs(rows[1:-1] - (rows[:-2] + rows[2:]) / 2).mean())

    combs_before = np.mean([torn(luma) for luma, _, _ in readings.pictures(master, bundled)])
    frames = [luma for luma, _, _ in readings.pictures(made.file, bundled)]
    assert len(frames) == 25
    assert combs_before > 4
    assert np.mean([torn(luma) for luma in frames[3:-3]]) < combs_before / 5


# ---------------------------------------------------------------- colours


def test_what_is_see_through_becomes_black(shelf, studio):
    """Colour hidden under full transparency never shows; half of it is half as light."""
    rgba = np.zeros((90, 160, 4), np.uint8)
    rgba[..., :3] = BRAND
    rgba[:, 53:106] = (235, 235, 235, 255)
    rgba[:, 106:, 3] = 128
    master = masters.encode(
        shelf / "alpha.mov", [rgba.tobytes()] * 12, (160, 90), Fraction(25),
        pixel_format="rgba", options=("-c:v", "png", "-pix_fmt", "rgba"),
    )  # fmt: skip
    assert probe(master).has_alpha
    picture = seen(studio, master)
    assert picture[45, 20].max() < 5
    assert picture[45, 80] == pytest.approx([235] * 3, abs=4)
    assert picture[45, 140] == pytest.approx([112, 8, 8], abs=5)


def test_full_range_becomes_studio_range(shelf, studio, bundled):
    """A phone's 0 to 255 comes out as 16 to 235, and tagged so."""
    rgb = np.zeros((90, 160, 3), np.uint8)
    rgb[:, 80:] = 255
    master = masters.still(shelf, "full", rgb, is_full=True, tagged=masters.tags("bt709", "bt709", "bt709", "pc"))
    assert probe(master).colour.range == "pc"
    made = studio.render(master, studio.placement(video__quality=4))
    luma = list(readings.pictures(made.file, bundled))[6][0]
    assert luma[45, 20] == pytest.approx(16, abs=1) and luma[45, 140] == pytest.approx(235, abs=1)


@pytest.mark.parametrize("fit", ["crop", "blur"])
@pytest.mark.parametrize(
    ("name", "matrix", "tagged"),
    [
        ("hd", "bt709", masters.TAGS_709),
        ("sd", "bt601", masters.tags("smpte170m", "smpte170m", "smpte170m")),
        ("sd-untagged", "bt601", ()),
    ],
)
def test_a_brand_colour_keeps_its_value(shelf, either_studio, name, matrix, tagged, fit):
    """(224, 16, 16) is shown as that, from HD and SD masters, tagged or not, by every fit."""
    rgb = np.full((180, 320, 3), BRAND, np.uint8)
    master = masters.still(shelf, f"brand-{name}", rgb, matrix=matrix, tagged=tagged, frames=6)
    picture = seen(either_studio, master, canvas__width=160, canvas__height=160, video__quality=8, fit=fit)
    assert picture[80, 80] == pytest.approx(BRAND, abs=4)


@pytest.mark.parametrize("fit", ["crop", "blur"])
def test_pq_greys_have_their_places(shelf, either_studio, fit):
    """0 to 1000 nit of HDR10 come out at the levels of the reference curve, within 3."""
    nits = (0, 10, 50, 100, 203, 400, 1000)
    master = masters.grey_patches(shelf, "pq", [masters.pq_code(n) for n in nits], "smpte2084")
    assert probe(master).dynamic_range == "pq"
    luma = _patches(either_studio, master, len(nits), fit)
    assert luma == pytest.approx([16, 73, 122, 151, 182, 208, 235], abs=3)


def test_hlg_greys_are_in_order(shelf, either_studio):
    """HLG from black over its reference white (75 %) to its peak: rising, white well lit and not clipped."""
    master = masters.grey_patches(shelf, "hlg", [0, 0.25, 0.5, 0.75, 1.0], "arib-std-b67")
    assert probe(master).dynamic_range == "hlg"
    black, dark, middle, white, peak = _patches(either_studio, master, 5, "crop")
    assert black == pytest.approx(16, abs=2)
    assert black + 15 < dark < middle - 15 < white - 30
    assert 165 < white < 225 and white + 8 < peak <= 238


def _patches(studio, master, count: int, fit: str) -> list[float]:
    """Luma in the middle of every grey column."""
    width = count * 32
    tall = 64 if fit == "crop" else 128
    made = studio.render(master, studio.placement(canvas__width=width, canvas__height=tall, video__quality=6), fit=fit)
    luma, blue, red = list(readings.pictures(made.file, studio.ffmpeg))[3]
    assert np.abs(blue[tall // 4].astype(int) - 128).max() <= 2 and np.abs(red[tall // 4].astype(int) - 128).max() <= 2
    return [float(luma[tall // 2, 32 * n + 16]) for n in range(count)]


# ---------------------------------------------------------------- captions


def test_a_caption_is_on_its_frames_inside_its_box(shelf, either_studio, ffmpeg, tmp_path):
    """Over all part borders, a caption is seen from its first frame to its last and stays in its margins."""
    grey = np.full((180, 320, 3), 60, np.uint8)
    master = masters.still(shelf, "grey", grey, frames=300)
    captions = tmp_path / "words.srt"
    # frames of 40 ms: 10-49, 100-139 and 240-289 of 300
    times = (("00:00:00,400", "00:00:02,000"), ("00:00:04,000", "00:00:05,600"), ("00:00:09,600", "00:00:11,600"))
    captions.write_text("".join(f"{n}\n{a} --> {b}\nWords number {n}\n\n" for n, (a, b) in enumerate(times)), "utf-8")
    margins = {"top": 100, "right": 20, "bottom": 24, "left": 30}
    placement = either_studio.placement(
        canvas__width=320, canvas__height=180, video__quality=10, captions__mode="burn", captions__font_size_px=18,
        captions__look__outline=0.055, captions__look__shadow=0,
        **{f"captions__margins__{k}": v for k, v in margins.items()},
    )  # fmt: skip
    made = either_studio.render(master, placement, captions=captions)
    plain = 16 + 60 * 219 / 255
    ink = [np.abs(luma - plain) > 40 for luma, _, _ in readings.pictures(made.file, ffmpeg)]
    assert made.report.parts["encoded"] > 1
    assert [n for n, frame in enumerate(ink) if frame.any()] == [*range(10, 50), *range(100, 140), *range(240, 290)]
    rows, columns = (np.flatnonzero(np.any(ink, axis=(0, axis))) for axis in (2, 1))
    assert rows[0] >= 100 and rows[-1] < 180 - 24 and columns[0] >= 30 and columns[-1] < 320 - 20
