"""A solution in, the same in an editor's words out: why each span is kept, why each is dropped, and the whole."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from variantgen.model import FrameSpan
from variantgen.plan.shorten.pieces import Piece
from variantgen.plan.shorten.solve import Ground, Solution
from variantgen.plan.shorten.values import Ask, DroppedSpan, KeptSpan, Material

MOST_REASONS = 2
GOES_ON = "the same sentence goes on"


@dataclass(frozen=True)
class _Part:
    """Frames without a border inside, and the reason told of them."""

    start_frame: int
    end_frame: int
    why: str
    sentence: int = -1


def kept_told(ground: Ground, solution: Solution) -> tuple[KeptSpan, ...]:
    """The spans as they play, those that touch as one, each with its reasons."""
    runs: list[tuple[FrameSpan, list[int]]] = []
    for (start, end), place in zip(solution.spans, solution.piece_of, strict=True):
        if start == end:
            continue
        if runs and runs[-1][0][1] == start:
            runs[-1] = ((runs[-1][0][0], end), [*runs[-1][1], place])
        else:
            runs.append(((start, end), [place]))
    kept = frozenset(solution.piece_of)
    told: list[KeptSpan] = []
    before = -1
    for (start, end), places in runs:
        new = [place for place in places if place != before]
        told.append(KeptSpan(start, end, _together(ground, kept, new) if new else GOES_ON))
        before = places[-1]
    return tuple(told)


def dropped_told(ground: Ground, solution: Solution, kept: Sequence[KeptSpan]) -> tuple[DroppedSpan, ...]:
    """All that is not kept, in the master's order, each with its reason; sentences with one reason go together."""
    total = ground.candidates.material.frames
    used, wanted, pieces = frozenset(solution.piece_of), ground.wanted, ground.candidates.pieces
    held = sum(pieces[place].frames for place in used & (wanted.keep | wanted.hook | wanted.cta))
    room_frames = sum(span.end_frame - span.start_frame for span in kept) - held
    told: list[DroppedSpan] = []
    for span in _complement(kept, total):
        told += _dropped_in(ground, used, span, room_frames)
    return tuple(told)


def whole_told(ground: Ground, solution: Solution, ask: Ask, kept: Sequence[KeptSpan]) -> str:
    """One sentence on a cut-down: from what to what, and by which means."""
    material, pieces = ground.candidates.material, ground.candidates.pieces
    used = set(solution.piece_of)
    frames = sum(span.end_frame - span.start_frame for span in kept)
    means = []
    fillers = sum(bool(hole.filler) for place in sorted(used) for hole in pieces[place].holes)
    pauses = _pauses_shortened(solution, kept) - fillers
    means += [f"{pauses} pause{'s' * (pauses > 1)} shortened"] if pauses > 0 else []
    means += [f"{fillers} filler{'s' * (fillers > 1)} dropped"] if fillers else []
    if len(used) < len(pieces):
        means.append(_count_told(ground, used))
    if solution.speed > 1:
        means.append(f"played {float(solution.speed):.2f} times as fast")
    if solution.attempt.grain != "sentences" and len(used) < len(pieces):
        means.append(f"cut inside a sentence, between {solution.attempt.grain}, for want of a whole one that fits")
    means += _missing(ground, used)
    lengths = f"{_length(material, material.frames)} to {_length(material, int(frames / solution.speed))}"
    return f"{lengths}: {'; '.join(means) or 'its edges trimmed'}"


def _pauses_shortened(solution: Solution, kept: Sequence[KeptSpan]) -> int:
    """How many cuts leave out nothing but what lies between words that both play."""
    borders = {(a.end_frame, b.start_frame) for a, b in zip(kept, kept[1:], strict=False)}
    count = 0
    neighbours = zip(solution.spans, solution.piece_of, solution.spans[1:], solution.piece_of[1:], strict=False)
    for (_, end), place, (start, _), after in neighbours:
        count += (end, start) in borders and start > end and after - place in (0, 1)
    return count


