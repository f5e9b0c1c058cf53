"""What sentences about a campaign have in common (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from variantgen.campaign.values import Campaign


def file_of(campaign: Campaign) -> str:
    """The campaign's file, or its name where it was not read from one."""
    return str(campaign.path) if campaign.path else f'campaign "{campaign.name}"'


def channels_told(campaign: Campaign) -> str:
    """How many channels there are, or the name of the only one."""
    return f"{len(campaign.channels)} channels" if len(campaign.channels) > 1 else campaign.channels[0].name


def enumerated(names: Sequence[str]) -> str:
    """Names as a sentence holds them: `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
