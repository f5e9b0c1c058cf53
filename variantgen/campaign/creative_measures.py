"""What creative rules ask of a variant, each answered from its plan and its master's analysis (pure).

A measure gives a verdict and the words for what it found; "unknown" is what nothing here can see.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from variantgen.model import Analysis, FrameSpan, Master, SecondsSpan, Subject, Variant
from variantgen.plan.shown import Shown, master_seconds, pieces_shown, shots_shown

if TYPE_CHECKING:
    from variantgen.campaign.preflight import Rule

Verdict = Literal["ok", "no", "unknown"]
Answer = tuple[Verdict, str]

LEAST_FACE = 0.1
"""Of the picture's height: smaller faces are not what a viewer of a phone would call one."""
CAPTIONED_SHARE = 0.9
"""Of the spoken time: captions always leave a breath out."""


@dataclass(frozen=True)
class Creative:
    """What a campaign knows of a variant that no plan tells.

    `brand_seconds` are spans of the variant in which the brand is seen or heard (a logo over it, a brand's card, a
    marked hook); None where nobody says. `brand_words` are the brand's names, looked for in captions and cards.
    `calls` are the texts of the variant's call to action; `overlay_texts` what is written over its picture.
    `has_speech` None is not known.
    """

    objective: str
    channel: str
    kind: str = "organic"
    brand_seconds: tuple[SecondsSpan, ...] | None = None
    brand_words: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    overlay_texts: tuple[str, ...] = ()
    has_speech: bool | None = None


@dataclass(frozen=True)
class Seen:
    """A variant with everything that a measure looks at; `shots` are spans of its frames."""

    variant: Variant
    master: Master
    analysis: Analysis
    creative: Creative
    shown: tuple[Shown, ...]
    shots: tuple[FrameSpan, ...]

    def seconds(self, frames: int) -> float:
        """Frames of the variant as seconds."""
        return float(Fraction(frames) / self.variant.frame_rate)

    @property
    def length_seconds(self) -> float:
        """How long the variant is."""
        return self.variant.duration_seconds


def seen(variant: Variant, master: Master, analysis: Analysis, creative: Creative) -> Seen:
    """A variant laid out for measuring."""
    shots = shots_shown(variant, master, analysis) if variant.width else ()
    return Seen(variant, master, analysis, creative, pieces_shown(variant), shots)


# ---------------------------------------------------------------- pace


def first_shot(it: Seen, rule: Rule) -> Answer:
    """Whether the first shot changes before `most` seconds."""
    if not it.shots:
        return "unknown", "there is no picture"
    seconds = it.seconds(it.shots[0][1])
    return _verdict(seconds < _figure(rule.most)), f"the first shot lasts {seconds:.1f} s"


def shots_early(it: Seen, rule: Rule) -> Answer:
    """Whether `least` shots are seen in the first `within_seconds`."""
    if not it.shots:
        return "unknown", "there is no picture"
    within = _figure(rule.within_seconds)
    count = sum(it.seconds(start) < within for start, _ in it.shots)
    return _verdict(
        count >= _figure(rule.least)
    ), f"{_shots(count)} in the first {min(within, it.length_seconds):.3g} s"


def shots_anywhere(it: Seen, rule: Rule) -> Answer:
    """Whether some `within_seconds` in a row show `least` shots."""
    if not it.shots:
        return "unknown", "there is no picture"
    within = _figure(rule.within_seconds)
    starts = [it.seconds(start) for start, _ in it.shots]
    # the window that shows most begins just before a shot ends, or at a shot's start
    best = max(sum(start < at + within and end > at for start, end in _seconds(it)) for at in _windows(it, starts))
    return _verdict(best >= _figure(rule.least)), f"at most {_shots(best)} in any {within:.3g} s"


def _windows(it: Seen, starts: Sequence[float]) -> list[float]:
    frame = it.seconds(1)
    return [0.0, *starts, *(max(0.0, start - frame) for start in starts)]


def _seconds(it: Seen) -> list[SecondsSpan]:
    return [(it.seconds(start), it.seconds(end)) for start, end in it.shots]


def mean_shot(it: Seen, rule: Rule) -> Answer:
    """Whether shots last no more than `most` seconds on average."""
    if not it.shots:
        return "unknown", "there is no picture"
    mean = it.length_seconds / len(it.shots)
    return _verdict(mean <= _figure(rule.most)), f"{_shots(len(it.shots))} of {mean:.1f} s on average"


# ---------------------------------------------------------------- brand, faces, speech


