"""Small frames in, standing text and logos out: fine strong edges that stay while the picture around them changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from variantgen.model import Subject, SubjectBox

LOOKS_PER_SECOND = 2.0
STRONG_STEP = 24
"""Levels from one pixel to the next (a quarter of Sobel's sum) that make an edge strong."""
SAME_LEVELS = 20
"""A pixel that moved by less between two looks is the same: noise and coding do that much."""
CHANGED_SHARE = 0.6
"""Of the picture's strong edges: when so many went, those that stayed are not part of the scene."""
CUT_CHANGED_SHARE, CUT_GONE_SHARE = 0.4, 0.3
STEADY_SHARE = 0.5
"""When fewer went the scene stands still, and what appears in it was put there."""
LEAST_EDGES_SHARE = 0.004
MOST_NEW_SHARE = 0.15
MOST_ELSE_SHARE = 0.25
NEW_SHARE = 0.3
MOST_FADE_LEVELS = 3.0
WHOLE_SHARE, THICK_SHARE = 0.55, 0.2
"""Text stays as a whole; over a busy picture, some of it does, and that is dense and outlasts two cuts."""
CUT_WITNESS, MOVE_WITNESS, ENOUGH_WITNESS = 3, 1, 3
CARD_SHARE = 0.6
"""Of the frame in one flat tone: a title card, if its lines hold ALL_EDGES_SHARE of its edges."""
ALL_EDGES_SHARE = 0.85

Box = tuple[int, int, int, int]


@dataclass
class _Standing:
    """Text seen at the last look: where, from which frame, until which, and how much speaks for it."""

    box: Box
    first: int
    last: int
    witness: int


@dataclass
class _Maps:
    """What is known of each pixel: how many looks its edge has stood, and how much of the picture went meanwhile."""

    grey: Any
    strong: Any
    age: Any
    witness: Any
    pending: list[tuple[Box, Any]] = field(default_factory=list)
    before_cut: tuple[Any, Any] | None = None
    looks_since: int = 0


class TextFinder:
    """Takes every small frame with whether a shot starts there; tells standing text shot by shot.

    Edges alone cannot tell text from a fence, so text needs a witness: a cut or a moving picture that it outlasts, a
    still scene that it appears in, or a flat card that it stands on. Text that is there through all of one single
    still shot is not found.
    """

    def __init__(self, rate: float) -> None:
        self._step = max(1, round(rate / LOOKS_PER_SECOND))
        self._maps: _Maps | None = None
        self._shots: list[int] = []
        self._has_cut = False
        self._open: list[_Standing] = []
        self._found: list[_Standing] = []
        self._size = (1, 1)
        self._frames = 0

    def take(self, frame_number: int, frame_bgr: Any, is_cut: bool) -> None:
        """One frame, height x width x 3 of BGR."""
        if is_cut:
            self._shots.append(frame_number)
            self._has_cut = frame_number > 0
            self._found += self._open
            self._open = []
        self._frames = frame_number + 1
        if frame_number % self._step:
            return
        import cv2

        grey = cv2.cvtColor(frame_bgr, cv2.COLOR_BGR2GRAY)
        self._size = (grey.shape[1], grey.shape[0])
        strong = _strong_edges(grey)
        if self._maps is None:
            self._maps = _Maps(grey, strong, strong * 0, strong * 0)
            return
        self._compare(self._maps, grey, strong)
        self._has_cut = False
        self._follow(frame_number)

    def subjects(self, width: int, height: int) -> tuple[Subject, ...]:
        """What was found, in a master of width x height pixels: kind "text", ids from 0 in order of appearance."""
        self._found += self._open
        self._open = []
        across, down = width / self._size[0], height / self._size[1]
        return tuple(
            Subject(
                id=number,
                kind="text",
                boxes=tuple(
                    SubjectBox(frame, one.box[0] * across, one.box[1] * down, one.box[2] * across, one.box[3] * down)
                    for frame in sorted({one.first, one.last})
                ),
                confidence=min(0.95, 0.65 + 0.05 * one.witness),
            )
            for number, one in enumerate(self._together())
        )

    def _together(self) -> list[_Standing]:
        """What was found, each thing once in a shot and up to its end where it stood until then."""
        made: list[_Standing] = []
        for start, end in zip(self._shots, [*self._shots[1:], self._frames], strict=True):
            here: list[_Standing] = []
            for one in (one for one in self._found if start <= one.first < end):
                last = end - 1 if one.last + self._step >= end else one.last
                one = _Standing(one.box, one.first, last, one.witness)
                for other in [o for o in here if _overlap(_widened(o.box), one.box) > 0.3]:
                    here.remove(other)
                    one = _Standing(
                        _around(one.box, other.box), min(one.first, other.first), max(one.last, other.last),
                        max(one.witness, other.witness),
                    )  # fmt: skip
                here.append(one)
            made += sorted(here, key=lambda one: (one.first, one.box))
        return made

    def _compare(self, maps: _Maps, grey: Any, strong: Any) -> None:
        """Brings the maps up to this look."""
        import cv2
        import numpy as np

        same = maps.strong & strong & (cv2.absdiff(grey, maps.grey) < SAME_LEVELS)
        before = int(maps.strong.sum())
        # by place and not by tone: a fade takes no edge away until it is black
        gone = 1 - int((maps.strong & strong).sum()) / before if before > LEAST_EDGES_SHARE * grey.size else 0.0
        told = MOVE_WITNESS if gone >= CHANGED_SHARE and not self._has_cut else 0
        maps.age = np.where(same, np.minimum(maps.age, 250) + 1, 0).astype(np.uint8)
        maps.witness = np.where(same, np.minimum(maps.witness, 40) + told, 0).astype(np.uint8)
        self._outlast_cut(maps, grey, strong)
        for box, edges in maps.pending:
            x, y, w, h = box
            if same[y : y + h, x : x + w][edges > 0].mean() > 0.8:
                maps.witness[y : y + h, x : x + w] += (edges * ENOUGH_WITNESS).astype(np.uint8)
        maps.pending = []
        if gone < STEADY_SHARE and not self._has_cut:
            maps.pending = _appeared(maps, grey, strong)
        if _is_flat(grey):
            stood = same & (maps.age >= 2)
            lines = _lines(stood, grey, is_strict=True)
            if sum(int(_cut_out(strong, box).sum()) for box in lines) > ALL_EDGES_SHARE * strong.sum():
                for box in lines:
                    witness = _cut_out(maps.witness, box)
                    np.maximum(witness, _cut_out(stood, box) * ENOUGH_WITNESS, out=witness)
        maps.grey, maps.strong = grey, strong

    def _outlast_cut(self, maps: _Maps, grey: Any, strong: Any) -> None:
        """Lets a cut speak for what is still there two looks later: by then a dissolve is over."""
        import cv2

        if self._has_cut:
            maps.before_cut, maps.looks_since = (maps.grey, maps.strong), 0
        elif maps.before_cut is not None:
            maps.looks_since += 1
            if maps.looks_since == 2:
                old_grey, old_strong = maps.before_cut
                maps.before_cut = None
                # a mark may hold many edges of a soft picture, not its tones; a jump cut keeps both
                changed = float((cv2.absdiff(grey, old_grey) >= SAME_LEVELS).mean())
                gone = 1 - int((old_strong & strong).sum()) / max(1, int(old_strong.sum()))
                if changed > CUT_CHANGED_SHARE and gone > CUT_GONE_SHARE:
                    maps.witness[maps.age >= 3] += CUT_WITNESS

    def _follow(self, frame_number: int) -> None:
        """Matches the text of this look with that of the last one."""
        import numpy as np

        maps = self._maps
        assert maps is not None
        stood = ((maps.age >= 2) & (maps.witness >= ENOUGH_WITNESS)).astype("uint8")
        still_open: list[_Standing] = []
        for box in _lines(stood, maps.grey, is_strict=False):
            x, y, w, h = box
            edges = _cut_out(stood, box) > 0
            # the longest-standing fifth: a busy picture behind it takes away much of the rest at each cut
            looks = int(np.percentile(maps.age[y : y + h, x : x + w][edges], 80))
            witness = int(np.median(maps.witness[y : y + h, x : x + w][edges]))
            is_whole = edges.sum() >= WHOLE_SHARE * _cut_out(maps.strong, box).sum()
            if not is_whole and (witness < 2 * CUT_WITNESS or edges.mean() < THICK_SHARE):
                continue  # a texture that happens to have edges where another had some
            known = next((one for one in self._open if _overlap(one.box, box) > 0.4), None)
            if known is None:
                still_open.append(self._begin(box, frame_number - looks * self._step, frame_number, witness))
            elif known not in still_open:
                known.last, known.witness = frame_number, max(known.witness, witness)
                known.box = _around(known.box, box)
                still_open.append(known)
        self._found += [one for one in self._open if one not in still_open]
        self._open = still_open

    def _begin(self, box: Box, first: int, now: int, witness: int) -> _Standing:
        """A new one; where it stood before the last cut already, the shots before get one each."""
        first = max(0, first)
        start = self._shots[-1]
        for shot, following in zip(self._shots, self._shots[1:], strict=False):
            if following > first:
                self._found.append(_Standing(box, max(first, shot), following - 1, witness))
        return _Standing(box, max(first, start), now, witness)


def _appeared(maps: _Maps, grey: Any, strong: Any) -> list[tuple[Box, Any]]:
    """Lines that are new since the last look, with their edges, where nothing else changed."""
    import cv2
    import numpy as np

    new = strong & (1 - cv2.dilate(maps.strong, np.ones((3, 3), np.uint8)))
    if not 0 < new.sum() < MOST_NEW_SHARE * new.size:
        return []
    drift = grey.astype(np.int16) - maps.grey
    lines = [
        box
        for box in _lines(new, grey, is_strict=True)
        if np.median(abs(_cut_out(drift, box)[_cut_out(new, box) > 0])) >= SAME_LEVELS / 2
    ]
    inside = 0
    for x, y, w, h in lines:
        inside += int(_cut_out(new, (x, y, w, h)).sum())
        drift[max(0, y - h // 2) : y + h + h // 2, max(0, x - h // 2) : x + w + h // 2] = 0
    is_fading = abs(float(drift.mean())) > MOST_FADE_LEVELS
    has_moved = float((abs(drift) >= SAME_LEVELS / 2).mean()) > MOST_ELSE_SHARE
    if is_fading or has_moved or inside < NEW_SHARE * new.sum():
        return []
    return [(box, _cut_out(new, box)) for box in lines]


def _strong_edges(grey: Any) -> Any:
    import cv2
    import numpy as np

    across = cv2.convertScaleAbs(cv2.Sobel(grey, cv2.CV_16S, 1, 0, ksize=3, scale=0.25))
    down = cv2.convertScaleAbs(cv2.Sobel(grey, cv2.CV_16S, 0, 1, ksize=3, scale=0.25))
    return (cv2.max(across, down) >= STRONG_STEP).astype(np.uint8)


def _is_flat(grey: Any) -> bool:
    """Whether most of a frame is one tone."""
    import cv2

    counts = cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel()
    tone = int(counts.argmax())
    return float(counts[max(0, tone - 5) : tone + 6].sum()) > CARD_SHARE * grey.size


def _lines(edges: Any, grey: Any, *, is_strict: bool) -> list[Box]:
    """Boxes of what is built like lines of text or a mark: dense upright strokes with quiet around them."""
    import cv2
    import numpy as np

    if not edges.any():
        return []
    found: list[Box] = []
    for reach, least in ((9, 5), (23, 12), (45, 24)):
        joined = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((max(3, reach // 3), reach), np.uint8))
        joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((least - 1, least), np.uint8))
        count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=4)
        for x, y, w, h, _ in stats[1:count].tolist():
            if _is_line(edges, grey, (x, y, w, h), is_strict):
                found.append((x, y, w, h))
    return _merged(found)


def _is_line(edges: Any, grey: Any, box: Box, is_strict: bool) -> bool:
    import numpy as np

    x, y, w, h = box
    height = grey.shape[0]
    if not 6 <= h <= 0.35 * height or w < (2.0 if is_strict else 1.4) * h or w < 16:
        return False
    inside = _cut_out(edges, box)
    pad = max(3, round(0.4 * h))
    outer = edges[max(0, y - pad) : y + h + pad, max(0, x - pad) : x + w + pad]
    around = (float(outer.sum()) - float(inside.sum())) / max(1, outer.size - inside.size)
    density = float(inside.mean())
    if not 0.12 <= density <= 0.8 or around > (0.25 if is_strict else 0.4) * density:
        return False
    strokes = float(np.abs(np.diff(inside.astype(np.int8), axis=1)).sum(axis=1).mean()) / 2 * h / w
    patch = _cut_out(grey, box).astype(np.float32)
    contrast = float(np.percentile(patch, 95) - np.percentile(patch, 5))
    return strokes >= (0.8 if is_strict else 0.5) and contrast >= (60 if is_strict else 45)


def _cut_out(picture: Any, box: Box) -> Any:
    x, y, w, h = box
    return picture[y : y + h, x : x + w]


def _around(one: Box, other: Box) -> Box:
    x, y = min(one[0], other[0]), min(one[1], other[1])
    return x, y, max(one[0] + one[2], other[0] + other[2]) - x, max(one[1] + one[3], other[1] + other[3]) - y


def _overlap(one: Box, other: Box) -> float:
    """Of the smaller box, the share that lies in the other."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(0, across) * max(0, down) / max(1, min(one[2] * one[3], other[2] * other[3]))


def _widened(box: Box) -> Box:
    """A line with room for its next word."""
    x, y, w, h = box
    return x - h, y, w + 2 * h, h


def _merged(boxes: list[Box]) -> list[Box]:
    """Boxes that share a third of the smaller become one."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda b: -b[2] * b[3]):
        for n, other in enumerate(kept):
            if _overlap(box, other) > 0.3:
                kept[n] = _around(box, other)
                break
        else:
            kept.append(box)
    return kept
