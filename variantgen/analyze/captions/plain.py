"""Text as a file has it in, text that may be drawn out: NFC, no control characters, no open bidi overrides."""

from __future__ import annotations

import re
import unicodedata

LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Controls, surrogates, private use and noncharacters: no font draws them, and some of them steer terminals.
# Unassigned code points stay: tomorrow's emoji are today's unassigned, and a font check names what it lacks.
_UNDRAWABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffc\ufffe\uffff"
    "\U000e0001\U000f0000-\U0010ffff]"
)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_OVERRIDES = "\u202d\u202e"
_ISOLATES = "\u2066\u2067\u2068"
_POP_EMBEDDING, _POP_ISOLATE = "\u202c", "\u2069"


def clean(text: str) -> tuple[str, int]:
    """Plain lines of `text` split by newline, none empty, and how many characters no font draws were taken out."""
    if text.isascii() and text.isprintable():
        return re.sub(" +", " ", text).strip(), 0
    lines = LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text)).replace("\ufeff", "").split("\n")
    kept, removed = [], 0
    for line in lines:
        drawable, count = _UNDRAWABLE.subn("", line.replace("\t", " "))
        removed += count
        drawable = re.sub(" +", " ", balanced(drawable)).strip()
        if drawable.strip("".join(BIDI_CONTROLS) + " "):
            kept.append(drawable)
    return "\n".join(kept), removed


def balanced(line: str) -> str:
    """One line whose directional marks end with it.

    Strays and overrides nobody closes are taken out (they turn text round that is not theirs); embeddings and
    isolates left open, as subtitle editors leave them in Hebrew and Arabic, are closed at the end of the line.
    """
    if not _BIDI.search(line):
        return line
    letters: list[str] = list(line)
    open_marks: list[int] = []
    for place, letter in enumerate(line):
        if letter in (_POP_EMBEDDING, _POP_ISOLATE):
            _close(letters, open_marks, place)
        elif letter in BIDI_CONTROLS:
            open_marks.append(place)
    closers = []
    for place in reversed(open_marks):
        if letters[place] in _OVERRIDES:
            letters[place] = ""
        else:
            closers.append(_POP_ISOLATE if letters[place] in _ISOLATES else _POP_EMBEDDING)
    return "".join(letters) + "".join(closers)


def _close(letters: list[str], open_marks: list[int], place: int) -> None:
    is_isolate = letters[place] == _POP_ISOLATE
    if open_marks and (letters[open_marks[-1]] in _ISOLATES) == is_isolate:
        open_marks.pop()
    else:
        letters[place] = ""
