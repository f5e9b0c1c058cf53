"""Which frame of a variant makes its cover: sharp, well lit, with a face, clear of cuts and changing captions (pure).

Everything is read from the master's analysis, so that choosing decodes nothing. Whether eyes are open is not known.
"""

from __future__ import annotations

import base64
import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from variantgen.model import Analysis, Clarity, Cue, Master, Subject, Variant
from variantgen.plan.crop_keys import first_showing, window_at
from variantgen.plan.shown import Shown, pieces_shown, shots_shown

Box = tuple[float, float, float, float]
"""x, y, w, h."""

SHARP, FACE, LIGHT, CLEAR, EARLY = 0.40, 0.25, 0.20, 0.10, 0.05
"""What each quality weighs: sharpness decides, being early only between frames that are otherwise alike."""
EDGE_SECONDS = 0.15
"""A cover keeps away from a shot's ends: dissolves and flashes are there."""
CHANGE_SECONDS = 0.2
"""A caption that has just come, or is about to go, may be caught half drawn or faded."""
OPENING_SECONDS = 3.0
APART_SECONDS = 0.5
WELL_LIT = (60.0, 190.0)
"""Of 255: the mean grey between which a picture is neither dark nor washed out."""
DARKEST, BRIGHTEST = 20.0, 238.0
GOOD_FACE = 0.22
"""Of the window's height: from here on a larger face is no better; beyond TOO_LARGE it is cut by covers' own edges."""
TOO_LARGE = 0.75
STEPS_PER_DOUBLING = 14.0
"""Of the coded sharpness, see model.Clarity."""


@dataclass(frozen=True)
class CoverChoice:
    """A frame of a variant that makes a cover; `faces` are x, y, w, h as shares of its picture."""

    frame: int
    score: float
    why: str
    faces: tuple[Box, ...] = ()


@dataclass(frozen=True)
class _Look:
    """One look at the master, as the variant shows it; `sharpness` is a variance, `light` 0-255."""

    frame: int
    shot: int
    sharpness: float
    light: float
    faces: tuple[tuple[Box, float], ...]
    is_text_cut: bool = False


def cover_choices(variant: Variant, master: Master, analysis: Analysis, *, most: int = 3) -> tuple[CoverChoice, ...]:
    """The best frames of a variant for its cover, best first and half a second apart or more; at least one.

    A card is chosen only where nothing of the master can be. Without a clarity in the analysis the choice rests on
    faces and on what to keep clear of.
    """
    if not variant.width:
        return ()
    shots = shots_shown(variant, master, analysis)
    desk = _desk(variant, master, analysis, shots)
    looks = [look for look in _looks(desk) if _is_clear_of_ends(look.frame, variant, shots)]
    seen = [look for look in looks if DARKEST <= look.light <= BRIGHTEST]
    still = [look for look in seen if not _is_changing(look.frame, variant)]
    # a film that is dark, or captioned without a breath, has a cover too
    usable = still or seen or looks
    if not usable:
        return (_fallback(variant),)
    scored = sorted((_scored(look, usable, variant) for look in usable), key=lambda one: (-one.score, one.frame))
    chosen: list[CoverChoice] = []
    for one in scored:
        if all(abs(one.frame - other.frame) >= APART_SECONDS * variant.frame_rate for other in chosen):
            chosen.append(one)
        if len(chosen) == most:
            break
    return tuple(chosen)


def shot_around(variant: Variant, master: Master, analysis: Analysis, frame: int) -> tuple[int, int]:
    """The span of frames around one in which a cover may be looked for: its shot, and its caption's unchanged time."""
    first, end = next(
        (span for span in shots_shown(variant, master, analysis) if span[0] <= frame < span[1]), (frame, frame + 1)
    )
    for cue in variant.cues:
        for change in (cue.start_frame, cue.end_frame):
            first, end = (max(first, change), end) if change <= frame else (first, min(end, change))
    return first, end


# ---------------------------------------------------------------- what the analysis says of each look


@dataclass(frozen=True)
class _Desk:
    """What looking needs: `maps` are sharpness and light, looks x rows x columns; None where they were not measured."""

    variant: Variant
    master: Master
    shots: Sequence[tuple[int, int]]
    faces: Sequence[Subject]
    titles: Sequence[Subject]
    maps: tuple[Any, Any] | None
    step_frames: int


def _desk(variant: Variant, master: Master, analysis: Analysis, shots: Sequence[tuple[int, int]]) -> _Desk:
    clarity = analysis.clarity
    return _Desk(
        variant, master, shots,
        faces=[subject for subject in analysis.subjects if subject.kind == "face"],
        titles=[subject for subject in analysis.subjects if subject.kind == "text"],
        maps=_unpacked(clarity) if clarity else None,
        step_frames=clarity.step_frames if clarity else max(1, round(master.frame_rate / 8)),
    )  # fmt: skip


