"""A master's shots and pauses in, the text of a first campaign file for it out (pure)."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from variantgen.model import SecondsSpan

HOOK_SECONDS = (1.5, 4.0)
CTA_SECONDS = (2.0, 5.0)
LEAST_BODY_SECONDS = 3.0
SHORT_SHARE = 0.5


@dataclass(frozen=True)
class Answers:
    """What a campaign file needs and no film tells."""

    name: str
    objective: str = "acquisition"
    url: str = "https://example.com/offer"
    channels: tuple[tuple[str, str], ...] = (("tiktok", "organic"), ("instagram-reels", "organic"))


@dataclass(frozen=True)
class Footage:
    """A master as far as it is known before anything is planned: its length, shot changes and pauses, in seconds."""

    duration_seconds: float
    cuts_seconds: tuple[float, ...] = ()
    pauses: tuple[SecondsSpan, ...] = ()


@dataclass(frozen=True)
class Pieces:
    """Where a film can be taken apart, in seconds: its opening, its middle, a short middle, its end."""

    hook: SecondsSpan
    body: SecondsSpan
    short_body: SecondsSpan
    cta: SecondsSpan


def campaign_name(stem: str) -> str:
    """A master's name as a campaign may be called: lower case, hyphens between words."""
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:40].strip("-") or "campaign"


def pieces_in(duration_seconds: float, cuts_seconds: Sequence[float], pauses: Sequence[SecondsSpan]) -> Pieces | None:
    """Where to take a film apart: at shot changes or in pauses near the usual places; None for one too short.

    The hook is 1.5 to 4 s and the call to action 2 to 5 s, where the film has a place for that.
    """
    if duration_seconds < HOOK_SECONDS[0] + LEAST_BODY_SECONDS + CTA_SECONDS[0]:
        return None
    places = sorted({*cuts_seconds, *((start + end) / 2 for start, end in pauses)})
    hook = _near(places, HOOK_SECONDS[0], HOOK_SECONDS[1], 2.5)
    cta = _near(places, duration_seconds - CTA_SECONDS[1], duration_seconds - CTA_SECONDS[0], duration_seconds - 3.0)
    if cta - hook < LEAST_BODY_SECONDS:
        hook, cta = HOOK_SECONDS[0], duration_seconds - CTA_SECONDS[0]
    middle = hook + (cta - hook) * SHORT_SHARE
    short = _near(places, middle - 2.0, middle + 2.0, middle)
    spans = ((0.0, hook), (hook, cta), (hook, min(short, cta)), (cta, duration_seconds))
    return Pieces(*((round(start, 2), round(end, 2)) for start, end in spans))


def _near(places: Sequence[float], first: float, last: float, wanted: float) -> float:
    """The place nearest to a wanted one inside a window, or that itself where there is none."""
    inside = places[bisect_left(places, first) : bisect_left(places, last)]
    return min(inside, key=lambda place: abs(place - wanted), default=wanted)


def campaign_text(master: str, answers: Answers, pieces: Pieces | None) -> str:
    """The commented text of a campaign file for a master (its path from the file's folder)."""
    channels = "\n".join(
        f"  {{ preset = {_quoted(preset)}, as = {_quoted(as_)} }}," for preset, as_ in answers.channels
    )
    head = f"""\
# A campaign for variantgen: every combination of the levels below is a variant.
#   variantgen campaign plan FILE      shows how many there are and what they cost
#   variantgen campaign render FILE    makes them, with posted.csv and an upload sheet for each channel
schema_version = 1
name = {_quoted(answers.name)}
objective = {_quoted(answers.objective)}    # awareness, acquisition, conversion, retention, credibility
masters = [{_quoted(master)}]
url = {_quoted(answers.url)}    # the landing page; utm keys are added, utm_content is the variant's id
channels = [
{channels}
]
max_variants = 200    # above this a balanced fraction is taken
"""
    return head + (_factors(pieces) if pieces else _lengths()) + _POSTING


def _factors(pieces: Pieces) -> str:
    return f"""\
sequence = ["hook", "body", "cta"]    # the order in which pieces play

[[factor]]
name = "hook"    # what stops the thumb
levels = [
  {{ name = "opening", span = {_span(pieces.hook)} }},    # seconds of the master
  {{ name = "question", card = "hook", text = "Ask what your viewer asks" }},
]

[[factor]]
name = "body"
levels = [
  {{ name = "full", span = {_span(pieces.body)} }},
  {{ name = "short", span = {_span(pieces.short_body)} }},
]

[[factor]]
name = "cta"    # what to do next
levels = [
  {{ name = "film", span = {_span(pieces.cta)} }},
  {{ name = "card", card = "end", text = "See how it works" }},
]
"""


def _lengths() -> str:
    return """
[[factor]]
name = "caption_style"    # the film is too short to be taken apart
levels = ["clean", "boxed"]
"""


_POSTING = """
[posting]    # for the upload sheets; {hook} and other factors stand for their level's text
title = "{campaign}"
text = "{url}"
hashtags = []

# [results]    # how results are read, said before they come in: variantgen results -h
# read_on = 2026-12-31    # the one look at which a variant can win; else the day of ends
# per_variant = 21000     # variantgen results plan-size --base 2% --effect 20%

# [brand]
# background = ["#0A1420", "#12324A"]
# accent = "#FFB454"
# [brand.logo]
# file = "logo.png"
"""


def _span(span: SecondsSpan) -> str:
    return f"[{span[0]:g}, {span[1]:g}]" if span[0] != int(span[0]) else f"[{span[0]:.1f}, {span[1]:g}]"


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's too, but for DEL
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
