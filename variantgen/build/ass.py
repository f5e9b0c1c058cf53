"""A part's captions and watermark in, the ASS document that libass burns out."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from variantgen.fonts import (
    ASCENT_EM,
    CAPTION_FAMILY,
    DESCENT_EM,
    WIN_ASCENT_EM,
    WIN_DESCENT_EM,
    text_width_px,
)
from variantgen.model import Cue, Look, Part

if TYPE_CHECKING:
    from variantgen.build.emoji import EmojiLine

# Cap height of Inter is 0.73 em, so this leaves half a capital between lines.
_LINE_EM = ASCENT_EM + DESCENT_EM
_BOX_PADDING_EM = 0.34
_BOX_RADIUS_EM = 0.24
# libass slants upright letters for italics: a capital leans this far over its advance.
_SLANT_EM = 0.2
_SHADOW_OPACITY = 0.6
_WATERMARK_DEGREES = 24
_WATERMARK_SHARE = 0.86
_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic,"
    " Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL,"
    " MarginR, MarginV, Encoding"
)


def ass_text(part: Part, *, compensate: bool = False) -> str:
    """The ASS document of `part.cues` and `part.watermark`, on a canvas of the part's size.

    Every line of text is put at its own place, so libass neither wraps nor stacks anything. `compensate` is
    for an FFmpeg whose ass filter turns colours into bt601 whatever the document says.
    """
    if part.cues and part.look is None:
        raise ValueError("a part with cues needs a look")
    events = [*_watermark_events(part), *_caption_events(part)]
    return "\n".join([*_header(part), *_styles(part, compensate), *_events_header(), *events]) + "\n"


def _header(part: Part) -> list[str]:
    return [
        "[Script Info]",
        "ScriptType: v4.00+",
        f"PlayResX: {part.width}",
        f"PlayResY: {part.height}",
        f"LayoutResX: {part.width}",
        f"LayoutResY: {part.height}",
        "WrapStyle: 2",
        "ScaledBorderAndShadow: yes",
        "YCbCr Matrix: TV.709",
        "",
    ]


def _events_header() -> list[str]:
    return ["[Events]", "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"]


# ---------------------------------------------------------------- styles


def _styles(part: Part, compensate: bool) -> list[str]:
    rows = ["[V4+ Styles]", f"Format: {_STYLE_FIELDS}"]
    if part.watermark:
        rows.append(_style("Watermark", CAPTION_FAMILY, 100, ("#FFFFFF", 0.42), ("#000000", 0.3), outline_px=2))
    if part.look is not None and part.cues:
        rows += _look_styles(part.look, compensate)
    return [*rows, ""]


def _look_styles(look: Look, compensate: bool) -> Iterator[str]:
    def exact(colour: str) -> str:
        return compensate_bt601(colour) if compensate else colour

    outline_colour = exact(look.outline_colour)
    yield _style(
        "Caption",
        look.font_family,
        look.font_size_px,
        (exact(look.colour), 1.0),
        (outline_colour, 1.0),
        outline_px=look.outline_px,
        shadow_px=look.shadow_px,
        is_bold=look.is_bold,
    )
    if look.box_colour:
        box = (exact(look.box_colour), look.box_opacity)
        yield _style("Box", look.font_family, look.font_size_px, box, box, alignment=7)


def _style(
    name: str,
    family: str,
    size_px: float,
    fill: tuple[str, float],
    outline: tuple[str, float],
    *,
    outline_px: float = 0,
    shadow_px: float = 0,
    is_bold: bool = True,
    alignment: int = 2,
) -> str:
    colours = (
        _colour(*fill),
        _colour(*fill),
        _colour(*outline),
        _colour(outline[0], outline[1] * _SHADOW_OPACITY),
    )
    # Encoding -1 lets libass find the direction of the writing by itself.
    return (
        f"Style: {name},{family},{_ass_size(size_px)},{','.join(colours)},{-int(is_bold)},0,0,0,100,100,0,0,"
        f"1,{outline_px:g},{shadow_px:g},{alignment},0,0,0,-1"
    )


def _ass_size(size_px: float) -> str:
    return f"{size_px * (WIN_ASCENT_EM + WIN_DESCENT_EM):.3f}"


def _colour(hex_colour: str, opacity: float) -> str:
    red, green, blue = _channels(hex_colour)
    return f"&H{round((1 - opacity) * 255):02X}{blue:02X}{green:02X}{red:02X}"


# ---------------------------------------------------------------- captions


def _caption_events(part: Part) -> Iterator[str]:
    for cue in part.cues:
        assert part.look is not None
        yield from _cue_events(cue, part, part.look)


def _cue_events(cue: Cue, part: Part, look: Look) -> Iterator[str]:
    span = (ass_time(cue.start_frame, part.frame_rate), ass_time(cue.end_frame, part.frame_rate))
    scale = _fitting_scale(cue, part, look)
    size_px = look.font_size_px * scale
    centre_px = (look.margin_left_px + part.width - look.margin_right_px) / 2
    baselines = _baselines(len(cue.lines), size_px, part, look)
    if look.box_colour:
        yield _event(0, span, "Box", _box(cue, centre_px, baselines, size_px, part, look))
    resize = f"\\fs{_ass_size(size_px)}" if scale < 1 else ""
    italic = "\\i1" if cue.is_italic else ""
    for line, baseline_px in zip(cue.lines, baselines, strict=True):
        place = f"\\pos({centre_px:.2f},{baseline_px + WIN_DESCENT_EM * size_px:.2f})"
        yield _event(1, span, "Caption", f"{{{place}{resize}{italic}}}{_written(line, look, part.language)}")


def _written(line: str, look: Look, language: str) -> str:
    """A line as ASS text, each stretch in the font that draws it; room is left for emoji."""
    from variantgen.fonts.runs import runs_of

    runs = runs_of(line, is_bold=look.is_bold, language=language)
    if all(run.family == look.font_family for run in runs):
        return _escaped(line)
    return "".join(f"{{\\fn{run.family}}}{_escaped(run.burned_text)}" for run in runs)


def emoji_lines(part: Part) -> Iterator[EmojiLine]:
    """The lines of a part's cues as they are burned, for the emoji that libass cannot draw in colour."""
    from variantgen.build.emoji import EmojiLine

    if part.look is None:
        return
    look = part.look
    centre_px = (look.margin_left_px + part.width - look.margin_right_px) / 2
    for cue in part.cues:
        size_px = look.font_size_px * _fitting_scale(cue, part, look)
        for line, baseline_px in zip(cue.lines, _baselines(len(cue.lines), size_px, part, look), strict=True):
            yield EmojiLine(
                line, centre_px, baseline_px, size_px, cue.start_frame, cue.end_frame, look.is_bold, part.language
            )


