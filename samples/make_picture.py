"""Makes the README's picture: the folder of a rendered demo in, one PNG of the master and its variants out.

python samples/make_picture.py DEMO_FOLDER [samples/picture.png]
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from variantgen.fonts import fonts_folder
from variantgen.media.frames import frame_at

MOMENT_SHARE = 7.6 / 24
"""The captain at his spyglass, while his sentence is on screen."""

WIDTH, HEIGHT, OVER = 1600, 776, 2
GROUND, GROUND_LOW, PAPER, QUIET, ACCENT = "#1b2444", "#10172f", "#fff6e6", "#a9b4d6", "#f6b53c"
CORNER_PX = 14

# Where the pictures stand on the page: name of the shape, width to height, x, y, width in px.
_SHAPES = (
    ("9:16", 9 / 16, 764, 96, 306),
    ("4:5", 4 / 5, 1104, 96, 185),
    ("1:1", 1.0, 1313, 96, 231),
    ("16:9", 16 / 9, 1104, 393, 440),
)
_MASTER_BOX = (56, 262, 628, 353)
_CALLED = {
    "tiktok": "TikTok",
    "youtube-shorts": "Shorts",
    "instagram-reels": "Reels",
    "instagram-feed": "Instagram feed",
    "instagram-square": "Instagram square",
    "instagram-stories": "Stories",
    "youtube": "YouTube",
    "linkedin": "LinkedIn",
    "facebook-feed": "Facebook",
    "x": "X",
}


@dataclass(frozen=True)
class Shown:
    """The variants of one shape: a frame of the first, the channels of all."""

    picture: Image.Image
    channels: tuple[str, ...]


def make_picture(demo_folder: Path, out: Path) -> None:
    """Writes the picture (1600x776 PNG) of `demo_folder` to `out`.

    The folder holds `harbour.mp4` and, somewhere below, its variants as `harbour_PRESET.mp4`. Raises
    FileNotFoundError where one of them is missing.
    """
    master = demo_folder / "harbour.mp4"
    page = _page()
    files = sorted(demo_folder.rglob("harbour_*.mp4"), key=_fame)
    _place(page, _frame_of(master), _MASTER_BOX)
    for shape, ratio, x, y, width in _SHAPES:
        shown = _variants_of(files, ratio)
        if shown is None:
            raise FileNotFoundError(f"{demo_folder}: no {shape} variant of harbour.mp4; run the demo first")
        height = round(width / ratio)
        _place(page, shown.picture, (x, y, width, height))
        _write(page, (x, y + height + 10), shape, 17, PAPER, bold=True)
        _write(page, (x + 12 + _wide(shape, 17), y + height + 10), _named(shown, width), 17, QUIET)
    _words(page, master, len(files))
    small = page.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    out.parent.mkdir(parents=True, exist_ok=True)
    # Pillow dithers only to a palette that it is given; without that skies fall into bands
    palette = small.quantize(256, Image.Quantize.MEDIANCUT, kmeans=2)
    small.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(out, optimize=True)


def _fame(file: Path) -> tuple[int, str]:
    """Well-known channels first."""
    known, preset = list(_CALLED), _preset_of(file)
    return (known.index(preset) if preset in known else len(known), preset)


def _preset_of(file: Path) -> str:
    return file.stem.partition("_")[2]


def _variants_of(files: list[Path], ratio: float) -> Shown | None:
    found = [(file, size) for file in files if (size := _size_of(file)) and abs(size[0] / size[1] / ratio - 1) < 0.02]
    if not found:
        return None
    # a clean and a captioned 16:9 may stand side by side; the captioned one is what the picture is about
    first = max((file for file, _ in found), key=lambda file: _caption_light(_frame_of(file)))
    channels = tuple(
        _CALLED.get(name, name.replace("-", " ").title()) for name in map(_preset_of, (f for f, _ in found))
    )
    return Shown(_frame_of(first), channels)


def _caption_light(picture: Image.Image) -> int:
    """How many nearly white pixels the lower part holds: captions are the only ones there."""
    low = picture.convert("L").crop((0, round(picture.height * 0.6), picture.width, picture.height))
    return sum(low.resize((320, 180)).histogram()[250:])


def _size_of(file: Path) -> tuple[int, int] | None:
    import av

    with av.open(str(file)) as container:
        stream = next(iter(container.streams.video), None)
        return (stream.width, stream.height) if stream else None


def _frame_of(file: Path) -> Image.Image:
    picture = frame_at(file, MOMENT_SHARE) if file.exists() else None
    if picture is None:
        raise FileNotFoundError(f"{file}: no picture in it; run the demo first")
    return picture


# ---------------------------------------------------------------- the page


def _page() -> Image.Image:
    """The empty page, drawn larger than needed so that all of it is smooth."""
    fade = Image.linear_gradient("L").resize((WIDTH * OVER, HEIGHT * OVER))
    return Image.composite(Image.new("RGB", fade.size, GROUND_LOW), Image.new("RGB", fade.size, GROUND), fade)


def _place(page: Image.Image, picture: Image.Image, box: tuple[int, int, int, int]) -> None:
    """A picture with round corners and a soft shadow."""
    x, y, w, h = (value * OVER for value in box)
    mask = Image.new("L", (w, h))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, w - 1, h - 1), CORNER_PX * OVER, fill=255)
    shadow = Image.new("L", page.size)
    shadow.paste(150, (x, y + 12 * OVER), mask)
    page.paste("#050814", (0, 0), shadow.filter(ImageFilter.GaussianBlur(16 * OVER)))
    page.paste(picture.resize((w, h), Image.Resampling.LANCZOS), (x, y), mask)


def _words(page: Image.Image, master: Path, count: int) -> None:
    """What stands on the left: the headline, the master's name and the arrow to its variants."""
    x, y, w, h = _MASTER_BOX
    _write(page, (x - 3, 92), "One master in,", 56, PAPER, bold=True)
    _write(page, (x - 3, 158), "every channel out.", 56, ACCENT, bold=True)
    size = _size_of(master) or (0, 0)
    _write(page, (x, y + h + 14), master.name, 19, PAPER, bold=True)
    _write(page, (x + 14 + _wide(master.name, 19), y + h + 14), f"{size[0]} × {size[1]}", 19, QUIET)
    told = f"{count} verified files"
    _write(page, (x + w - _wide(told, 19), y + h + 14), told, 19, ACCENT, bold=True)
    pen = ImageDraw.Draw(page)
    middle, start, end = (y + h // 2) * OVER, (x + w + 17) * OVER, (_SHAPES[0][2] - 18) * OVER
    pen.line((start, middle, end, middle), fill=ACCENT, width=5 * OVER)
    head = 11 * OVER
    pen.line((end - head, middle - head, end, middle, end - head, middle + head), ACCENT, 5 * OVER, "curve")


def _named(shown: Shown, width: int) -> str:
    """As many channels as fit below a picture, and how many more there are."""
    room = width - 70
    for count in range(len(shown.channels), 0, -1):
        more = len(shown.channels) - count
        text = ", ".join(shown.channels[:count]) + (f" +{more}" if more else "")
        if _wide(text, 17) <= room:
            return text
    return shown.channels[0]


def _font(size_px: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts_folder() / ("Inter-Bold.ttf" if bold else "Inter-Regular.ttf")), size_px)


def _wide(text: str, size_px: int) -> int:
    return round(_font(size_px * OVER, bold=True).getlength(text) / OVER)


def _write(
    page: Image.Image, at: tuple[float, float], text: str, size_px: int, colour: str, *, bold: bool = False
) -> None:
    font = _font(size_px * OVER, bold=bold)
    ImageDraw.Draw(page).text((at[0] * OVER, at[1] * OVER), text, font=font, fill=colour)


if __name__ == "__main__":
    make_picture(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "samples/picture.png"))
