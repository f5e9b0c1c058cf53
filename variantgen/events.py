"""What a run tells while it goes on; the command line draws it, JSON prints it, tests read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from variantgen.model import VariantResult


@dataclass(frozen=True)
class Note:
    """A sentence for the person at the terminal; a warning is one that they should act on."""

    text: str
    is_warning: bool = False


@dataclass(frozen=True)
class Progress:
    """How far a step is, 0 to 1."""

    step: str
    share: float


@dataclass(frozen=True)
class VariantDone:
    """One variant is finished, for better or worse."""

    result: VariantResult


@dataclass(frozen=True)
class TimelinesDone:
    """The timeline files of the variant `file`, and their captions, are written: names beside it."""

    file: str
    names: tuple[str, ...]


Event = Note | Progress | VariantDone | TimelinesDone
Notify = Callable[[Event], None]
