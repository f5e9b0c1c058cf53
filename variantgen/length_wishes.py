"""What was asked of the length, from the command line and from marks beside the master."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from variantgen.errors import UserError
from variantgen.model import Master
from variantgen.plan.cutdowns import LengthWish
from variantgen.plan.shorten import LengthMark, MarkKind, Method
from variantgen.timelines import LengthMark as WrittenMark

if TYPE_CHECKING:
    from variantgen.pipeline import Request
    from variantgen.timeline_masters import OpenedMaster

KINDS: tuple[MarkKind, ...] = ("keep", "drop", "hook", "cta")
MOMENT_SECONDS = 4.0
"""A mark without an end means what follows it, up to the next mark but no longer than this."""


def length_wish(request: Request, master: Master, opened: OpenedMaster) -> LengthWish:
    """The lengths, spans and marks of a request, in the master's seconds. Raises UserError for spans beyond its end."""
    spans = {
        "--keep": request.keep_spans,
        "--drop": request.drop_spans,
        "--open-with": (request.open_with,) if request.open_with else (),
        "--end-with": (request.end_with,) if request.end_with else (),
    }
    for option, asked in spans.items():
        for start, end in asked:
            if start >= master.duration_seconds:
                long = f"{master.name} is {master.duration_seconds:.1f} s long"
                raise UserError(f"{option} {start:g}-{end:g}: {long}.")
    marks = [LengthMark("keep", *span) for span in request.keep_spans]
    told = _from_file(request, master)
    drops = [(mark.start_seconds, mark.end_seconds) for mark in told if mark.kind == "drop"]
    return LengthWish(
        seconds=request.lengths,
        method=cast(Method, request.method),
        marks=(*marks, *_lasting(opened.marks, master), *(mark for mark in told if mark.kind != "drop")),
        drops=(*request.drop_spans, *drops),
        shown=opened.spans,
        open_with=request.open_with,
        end_with=request.end_with,
    )


def _from_file(request: Request, master: Master) -> list[LengthMark]:
    if request.marks is None:
        return []
    from variantgen.timelines import read_marks

    read = read_marks(request.marks, rate=master.frame_rate, end_seconds=master.duration_seconds)
    return _lasting(read, master)


def _lasting(read: Sequence[WrittenMark], master: Master) -> list[LengthMark]:
    """Marks that say what to keep or drop, each with an end."""
    starts = [mark.start_seconds for mark in read] + [master.duration_seconds]
    marks = []
    for mark in read:
        if mark.kind not in KINDS:
            continue
        following = min(start for start in starts if start > mark.start_seconds or start == starts[-1])
        end = mark.end_seconds or min(following, mark.start_seconds + MOMENT_SECONDS)
        if end > mark.start_seconds:
            marks.append(LengthMark(mark.kind, mark.start_seconds, end))
    return marks
