"""TTML (IMSC, DFXP, iTT), SCC and EBU STL, read by ttconv into one model and walked here."""

from __future__ import annotations

import html
import logging
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from variantgen.analyze.captions.raw import RawCaptions, RawCue, Run, count_of, refuse_too_many
from variantgen.errors import UserError

_ROOT = re.compile(r"<(?:[\w.-]+:)?tt[\s>]")
# Drafts of the standard (DFXP as of 2006) under today's name, which is the only one ttconv knows.
_OLD_NAMESPACE = re.compile(r"http://www\.w3\.org/2006/\d\d/ttaf1")
_NAMESPACE = "http://www.w3.org/ns/ttml"
_SCC_LINE = re.compile(r"\s*\d\d:\d\d:\d\d[:;.]\d\d\s+[0-9A-Fa-f]{4}(?:\s+[0-9A-Fa-f]{4})*\s*\Z")
# "Tom & Jerry" and &nbsp; are no XML, but are what people and programs write.
_LOOSE_AND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)(?:([A-Za-z]\w{1,31};))?")
_MAX_ELEMENTS = 400_000
_MAX_DEPTH = 60
# ttconv 1.2 forgets an element's own begin when it reckons the end that is not written, and loses captions so.
_NO_END_SECONDS = 1_000_000
_STL_BLOCK_BYTES, _STL_HEADER_BYTES = 128, 1024


def is_ttml(body: str) -> bool:
    """Whether the text is XML whose root is a `tt` of any prefix."""
    return body.startswith("<") and _ROOT.search(body[:4000]) is not None


def is_scc(body: str) -> bool:
    """Whether the text opens as every SCC file does."""
    return body[:13].lower() == "scenarist_scc"


def is_stl(content: bytes) -> bool:
    """Whether the bytes open with the code page and the format code of an EBU STL file."""
    return re.match(rb"\d{3}STL\d\d\.\d\d", content) is not None


def read_ttml(body: str, name: str) -> RawCaptions:
    """Every paragraph of a TTML document; raises UserError for XML that is broken, nested or swollen beyond reason."""
    root = _parsed(body, name)
    from ttconv.imsc import reader

    return _read(lambda: reader.to_model(ElementTree.ElementTree(root)), "TTML", name)


def read_scc(body: str, name: str) -> RawCaptions:
    """Every caption of an SCC file: pop-on, paint-on and roll-up."""
    from ttconv.scc import reader

    lines = [line for line in body.split("\n")[1:] if line.strip()]
    whole = [line for line in lines if _SCC_LINE.match(line)]
    refuse_too_many(len(whole), name)
    raw = _read(lambda: reader.to_model("\n\n".join(("Scenarist_SCC V1.0", *whole))), "SCC", name)
    broken = len(lines) - len(whole)
    notes = (f"{count_of(broken, 'broken line')}: left out.",) if broken else ()
    # Every caption of SCC has a row and a column; that says nothing about this one.
    return RawCaptions(tuple(cue._replace(is_placed=False) for cue in raw.cues), (*raw.notes, *notes), raw.language)


