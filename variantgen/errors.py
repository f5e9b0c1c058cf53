"""What can go wrong, told so that a person can act on it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class VariantgenError(Exception):
    """Base of every error that is shown as a sentence and not as a traceback."""


class UserError(VariantgenError):
    """Something the user can change: names the file, key or value, and what is allowed."""


class MasterError(UserError):
    """A master that is no usable film: its variants fail, other masters' do not."""


class ToolError(VariantgenError):
    """A tool failed while we used it: what we were doing, the command and its last words."""

    def __init__(self, doing: str, *, command: str = "", said: str = "") -> None:
        self.doing = doing
        self.command = command
        self.said = said
        super().__init__(doing + (f": {said.strip().splitlines()[-1]}" if said.strip() else ""))


def nearest(word: str, allowed: Iterable[str]) -> str:
    """` Did you mean "x"?` for the closest of `allowed`, or an empty string."""
    match = difflib.get_close_matches(word, list(allowed), n=1, cutoff=0.5)
    return f' Did you mean "{match[0]}"?' if match else ""
