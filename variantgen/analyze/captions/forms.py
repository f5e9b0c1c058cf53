"""What a captions file is, told by its content, and the reader of each form.

A new form is a function from the text to RawCaptions and one row in FORMS; the first row that fits reads the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from variantgen.analyze.captions.ass import is_ass, read_ass
from variantgen.analyze.captions.blocks import is_srt, is_vtt, read_srt, read_vtt
from variantgen.analyze.captions.raw import FORMS_READ, RawCaptions
from variantgen.analyze.captions.timed_text import is_scc, is_ttml, read_scc, read_ttml
from variantgen.analyze.captions.whisper import is_json, read_whisper
from variantgen.errors import UserError


class Form(NamedTuple):
    """One kind of captions file: the suffixes it goes by, how its text is told and how it is read."""

    name: str
    suffixes: tuple[str, ...]
    fits: Callable[[str], bool]
    read: Callable[[str, str], RawCaptions]


FORMS = (
    Form("WebVTT", (".vtt",), is_vtt, read_vtt),
    Form("SCC", (".scc",), is_scc, read_scc),
    Form("TTML", (".ttml", ".dfxp", ".itt", ".xml"), is_ttml, read_ttml),
    Form("ASS", (".ass", ".ssa"), is_ass, read_ass),
    Form("SRT", (".srt",), is_srt, read_srt),
    Form("Whisper JSON", (".json",), is_json, read_whisper),
)
STL = ("EBU STL", (".stl",))
SUFFIXES = (".srt", ".vtt", ".ass", ".ssa", ".ttml", ".dfxp", ".itt", ".xml", ".scc", ".stl", ".json")
"""Every suffix that captions files go by, in the order in which files beside a master are preferred."""

# What people hand in instead: how it opens, and what it is called.
_OTHERS = (
    (r"#EXTM3U", "a playlist"),
    (r"\{\\rtf", "a rich-text document"),
    (r"(?i)<!doctype html|<html", "a web page"),
    (r"(?i)<sami", "SAMI"),
    (r"\{\d+\}\{\d+\}", "MicroDVD"),
    (r"\[\d+\]\[\d+\]", "MPL2"),
    (r"\[\d+:\d\d", "lyrics (LRC)"),
    (r"\d+:\d\d:\d\d\.\d+,\d+:\d\d:\d\d\.\d+", "SubViewer"),
    (r"%PDF-", "a PDF"),
    (r"PK\x03\x04", "a ZIP archive"),
)


def form_of(body: str, name: str) -> Form:
    """The form of a text without its BOM and leading blanks; raises UserError saying what it is instead."""
    for form in FORMS:
        if form.fits(body):
            return form
    if not body.strip():
        raise UserError(f'"{name}" is empty; a captions file ({FORMS_READ}) is needed.')
    for opening, called in _OTHERS:
        if re.match(opening, body):
            raise UserError(f'"{name}" is not captions that can be read: it is {called}, not {FORMS_READ}.')
    raise UserError(f'"{name}" is not captions: it reads as none of {FORMS_READ}.')


def name_notes(suffix: str, form: str) -> tuple[str, ...]:
    """A note where the file's suffix is that of another form."""
    named = next(
        (f for f, suffixes in ((*((f.name, f.suffixes) for f in FORMS), STL)) if suffix.lower() in suffixes), form
    )
    return () if named == form else (f"is {form}, though its name says {suffix.lower()}.",)
