"""The variants that results are of, and their counts by campaign channel and day (pure values)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from variantgen.results.counts import DayCounts
from variantgen.results.sums import VariantSum


@dataclass(frozen=True)
class CampaignVariant:
    """A variant of the campaign as it was made; `levels` is empty where only posted.csv knows of it."""

    id: str
    name: str
    """Its file's, without the suffix."""
    preset: str
    as_: str
    levels: Mapping[str, str] = field(default_factory=dict, hash=False)
    seconds: float | None = None
    master: str = ""
    channel: str = ""
    """Of its preset, as profiles name it in `posted_as`; empty where that is not known."""

    @property
    def label(self) -> str:
        """Its levels in words, the same on every channel: "hook=face, body=full"."""
        return ", ".join(f"{factor}={level}" for factor, level in self.levels.items()) or self.name


def day_counts(
    sums: Iterable[VariantSum],
    variants: Sequence[CampaignVariant],
    posted_as: Mapping[str, Sequence[str]] | None = None,
) -> tuple[DayCounts, ...]:
    """What was counted of each variant, on the channels of the campaign, channels in the order of `variants`.

    A channel is a preset and how it was shown, as the export says. Where two exports tell of one channel, each is a
    channel of its own: added up, one view would be two. So it is where a variant ran on another channel than it was
    made for; `posted_as` are the channels that each profile tells of. Variants that are not the campaign's have no row.
    """
    known = {variant.id: variant for variant in variants}
    told = [(known[one.variant], one) for one in sums if one.variant in known]
    profiles: dict[str, dict[str, None]] = {}
    for variant, one in told:
        profiles.setdefault(_channel(variant, one), {})[one.profile] = None

    def place(variant: CampaignVariant, one: VariantSum) -> str:
        own = _channel(variant, one)
        told_of = (posted_as or {}).get(one.profile, ())
        is_elsewhere = bool(variant.channel and told_of and variant.channel not in told_of)
        return f"{own} by {one.profile}" if is_elsewhere or len(profiles[own]) > 1 else own

    rows = [
        DayCounts(
            variant.id,
            place(variant, one),
            one.counts,
            one.first,
            one.last,
            one.currency,
            variant.seconds or one.counts.get("video_seconds"),
        )
        for variant, one in told
    ]
    order = {variant.id: n for n, variant in enumerate(variants)}
    channels: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: order[row.variant]):
        channels.setdefault(row.channel, len(channels))
    return tuple(sorted(rows, key=lambda row: (channels[row.channel], order[row.variant])))


def _channel(variant: CampaignVariant, one: VariantSum) -> str:
    return f"{variant.preset} ({one.promotion or variant.as_})"
