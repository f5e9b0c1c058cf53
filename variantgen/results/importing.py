"""From a recognised export to the store: read, joined to the campaign's variants, kept; all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from variantgen.campaign.posted import PostedRow
from variantgen.results.matching import Match, known_variants, matched
from variantgen.results.reading import Reading, export_rows
from variantgen.results.recognising import Recognition
from variantgen.results.store import Imported, import_rows
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
    known = known_variants(ids, posted)
    channels = recognition.profile.posted_as

    # a million rows are of a few ads: each is looked up once
    @lru_cache(maxsize=_REMEMBERED)
    def looked_up(texts: tuple[str, ...]) -> Match:
        told: dict[str, Any] = dict(zip(KEYS, texts, strict=True))
        return matched(ResultRow("", "", "", 0, **told), known, channels)

    texts_of = attrgetter(*KEYS)

    def match(row: ResultRow) -> Match:
        return looked_up(texts_of(row))

    told = Reading()
    # with other columns, or other words of the user, the same file says another thing
    said = hashlib.sha256(repr((period, currency, recognition.columns)).encode()).hexdigest()
    rows = export_rows(recognition, told, period=period, currency=currency)
    return import_rows(store, recognition, rows, told, match, said)
