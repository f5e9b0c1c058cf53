"""Puts a report in place whole: written under a temporary name beside its own, synced, renamed."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from variantgen.errors import UserError


def replace_text(path: Path, text: str) -> Path:
    """Make `path` hold `text` as UTF-8, or leave it as it was; raises UserError when it cannot be written."""
    # a lone surrogate (a file name that is not UTF-8) must not cost the whole report
    return replace_bytes(path, text.encode("utf-8", "replace"))


def replace_bytes(path: Path, content: bytes) -> Path:
    """Make `path` hold exactly these bytes, or leave it as it was; raises UserError when it cannot be written."""
    return replace_file(path, lambda file: file.write(content))


def replace_file(path: Path, write: Callable[[BinaryIO], object]) -> Path:
    """Make `path` hold what `write` puts into the open file; raises UserError when it cannot be written."""
    # not mkstemp: its private mode would stay on a page that others should be able to read
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise UserError(f"Cannot write the report {path}: {error.strerror or error}.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return path