def refusal(ground: Ground, ask: Ask, possible_frames: int | None = None) -> str:
    """Why a length cannot be made, and what would help; `possible_frames` is one below it that can be."""
    material, pieces, wanted = ground.candidates.material, ground.candidates.pieces, ground.wanted
    asked = _length(material, ask.target_frames)
    left = [piece for place, piece in enumerate(pieces) if place not in wanted.drop]
    tight = sum(piece.frames for piece in left)
    held = sum(pieces[place].frames for place in wanted.keep)
    if not left:
        return "everything is marked to be dropped; drop less"
    if held > ask.target_frames * ask.max_speed:
        return (
            f"what is to be kept lasts {_length(material, held)} and {asked} is asked for; keep less, or ask for more"
        )
    if ask.method == "speed":
        tight = material.frames if not wanted.drop else sum(piece.end_frame - piece.start_frame for piece in left)
        needed = tight / ask.target_frames
        return (
            f"{asked} would need {needed:.2f} times the speed and at most {float(ask.max_speed):.2f} is allowed; "
            f"ask for at least {_length(material, -int(-tight // ask.max_speed))}, or let it be cut (method auto)"
        )
    if ask.method == "tighten" and tight > ask.target_frames:
        return (
            f"without its pauses and fillers it still lasts {_length(material, tight)} and {asked} is asked for; ask "
            "for more, or let sentences be dropped (method auto)"
        )
    whole = sum(piece.end_frame - piece.start_frame for piece in left)
    if whole < ask.least_frames:
        return (
            f"only {_length(material, whole)} may be shown and at least {_length(material, ask.least_frames)} is "
            "asked for; drop less, or ask for less"
        )
    window = f"{_length(material, ask.least_frames)} to {asked}"
    if possible_frames is None:
        return f"no cut between words makes {window}; ask for more, or mark what to keep"
    reached = _length(material, possible_frames)
    return f"no cut between words makes {window}; {reached} can be made: allow as little, or mark what to keep"


def _count_told(ground: Ground, used: set[int]) -> str:
    pieces = ground.candidates.pieces
    sentences = {piece.sentence for piece in pieces if piece.has_words}
    if not ground.candidates.speech.has_text or not sentences:
        if ground.candidates.speech.words:
            return f"{len(used)} of {len(pieces)} stretches of sound kept"
        starts = ground.candidates.material.shot_starts
        shots = {bisect_right(starts, pieces[place].start_frame) for place in used}
        return f"{len(shots)} of {len(starts)} shots kept, in whole or in part"
    said = {pieces[place].sentence for place in used if pieces[place].has_words}
    return f"{len(said)} of {len(sentences)} sentences kept"


def _missing(ground: Ground, used: set[int]) -> list[str]:
    wanted = ground.wanted
    ends = (("the hook" if wanted.is_hook_marked else "the opening", wanted.hook), (_closing_told(ground), wanted.cta))
    return [
        f"{name} {'cannot be held whole' if places & used else 'is left out'}" for name, places in ends if places - used
    ]


def _closing_told(ground: Ground) -> str:
    """Only who marks a call to action has one for sure."""
    return "the call to action" if ground.wanted.is_cta_marked else "the closing"


def _together(ground: Ground, kept: frozenset[int], places: Sequence[int]) -> str:
    reasons = dict.fromkeys(reason for place in dict.fromkeys(places) for reason in _reasons(ground, kept, place))
    return ", ".join(list(reasons)[: MOST_REASONS + 1]) or "fits the length"


