"""Captions files and tracks in, plain cues in the master's seconds out.

SRT, WebVTT, ASS/SSA, TTML, SCC, EBU STL and Whisper JSON, told by content and read into one form (forms.py), then
mended in one place (repairs.py). Italics are kept where all of a cue is italic; ruby keeps its base text; colours,
drawings and places on the picture are dropped.
"""

from __future__ import annotations

from pathlib import Path

from variantgen.analyze.captions.beside import find_caption_files, find_captions
from variantgen.analyze.captions.embedded import read_track
from variantgen.analyze.captions.encodings import decode
from variantgen.analyze.captions.forms import STL, SUFFIXES, form_of, name_notes
from variantgen.analyze.captions.plain import LINE_ENDS
from variantgen.analyze.captions.raw import FORMS_READ, MAX_MEGABYTES, CaptionsFile, RawCaptions, refuse_too_many
from variantgen.analyze.captions.repairs import mended
from variantgen.analyze.captions.timed_text import is_stl, read_stl
from variantgen.errors import UserError
from variantgen.media.languages import language_tag

__all__ = ["SUFFIXES", "CaptionsFile", "find_caption_files", "find_captions", "read_captions", "read_track"]


def read_captions(path: Path, *, end_seconds: float | None = None) -> CaptionsFile:
    """Read a captions file; what it is is told by its content, not by its name.

    Text comes back plain: tags and entities resolved, NFC, no control characters. `end_seconds` is the master's
    length, where cues must end. Raises UserError, one sentence with the file's name, for what cannot be read or
    holds no captions.
    """
    content = _read_bytes(path)
    if is_stl(content):
        form, raw, notes = STL[0], read_stl(content, path.name), tuple[str, ...]()
    else:
        text, notes = decode(content, path.name)
        form, raw = captions_of_text(text, path.name)
    refuse_too_many(len(raw.cues), path.name)
    cues, mended_notes = mended(raw, end_seconds=end_seconds)
    if not cues:
        raise UserError(_why_none(path.name, raw, end_seconds))
    notes = (*name_notes(path.suffix, form), *notes, *mended_notes)
    return CaptionsFile(cues, notes, form, language_tag(raw.language))


def captions_of_text(text: str, name: str) -> tuple[str, RawCaptions]:
    """The name of the form that `text` has, and its captions as written."""
    body = LINE_ENDS.sub("\n", text).lstrip("\ufeff \t\n")
    form = form_of(body, name)
    return form.name, form.read(body, name)


def _why_none(name: str, raw: RawCaptions, end_seconds: float | None) -> str:
    starts = [cue.start_ms / 1000 for cue in raw.cues if cue.text.strip()]
    if end_seconds is not None and starts and min(starts) >= end_seconds:
        late = f"it ends at {end_seconds:.1f} s, the first begins at {min(starts):.1f} s"
        return f'"{name}" holds no captions for this master: {late}.'
    return f'"{name}" holds no captions: not one cue has both a time and a text.'


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UserError(f'"{path.name}" is a folder; a captions file ({FORMS_READ}) is needed.')
        if path.exists() and not path.is_file():
            raise UserError(f'"{path.name}" is no plain file; a captions file ({FORMS_READ}) is needed.')
        with path.open("rb") as file:
            content = file.read(MAX_MEGABYTES * 1_000_000 + 1)
    except FileNotFoundError:
        raise UserError(f'The captions file "{path}" does not exist.') from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f'The captions file "{path}" cannot be read: {reason}.') from error
    if len(content) > MAX_MEGABYTES * 1_000_000:
        raise UserError(f'"{path.name}" is larger than {MAX_MEGABYTES} MB, which no captions file is.')
    return content
