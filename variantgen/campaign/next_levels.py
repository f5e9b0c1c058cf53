"""Levels that nobody wrote, for a next campaign: drafts that can be made as they are, and examples to fill in (pure).

Only what needs no words, taste or rights is drafted: another place of the master, another style, another length.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import floor

from variantgen.campaign.drafting import Footage
from variantgen.campaign.factors import name_of
from variantgen.campaign.next_changes import DraftedLevel
from variantgen.campaign.values import Campaign, Factor, Level
from variantgen.model.analysis import SecondsSpan

LENGTHS = (6.0, 15.0, 30.0, 60.0)
"""What channels sell and people expect."""
SHORTER = 0.8
"""Of the wished length: a span may end so early, where a shot ends there."""
LEAST_SECONDS = 1.0
NEAR_SECONDS = 0.5
"""A span that begins so near to one that was tried is that one."""
MOST_SHARED = 0.5
"""Of a drafted span, what may have been shown by levels that were tried."""
MOST_REPEATED = 0.25
"""Of a drafted span, what other pieces of the same variant may show too."""
CARD_SECONDS = 5.0
"""A card's length as long as nobody said it: rather too long, so that a drafted length has room for it."""
LEAST_BODY_SECONDS = 2.0


@dataclass(frozen=True)
class Material:
    """What drafts are made of: of the master (of several, what holds for all) and of what is installed."""

    footage: Footage
    styles: tuple[str, ...] = ()
    """Built-in caption styles."""
    burning: frozenset[str] = frozenset()
    """Names of the channels that burn captions in, so that a style is seen there."""
    least_seconds: float = 0.0
    most_seconds: float = float("inf")
    """What all the channels take."""


def draft_of(
    factor: Factor, rest: Campaign, material: Material, best: str, gone: Collection[str] = ()
) -> DraftedLevel | None:
    """A level that the factor has not had yet, as near to its level `best` as may be; None where none can be had.

    `factor` has all levels that were tried, `rest` is the campaign without those that are let go, and `gone` are the
    names of what was tried in rounds before.
    """
    if factor.kind == "piece" and factor.name in rest.sequence:
        return _span_draft(factor, rest, material, best, gone)
    if factor.kind == "caption_style":
        tried = {level.value for level in factor.levels}
        styles = [style for style in material.styles if style not in tried and name_of(style) not in gone]
        if not styles or not material.burning:
            return None
        return _plain(factor, name_of(styles[0]), "value", _quoted(styles[0]))
    if factor.kind == "length":
        return _length_draft(factor, rest, material, best, gone)
    return None


def draftable(campaign: Campaign) -> tuple[Factor, ...]:
    """The factors of which a level may be drafted: pieces in playing order, the style, the length."""
    pieces = [campaign.factor(name) for name in campaign.sequence]
    return (
        *(factor for factor in pieces if any(level.spans for level in factor.levels)),
        *(factor for kind in ("caption_style", "length") for factor in campaign.factors if factor.kind == kind),
    )


def example_of(factor: Factor) -> str:
    """A level of this factor to be filled in, as TOML; empty where there is nothing to write."""
    name = f"new-{factor.name.replace('_', '-')}"[:40].rstrip("-")
    name = _free(name, factor)
    if factor.kind == "piece":
        card = next((level.card for level in factor.levels if level.card), "")
        overlay = next((level.overlay for level in factor.levels if level.overlay), "")
        span = "span = [0.0, 2.0]" if any(level.spans for level in factor.levels) else ""
        drawn = f'card = "{card}"' if card else ", ".join(filter(None, (span, overlay and f'overlay = "{overlay}"')))
        said = (
            f'{drawn}, text = "Your words"' if card or overlay else drawn or 'overlay = "headline", text = "Your words"'
        )
        return f'{{ name = "{name}", {said} }}'
    if factor.kind == "music":
        return '"your-song.mp3"'
    return f'{{ name = "{name}", value = "what is new" }}' if factor.kind == "other" else ""


# ---------------------------------------------------------------- spans


def another_span(
    footage: Footage,
    seconds: float,
    *,
    tried: Collection[SecondsSpan],
    beside: Iterable[Sequence[Collection[SecondsSpan]]] = (),
    near: float = 0.0,
    gone: Collection[str] = (),
) -> SecondsSpan | None:
    """A span of a master about so long, begun at a shot change or after a pause, that shows least of what was `tried`.

    `beside` are the variant's other pieces, each as the spans of its levels: what the span shows of them counts too,
    at the level that has least of it. Of several spans it is the one that begins nearest to a place. None where every
    span is one that was tried (`gone` are the names that those of earlier rounds had), or shows mostly that, or would
    be seen twice.
    """
    pieces = [list(levels) for levels in beside]
    starts = sorted({0.0, *footage.cuts_seconds, *(end for _, end in footage.pauses)})
    ends = sorted({*footage.cuts_seconds, *(start for start, _ in footage.pauses)})
    found = []
    for start in starts:
        least, most = start + seconds * SHORTER, min(start + seconds, footage.duration_seconds)
        if least > most or any(abs(start - first) < NEAR_SECONDS for first, _ in tried):
            continue
        end = max((place for place in ends if least <= place <= most), default=most)
        span = round(start, 2), floor(end * 100 + 1e-6) / 100  # never behind the film's end
        long = max(span[1] - span[0], 1e-9)
        shared = shown_of(span, tried) / long
        repeated = sum(min((shown_of(span, spans) for spans in levels), default=0.0) for levels in pieces) / long
        is_long = long >= min(LEAST_SECONDS, seconds * SHORTER) - 0.01
        if is_long and span_name(span) not in gone and shared <= MOST_SHARED and repeated <= MOST_REPEATED:
            found.append((round(shared + repeated, 2), abs(start - near), span))
    return min(found)[-1] if found else None