def _reasons(ground: Ground, kept: frozenset[int], place: int) -> list[str]:
    wanted, links = ground.wanted, ground.links
    said = [name for name, places in (
        ("opens as asked", set(wanted.first) & wanted.keep), ("ends as asked", set(wanted.last) & wanted.keep),
        ("marked to keep", wanted.keep - {*wanted.first, *wanted.last}),
        ("the opening" if not wanted.is_hook_marked else "the hook", wanted.hook),
        (_closing_told(ground), wanted.cta),
    ) if place in places]  # fmt: skip
    if said:
        return said[:1]
    if place and place - 1 in kept:
        is_answer = links.asks[place - 1] and not links.asks[place]
        said += ["the answer"] if is_answer else ["goes with what is said before"] * links.leaning[place]
    reasons = list(ground.worths[place].reasons)
    if "said nowhere else" in reasons[1:]:
        reasons.remove("said nowhere else")  # beside another reason it adds nothing
    return (said + reasons)[:MOST_REASONS]


def _complement(kept: Sequence[KeptSpan], total: int) -> Iterator[FrameSpan]:
    at = 0
    for start, end in sorted((span.start_frame, span.end_frame) for span in kept):
        if start > at:
            yield at, start
        at = max(at, end)
    if at < total:
        yield at, total


def _dropped_in(ground: Ground, kept: frozenset[int], span: FrameSpan, room_frames: int) -> list[DroppedSpan]:
    """One stretch that is not shown, cut where its reason changes."""
    pieces = ground.candidates.pieces
    inside = [p for p in range(len(pieces)) if p not in kept and _overlap(pieces[p], span) > 0]
    if not inside:
        return [DroppedSpan(*span, _pause_told(ground, kept, span))]
    groups: list[tuple[str, list[int]]] = []
    for place in inside:
        why = _against(ground, kept, place, room_frames)
        if groups and groups[-1][0] == why:
            groups[-1][1].append(place)
        else:
            groups.append((why, [place]))
    borders = [span[0], *(pieces[places[0]].start_frame for _, places in groups[1:]), span[1]]
    return [
        DroppedSpan(start, end, why)
        for (why, _), start, end in zip(groups, borders, borders[1:], strict=False)
        if end > start
    ]


def _overlap(piece: Piece, span: FrameSpan) -> int:
    return min(piece.end_frame, span[1]) - max(piece.start_frame, span[0])


def _against(ground: Ground, kept: frozenset[int], place: int, room_frames: int) -> str:
    worth, links = ground.worths[place], ground.links
    if place in ground.wanted.drop:
        return "marked to drop"
    if ground.candidates.pieces[place].frames > room_frames:
        return "too long to stand beside what is kept"
    if worth.against:
        return worth.against[0]
    if links.leaning[place] and place - 1 not in kept:
        return "leans on what is dropped before"
    if place and links.asks[place - 1] and place - 1 not in kept:
        return "answers what is dropped before"
    if links.asks[place]:
        return "asks what is not answered in the cut"
    has_words = ground.candidates.pieces[place].has_words
    return "less to say than what is kept" if has_words else "less to see than what is kept"


def _pause_told(ground: Ground, kept: frozenset[int], span: FrameSpan) -> str:
    rate = ground.candidates.material.rate
    for place in sorted(kept):
        for hole in ground.candidates.pieces[place].holes:
            if hole.filler and hole.start_frame <= span[0] < hole.end_frame:
                return f'filler "{hole.filler}"'
    left = float((span[1] - span[0]) / rate)
    for gap in ground.candidates.gaps:
        if gap.start_frame <= span[0] <= gap.end_frame and span[1] <= gap.end_frame:
            if gap.filler:
                return f'filler "{gap.filler}"'
            if span[0] > 0 and span[1] < ground.candidates.material.frames:
                return f"a pause of {gap.seconds:.1f} s shortened to {gap.seconds - left:.1f} s"
    if span[0] == 0:
        return "before anything is said"
    if span[1] == ground.candidates.material.frames:
        return "after everything is said"
    return "a pause"


def _length(material: Material, frames: float) -> str:
    return f"{float(frames / material.rate):.1f} s"
