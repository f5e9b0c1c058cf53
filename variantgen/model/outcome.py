"""The finished file: what was measured and what became of each variant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Check:
    """One measured fact of a finished file held against what was wanted.

    An advice check tells when a practice value is missed; it never makes a variant fail.
    """

    name: str
    wanted: str
    measured: str
    ok: bool
    is_advice: bool = False
    note: str = ""


@dataclass(frozen=True)
class VariantResult:
    """What became of one variant."""

    id: str
    preset: str
    file: str
    status: Literal["made", "unchanged", "failed", "planned"]
    checks: tuple[Check, ...] = ()
    error: str = ""
    sidecars: tuple[str, ...] = ()
    master: str = ""
    key: str = ""
    sha256: str = ""
    size_bytes: int = 0
    modified_ns: int = 0
    timelines: dict[str, str] = field(default_factory=dict)
    """Files for an editor to go on with, by name: the SHA-256 of what was written."""