def _looks(desk: _Desk) -> Iterator[_Look]:
    variant, step = desk.variant, desk.step_frames
    played = desk.master.frame_rate * variant.speed
    for shown in pieces_shown(variant):
        if shown.piece.source != "master":
            continue
        first = int(shown.piece.start_frame * played / variant.frame_rate) // step
        last = int(shown.piece.end_frame * played / variant.frame_rate) // step
        for number in range(first, last + 1):
            here = first_showing(number * step, played, variant.frame_rate)
            is_shown = shown.piece.start_frame <= here < shown.piece.end_frame
            if is_shown and (desk.maps is None or number < len(desk.maps[0])):
                yield _look(desk, shown, number, here - shown.piece.start_frame + shown.start_frame)


def _look(desk: _Desk, shown: Shown, number: int, frame: int) -> _Look:
    window, at = _window(desk.master, shown, frame), number * desk.step_frames
    faces = tuple(_visible(desk.faces, at, window))
    shot = next((n for n, (start, end) in enumerate(desk.shots) if start <= frame < end), 0)
    is_text_cut = any(share < 0.98 for _, _, share in _inside(desk.titles, at, window))
    if desk.maps is None:
        return _Look(frame, shot, 1.0, 128.0, faces, is_text_cut)
    sharpness, light = desk.maps[0][number], desk.maps[1][number]
    sharp, lit = _mean(sharpness, window, desk.master), _mean(light, window, desk.master)
    best = max(faces, key=lambda one: one[0][3] * one[1], default=None)
    if best is not None:
        region = _in_master(best[0], window)
        # the face is looked at first: it must be sharp and lit, whatever is behind it
        sharp = 0.35 * sharp + 0.65 * _mean(sharpness, region, desk.master)
        lit = 0.5 * lit + 0.5 * _mean(light, region, desk.master)
    return _Look(frame, shot, sharp, lit, faces, is_text_cut)


def _unpacked(clarity: Clarity) -> tuple[Any, Any]:
    """Sharpness as a variance and light, looks x rows x columns."""
    import numpy as np

    def maps(packed: str) -> Any:
        flat = np.frombuffer(zlib.decompress(base64.b64decode(packed)), dtype=np.uint8)
        return flat.reshape(-1, clarity.rows, clarity.columns).astype(np.float32)

    return np.exp2(maps(clarity.sharpness) / STEPS_PER_DOUBLING) - 1, maps(clarity.light)


def _window(master: Master, shown: Shown, frame: int) -> Box:
    """What of the master is seen at a frame, in its pixels: the window, or all of it where it is shown whole."""
    if shown.piece.fit != "crop" or not shown.piece.crop:
        return (0.0, 0.0, float(master.width), float(master.height))
    x, y, w, h = window_at(shown.piece.crop, shown.piece.start_frame + frame - shown.start_frame)
    return (x, y, float(w), float(h))


def _visible(faces: Sequence[Subject], at: int, window: Box) -> Iterator[tuple[Box, float]]:
    """Each face at a master frame as shares of the window, and how sure and how whole it is (0-1)."""
    x, y, w, h = window
    for (left, top, wide, high), sure, share in _inside(faces, at, window):
        yield ((left - x) / w, (top - y) / h, wide / w, high / h), sure * share**2


def _inside(subjects: Sequence[Subject], at: int, window: Box) -> Iterator[tuple[Box, float, float]]:
    """Subjects at a master frame that the window shows some of: box, how sure, and the share of it that is inside."""
    x, y, w, h = window
    for subject in subjects:
        box = _box_at(subject, at)
        if box is None:
            continue
        left, top, wide, high, sure = box
        across = max(0.0, min(left + wide, x + w) - max(left, x))
        down = max(0.0, min(top + high, y + h) - max(top, y))
        share = across * down / max(1.0, wide * high)
        if share > 0.1:
            yield (left, top, wide, high), sure, share


def _box_at(face: Subject, frame: int) -> tuple[float, float, float, float, float] | None:
    """A face's box and confidence at a master frame, linear between its boxes; None where it is not seen."""
    before = next((box for box in reversed(face.boxes) if box.frame <= frame), None)
    after = next((box for box in face.boxes if box.frame >= frame), None)
    if before is None or after is None or not before.confidence or not after.confidence:
        return None
    share = (frame - before.frame) / (after.frame - before.frame) if after.frame > before.frame else 0.0
    ends = [(one.x, one.y, one.w, one.h, min(one.confidence, face.confidence)) for one in (before, after)]
    x, y, w, h, sure = (a + (b - a) * share for a, b in zip(*ends, strict=True))
    return x, y, w, h, sure


