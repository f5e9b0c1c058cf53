"""`film.framing.toml` beside a master: what an editor decided about its framing, read, held against the film, written.

[keep]                       # weights of kinds of subjects, 0 to 10
face = 2

[[span]]                     # seconds of the master; start_frame and end_frame do as well
start = 4.2
end = 7.0
subject = "person"           # or a subject's number on the contact sheet
                             # or x and y: a still centre, as shares of the picture
                             # or keys = [{ at = 4.2, x = 0.3, y = 0.5 }, ...]: a centre that moves
fit = "crop"                 # or split, blur, pad
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from variantgen.errors import UserError, nearest
from variantgen.model import Fit, FramingMark, Master, Subject, SubjectKind
from variantgen.presets.reading import read_toml

SUFFIX = ".framing.toml"
KINDS: tuple[str, ...] = get_args(SubjectKind)
LARGEST_WEIGHT = 10
LATE_SECONDS = 0.1
"""A span may end this much after the film: people type the length that they were told, which is rounded."""

Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=1e6)]
Frame = Annotated[int, Field(ge=0)]
Weight = Annotated[float, Field(ge=0, le=LARGEST_WEIGHT)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Key(_Table):
    """Where the middle of the window is at a time, as shares of the picture."""

    at: Seconds
    x: Share
    y: Share = 0.5


class Span(_Table):
    """What was decided for a stretch of the master."""

    start: Seconds | None = None
    end: Seconds | None = None
    start_frame: Frame | None = None
    end_frame: Frame | None = None
    subject: str | None = None
    x: Share | None = None
    y: Share | None = None
    keys: list[Key] | None = Field(default=None, min_length=1)
    fit: Literal["crop", "split", "blur", "pad"] | None = None


_Keep = create_model("_Keep", __base__=_Table, **dict.fromkeys(KINDS, (Weight, 1)))  # type: ignore[call-overload]


class _File(_Table):
    schema_version: Literal[1] = 1
    keep: _Keep | None = None  # type: ignore[valid-type]
    span: list[dict[str, Any]] = []


# What a complaint says is allowed, by the key's name.
ALLOWED = {
    "schema_version": "1",
    "keep": f"a table of {', '.join(KINDS)}",
    **dict.fromkeys(KINDS, f"a number from 0 to {LARGEST_WEIGHT}"),
    "span": "tables that each begin with [[span]]",
    **dict.fromkeys(("start", "end", "at"), "seconds of the film, a number from 0"),
    **dict.fromkeys(("start_frame", "end_frame"), "a whole number from 0"),
    "subject": "a kind of subject in quotes, or the number of one in quotes",
    **dict.fromkeys(("x", "y"), "a number from 0 (left, top) to 1 (right, bottom)"),
    "keys": "one or more of { at = 4.2, x = 0.35, y = 0.5 }",
    "fit": ", ".join(get_args(Fit)),
}


@dataclass(frozen=True)
class FramingFile:
    """What a framing file asks for: weights by kind of subject, and marks in master frames, in the film's order."""

    path: Path
    keep: tuple[tuple[str, float], ...] = ()
    marks: tuple[FramingMark, ...] = ()


def framing_path(master: Path) -> Path:
    """Where a master's framing file lies: `film.framing.toml` beside `film.mp4`."""
    return master.with_name(master.stem + SUFFIX)


def read_framing(path: Path, master: Master, subjects: Sequence[Subject] = ()) -> FramingFile:
    """The framing file, held against its master and the subjects found in it.

    Raises UserError with one line for every fault.
    """
    tables = read_toml(path)
    faults: list[str] = []
    file = _validated(_File, tables, "", faults)
    spans: list[tuple[str, FramingMark]] = []
    # a fault elsewhere in the file does not hide those of its spans
    for number, table in enumerate(_tables(tables.get("span")), 1):
        where = f"span {number}"
        span = _validated(Span, table, where, faults)
        mark = _mark(span, where, master, subjects, faults) if isinstance(span, Span) else None
        spans += [(where, mark)] if mark else []
    spans.sort(key=lambda row: row[1].start_frame)
    faults += _overlaps(spans, master)
    if faults:
        raise UserError("\n".join(f"{path}: {fault}" for fault in faults))
    weights = file.keep if isinstance(file, _File) else None
    keep = tuple(weights.model_dump(exclude_unset=True).items()) if weights else ()
    return FramingFile(path, keep, tuple(mark for _, mark in spans))


