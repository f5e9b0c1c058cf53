"""What a finished file says about itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Identity:
    """Who a variant is, to be written into its file: what a person, an import or another tool reads back from there.

    `specification` is plain JSON data: what the id was made of, and nothing of the machine. `language` is a BCP 47 tag.
    """

    id: str
    specification: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    language: str = ""
    signed_by: str = ""
    """Names the certificate that signs the file; empty where none does."""
