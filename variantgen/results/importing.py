"""From a recognised export to the store: read, joined to the campaign's variants, kept; all of it or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

from variantgen.campaign.posted import PostedRow
from variantgen.results.matching import Match, known_variants, matched
from variantgen.results.reading import Reading, export_rows
from variantgen.results.recognising import Recognition
from variantgen.results.store import Imported, import_rows
from variantgen.results.values import Period, ResultRow

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
    def looked_up(ad_name: str, ad_id: str, content_id: str, url: str, post_url: str) -> Match:
        row = ResultRow("", "", "", 0, ad_name=ad_name, ad_id=ad_id, content_id=content_id, url=url, post_url=post_url)
        return matched(row, known, channels)

    def match(row: ResultRow) -> Match:
        return looked_up(row.ad_name, row.ad_id, row.content_id, row.url, row.post_url)

    told = Reading()
    said = f"{period} {currency}" if period or currency else ""
    rows = export_rows(recognition, told, period=period, currency=currency)
    return import_rows(store, recognition, rows, told, match, said)
