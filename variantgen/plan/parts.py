"""Pieces divided into parts: where the picture is cut for encoding, and the key that names each part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import Any

from variantgen.fonts.language import language_of
from variantgen.model import Analysis, Encode, Fit, Look, Master, Part, Piece, Variant
from variantgen.plan.captions import part_cues
from variantgen.plan.cards import CARD_DESIGN
from variantgen.plan.crop_keys import first_showing, resize_frames, settle, slice_keys
from variantgen.plan.keys import key_of
from variantgen.plan.length import master_frames
from variantgen.plan.overlays import OVERLAY_DESIGN, part_overlays
from variantgen.presets.schema import Canvas, Captions, Video

PART_FORMAT = 4
"""Raised when the same part would give other pixels."""
LATER_CARD_VALUES = ("brand", "template", "language", "fonts")
BRAND_FONTS = ("heading_font", "font")
LEAST_SECONDS = 1.5
MOST_SECONDS = 5.0


@dataclass(frozen=True)
class Pixels:
    """Everything that shapes a variant's pixels beside which frames it shows: equal pixels share parts."""

    rate: Fraction
    width: int
    height: int
    fit: Fit
    window: tuple[int, int, int, int] | None
    encode: Encode
    look: Look | None
    watermark: str = ""
    pad_colour: str = ""
    speed: Fraction = Fraction(1)


FontsOf = Callable[[Sequence[str], Look, str], str]
"""Names the fonts that draw lines in a look and a language, beside the caption font; empty where that draws all."""


def only_the_caption_font(lines: Sequence[str], look: Look, language: str) -> str:
    """The FontsOf of texts that the caption font draws."""
    return ""


def encode_of(video: Video, canvas: Canvas, rate: Fraction) -> Encode:
    """The encode settings of a preset at a rate; GIF and WebP are made from one lossless picture."""
    keyframes = max(1, floor(Fraction(video.keyframe_seconds).limit_denominator(1000) * rate))
    if video.codec == "gif" or video.codec == "webp":
        return Encode("lossless", 0, "ultrafast", "high444", keyframes)
    return Encode(video.codec, video.quality, video.speed, video.profile, keyframes, video.max_kbps)


def look_of(captions: Captions, canvas: Canvas) -> Look:
    """A preset's captions table as the look that is burned on its canvas."""
    edges, style = captions.margins, captions.look
    size_px = captions.font_size_px or max(1, round(style.size * min(canvas.width, canvas.height)))
    return Look(
        font_family=style.font,
        font_size_px=size_px,
        is_bold=style.weight == "bold",
        colour=style.colour,
        outline_colour=style.outline_colour,
        outline_px=round(style.outline * size_px, 1),
        shadow_px=round(style.shadow * size_px, 1),
        margin_left_px=edges.left,
        margin_right_px=edges.right,
        margin_top_px=edges.top,
        margin_bottom_px=edges.bottom,
        max_lines=min(captions.max_lines, style.max_lines or captions.max_lines),
        position=style.position,
        box_colour=style.box_colour,
        box_opacity=style.box_opacity if style.box_colour else 0.0,
        box_shape=style.box_shape,
        is_upper=style.case == "upper",
        highlight_colour=style.highlight_colour,
        entrance=style.entrance,
    )


def divide(
    master: Master,
    analysis: Analysis,
    planned: Sequence[tuple[Variant, Pixels | None]],
    ffmpeg_identity: str,
    fonts_of: FontsOf = only_the_caption_font,
) -> tuple[tuple[Variant, ...], dict[str, Part]]:
    """Variants with their parts named, and every unique part by key.

    Pieces are cut at sensible places of the master and at the borders of all variants that have the same pixels,
    so that a short cut shares what it can with a long one.
    """
    borders: dict[Pixels, set[int]] = defaultdict(set)
    planned = [(_settled(variant), pixels) for variant, pixels in planned]
    for variant, pixels in planned:
        if pixels is not None:
            at = 0
            for piece in variant.pieces:
                if piece.source == "master":
                    borders[pixels] |= _borders(piece) | _overlay_borders(variant, piece, at)
                at += piece.frames
    points = {
        pixels: cut_points(master.played(pixels.speed), analysis, pixels.rate, ends) for pixels, ends in borders.items()
    }
    parts: dict[str, Part] = {}
    variants = []
    for variant, pixels in planned:
        if pixels is None:
            variants.append(variant)
            continue
        pieces, at = [], 0
        for piece in variant.pieces:
            made = _parts_of(master, variant, piece, pixels, at, points.get(pixels, ()), ffmpeg_identity, fonts_of)
            parts.update((part.key, part) for part in made)
            pieces.append(replace(piece, parts=tuple(part.key for part in made)))
            at += piece.frames
        variants.append(replace(variant, pieces=tuple(pieces)))
    return tuple(variants), parts


