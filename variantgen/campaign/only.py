"""`--only hook=face,channel=tiktok`: words in, the cells that they pick out (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast, get_args

from variantgen.campaign.values import Campaign, Promotion, Rule
from variantgen.errors import UserError, nearest

CHANNEL_KEY, PROMOTION_KEY = "channel", "as"


def parse_only(texts: Sequence[str], campaign: Campaign) -> Rule | None:
    """The cells that words like "hook=face,channel=tiktok" pick; None where there are none.

    A word without "=" is one more value of the key before it, and a key that comes again too. Raises UserError with
    every complaint: keys are the campaign's factors, channel and as.
    """
    allowed = {factor.name: [level.name for level in factor.levels] for factor in campaign.factors}
    allowed[CHANNEL_KEY] = list(dict.fromkeys(channel.preset for channel in campaign.channels))
    allowed[PROMOTION_KEY] = list(get_args(Promotion))
    wanted: dict[str, list[str]] = {}
    faults, key = [], ""
    for word in (word.strip() for text in texts for word in text.split(",")):
        before, equals, value = (part.strip() for part in word.rpartition("="))
        key = before if equals else key
        if not key:
            faults.append(
                f'--only {word}: is no key=value, as in "{next(iter(allowed))}={next(iter(allowed.values()))[0]}".'
            )
        elif key not in allowed:
            faults.append(
                f'--only {word}: no factor is named "{key}": allowed are {", ".join(allowed)}.{nearest(key, allowed)}'
            )
        elif value not in allowed[key]:
            words = ", ".join(allowed[key])
            faults.append(
                f'--only {key}: value "{value}" is not allowed: allowed are {words}.{nearest(value, allowed[key])}'
            )
        else:
            wanted.setdefault(key, []).append(value)
    if faults:
        raise UserError("\n".join(dict.fromkeys(faults)))
    if not wanted:
        return None
    return Rule(
        levels=tuple(
            (name, tuple(values)) for name, values in wanted.items() if name not in (CHANNEL_KEY, PROMOTION_KEY)
        ),
        channels=tuple(wanted.get(CHANNEL_KEY, ())),
        promotions=cast("tuple[Promotion, ...]", tuple(wanted.get(PROMOTION_KEY, ()))),
    )


def only_told(only: Rule) -> str:
    """The words that say what a rule picks."""
    keys = (*only.levels, (CHANNEL_KEY, only.channels), (PROMOTION_KEY, only.promotions))
    return ",".join(f"{key}={value}" for key, values in keys for value in values)