def span_name(span: SecondsSpan) -> str:
    """What a drafted span is called: by the place where it begins, to a tenth of a second; names files as it is.

    >>> span_name((6.36, 8.36)), span_name((20.0, 22.0))
    ('shot6s4', 'shot20s')
    """
    seconds, tenth = divmod(round(span[0] * 10), 10)
    return f"shot{seconds}s{tenth or ''}"


def shown_of(span: SecondsSpan, others: Iterable[SecondsSpan]) -> float:
    """How many seconds of a span lie in others, those counted once that several hold."""
    told, reach = 0.0, span[0]
    for start, end in sorted(others):
        first, last = max(start, reach), min(end, span[1])
        if last > first:
            told, reach = told + last - first, last
    return told


def is_seen_twice(span: SecondsSpan, levels: Iterable[Level]) -> bool:
    """Whether the other pieces of a variant show too much of a drafted span."""
    return sum(shown_of(span, level.spans) for level in levels) > MOST_REPEATED * (span[1] - span[0])


def _span_draft(
    factor: Factor, rest: Campaign, material: Material, best: str, gone: Collection[str]
) -> DraftedLevel | None:
    tried = [span for level in factor.levels for span in level.spans]
    with_spans = sorted((level for level in factor.levels if level.spans), key=lambda level: level.name != best)
    if not with_spans:
        return None
    model = with_spans[0]
    seconds = model.length_seconds or _seconds(model)
    others = [rest.factor(name) for name in rest.sequence if name != factor.name]
    beside = [[level.spans for level in other.levels] for other in others]
    span = another_span(material.footage, seconds, tried=tried, beside=beside, near=model.spans[0][0], gone=gone)
    if span is None:
        return None
    name = _free(span_name(span), factor)
    text = f'{{ name = "{name}", span = [{_number(span[0])}, {_number(span[1])}] }}'
    return DraftedLevel(factor.name, name, text, span)


def _seconds(level: Level) -> float:
    return sum(end - start for start, end in level.spans)


# ---------------------------------------------------------------- lengths


def _length_draft(
    factor: Factor, rest: Campaign, material: Material, best: str, gone: Collection[str]
) -> DraftedLevel | None:
    """The length nearest to the best one (by ratio) that every channel takes and that the pieces can be cut to."""
    tried = {level.length_seconds for level in factor.levels}
    least, most = _room(rest, material)
    able = [one for one in LENGTHS if one not in tried and name_of(one) not in gone]
    able = [one for one in able if least <= one < most and one <= material.most_seconds]
    if not able:
        return None
    wanted = factor.level(best).length_seconds or most
    seconds = min(able, key=lambda one: max(one / wanted, wanted / one))
    return _plain(factor, name_of(seconds), "length", f"{seconds:g}")


def _room(rest: Campaign, material: Material) -> tuple[float, float]:
    """The least and the most that a variant may be cut to, whichever of its pieces it has."""
    pieces = [rest.factor(name).levels for name in rest.sequence]
    lasting = [[_lasting(level, material) for level in levels] for levels in pieces]
    if not lasting:
        return material.least_seconds, material.footage.duration_seconds
    shortest = sum(min(seconds) for seconds in lasting)
    fixed = sum(max(seconds) for seconds in lasting) - max(max(seconds) for seconds in lasting)
    return max(material.least_seconds, fixed + LEAST_BODY_SECONDS), shortest


def _lasting(level: Level, material: Material) -> float:
    if level.is_left_out or (level.overlay and not level.spans):
        return 0.0
    if level.card:
        return level.seconds or CARD_SECONDS
    return level.length_seconds or _seconds(level) or material.footage.duration_seconds


# ---------------------------------------------------------------- words


def _plain(factor: Factor, name: str, key: str, text: str) -> DraftedLevel:
    """A level that is its value alone, with a name of its own where another one has the value's."""
    free = _free(name, factor)
    return DraftedLevel(factor.name, free, text if free == name else f'{{ name = "{free}", {key} = {text} }}')


def _free(name: str, factor: Factor) -> str:
    """A name that no level of the factor has."""
    taken: Sequence[str] = [level.name for level in factor.levels]
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name[:36]}-{number}"
    return found


def _number(seconds: float) -> str:
    return f"{seconds:.1f}" if round(seconds, 1) == seconds else f"{seconds:.2f}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