def _in_master(face: Box, window: Box) -> Box:
    x, y, w, h = window
    return (x + face[0] * w, y + face[1] * h, face[2] * w, face[3] * h)


def _mean(cells: Any, region: Box, master: Master) -> float:
    """The mean of a map (rows x columns over the master) in a region of the master, cells by how far they are in it."""
    import numpy as np

    rows, columns = cells.shape

    def shares(start: float, length: float, whole: float, count: int) -> Any:
        low, high = max(0.0, start / whole * count), min(float(count), (start + length) / whole * count)
        at = np.arange(count)
        return np.clip(np.minimum(at + 1, high) - np.maximum(at, low), 0, 1)

    across = shares(region[0], region[2], master.width, columns)
    down = shares(region[1], region[3], master.height, rows)
    total = float(across.sum() * down.sum())
    return float(down @ cells @ across) / total if total > 0 else float(cells.mean())


# ---------------------------------------------------------------- what keeps a frame from being a cover


def _is_clear_of_ends(frame: int, variant: Variant, shots: Sequence[tuple[int, int]]) -> bool:
    edge = EDGE_SECONDS * float(variant.frame_rate)
    start, end = next((span for span in shots if span[0] <= frame < span[1]), (0, variant.frames))
    edge = min(edge, (end - start) / 4)
    # the film's first frame is where it opens: nothing dissolves into it
    return (frame - start >= edge or start == 0) and end - 1 - frame >= edge


def _is_changing(frame: int, variant: Variant) -> bool:
    """Whether a burned caption has just come or is about to go, or its words are just being lit."""
    near = CHANGE_SECONDS * float(variant.frame_rate)
    return any(_has_change(cue, frame, near) for cue in variant.cues)


def _has_change(cue: Cue, frame: int, near: float) -> bool:
    return 0 <= frame - cue.start_frame < near or 0 <= cue.end_frame - frame < near / 2


# ---------------------------------------------------------------- one number a look


def _scored(look: _Look, looks: Sequence[_Look], variant: Variant) -> CoverChoice:
    of_shot = max(one.sharpness for one in looks if one.shot == look.shot)
    of_film = max(one.sharpness for one in looks)
    # half against its own shot, where only movement and focus differ, half against all: a soft shot has no sharp frame
    own = look.sharpness / of_shot if of_shot > 0 else 1.0
    among = math.log2(1 + look.sharpness) / math.log2(1 + of_film) if of_film > 0 else 1.0
    face, face_words = _face_score(look.faces)
    light = _light_score(look.light)
    has_cue = any(cue.start_frame <= look.frame < cue.end_frame for cue in variant.cues)
    seconds = look.frame / float(variant.frame_rate)
    early = max(0.0, 1 - seconds / max(OPENING_SECONDS, variant.duration_seconds))
    score = (
        SHARP * (own + among) / 2
        + FACE * face
        + LIGHT * light
        + CLEAR * (not (look.is_text_cut or has_cue))
        + EARLY * early
    )
    words = [f"at {seconds:.1f} s", f"sharpness {own:.0%} of its shot's best", face_words]
    words += [] if light > 0.99 else ["darker or brighter than it should be"]
    words += ["with a caption"] if has_cue else []
    words += ["text cut off at the side"] if look.is_text_cut else []
    return CoverChoice(look.frame, round(score, 4), ", ".join(words), tuple(box for box, _ in look.faces))


def _face_score(faces: Sequence[tuple[Box, float]]) -> tuple[float, str]:
    if not faces:
        return 0.0, "no face"
    scores = []
    for (_, _, _, high), sure in faces:
        size = min(1.0, high / GOOD_FACE) if high <= TOO_LARGE else max(0.3, 1 - 2 * (high - TOO_LARGE))
        scores.append(size * sure)
    return max(scores), "a face" if len(faces) == 1 else f"{len(faces)} faces"


def _light_score(light: float) -> float:
    low, high = WELL_LIT
    if light < low:
        return max(0.0, (light - DARKEST) / (low - DARKEST))
    return max(0.0, (BRIGHTEST - light) / (BRIGHTEST - high)) if light > high else 1.0


def _fallback(variant: Variant) -> CoverChoice:
    """The middle of the longest card, or of the variant: a card has come to rest by then."""
    cards = [shown for shown in pieces_shown(variant) if shown.piece.source == "card"]
    longest = max(cards, key=lambda shown: shown.piece.frames, default=None)
    if longest is None:
        return CoverChoice(variant.frames // 2, 0.0, "the middle: nothing better can be told")
    rests = longest.start_frame + int(longest.piece.frames * 0.75)
    return CoverChoice(rests, 0.0, "a card at rest: there is nothing else to show")