# ---------------------------------------------------------------- what stands in the file


def _validated(model: type[BaseModel], table: Any, where: str, faults: list[str]) -> BaseModel | None:
    try:
        return model.model_validate(table, strict=True)
    except ValidationError as error:
        faults += dict.fromkeys(_sentence(fault, where) for fault in error.errors(include_url=False))
        return None


def _tables(value: Any) -> list[dict[str, Any]]:
    return [table for table in value if isinstance(table, dict)] if isinstance(value, list) else []


def _sentence(fault: Any, where: str) -> str:
    """One of pydantic's errors as a person would say it."""
    words = [where] if where else []
    for name in fault["loc"]:
        words = [*words[:-1], f"{words[-1]} {name + 1}"] if isinstance(name, int) else [*words, str(name)]
    place, key = ", ".join(words), next((n for n in reversed(fault["loc"]) if isinstance(n, str)), "span")
    if fault["type"] == "extra_forbidden":
        table = fault["loc"][-2] if len(fault["loc"]) > 1 else None
        model = Key if isinstance(table, int) else _Keep if table == "keep" else Span if where else _File
        known = list(model.model_fields)
        return f"{place}: is not a known key: allowed are {', '.join(known)}.{nearest(key, known)}"
    if fault["type"] == "missing":
        return f"{place}: is missing: it holds {ALLOWED[key]}."
    value = fault["input"]
    words_allowed = get_args(Fit) if key == "fit" else ()
    closest = nearest(value, words_allowed) if isinstance(value, str) else ""
    return f"{place}: value {_shown(value)} is not allowed: allowed is {ALLOWED[key]}.{closest}"


def _shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


# ---------------------------------------------------------------- what it means for the film


def _mark(span: Span, where: str, master: Master, subjects: Sequence[Subject], faults: list[str]) -> FramingMark | None:
    said: list[str] = []
    start = _frame(span.start, span.start_frame, "start", master, said)
    end = _frame(span.end, span.end_frame, "end", master, said)
    if start is not None and end is not None:
        end = _ended(span, start, end, master, said)
        said += _subject_faults(span, start, end, master, subjects)
        centres = _centres(span, start, end, master, said)
    said += _contradictions(span)
    faults += [f"{where}: {fault}" for fault in said]
    if said or start is None or end is None:
        return None
    return FramingMark(start, end, centres, span.subject or "", span.fit)


def _frame(seconds: float | None, frame: int | None, name: str, master: Master, said: list[str]) -> int | None:
    if seconds is None and frame is None:
        said.append(f"{name} is missing: it holds {ALLOWED[name]}; {name}_frame does as well.")
    elif seconds is not None and frame is not None:
        said.append(f"{name} and {name}_frame both say where it {name}s: give one of them.")
    elif frame is not None:
        return frame
    elif seconds is not None:
        return round(seconds * master.frame_rate)
    return None


def _ended(span: Span, start: int, end: int, master: Master, said: list[str]) -> int:
    late = round(LATE_SECONDS * master.frame_rate) if span.end is not None else 0
    if end <= start:
        said.append(f"end {_told(span.end, span.end_frame)} is not after start {_told(span.start, span.start_frame)}.")
    elif end > master.frames + late:
        length = f"{master.frames}" if span.end is None else f"{float(master.frames / master.frame_rate):.3f}"
        said.append(f"end {_told(span.end, span.end_frame)} is past the film's end: allowed is up to {length}.")
    return min(end, master.frames)


def _told(seconds: float | None, frame: int | None) -> str:
    return f"{seconds:g}" if seconds is not None else f"frame {frame}"


def _subject_faults(span: Span, start: int, end: int, master: Master, subjects: Sequence[Subject]) -> Iterable[str]:
    if span.subject is None or span.subject in KINDS:
        return
    allowed = f"{', '.join(KINDS)}, or the number of a subject on the sheet"
    if not span.subject.isascii() or not span.subject.isdigit():
        yield f"subject {_shown(span.subject)} is not allowed: allowed are {allowed}.{nearest(span.subject, KINDS)}"
        return
    seen = [s for s in subjects if s.boxes and s.boxes[0].frame < end and s.boxes[-1].frame >= start]
    if span.subject not in {str(subject.id) for subject in seen}:
        there = ", ".join(f"{s.id} ({s.kind})" for s in seen[:12]) or "none"
        yield f"subject {_shown(span.subject)} is not seen in this span: seen there: {there}."


