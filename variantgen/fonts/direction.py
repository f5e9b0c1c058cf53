"""A line in reading order in, the order it is seen in from left to right out (Unicode's UAX 9, as FriBidi does it).

libass turns lines around by itself; this says where things end up, for what is drawn beside libass.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence, Set

_MAX_DEPTH = 125
_EMBEDDINGS = {"LRE": ("", 0), "RLE": ("", 1), "LRO": ("L", 0), "RLO": ("R", 1)}
_ISOLATES = {"LRI": 0, "RLI": 1, "FSI": 0}
_REMOVED = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "BN"})
_NEUTRALS = frozenset({"B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI"})


def visual_order(text: str) -> tuple[int, ...]:
    """The indices of a line's characters from left to right; the line's own first strong letter sets its direction.

    >>> visual_order("ab")
    (0, 1)
    >>> visual_order("אב 12")
    (3, 4, 2, 1, 0)
    """
    levels = levels_of(text)
    order = list(range(len(text)))
    for level in range(max(levels, default=0), 0, -1):
        order = _reversed_where(order, {index for index, its in enumerate(levels) if its >= level})
    return tuple(order)


def is_rtl(text: str) -> bool:
    """Whether a text's first strong letter runs to the left."""
    return _first_strong([unicodedata.bidirectional(character) or "L" for character in text]) == 1


def levels_of(text: str) -> list[int]:
    """The embedding level of each character: even runs to the right, odd to the left."""
    classes = [unicodedata.bidirectional(character) or "L" for character in text]
    if not any(name in ("R", "AL", "AN", "RLE", "RLO", "RLI") for name in classes):
        return [0] * len(text)
    base = _first_strong(classes)
    levels, seen = _explicit_levels(classes, base)
    outer = tuple(levels)
    for sequence in _isolating_sequences(classes, outer):
        _resolve(sequence, seen, outer, levels, base)
    _reset_ends(classes, levels, base)
    return levels


def _reversed_where(order: Sequence[int], turned: Set[int]) -> list[int]:
    result: list[int] = []
    held: list[int] = []
    for index in order:
        if index in turned:
            held.append(index)
            continue
        result += [*reversed(held), index]
        held = []
    return [*result, *reversed(held)]


def _first_strong(classes: Sequence[str]) -> int:
    """P2 and P3: 1 where the first strong letter outside isolates runs to the left."""
    depth = 0
    for name in classes:
        if name in _ISOLATES:
            depth += 1
        elif name == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and name in ("L", "R", "AL"):
            return int(name != "L")
    return 0


def _explicit_levels(classes: Sequence[str], base: int) -> tuple[list[int], list[str]]:
    """X1 to X8: levels from the marks that open and close embeddings, overrides and isolates."""
    stack: list[tuple[int, str, bool]] = [(base, "", False)]
    levels, seen = [], list(classes)
    for index, name in enumerate(classes):
        if name == "PDI" and any(is_isolate for _level, _override, is_isolate in stack):
            while not stack[-1][2]:
                stack.pop()
            stack.pop()
        level, override, is_isolate = stack[-1]
        levels.append(level)
        if override and name not in _REMOVED:
            seen[index] = override
        parity = None
        if name in _EMBEDDINGS:
            override, parity = _EMBEDDINGS[name]
        elif name in _ISOLATES:
            override = ""
            parity = _first_strong(_isolated(classes, index)) if name == "FSI" else _ISOLATES[name]
        elif name == "PDF" and not is_isolate and len(stack) > 1:
            stack.pop()
        if parity is not None and level + 2 <= _MAX_DEPTH:
            stack.append((level + 1 + (level + 1 + parity) % 2, override, name in _ISOLATES))
    return levels, seen


def _isolated(classes: Sequence[str], start: int) -> Sequence[str]:
    """What stands between an isolate's opening mark at `start` and its closing one."""
    depth = 0
    for index in range(start, len(classes)):
        depth += (classes[index] in _ISOLATES) - (classes[index] == "PDI")
        if depth == 0:
            return classes[start + 1 : index]
    return classes[start + 1 :]


