"""Overlays laid over real frames: only their box changes, only in their frames, exactly and once."""

from __future__ import annotations

import threading
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import masters
import numpy as np
import pytest
from PIL import Image
from readings import numbers, pictures

from variantgen.brand_file import picture_of
from variantgen.brand_wishes import shelve
from variantgen.build.brand_shelf import NOTHING_SHELVED
from variantgen.build.encode import Bench, encode_group
from variantgen.build.overlays import laid_pictures, overlay_size
from variantgen.media.ffmpeg import Children, find_ffmpeg
from variantgen.media.probe import probe
from variantgen.model import BRAND, Brand, Encode, Logo, Overlay, Part, Watermark
from variantgen.plan.parts import with_key
from variantgen.store import Store

pytestmark = pytest.mark.media

RATE = Fraction(30)
SIZE = (320, 180)
FRAMES = 45


@pytest.fixture(scope="session")
def film(shelf: Path) -> Path:
    """A film of numbered frames with burned-in nothing: what differs from it was laid over it."""
    return masters.stamped(shelf, FRAMES, RATE, size=SIZE)


@pytest.fixture
def bench(tmp_path: Path, ffmpeg: Path) -> Bench:
    """A bench with each FFmpeg in turn."""
    folder = tmp_path / "store" / "work"
    folder.mkdir(parents=True)
    return Bench(find_ffmpeg(str(ffmpeg)), Store(tmp_path / "store"), folder, Children(), threading.Lock())


def logo_file(folder: Path) -> Path:
    """A logo with a clear margin around it."""
    picture = Image.new("RGBA", (200, 120))
    picture.paste((255, 60, 60, 255), (40, 30, 160, 90))
    folder.mkdir(parents=True, exist_ok=True)
    picture.save(folder / "logo.png")
    return folder / "logo.png"


def placed(template: str, text: str, span: tuple[int, int], brand: Brand = BRAND, **values) -> Overlay:
    """An overlay at an even place of the small canvas."""
    bare = Overlay(template, text, *span, 24, 20, 0, 0, (260, 140), brand, **values)
    width, height = overlay_size(bare, *SIZE)
    return replace(bare, width=width, height=height)


def planes_of(bench: Bench, film: Path, overlays: tuple[Overlay, ...], codec: str = "lossless") -> list[np.ndarray]:
    """The frames of the film as a part with overlays, as luma and both chromas."""
    master = probe(film)
    encode = Encode(codec, 0, "ultrafast", "high444", 30)  # type: ignore[arg-type]
    part = Part(
        "", "master", master.fingerprint, 0, FRAMES, RATE, *SIZE, "crop", ((0, 0, 0, *SIZE),), encode, overlays=overlays
    )
    part = with_key(part, bench.tool.identity)
    encode_group(bench, {master.fingerprint: master}, (part,))
    made = bench.store.find("parts", part.key)
    assert made is not None
    with av.open(str(made)) as file:
        return [frame.to_ndarray().reshape(3, SIZE[1], SIZE[0]) for frame in file.decode(video=0)]


@pytest.mark.parametrize(
    ("template", "text"), [("headline", "Two lines\nof words"), ("lower-third", "Name\nRole"), ("call-to-action", "Go")]
)
def test_only_its_box_changes_and_only_in_its_frames(bench: Bench, film: Path, template: str, text: str) -> None:
    """Against the same part without it nothing differs outside the overlay's box, nor before or after its span."""
    overlay = placed(template, text, (10, 34))
    plain, laid = planes_of(bench, film, ()), planes_of(bench, film, (overlay,))
    assert len(plain) == len(laid) == FRAMES
    left, top, right, bottom = overlay.x, overlay.y, overlay.x + overlay.width, overlay.y + overlay.height
    for number, (one, other) in enumerate(zip(plain, laid, strict=True)):
        changed = (one != other).any(axis=0)
        if not 10 <= number < 34:
            assert not changed.any(), f"frame {number}"
            continue
        box = changed[top:bottom, left:right]
        assert changed.sum() == box.sum(), f"frame {number} has changed outside the box"
        if number >= 11:
            assert box.any(), f"frame {number}"
    shown = [int((a != b).any(axis=0).sum()) for a, b in zip(plain, laid, strict=True)]
    assert shown[25] > 0.9 * max(shown) and shown[25] == shown[27], "it stands still in the middle of its span"


