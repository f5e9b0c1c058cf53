"""From a recognised export to the store: read, joined to the campaign's variants, kept; all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from variantgen.campaign.posted import PostedRow
from variantgen.results.matching import Match, known_variants, matched
from variantgen.results.reading import Reading, export_rows
from variantgen.results.recognising import Recognition
from variantgen.results.store import Imported, import_rows, match_again
from variantgen.results.values import KEYS, Period, ResultRow

_REMEMBERED = 100_000


def import_export(
    recognition: Recognition,
    store: Path,
    *,
    ids: Collection[str],
    posted: Iterable[PostedRow] = (),
    period: Period | None = None,
    currency: str = "",
) -> Imported:
    """Takes a recognised export into the store of a campaign, whose variants are `ids` and those in `posted`.

    `period` holds for rows without days where the file says none, `currency` where it names none. Raises UserError
    with every complaint about the file, or why it cannot be added to what is there; the store is as it was then.
    """
    match = _matcher(ids, posted, recognition.profile.posted_as)
    told = Reading()
    # with other columns, or other words of the user, the same file says another thing
    said = hashlib.sha256(repr((period, currency, recognition.columns)).encode()).hexdigest()
    rows = export_rows(recognition, told, period=period, currency=currency)
    return import_rows(store, recognition, rows, told, match, said)


def match_waiting(store: Path, *, ids: Collection[str], posted: Iterable[PostedRow] = ()) -> int:
    """Gives rows of no variant theirs, as posted.csv or the campaign was written since; how many they are.

    Channels are those of each row's own profile; a profile that is gone matches by ids and names alone.
    """
    from variantgen.results.profiles import profiles

    known, every = known_variants(ids, posted), profiles()

    def match(row: ResultRow) -> Match:
        channels = every[row.profile].posted_as if row.profile in every else (row.channel,)
        return matched(row, known, channels)

    return match_again(store, match)


def _matcher(
    ids: Collection[str], posted: Iterable[PostedRow], channels: Sequence[str]
) -> Callable[[ResultRow], Match]:
    """What says whose a row is; a million rows are of a few ads, so each is looked up once."""
    known = known_variants(ids, posted)

    @lru_cache(maxsize=_REMEMBERED)
    def looked_up(texts: tuple[str, ...]) -> Match:
        told: dict[str, Any] = dict(zip(KEYS, texts, strict=True))
        return matched(ResultRow("", "", "", 0, **told), known, channels)

    texts_of = attrgetter(*KEYS)
    return lambda row: looked_up(texts_of(row))