def brand_early(it: Seen, rule: Rule) -> Answer:
    """Whether the brand is seen or named within the first `within_seconds`; unknown where nobody says where it is."""
    at = min((start for start, _ in _brand_spans(it)), default=None)
    return _brand(it, at, "first", is_in_time=at is not None and at < _figure(rule.within_seconds))


def brand_late(it: Seen, rule: Rule) -> Answer:
    """Whether the brand is seen or named within the last `within_seconds`."""
    at = max((end for _, end in _brand_spans(it)), default=None)
    return _brand(it, at, "last", is_in_time=at is not None and at > it.length_seconds - _figure(rule.within_seconds))


def _brand(it: Seen, at: float | None, which: str, *, is_in_time: bool) -> Answer:
    """What is said of the brand's first or last moment; one that comes in time is enough, whatever else is unknown."""
    if it.creative.brand_seconds is None and not is_in_time:
        return "unknown", "nothing says where the brand is seen: mark it, or lay a logo over the film"
    if at is None:
        return "no", "the brand is not seen or named"
    return _verdict(is_in_time), f"the brand is {which} seen or named at {max(0.0, min(at, it.length_seconds)):.1f} s"


def _brand_spans(it: Seen) -> list[SecondsSpan]:
    """Where the brand is said to be seen, and where captions or cards hold its name."""
    spans = list(it.creative.brand_seconds or ())
    for text, start, end in _texts(it):
        if any(_holds(text, name) for name in it.creative.brand_words):
            spans.append((start, end))
    return spans


def face_early(it: Seen, rule: Rule) -> Answer:
    """Whether a face large enough to be noticed is seen within the first `within_seconds`."""
    if not it.variant.width or it.analysis.interest is None:
        return "unknown", "faces were not looked for"
    within = _figure(rule.within_seconds)
    for shown in it.shown:
        for frame in range(shown.start_frame, shown.end_frame, max(1, round(it.variant.frame_rate / 4))):
            if it.seconds(frame) >= within:
                return "no", f"no face in the first {within:.3g} s"
            if shown.piece.source == "master" and _face_height(it, shown, frame) >= LEAST_FACE:
                return "ok", f"a face at {it.seconds(frame):.1f} s"
    return "no", "no face"


def _face_height(it: Seen, shown: Shown, frame: int) -> float:
    """The height of the largest face at a frame, as a share of the master's."""
    at = round(master_seconds(it.variant, shown, frame) * it.master.frame_rate)
    faces = [face for face in it.analysis.subjects if face.kind == "face"]
    return max((_height_at(face, at) for face in faces), default=0.0) / it.master.height


def _height_at(face: Subject, frame: int) -> float:
    if not face.boxes[0].frame <= frame <= face.boxes[-1].frame:
        return 0.0
    box = min(face.boxes, key=lambda one: abs(one.frame - frame))
    return box.h if box.confidence > 0 else 0.0


def speech_early(it: Seen, rule: Rule) -> Answer:
    """Whether somebody speaks within the first `within_seconds`, as the captions say."""
    within = _figure(rule.within_seconds)
    spoken = _spoken(it)
    if not spoken:
        is_known = it.creative.has_speech is False or it.variant.soundtrack is None
        return ("no", "nobody speaks") if is_known else ("unknown", "there are no captions that say when")
    at = min(start for start, _ in spoken)
    return _verdict(at < within), f"the first words at {at:.1f} s"


# ---------------------------------------------------------------- with and without sound


def captions(it: Seen, rule: Rule) -> Answer:
    """Whether speech is captioned, in the picture or beside it."""
    if it.variant.cues:
        return "ok", f"{len(it.variant.cues)} captions in the picture"
    if any(delivery.cues for delivery in it.variant.deliveries):
        return "ok", "captions beside or inside the file"
    if it.creative.has_speech is False or it.variant.soundtrack is None:
        return "ok", "nobody speaks"
    return ("no" if it.creative.has_speech else "unknown"), "no captions"


def sound_off(it: Seen, rule: Rule) -> Answer:
    """Whether the film can be followed without its sound: what is spoken stands in the picture."""
    if it.variant.soundtrack is None:
        return "ok", "there is no sound"
    if it.creative.has_speech is False:
        return "ok", "nobody speaks"
    spoken = _spoken(it)
    if not spoken:
        return "unknown", "whether anybody speaks is not known: there are no captions"
    burned = [(it.seconds(cue.start_frame), it.seconds(cue.end_frame)) for cue in it.variant.cues]
    total = sum(end - start for start, end in spoken)
    read = sum(max(0.0, min(b, d) - max(a, c)) for a, b in spoken for c, d in burned)
    words = f"{min(read, total):.1f} s of {total:.1f} s of speech can be read in the picture"
    return _verdict(read >= CAPTIONED_SHARE * total), words