def test_a_logo_and_a_watermark_stand_still_over_everything(bench: Bench, film: Path, tmp_path: Path) -> None:
    """Both are there from the first frame to the last, the same in each, and cut to the logo's ink."""
    picture, file = picture_of(logo_file(tmp_path / "brand"), "--logo")
    assert (picture.width, picture.height) == (120, 60), "clear margins are cut off"
    shelve((file,), bench.store, bench.folder)
    brand = replace(BRAND, logo=Logo(picture), watermark=Watermark("PREVIEW"))
    overlays = (
        placed("logo", "", (0, FRAMES), brand),
        replace(placed("watermark", "PREVIEW", (0, FRAMES), brand), y=120),
    )
    still = replace(overlays[0], template="logo")
    plain, laid = planes_of(bench, film, ()), planes_of(bench, film, (still, overlays[1]))
    corner = (
        slice(None),
        slice(still.y + 4, still.y + still.height - 4),
        slice(still.x + 4, still.x + still.width - 4),
    )
    inks = {frame[corner].tobytes() for frame in laid}
    assert len(inks) == 1, "an opaque logo hides what is under it, frame after frame"
    assert all((one != other).any(axis=0)[120:].any() for one, other in zip(plain, laid, strict=True))


@pytest.mark.parametrize("rate", [24, 30, 60])
def test_an_entrance_takes_few_pictures(rate: int) -> None:
    """Of an overlay of ten seconds most frames are one picture, whatever the rate."""
    overlay = placed("headline", "Hello there", (0, 10 * rate))
    part = Part(
        "k", "master", "f", 0, 10 * rate, Fraction(rate), *SIZE, "crop", (), Encode("h264", 20, "fast", "high", 30),
        overlays=(overlay,),
    )  # fmt: skip
    made = list(laid_pictures(part, NOTHING_SHELVED))
    assert len(made) <= 25
    assert max(one.end_frame - one.start_frame for one in made) > 8.9 * rate
    assert [one.start_frame for one in made[1:]] == [one.end_frame for one in made[:-1]], "no frame is left out"
    assert {one.png for one in made} == {one.png for one in laid_pictures(part, NOTHING_SHELVED)}


def test_a_cut_overlay_goes_on_where_it_was() -> None:
    """Parts that an overlay is cut into show, one after the other, what it shows in one piece."""
    from variantgen.plan.overlays import part_overlays

    overlay = placed("lower-third", "Name\nRole", (6, 40))
    encode = Encode("h264", 20, "fast", "high", 30)

    def shown(start: int, end: int) -> dict[int, bytes]:
        cut = part_overlays((overlay,), start, end, RATE)
        part = Part("k", "master", "f", 0, end - start, RATE, *SIZE, "crop", (), encode, overlays=cut)
        pictures = laid_pictures(part, NOTHING_SHELVED)
        return {start + n: one.png for one in pictures for n in range(one.start_frame, one.end_frame)}

    whole = shown(0, FRAMES)
    assert {**shown(0, 11), **shown(11, 25), **shown(25, 38), **shown(38, FRAMES)} == whole
    assert part_overlays((overlay,), 22, 24, RATE) == part_overlays((overlay,), 23, 25, RATE), "at rest it is shared"


def test_a_render_with_overlays_is_exact_and_cached(either_studio, film: Path, nobody_in_sight: None) -> None:
    """All frames are there in order; a second run encodes nothing; another headline encodes only its own parts."""
    wishes = {
        "overlays": (("headline", "One"), ("call-to-action", "Shop")),
        "title": "Hello",
        "watermark": "PREVIEW",
        "logo": logo_file(either_studio.folder / "brand"),
    }
    where = either_studio.placement(canvas__width=320, canvas__height=180)
    made = either_studio.render(film, where, **wishes)
    assert len(list(pictures(made.file, either_studio.ffmpeg))) == FRAMES + 60
    again = either_studio.render(film, where, out="again", **wishes)
    assert again.file.exists() and again.report.parts["encoded"] == 0
    other = either_studio.render(film, where, out="other", **{**wishes, "title": "Goodbye"})
    assert other.file.exists() and other.report.parts["encoded"] == 1, "another title is one card"


def test_frames_beyond_an_overlay_are_shared(studio, shelf: Path, nobody_in_sight: None) -> None:
    """Another text over the opening encodes only the opening; the rest of the film is as it was."""
    film = masters.stamped(shelf, 360, RATE, size=SIZE)
    where = studio.placement(canvas__width=320, canvas__height=180)
    first = studio.render(film, where, overlays=(("headline", "One"),))
    assert numbers(first.file, studio.ffmpeg)[200:] == list(range(200, 360))
    other = studio.render(film, where, out="other", overlays=(("headline", "Two"),))
    assert other.file.exists() and 1 <= other.report.parts["encoded"] < first.report.parts["encoded"]
