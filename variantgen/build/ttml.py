"""Cues in, a TTML document out that broadcasters and players take: EBU-TT-D (EBU Tech 3380), so IMSC 1.1 text too."""

from __future__ import annotations

import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence

from variantgen.model import SourceCue

_TT = "http://www.w3.org/ns/ttml"
_TTS = _TT + "#styling"
_TTP = _TT + "#parameter"
_EBUTTM = "urn:ebu:tt:metadata"
_EBUTTS = "urn:ebu:tt:style"
_XML = "http://www.w3.org/XML/1998/namespace"
_PREFIXES = {"": _TT, "tts": _TTS, "ttp": _TTP, "ebuttm": _EBUTTM, "ebutts": _EBUTTS}
_STANDARDS = ("http://www.w3.org/ns/ttml/profile/imsc1/text", "urn:ebu:tt:distribution:2018-04")

_COLUMNS, _ROWS = 32, 15
"""TTML's own cell grid; a font size of 100 % is one row of it."""
_FONT = 0.0537
"""The font size as a share of the canvas's shorter side, as the style "clean" has it."""


def ttml_text(
    cues: Sequence[tuple[SourceCue, Sequence[str]]], language: str, *, canvas: tuple[int, int], is_short: bool = False
) -> str:
    """The document as text, to be written as UTF-8; each cue comes with its lines as plain letters.

    `language` is a BCP 47 tag or empty, `canvas` the picture's size in px. A short document has no ids that EBU-TT-D
    asks for and players do not.
    """
    for prefix, name in _PREFIXES.items():
        ElementTree.register_namespace(prefix, name)
    root = ElementTree.Element(_of(_TT, "tt"), {
        _of(_XML, "lang"): language,
        # every space is the author's; nothing between elements is text outside a paragraph
        _of(_XML, "space"): "preserve",
        _of(_TTP, "timeBase"): "media",
        _of(_TTP, "cellResolution"): f"{_COLUMNS} {_ROWS}",
    })  # fmt: skip
    _add_head(root, canvas)
    division = _added(_added(root, "body"), "div", style="text", region="low")
    for number, (cue, lines) in enumerate(cues, 1):
        _add_cue(division, cue, lines, "" if is_short else f"c{number}")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _add_head(root: ElementTree.Element, canvas: tuple[int, int]) -> None:
    width, height = canvas
    font_percent = 100 * _ROWS * _FONT * min(width, height) / height
    head = _added(root, "head")
    metadata = ElementTree.SubElement(_added(head, "metadata"), _of(_EBUTTM, "documentMetadata"))
    for standard in _STANDARDS:
        ElementTree.SubElement(metadata, _of(_EBUTTM, "conformsToStandard")).text = standard
    styling = _added(head, "styling")
    text = _add_style(
        styling, "text", fontFamily="proportionalSansSerif", fontSize=f"{font_percent:.0f}%", lineHeight="125%",
        textAlign="center",
    )  # fmt: skip
    text.set(_of(_EBUTTS, "linePadding"), "0.5c")
    _add_style(styling, "row", color="#ffffff", backgroundColor="#000000c2")
    _add_style(styling, "leaning", fontStyle="italic")
    # the first strong letter decides, as in the Unicode bidirectional algorithm (rule P2)
    _add_style(styling, "leftwards", direction="rtl", unicodeBidi="embed")
    region = _added(_added(head, "layout"), "region")
    region.set(_of(_XML, "id"), "low")
    for name, value in {"origin": "10% 10%", "extent": "80% 80%", "displayAlign": "after"}.items():
        region.set(_of(_TTS, name), value)


def _add_style(styling: ElementTree.Element, name: str, **values: str) -> ElementTree.Element:
    style = ElementTree.SubElement(styling, _of(_TT, "style"), {_of(_XML, "id"): name})
    for key, value in values.items():
        style.set(_of(_TTS, key), value)
    return style


def _add_cue(division: ElementTree.Element, cue: SourceCue, lines: Sequence[str], name: str) -> None:
    paragraph = _added(division, "p", begin=_stamp(cue.start_seconds), end=_stamp(cue.end_seconds))
    if name:
        paragraph.set(_of(_XML, "id"), name)
    if _is_leftwards("".join(lines)):
        paragraph.set("style", "leftwards")
    span = _added(paragraph, "span", style="row leaning" if cue.is_italic else "row")
    for place, line in enumerate(lines):
        if place == 0:
            span.text = line
        else:
            _added(span, "br").tail = line


def _is_leftwards(text: str) -> bool:
    strong = next((kind for letter in text if (kind := unicodedata.bidirectional(letter)) in ("L", "R", "AL")), "L")
    return strong != "L"


def _stamp(seconds: float) -> str:
    whole, milliseconds = divmod(round(max(seconds, 0) * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{milliseconds:03}"


def _added(parent: ElementTree.Element, name: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, _of(_TT, name), attributes)


def _of(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"