def _fitting_scale(cue: Cue, part: Part, look: Look) -> float:
    """1, or what shrinks the text into its margins: better small than cut off at the edge of the picture."""
    edge_px = _edge_px(look)
    room_x = part.width - look.margin_left_px - look.margin_right_px - 2 * edge_px
    room_y = part.height - look.margin_top_px - look.margin_bottom_px - 2 * edge_px
    slant_px = _SLANT_EM * look.font_size_px * 2 if cue.is_italic else 0.0
    widest_px = max(text_width_px(line, look.font_size_px, language=part.language) for line in cue.lines) + slant_px
    tallest_px = len(cue.lines) * _LINE_EM * look.font_size_px
    scale = min(1.0, room_x / max(widest_px, 1.0), room_y / tallest_px)
    return max(scale, 1 / look.font_size_px)


def _edge_px(look: Look) -> float:
    """How far a caption's ink reaches beyond its lines."""
    return math.ceil(look.outline_px + look.shadow_px) + 1


def _baselines(count: int, size_px: float, part: Part, look: Look) -> list[float]:
    line_px = _LINE_EM * size_px
    padding_px = _BOX_PADDING_EM * size_px / 2 if look.box_colour else 0.0
    edge_px = max(_edge_px(look), padding_px)
    top_px, bottom_px = look.margin_top_px + edge_px, part.height - look.margin_bottom_px - edge_px
    free_px = bottom_px - top_px - count * line_px
    first_px = top_px + {"top": 0.0, "middle": free_px / 2, "bottom": free_px}[look.position]
    return [first_px + number * line_px + ASCENT_EM * size_px for number in range(count)]


