"""A part's captions and watermark in, the ASS document that libass burns out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from variantgen.build.ass_boxes import box_path
from variantgen.build.ass_syntax import ass_size, ass_time, compensate_bt601, escaped, event, style_colour
from variantgen.fonts import CAPTION_FAMILY, WIN_DESCENT_EM, text_width_px
from variantgen.fonts.block import Block, block_of
from variantgen.model import Cue, FrameSpan, Look, Part

if TYPE_CHECKING:
    from variantgen.build.emoji import EmojiLine

_BOX_RADIUS_EM = {"block": 0.24, "line": 0.14}
_SHADOW_OPACITY = 0.6
_POP_SECONDS = Fraction(12, 100)
_POP_FROM = 0.82
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
    events = [*_watermark_events(part), *_caption_events(part, compensate)]
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

    from variantgen.fonts.runs import main_family

    outline_colour = exact(look.outline_colour)
    family = main_family(look.font_family, is_bold=look.is_bold)
    yield _style(
        "Caption",
        family,
        look.font_size_px,
        (exact(look.colour), 1.0),
        (outline_colour, 1.0),
        outline_px=look.outline_px,
        shadow_px=look.shadow_px,
        is_bold=look.is_bold,
    )
    if look.box_colour:
        box = (exact(look.box_colour), look.box_opacity)
        yield _style("Box", family, look.font_size_px, box, box, alignment=7)


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
        style_colour(*fill),
        style_colour(*fill),
        style_colour(*outline),
        style_colour(outline[0], outline[1] * _SHADOW_OPACITY),
    )
    # Encoding -1 lets libass find the direction of the writing by itself.
    return (
        f"Style: {name},{family},{ass_size(size_px)},{','.join(colours)},{-int(is_bold)},0,0,0,100,100,0,0,"
        f"1,{outline_px:g},{shadow_px:g},{alignment},0,0,0,-1"
    )


# ---------------------------------------------------------------- captions


def _caption_events(part: Part, compensate: bool) -> Iterator[str]:
    for cue in part.cues:
        assert part.look is not None
        yield from _cue_events(cue, part, part.look, compensate_bt601 if compensate else str)


def _cue_events(cue: Cue, part: Part, look: Look, exact: Callable[[str], str]) -> Iterator[str]:
    from variantgen.build.ass_words import lit_words, written

    block = _block(cue, part, look)
    words = [lit_words(cue, number) if look.highlight_colour else () for number in range(len(cue.lines))]
    for frames, scale in _stages(cue, part, look):
        shown = block if scale == 1 else block.grown(scale)
        span = (ass_time(frames[0], part.frame_rate), ass_time(frames[1], part.frame_rate))
        if shown.boxes:
            yield event(0, span, "Box", _box(shown, look))
        resize = _resize(shown.size_px, scale, look)
        italic = "\\i1" if cue.is_italic else ""
        for text, line, lit in zip(cue.lines, shown.lines, words, strict=True):
            place = f"\\pos({shown.centre_px:.2f},{line.baseline_px + WIN_DESCENT_EM * shown.size_px:.2f})"
            drawn = written(text, look, part.language, lit, frames, part.frame_rate, exact)
            yield event(1, span, "Caption", f"{{{place}{resize}{italic}}}{drawn}")


def _block(cue: Cue, part: Part, look: Look) -> Block:
    from variantgen.fonts.shaping import measured_line

    block = block_of(
        cue.lines, look, part.width, part.height,
        measure_line=measured_line, language=part.language, is_italic=cue.is_italic,
    )  # fmt: skip
    return block.risen(cue.rise_px)


def _stages(cue: Cue, part: Part, look: Look) -> Iterator[tuple[FrameSpan, float]]:
    """The spans in which a cue has one size: frame by frame while it comes in, then all the rest.

    Each frame's size depends on how long the cue has been on screen, so a part that begins on the way goes on there.
    """
    start = cue.start_frame
    frames = round(_POP_SECONDS * part.frame_rate)
    if look.entrance == "pop" and not _has_emoji(cue, part, look):
        for shown in range(cue.shown_frames, min(frames, cue.shown_frames + cue.end_frame - start)):
            left = 1 - shown / frames
            yield (start, start + 1), 1 - (1 - _POP_FROM) * left * left
            start += 1
    if start < cue.end_frame:
        yield (start, cue.end_frame), 1.0


def _has_emoji(cue: Cue, part: Part, look: Look) -> bool:
    """Whether pictures are laid over a cue: they are still, so the text below them has to be."""
    from variantgen.fonts.runs import runs_of

    return any(
        run.gaps
        for line in cue.lines
        for run in runs_of(line, is_bold=look.is_bold, language=part.language, font=look.font_family)
    )


def _resize(size_px: float, scale: float, look: Look) -> str:
    if size_px == look.font_size_px:
        return ""
    lines = f"\\bord{look.outline_px * scale:.2f}\\shad{look.shadow_px * scale:.2f}" if scale != 1 else ""
    return f"\\fs{ass_size(size_px)}{lines}"


def emoji_lines(part: Part) -> Iterator[EmojiLine]:
    """The lines of a part's cues as they are burned, for the emoji that libass cannot draw in colour."""
    from variantgen.build.emoji import EmojiLine

    if part.look is None:
        return
    look = part.look
    for cue in part.cues:
        block = _block(cue, part, look)
        for text, line in zip(cue.lines, block.lines, strict=True):
            yield EmojiLine(
                text, block.centre_px, line.baseline_px, block.size_px, cue.start_frame, cue.end_frame,
                look.is_bold, part.language, look.font_family,
            )  # fmt: skip


def _box(block: Block, look: Look) -> str:
    (x, y), path = box_path(block.boxes, round(_BOX_RADIUS_EM[look.box_shape] * block.size_px))
    return f"{{\\pos({x},{y})\\p1}}{path}{{\\p0}}"


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
    text = f"{{{place}\\fs{ass_size(size_px)}}}{escaped(part.watermark)}"
    yield event(0, span, "Watermark", text)


__all__ = ["ass_text", "ass_time", "compensate_bt601", "emoji_lines"]