def _contradictions(span: Span) -> Iterable[str]:
    has_centre = span.x is not None or span.y is not None
    looks = [name for name, given in (("subject", span.subject), ("keys", span.keys)) if given is not None]
    looks += ["x, y"] if has_centre else []
    if len(looks) > 1:
        yield f"{' and '.join(looks)} each say where the window looks: give one of them."
    if not looks and span.fit is None:
        yield "decides nothing: give subject, x and y, keys or fit."
    # a split looks at two places, which it finds by itself; blur and pad show everything
    useless = looks if span.fit in ("blur", "pad") else [name for name in looks if name != "subject"]
    if span.fit not in (None, "crop") and useless:
        yield f'fit "{span.fit}" and {" and ".join(useless)} contradict each other: leave one out.'


def _centres(span: Span, start: int, end: int, master: Master, said: list[str]) -> tuple[tuple[int, float, float], ...]:
    if span.x is not None or span.y is not None:
        x, y = (0.5 if share is None else share for share in (span.x, span.y))
        return ((start, x, y),)
    centres: list[tuple[int, float, float]] = []
    for number, key in enumerate(span.keys or (), 1):
        frame = round(key.at * master.frame_rate)
        if not start <= frame <= end:
            said.append(f"key {number} at {key.at:g} lies outside the span.")
        elif centres and frame <= centres[-1][0]:
            said.append(f"key {number} at {key.at:g} is not later than the key before it.")
        else:
            centres.append((frame, key.x, key.y))
    return tuple(centres)


def _overlaps(spans: Sequence[tuple[str, FramingMark]], master: Master) -> Iterable[str]:
    """Complaints about spans, which come in the film's order."""
    before, end = "", 0
    for after, mark in spans:
        if mark.start_frame < end:
            at = float(mark.start_frame / master.frame_rate)
            yield f"{before} and {after} overlap at {at:.3f} s (frame {mark.start_frame}): spans may only touch."
        if mark.end_frame > end:
            before, end = after, mark.end_frame


# ---------------------------------------------------------------- writing

_STAMP = re.compile(r"\A# Written by variantgen frame --export; untouched while this is true: ([0-9a-f]{16})\n")


def framing_text(
    master: Master, spans: Sequence[tuple[FramingMark, str]], keep: Sequence[tuple[str, float]] = ()
) -> str:
    """A framing file with these marks, each below a comment; `read_framing` gives the same marks back."""
    lines = [
        f"# The framing of {_line(master.name)}. Change what you like: every command reads this file.",
        "# x and y are the middle of the window, 0 (left, top) to 1 (right, bottom). A span without its x, y or keys",
        '# may name a subject = "face" instead; a span that is deleted is framed by itself again.',
        "schema_version = 1",
    ]
    if keep:
        lines += ["", "[keep]", *(f"{kind} = {weight:g}" for kind, weight in keep)]
    for mark, comment in spans:
        lines += ["", f"# {_line(comment)}", *_span_lines(mark, master)]
    body = "\n".join(lines) + "\n"
    return f"# Written by variantgen frame --export; untouched while this is true: {_digest(body)}\n{body}"


def is_edited(path: Path) -> bool:
    """Whether there is a framing file that a person wrote or changed: not exactly what an export left."""
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        return False
    except (OSError, UnicodeDecodeError):
        return True
    stamp = _STAMP.match(text)
    return stamp is None or stamp[1] != _digest(text[stamp.end() :])


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()[:16]


def _line(text: str) -> str:
    """Text fit for a TOML comment: one line, no control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", " ", text).split())


def _span_lines(mark: FramingMark, master: Master) -> Iterable[str]:
    yield "[[span]]"
    yield f"start = {_seconds(mark.start_frame, master)}"
    yield f"end = {_seconds(mark.end_frame, master)}"
    if mark.subject:
        yield f'subject = "{mark.subject}"'
    if len(mark.centres) == 1:
        _, x, y = mark.centres[0]
        yield f"x = {x:.5f}"
        yield f"y = {y:.5f}"
    elif mark.centres:
        yield "keys = ["
        for frame, x, y in mark.centres:
            yield f"  {{ at = {_seconds(frame, master)}, x = {x:.5f}, y = {y:.5f} }},"
        yield "]"
    if mark.fit is not None:
        yield f'fit = "{mark.fit}"'


def _seconds(frame: int, master: Master) -> str:
    # four decimals name one frame up to 1000 a second
    return f"{float(frame / master.frame_rate):.4f}"