def _box(cue: Cue, centre_px: float, baselines: Sequence[float], size_px: float, part: Part, look: Look) -> str:
    widest_px = max(text_width_px(line, size_px, language=part.language) for line in cue.lines)
    half_px = widest_px / 2 + max(_BOX_PADDING_EM * size_px, _edge_px(look))
    left_px = max(centre_px - half_px, look.margin_left_px)
    right_px = min(centre_px + half_px, part.width - look.margin_right_px)
    above_px, below_px = (ASCENT_EM * size_px, DESCENT_EM * size_px)
    padding_px = _BOX_PADDING_EM * size_px / 2
    top_px = max(baselines[0] - above_px - padding_px, look.margin_top_px)
    bottom_px = min(baselines[-1] + below_px + padding_px, part.height - look.margin_bottom_px)
    width_px, height_px = math.floor(right_px - left_px), math.floor(bottom_px - top_px)
    path = _rounded(width_px, height_px, round(_BOX_RADIUS_EM * size_px))
    return f"{{\\pos({math.ceil(left_px)},{math.ceil(top_px)})\\p1}}{path}{{\\p0}}"


def _rounded(width: int, height: int, radius: int) -> str:
    r = max(0, min(radius, width // 2, height // 2))
    k = round(r * 0.45)  # 1 - 0.5523: where the handles of a quarter circle stand
    w, h = width, height
    return (
        f"m {r} 0 l {w - r} 0 b {w - k} 0 {w} {k} {w} {r} "
        f"l {w} {h - r} b {w} {h - k} {w - k} {h} {w - r} {h} "
        f"l {r} {h} b {k} {h} 0 {h - k} 0 {h - r} l 0 {r} b 0 {k} {k} 0 {r} 0"
    )


# ---------------------------------------------------------------- watermark


def _watermark_events(part: Part) -> Iterator[str]:
    if not part.watermark:
        return
    turn = math.radians(_WATERMARK_DEGREES)
    width_em = text_width_px(part.watermark, 1000) / 1000
    across_em = width_em * math.cos(turn) + math.sin(turn)
    along_em = width_em * math.sin(turn) + math.cos(turn)
    size_px = _WATERMARK_SHARE * min(part.width / across_em, part.height / along_em)
    span = (ass_time(0, part.frame_rate), ass_time(part.frames, part.frame_rate))
    place = f"\\an5\\pos({part.width / 2:g},{part.height / 2:g})\\frz{_WATERMARK_DEGREES}"
    text = f"{{{place}\\fs{_ass_size(size_px)}}}{_escaped(part.watermark)}"
    yield _event(0, span, "Watermark", text)


# ---------------------------------------------------------------- what ASS asks for


def ass_time(frame: int, frame_rate: Fraction) -> str:
    """The time of a span's border: from `frame` on it is shown, before `frame` not.

    ASS counts hundredths. The last one short of the frame is taken, and the frame's own time only where the
    frame before has that one: FFmpeg hands libass a float cut to milliseconds, which may fall short of it.
    Exact below 100 frames a second.
    """
    at = Fraction(frame * 100) / frame_rate
    before = Fraction((frame - 1) * 100) / frame_rate
    hundredths = max(0, math.ceil(at) - 1 if math.ceil(at) - 1 > before else math.floor(at))
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 100:02}.{rest % 100:02}"


def _event(layer: int, span: tuple[str, str], style: str, text: str) -> str:
    return f"Dialogue: {layer},{span[0]},{span[1]},{style},,0,0,0,,{text}"


def _escaped(text: str) -> str:
    """Text as libass draws it letter for letter: in ASS a brace opens commands and a backslash is one."""
    plain = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    # Nothing undoes a backslash, but a word joiner after it keeps it from meaning anything.
    guarded = plain.replace("\\", "\\\u2060")
    return re.sub(r"([{}])", r"\\\1", guarded)


# ---------------------------------------------------------------- colour


_KR_KB_BT601 = (0.299, 0.114)
_KR_KB_BT709 = (0.2126, 0.0722)


def compensate_bt601(hex_colour: str) -> str:
    """The colour that bt601 arithmetic turns into the YCbCr which bt709 gives `hex_colour`.

    Both are #RRGGBB. Where no such colour exists the channels are clipped: the nearest that can be had.
    """
    red, green, blue = _channels(hex_colour)
    kr, kb = _KR_KB_BT709
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    cb, cr = (blue - luma) / (2 * (1 - kb)), (red - luma) / (2 * (1 - kr))
    kr, kb = _KR_KB_BT601
    new_red, new_blue = luma + 2 * (1 - kr) * cr, luma + 2 * (1 - kb) * cb
    new_green = (luma - kr * new_red - kb * new_blue) / (1 - kr - kb)
    return "#" + "".join(f"{min(255, max(0, round(channel))):02X}" for channel in (new_red, new_green, new_blue))


def _channels(hex_colour: str) -> tuple[int, int, int]:
    return int(hex_colour[1:3], 16), int(hex_colour[3:5], 16), int(hex_colour[5:7], 16)
