"""A line of a caption in, the ASS text that draws it out: each stretch in its font, the spoken word lit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from variantgen.build.ass_syntax import escaped, milliseconds_into, text_colour
from variantgen.fonts.runs import Run, main_family, runs_of
from variantgen.model import Cue, FrameSpan, Look


@dataclass(frozen=True)
class LitWord:
    """Characters `start` to `end` of a line, lit in frames `start_frame` up to `end_frame`."""

    start: int
    end: int
    start_frame: int
    end_frame: int


def lit_words(cue: Cue, line: int) -> tuple[LitWord, ...]:
    """The words of one line of a cue with the frames they are lit in: each until the next one begins."""
    ends = [*(word.start_frame for word in cue.words), cue.end_frame][1:]
    words = (
        LitWord(word.start, word.end, word.start_frame, end)
        for word, end in zip(cue.words, ends, strict=True)
        if word.line == line and word.end > word.start and end > word.start_frame
    )
    return tuple(sorted(words, key=lambda word: word.start))


def written(
    text: str,
    look: Look,
    language: str,
    words: Sequence[LitWord],
    span: FrameSpan,
    frame_rate: Fraction,
    exact: Callable[[str], str],
) -> str:
    """A line as ASS text in an event that is seen in the frames of `span`; room is left for emoji.

    Colours change at moments inside the event, so that libass sets the line once; `exact` gives a colour as it
    has to be written for this FFmpeg.
    """
    words = _with_spaces(words, text)
    cuts = tuple(sorted({edge for word in words for edge in (word.start, word.end)}))
    family = main_family(look.font_family, is_bold=look.is_bold)
    shown = (family, text_colour(exact(look.colour)) if words else "")
    pieces: list[str] = []
    for run in runs_of(text, is_bold=look.is_bold, language=language, font=look.font_family, cuts=cuts):
        word = next((word for word in words if word.start <= run.start < word.end), None)
        wanted = (run.family, _lighting(word, look, span, frame_rate, exact) + _apart(run, cuts) if words else "")
        commands = [f"\\fn{wanted[0]}" if wanted[0] != shown[0] else "", wanted[1] if wanted[1] != shown[1] else ""]
        pieces.append(f"{{{''.join(commands)}}}" if any(commands) else "")
        pieces.append(escaped(run.burned_text))
        shown = wanted
    return "".join(pieces)


def _with_spaces(words: Sequence[LitWord], text: str) -> list[LitWord]:
    """The words, each with the spaces after it: these show no colour, and fewer changes are fewer commands."""
    return [replace(word, end=len(text) - len(text[word.end :].lstrip())) for word in words]


def _apart(run: Run, cuts: Sequence[int]) -> str:
    """Another secondary colour (never seen) for each word than for its neighbours.

    libass rounds the places of letters in stretches of one colour. So the stretches are the same whatever is lit, and
    no letter moves by a fraction of a pixel.
    """
    return f"\\2c&H{sum(cut <= run.start for cut in cuts) % 2}&"


def _lighting(
    word: LitWord | None, look: Look, span: FrameSpan, frame_rate: Fraction, exact: Callable[[str], str]
) -> str:
    """Commands that colour the letters after them: as the look says, and lit while the word is spoken."""
    plain, lit = text_colour(exact(look.colour)), text_colour(exact(look.highlight_colour))
    if word is None or word.end_frame <= span[0] or word.start_frame >= span[1]:
        return plain

    def at(frame: int, colour: str) -> str:
        moment = milliseconds_into(frame, span[0], frame_rate)
        return f"\\t({moment},{moment},{colour})"

    commands = lit if word.start_frame <= span[0] else plain + at(word.start_frame, lit)
    return commands + at(word.end_frame, plain) if word.end_frame < span[1] else commands