def _settled(variant: Variant) -> Variant:
    """The variant with the paths that are shown: a window at rest stands on even pixels."""
    pieces = []
    for piece in variant.pieces:
        upper, lower = (settle(keys, piece.start_frame, piece.end_frame) for keys in (piece.crop, piece.lower_crop))
        pieces.append(replace(piece, crop=upper, lower_crop=lower))
    return replace(variant, pieces=tuple(pieces))


def _borders(piece: Piece) -> set[int]:
    """Frames that must begin a part: the piece's ends, and where a window has another size than before."""
    resized = resize_frames(piece.crop) | resize_frames(piece.lower_crop)
    return {piece.start_frame, piece.end_frame, *(f for f in resized if piece.start_frame < f < piece.end_frame)}


def _overlay_borders(variant: Variant, piece: Piece, at: int) -> set[int]:
    """Frames of a piece that begins at frame `at` of its variant at which overlays come and go.

    What lies beyond an overlay is then a part of its own, shared with variants that have another one or none.
    """
    ends = {frame for one in variant.overlays for frame in (one.start_frame, one.end_frame)}
    return {piece.start_frame + end - at for end in ends if at < end < at + piece.frames}


def cut_points(master: Master, analysis: Analysis, rate: Fraction, borders: Iterable[int]) -> tuple[int, ...]:
    """Frames at which parts begin or end: all `borders`, shot starts where parts stay long, even steps between."""
    total = master_frames(master, rate)
    least, most = ceil(LEAST_SECONDS * rate), ceil(MOST_SECONDS * rate)
    fixed = sorted({0, total, *borders})
    shots = [first_showing(shot, master.frame_rate, rate) for shot in analysis.shot_starts]
    kept = list(fixed)
    for shot in shots:
        if all(abs(shot - point) >= least for point in kept):
            kept.append(shot)
    kept.sort()
    points = [kept[0]]
    for end in kept[1:]:
        steps = ceil((end - points[-1]) / most)
        start = points[-1]
        points.extend(start + round(step * (end - start) / steps) for step in range(1, steps + 1))
    return tuple(points)


def _parts_of(
    master: Master,
    variant: Variant,
    piece: Piece,
    pixels: Pixels,
    at: int,
    points: Sequence[int],
    ffmpeg_identity: str,
    fonts_of: FontsOf,
) -> list[Part]:
    inner = [p for p in points if piece.start_frame < p < piece.end_frame] if piece.source == "master" else []
    bounds = [piece.start_frame, *inner, piece.end_frame]
    letters = language_of((), variant.language)
    parts = []
    for start, end in zip(bounds, bounds[1:], strict=False):
        offset = at + start - piece.start_frame
        enters = pixels.look is not None and pixels.look.entrance != "none"
        cues = part_cues(variant.cues, offset, offset + end - start, keeps_shown=enters)
        cues = cues if piece.source == "master" else ()
        part = Part(
            key="",
            source=piece.source,
            fingerprint=master.fingerprint if piece.source == "master" else "",
            start_frame=start,
            end_frame=end,
            frame_rate=pixels.rate,
            width=pixels.width,
            height=pixels.height,
            fit=piece.fit,
            crop=slice_keys(piece.crop, start, end),
            lower_crop=slice_keys(piece.lower_crop, start, end),
            encode=pixels.encode,
            cues=cues,
            look=pixels.look if cues else None,
            language=letters if cues else "",
            fonts=fonts_of([line for cue in cues for line in cue.lines], pixels.look, letters)
            if cues and pixels.look
            else "",
            watermark=pixels.watermark,
            card=piece.card,
            pad_colour=pixels.pad_colour if piece.source == "master" and piece.fit == "pad" else "",
            speed=pixels.speed if piece.source == "master" else Fraction(1),
            overlays=part_overlays(variant.overlays, offset, offset + end - start, pixels.rate),
        )
        parts.append(with_key(part, ffmpeg_identity))
    return parts


def with_key(part: Part, ffmpeg_identity: str) -> Part:
    """The part under the key that its values give with this FFmpeg."""
    values = {**told_part(part), "key": "", "ffmpeg": ffmpeg_identity}
    if part.card is not None:
        values["card_design"] = CARD_DESIGN
    if part.overlays:
        values["overlay_design"] = OVERLAY_DESIGN
    if part.speed == 1:
        del values["speed"]
    return replace(part, key=key_of("part", PART_FORMAT, values))


def told_part(part: Part) -> dict[str, Any]:
    """A part as plain data; what came later is told only where it is used, so that keys without it stay."""
    values = asdict(part)
    if not part.overlays:
        del values["overlays"]
    if part.card is not None:
        card = values["card"]
        values["card"] = {name: card[name] for name in card if card[name] or name not in LATER_CARD_VALUES}
    for drawn in (values["card"] or {}, *values.get("overlays", ())):
        # where a font file lies is a matter of the machine; `fonts` holds its content
        brand = drawn.get("brand") or {}
        brand.update({key: brand[key].replace("\\", "/").rpartition("/")[2] for key in brand if key in BRAND_FONTS})
    return values