def _isolating_sequences(classes: Sequence[str], levels: Sequence[int]) -> Iterable[list[int]]:
    """X9 and X10: what is resolved together: runs of one level, joined over the isolates between them."""
    open_ones: dict[int, list[list[int]]] = {}
    done: list[list[int]] = []
    current: list[int] = []
    for index in (i for i, name in enumerate(classes) if name not in _REMOVED):
        level = levels[index]
        if classes[index] == "PDI" and open_ones.get(level):
            if current and current is not open_ones[level][-1]:
                done.append(current)
            current = open_ones[level].pop()
        elif current and levels[current[-1]] != level:
            done.append(current)
            current = []
        current.append(index)
        if classes[index] in _ISOLATES:
            open_ones.setdefault(level, []).append(current)
            current = []
    rest = [current, *(one for ones in open_ones.values() for one in ones)]
    return [sequence for sequence in [*done, *rest] if sequence]


def _resolve(sequence: Sequence[int], classes: list[str], outer: Sequence[int], levels: list[int], base: int) -> None:
    """X10, W1 to W7, N1, N2, I1, I2 for one sequence; `outer` levels in, its `levels` out."""
    level = levels[sequence[0]]
    kept = [index for index, name in enumerate(classes) if name not in _REMOVED]
    first, last = kept.index(sequence[0]), kept.index(sequence[-1])
    is_cut = classes[sequence[-1]] in _ISOLATES or last + 1 == len(kept)
    before = outer[kept[first - 1]] if first else base
    after = base if is_cut else outer[kept[last + 1]]
    start, end = "LR"[max(level, before) % 2], "LR"[max(level, after) % 2]
    names = _weak_resolved([classes[index] for index in sequence], start)
    names = _neutral_resolved(names, start, end, level)
    for index, name in zip(sequence, names, strict=True):
        if level % 2 == 0:
            levels[index] = level + {"R": 1, "AN": 2, "EN": 2}.get(name, 0)
        else:
            levels[index] = level + (name != "R")


def _weak_resolved(names: list[str], start: str) -> list[str]:
    strong = previous = start
    for index, name in enumerate(names):
        if name == "NSM":
            name = "ON" if previous in ("LRI", "RLI", "FSI", "PDI") else previous
        if name in ("L", "R", "AL"):
            strong = name
        if name == "EN" and strong == "AL":
            name = "AN"
        names[index] = previous = name
    names = ["R" if name == "AL" else name for name in names]
    for index in range(1, len(names) - 1):
        around = {names[index - 1], names[index + 1]}
        if names[index] in ("ES", "CS") and around == {"EN"}:
            names[index] = "EN"
        elif names[index] == "CS" and around == {"AN"}:
            names[index] = "AN"
    return _numbers_resolved(names, start)


def _numbers_resolved(names: list[str], start: str) -> list[str]:
    """W5 to W7: signs beside numbers join them, other signs are neutral, numbers after Latin are Latin."""
    for order in (range(len(names)), range(len(names) - 1, -1, -1)):
        previous = ""
        for index in order:
            if names[index] == "ET" and previous == "EN":
                names[index] = "EN"
            previous = names[index]
    names = ["ON" if name in ("ES", "ET", "CS") else name for name in names]
    strong = start
    for index, name in enumerate(names):
        if name in ("L", "R"):
            strong = name
        elif name == "EN" and strong == "L":
            names[index] = "L"
    return names


def _neutral_resolved(names: list[str], start: str, end: str, level: int) -> list[str]:
    """N1 and N2: neutrals between letters of one direction take it, others the level's (libass pairs no brackets)."""
    index = 0
    while index < len(names):
        if names[index] not in _NEUTRALS:
            index += 1
            continue
        stop = next((i for i in range(index, len(names)) if names[i] not in _NEUTRALS), len(names))
        left = start if index == 0 else _side(names[index - 1])
        right = end if stop == len(names) else _side(names[stop])
        names[index:stop] = [left if left == right else "LR"[level % 2]] * (stop - index)
        index = stop
    return names


def _side(name: str) -> str:
    return "L" if name == "L" else "R"


def _reset_ends(classes: Sequence[str], levels: list[int], base: int) -> None:
    """L1: spaces at the end of the line run as the line does; marks without a shape stand with what is before them."""
    is_end = True
    for index in range(len(levels) - 1, -1, -1):
        name = classes[index]
        is_end = is_end and (name in _REMOVED or name in ("WS", "B", "S", "LRI", "RLI", "FSI", "PDI"))
        if is_end or name in ("B", "S"):
            levels[index] = base
    for index, name in enumerate(classes):
        if name in _REMOVED and not (levels[index] == base and index == len(levels) - 1):
            levels[index] = levels[index - 1] if index else base
