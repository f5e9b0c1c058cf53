"""A variant held against known creative rules before it is posted: advice with sources, apart from the checks (pure).

Adherence to a rule says nothing of how a film will do; a rule that cannot be measured here says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from variantgen.campaign import creative_measures as measures
from variantgen.campaign.creative_measures import Creative, Seen, Verdict
from variantgen.model import Analysis, Master, Variant
from variantgen.presets.fact_tables import Sourced, read_facts

RuleName = Literal[
    "first_shot", "shots_early", "shots_anywhere", "mean_shot", "brand_early", "brand_late", "face_early",
    "speech_early", "captions", "sound_off", "sound", "length", "call_to_action", "shape", "first_frame",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Rule(Sourced):
    """One creative rule: what it measures, the figures it holds that against, and for whom it is meant.

    Empty `objectives`, `channels`, `presets` or `kind` mean all of them.
    """

    rule: RuleName
    advice: str
    least: float | None = None
    most: float | None = None
    within_seconds: float | None = None
    shapes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    objectives: tuple[Literal["awareness", "acquisition", "conversion", "retention", "credibility"], ...] = ()
    channels: tuple[str, ...] = ()
    presets: tuple[str, ...] = ()
    kind: Literal["organic", "ad", ""] = ""


@dataclass(frozen=True)
class Advice:
    """One rule held against one variant; `measured` says in words what was found."""

    rule: str
    verdict: Verdict
    advice: str
    measured: str
    source: str


Measure = Callable[[Seen, Rule], tuple[Verdict, str]]

_MEASURES: Mapping[str, Measure] = {
    "first_shot": measures.first_shot,
    "shots_early": measures.shots_early,
    "shots_anywhere": measures.shots_anywhere,
    "mean_shot": measures.mean_shot,
    "brand_early": measures.brand_early,
    "brand_late": measures.brand_late,
    "face_early": measures.face_early,
    "speech_early": measures.speech_early,
    "captions": measures.captions,
    "sound_off": measures.sound_off,
    "sound": measures.sound,
    "length": measures.length,
    "call_to_action": measures.call_to_action,
    "shape": measures.shape,
    "first_frame": measures.first_frame,
}
"""How each rule is measured. To add one: (1) a function in creative_measures from what is seen and the rule's row to a
verdict and words; (2) a row here and its name in RuleName; (3) rows with sources in facts/creative.toml."""


def creative_rules() -> tuple[Rule, ...]:
    """The rules of facts/creative.toml; UserError with every fault of a file of one's own."""
    return read_facts("creative", {"rule": Rule})["rule"]


def preflight(
    variant: Variant, master: Master, analysis: Analysis, creative: Creative, rules: Sequence[Rule]
) -> tuple[Advice, ...]:
    """What the rules that are meant for a variant's objective, placement and kind say of it, in the table's order.

    Where several rows of one rule fit, those for its placement speak, else those for its channel, else the general.
    """
    seen = measures.seen(variant, master, analysis, creative)
    return tuple(_advice(rule, seen) for rule in _meant(rules, variant.preset, creative))


def advice_as_rows(advice: Sequence[Advice]) -> list[dict[str, Any]]:
    """Advice as plain data, for a manifest; `kind` says that it is no measure of success."""
    return [asdict(one) | {"kind": "adherence"} for one in advice]


def _advice(rule: Rule, seen: Seen) -> Advice:
    verdict, words = _MEASURES[rule.rule](seen, rule)
    return Advice(rule.rule, verdict, rule.advice, words, rule.cited)


def _meant(rules: Sequence[Rule], preset: str, creative: Creative) -> list[Rule]:
    fitting = [
        rule
        for rule in rules
        if (not rule.objectives or creative.objective in rule.objectives)
        and (not rule.channels or creative.channel in rule.channels)
        and (not rule.presets or preset in rule.presets)
        and rule.kind in ("", creative.kind)
    ]
    nearest = {
        name: max(_nearness(rule) for rule in fitting if rule.rule == name) for name in {r.rule for r in fitting}
    }
    return [rule for rule in fitting if _nearness(rule) == nearest[rule.rule]]


def _nearness(rule: Rule) -> tuple[bool, bool]:
    return bool(rule.presets), bool(rule.channels)
