"""The bytes of a captions file in, its text out, and a note whenever the encoding had to be guessed."""

from __future__ import annotations

import codecs
import re

from variantgen.analyze.captions.raw import FORMS_READ, count_of
from variantgen.errors import UserError

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python's codec of each encoding that captions come in -> the name people know. Where one holds all of another
# (windows-1252 of ISO-8859-1, GB18030 of GBK, windows-949 of EUC-KR) the larger one is asked for.
_NAMES = {
    **{f"cp125{digit}": f"windows-125{digit}" for digit in range(8)},
    **{f"iso8859-{part}": f"ISO-8859-{part}" for part in (2, 5, 6, 7, 15)},
    "koi8-r": "KOI8-R",
    "koi8-u": "KOI8-U",
    "cp874": "windows-874",
    "cp932": "Shift-JIS",
    "euc_jis_2004": "EUC-JP",
    "gb18030": "GB18030",
    "big5hkscs": "Big5",
    "cp949": "EUC-KR",
}
_GUESSED_BYTES = 200_000
_MAX_ZEROS = 4  # a stray zero byte is damage, many are no text
# Letters of two scripts in one word: what Latin text looks like when read in a Greek, Thai or Chinese encoding.
_MIXED_WORD = re.compile(
    r"[A-Za-z][^\W\d_A-Za-z\u00aa-\u024f\u1e00-\u1eff]|[^\W\d_A-Za-z\u00aa-\u024f\u1e00-\u1eff][A-Za-z]"
)
_C1 = re.compile(r"[\x80-\x84\x86-\x9f]")
# UTF-8 read as windows-1252 and written as UTF-8 again: a lead byte followed by continuation bytes, each a letter.
_TWICE_ENCODED = re.compile(
    r"[\xc2-\xf4][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)


def decode(content: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Text of `content` and notes about its encoding; raises UserError, naming the file, for what is no text."""
    encoding, notes = encoding_of(content, name)
    text = content.decode(encoding, errors="replace")
    damaged = text.count("\ufffd")
    if encoding == "utf-8-sig":
        text, was_twice = _decoded_once_more(text)
        if was_twice:
            notes = (*notes, "letters were encoded twice (Ã© for é): mended.")
    if damaged:
        notes = (*notes, f"{count_of(damaged, 'broken letter')}, shown as \ufffd.")
    return text, notes


def encoding_of(content: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Python's name of the encoding of `content`, and a note where it was guessed."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return encoding, ()
    wide = _wide_without_bom(content)
    if wide:
        return wide, (f"read as {wide.upper()}, which it does not say.",)
    zeros = content[:4096].count(0)
    if zeros > _MAX_ZEROS or zeros * 20 > len(content):
        raise UserError(f'"{name}" is not a text file; captions are read from {FORMS_READ}.')
    if b"\x1b$" in content:  # seven bits a byte, so it would pass for UTF-8
        return "iso2022_jp_2", ("not UTF-8: read as ISO-2022-JP.",)
    if _is_utf8(content):
        return "utf-8-sig", ()
    encoding = _guessed(content)
    return encoding, (f"not UTF-8: read as {_NAMES[encoding]}; save it as UTF-8 if letters look wrong.",)


def _wide_without_bom(content: bytes) -> str:
    """Times and digits of captions leave zero bytes at every second or fourth place."""
    opening = content[:800]
    places = [opening[place::4] for place in range(4)]
    if len(opening) < 16:
        return ""
    zeros = [place.count(0) / len(place) for place in places]
    if min(zeros[1:]) > 0.3 and zeros[2] > 0.9 and zeros[0] < 0.1:
        return "utf-32-le"
    if min(zeros[:3]) > 0.3 and zeros[1] > 0.9 and zeros[3] < 0.1:
        return "utf-32-be"
    if min(zeros[1], zeros[3]) > 0.3 and max(zeros[0], zeros[2]) < 0.1:
        return "utf-16-le"
    if min(zeros[0], zeros[2]) > 0.3 and max(zeros[1], zeros[3]) < 0.1:
        return "utf-16-be"
    return ""


def _is_utf8(content: bytes) -> bool:
    text = content.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd") - content.count(b"\xef\xbf\xbd")
    # Text of another encoding that happens to be valid UTF-8 is rare: mostly valid means a few broken bytes.
    return damaged * 10 <= len(text) - len(text.encode("ascii", errors="ignore")) - damaged if damaged else True


def _guessed(content: bytes) -> str:
    from chardet import detect_all

    opening = content[:_GUESSED_BYTES]
    if len(content) > _GUESSED_BYTES:  # not in the middle of a letter
        line_end = opening.rfind(b"\n") + 1
        opening = opening[:line_end] if line_end > _GUESSED_BYTES // 2 else opening
    found = detect_all(opening, ignore_threshold=True, compat_names=False, include_encodings=list(_NAMES))
    ranked = [(str(row["encoding"]), float(row["confidence"] or 0)) for row in found if row["encoding"]]
    known = {codecs.lookup(encoding).name: encoding for encoding in _NAMES}
    sane = [
        (known[codecs.lookup(encoding).name], confidence)
        for encoding, confidence in ranked
        if codecs.lookup(encoding).name in known and _reads_well(opening, encoding)
    ]
    if not sane:
        return "cp1252"
    # So few letters that many encodings fit: the most common one of Latin text wins.
    latin = next((confidence for encoding, confidence in sane if encoding == "cp1252"), 0.0)
    return "cp1252" if latin and latin >= 0.7 * sane[0][1] else sane[0][0]


def _reads_well(opening: bytes, encoding: str) -> bool:
    text = opening.decode(encoding, errors="replace")
    foreign = sum(letter > "\x7f" for letter in text)
    odd = len(_MIXED_WORD.findall(text)) + 2 * len(_C1.findall(text)) + 2 * text[:-2].count("\ufffd")
    return odd * 5 <= foreign


def _decoded_once_more(text: str) -> tuple[str, bool]:
    """Undo UTF-8 that was taken for windows-1252 and encoded again, where all of the text says so."""
    if not _TWICE_ENCODED.search(text):
        return text, False
    table = {bytes([byte]).decode("cp1252"): byte for byte in range(128, 256) if byte not in _NOT_IN_CP1252}
    table |= {chr(byte): byte for byte in range(128)} | {chr(byte): byte for byte in _NOT_IN_CP1252}
    try:
        return bytes(table[letter] for letter in text.removeprefix("\ufeff")).decode("utf-8-sig"), True
    except (KeyError, UnicodeDecodeError):
        return text, False


_NOT_IN_CP1252 = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