def read_stl(content: bytes, name: str) -> RawCaptions:
    """Every subtitle of an EBU STL file (EBU Tech 3264), counted from the programme's start."""
    from ttconv.stl.datafile import DataFile

    broken = 0

    def read_blocks() -> Any:
        """The file as ttconv's document, without the blocks that it cannot read."""
        nonlocal broken
        # ttconv stumbles over a programme start that is not written as eight digits.
        start = "TCP" if content[256:264].isdigit() else None
        header = content[:_STL_HEADER_BYTES]
        data = DataFile(header, disable_fill_line_gap=True, disable_line_padding=True, start_tc=start)
        for at in range(_STL_HEADER_BYTES, len(content), _STL_BLOCK_BYTES):
            try:
                data.process_tti_block(content[at : at + _STL_BLOCK_BYTES])
            except Exception:  # whatever a broken block makes ttconv raise, the next one may be whole
                broken += 1
        return data.get_document()

    refuse_too_many(len(content) // _STL_BLOCK_BYTES, name)
    raw = _read(read_blocks, "EBU STL", name)
    notes = (f"{count_of(broken, 'broken block')}: left out.",) if broken else ()
    return RawCaptions(raw.cues, (*raw.notes, *notes), raw.language)


def _parsed(body: str, name: str) -> ElementTree.Element:
    if "<!ENTITY" in body or body.count("<") > 2 * _MAX_ELEMENTS:
        raise UserError(f'"{name}" is TTML with entities of its own or too many elements; export it again, plainly.')
    text = _LOOSE_AND.sub(_without_entity, _OLD_NAMESPACE.sub(_NAMESPACE, body))
    opening = _ROOT.search(text)
    if opening is not None and "xmlns" not in text[opening.start() : text.find(">", opening.start()) + 1]:
        text = text[: opening.end() - 1] + f' xmlns="{_NAMESPACE}"' + text[opening.end() - 1 :]
    try:
        parser = ElementTree.XMLParser(target=_Shallow())
        parser.feed(text)
        root: ElementTree.Element = parser.close()
    except ElementTree.ParseError as error:
        line = error.position[0]
        raise UserError(f'"{name}" is broken TTML: its XML cannot be read at line {line}; export it again.') from None
    except ValueError as error:
        raise UserError(f'"{name}" is broken TTML: {error}.') from None
    if 'timeContainer="seq"' not in text:
        _write_ends(root)
    return root


def _without_entity(match: re.Match[str]) -> str:
    letter = html.unescape(match[0]) if match[1] else match[0]
    return "&amp;" + match[0][1:] if letter == match[0] else letter


def _write_ends(root: ElementTree.Element) -> None:
    for tag in ("body", "div", "p", "span"):
        for element in root.iter(f"{{{_NAMESPACE}}}{tag}"):
            if element.get("end") is None and element.get("dur") is None:
                element.set("end", f"{_NO_END_SECONDS}s")


class _Shallow(ElementTree.TreeBuilder):
    """Builds a tree and refuses one so deep that walking it would not end well."""

    depth = 0

    def start(self, tag: Any, attrs: Any, /) -> ElementTree.Element:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ValueError(f"it nests more than {_MAX_DEPTH} elements deep")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> ElementTree.Element:
        self.depth -= 1
        return super().end(tag)


class _Complaints(logging.Handler):
    """Counts what ttconv would have printed on the terminal."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """One more."""
        self.count += 1


def _read(document: Callable[[], Any], form: str, name: str) -> RawCaptions:
    logger, complaints = logging.getLogger("ttconv"), _Complaints()
    logger.propagate = False
    logger.addHandler(complaints)
    try:
        model = document()
        if model is None or model.get_body() is None:
            return RawCaptions(())
        cues = tuple(_cues(model.get_body(), _Inherited(Fraction(0), None, False), name))
        language = model.get_lang() or ""
    except UserError:
        raise
    except Exception as error:  # ttconv answers damage with whatever its code stumbles over
        raise UserError(f'"{name}" is {form} damaged beyond reading; export it again.') from error
    finally:
        logger.removeHandler(complaints)
    notes = (
        (f"{count_of(complaints.count, 'place')} in the file made no sense and stayed out.",)
        if complaints.count
        else ()
    )
    return RawCaptions(cues, notes, language)


# ---------------------------------------------------------------- ttconv's model to cues


class _Inherited(NamedTuple):
    """What an element has from those around it: when it is there (seconds) and whether it leans."""

    start: Fraction
    end: Fraction | None
    is_italic: bool


class _Piece(NamedTuple):
    """Letters of a paragraph and when they are there."""

    text: str
    span: _Inherited


def _cues(element: Any, around: _Inherited, name: str) -> Iterator[RawCue]:
    from ttconv import model

    own = _own(element, around)
    if not isinstance(element, model.P):
        for child in element:
            yield from _cues(child, own, name)
        return
    pieces = list(_pieces(element, own, element.get_space() == model.WhiteSpaceHandling.PRESERVE))
    is_placed = _is_on_top(element)
    is_timed = element.get_begin() is not None or _end(element) is not None
    if is_timed or not any(piece.span[:2] != own[:2] for piece in pieces):
        yield _cue(pieces, own, is_placed=is_placed)
    else:  # a paragraph without times that holds timed spans: each is a caption of its own
        for group in _same_span(pieces):
            yield _cue(group, group[0].span, is_placed=is_placed)


def _end(element: Any) -> Fraction | None:
    end: Fraction | None = element.get_end()
    return None if end == _NO_END_SECONDS else end


def _own(element: Any, around: _Inherited) -> _Inherited:
    from ttconv.style_properties import FontStyleType, StyleProperties

    begin, end = element.get_begin(), _end(element)
    start = around.start + (begin or 0)
    stop = around.start + end if end is not None else None
    ends = [time for time in (stop, around.end) if time is not None]
    style = element.get_style(StyleProperties.FontStyle)
    is_italic = around.is_italic if style is None else style != FontStyleType.normal
    return _Inherited(start, min(ends) if ends else None, is_italic)


def _pieces(element: Any, own: _Inherited, is_kept: bool) -> Iterator[_Piece]:
    from ttconv import model

    for child in element:
        if isinstance(child, model.Br):
            yield _Piece("\n", own)
        elif isinstance(child, model.Text):
            yield _Piece(child.get_text() if is_kept else re.sub(r"[ \t\r\n]+", " ", child.get_text()), own)
        elif not isinstance(child, (model.Rt, model.Rtc, model.Rp)):  # ruby: the base is what is said
            yield from _pieces(child, _own(child, own), is_kept)


def _same_span(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    group: list[_Piece] = []
    for piece in pieces:
        if not piece.text.strip() and not group:
            continue
        if group and piece.text.strip() and piece.span[:2] != group[0].span[:2]:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _cue(pieces: list[_Piece], own: _Inherited, *, is_placed: bool) -> RawCue:
    ends = [piece.span.end for piece in pieces if piece.text.strip()]
    end = own.end if own.end is not None or not ends or None in ends else max(ends)  # type: ignore[type-var]
    end_ms = None if end is None else _milliseconds(end)
    leans = {piece.span.is_italic for piece in pieces if piece.text.strip()}
    runs: tuple[Run, ...] = ()
    if len({piece.span.start for piece in pieces if piece.text.strip()}) > 1 and end_ms is not None:
        runs = tuple(
            Run(
                _milliseconds(piece.span.start),
                end_ms if piece.span.end is None else _milliseconds(piece.span.end),
                piece.text,
            )
            for piece in pieces
        )
    text = "".join(piece.text for piece in pieces)
    return RawCue(_milliseconds(own.start), end_ms, text, leans == {True}, runs, is_placed)


def _milliseconds(seconds: Fraction) -> int:
    return round(seconds * 1000)


def _is_on_top(paragraph: Any) -> bool:
    from ttconv.style_properties import DisplayAlignType, StyleProperties

    element = paragraph
    while element is not None and element.get_region() is None:
        element = element.parent()
    region = element.get_region() if element is not None else None
    return region is not None and region.get_style(StyleProperties.DisplayAlign) == DisplayAlignType.before