def sound(it: Seen, rule: Rule) -> Answer:
    """Whether there is sound at all."""
    has_sound = it.variant.soundtrack is not None
    return _verdict(has_sound), "there is sound" if has_sound else "there is no sound"


# ---------------------------------------------------------------- length, call, shape


def length(it: Seen, rule: Rule) -> Answer:
    """Whether the length lies between `least` and `most` seconds; a thousandth is rounding."""
    seconds = it.length_seconds
    is_ok = (rule.least or 0.0) - 0.001 <= seconds <= (math.inf if rule.most is None else rule.most) + 0.001
    return _verdict(is_ok), f"{seconds:.1f} s"


def call_to_action(it: Seen, rule: Rule) -> Answer:
    """Whether the variant says what to do: a call of the campaign's, an end card, or usual words in its texts."""
    named = next((call for call in it.creative.calls if call.strip()), "")
    if named:
        return "ok", f'"{" ".join(named.split())}"'
    for text, start, _ in _texts(it):
        call = next((word for word in rule.words if _holds(text, word)), "")
        if call:
            return "ok", f'"{call}" at {start:.1f} s'
    if any(shown.piece.card and shown.piece.card.kind == "end" for shown in it.shown):
        return "ok", "an end card"
    return "unknown", "no card, caption or overlay asks for anything; what is spoken or filmed is not known"


def shape(it: Seen, rule: Rule) -> Answer:
    """Whether the picture's shape is one of `shapes`, as 9:16."""
    width, height = it.variant.width, it.variant.height
    if not width:
        return "unknown", "there is no picture"
    ratios = [tuple(int(side) for side in one.split(":")) for one in rule.shapes]
    # canvases are even numbers of pixels, which may miss a ratio by a row
    is_ok = any(abs(width / height - w / h) < 0.01 * w / h for w, h in ratios)
    return _verdict(is_ok), f"{width}x{height}"


def first_frame(it: Seen, rule: Rule) -> Answer:
    """Whether the first frame shows something: it is what a feed shows before the film plays."""
    if not it.shown or not it.variant.width:
        return "unknown", "there is no picture"
    first = it.shown[0]
    if first.piece.source == "card":
        return "ok", "a card"
    at = round(master_seconds(it.variant, first, 0) * it.master.frame_rate)
    is_black = any(start <= at < end for start, end in it.analysis.black)
    return _verdict(not is_black), "it is black" if is_black else "it shows a picture"


# ---------------------------------------------------------------- what all of them need


def _verdict(is_ok: bool) -> Verdict:
    return "ok" if is_ok else "no"


def _figure(value: float | None) -> float:
    """A figure that a rule's row must give; facts/creative.toml is tested for it."""
    assert value is not None, "the rule's row lacks a figure"
    return value


def _shots(count: int) -> str:
    return f"{count} shot{'' if count == 1 else 's'}"


def _texts(it: Seen) -> list[tuple[str, float, float]]:
    """Everything that can be read or heard in words: text, and from when to when in seconds."""
    found = [(cue.text, it.seconds(cue.start_frame), it.seconds(cue.end_frame)) for cue in it.variant.cues]
    if not found:
        spoken = next((d.cues for d in it.variant.deliveries if d.cues), ())
        found = [(cue.text, cue.start_seconds, cue.end_seconds) for cue in spoken]
    for shown in it.shown:
        if shown.piece.card:
            found.append((shown.piece.card.text, it.seconds(shown.start_frame), it.seconds(shown.end_frame)))
    found += [(text, 0.0, it.length_seconds) for text in it.creative.overlay_texts]
    return sorted(found, key=lambda one: one[1])


def _spoken(it: Seen) -> list[SecondsSpan]:
    """Where captions, attached or burned, say that somebody speaks."""
    attached = next((d.cues for d in it.variant.deliveries if d.cues), ())
    if attached:
        return [(cue.start_seconds, cue.end_seconds) for cue in attached]
    return [(it.seconds(cue.start_frame), it.seconds(cue.end_frame)) for cue in it.variant.cues]


def _holds(text: str, words: str) -> bool:
    """Whether a text holds some words as whole words, whatever their case and the line breaks between them."""
    if not words.strip():
        return False
    wanted = r"\s+".join(re.escape(word) for word in words.casefold().split())
    return re.search(rf"(?<!\w){wanted}(?!\w)", text.casefold()) is not None
