"""Results as tables on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from variantgen.results.figures import count_words, figure_words, ratio_words

if TYPE_CHECKING:
    from pathlib import Path

    from variantgen.next_campaign import NextCampaign
    from variantgen.results.store import Imported

PIPED_WIDTH = 160
MOST_UNMATCHED, MOST_OF_A_REASON = 15, 10
_FEW = 3
_MANNERS = {
    "proportion": "a share",
    "rate": "events",
    "cost": "a cost, less is better",
    "mean": "an average",
    "told": "shown only",
}
_SIGNS = {
    "winner": "green",
    "leading, not proven": "yellow",
    "no practical difference": "cyan",
    "not enough data": "bright_black",
    "not comparable": "red",
}


def print_imports(taken: Sequence[Imported]) -> None:
    """What each export brought, and the rows that are no variant's."""
    _table(
        ("export", "rows", "new", "brought up to date", "replaced", "matched", "of no variant"),
        [
            (
                done.file, *(count_words(number) for number in (done.taken, done.added, done.brought_up_to_date,
                done.replaced, done.matched)), count_words(sum(rows for _, _, rows in done.unmatched)),
            )
            for done in taken
        ],
        numbers_from=1,
    )  # fmt: skip
    for done in taken:
        for note in done.notes:
            click.echo(f"{done.file}: {note}")
    _print_unmatched([one for done in taken for one in done.unmatched])


def print_report(told: Mapping[str, Any]) -> None:
    """Each channel's verdict and variants, what levels did, and what was left out."""
    for channel in told["channels"]:
        _print_channel(channel, channel["metric"] or told["metric"])
    if not told["channels"]:
        click.echo("No results of this campaign's variants yet.")
    _print_effects(told["effects"], told["metric"])
    if told["across"] and told["across"]["warning"]:
        click.secho(told["across"]["warning"], fg="yellow")
    _print_unmatched([(one["what"], one["why"], one["rows"]) for one in told["unmatched"]])
    for note in told["notes"]:
        click.echo(f"  {note}")


def print_metrics(told: Sequence[Mapping[str, Any]], objectives: Mapping[str, Sequence[str]]) -> None:
    """Each metric with what is counted of what, and what each objective is judged by, the best first."""
    _table(
        ("metric", "counted", "of", "how", "exports"),
        [
            (
                one["name"], " + ".join(one["numerator"]), " + ".join(one["denominator"]),
                _MANNERS[one["model"]], ", ".join(one["exports"]),
            )
            for one in told
        ],
        numbers_from=5,
    )  # fmt: skip
    if len(told) <= _FEW:
        for one in told:
            click.echo(" ".join(filter(None, (f"{one['name']}: {one['definition']}.", one["note"]))))
    for objective, names in objectives.items():
        click.echo(f"{objective} is judged by the first that is counted: {', '.join(names)}")


def print_sizes(told: Mapping[str, Any]) -> None:
    """A row a difference: how many each variant needs, and how long that takes."""
    has_days = any(row["days"] for row in told["sizes"])
    _table(
        ("difference", "from", "to", "each variant", "all together", *(("days",) if has_days else ())),
        [
            (
                f"{row['effect']:+.0%}", figure_words(told["base"], "share"), figure_words(row["rate"], "share"),
                count_words(row["per_variant"]), count_words(row["in_all"]),
                *((count_words(row["days"]),) if has_days else ()),
            )
            for row in told["sizes"]
        ],
        numbers_from=0,
    )  # fmt: skip
    if told["have"]:
        shown = told["shows"]
        words = f"a rise of {shown:.1%} or more" if shown is not None else "no rise at all"
        click.echo(f"{count_words(told['have'])} of each variant show {words}.")
    click.echo(
        f"{told['variants']} variants, power {told['power']:.0%}, two-sided {told['alpha']:.0%}"
        + (f", days vary {told['dispersion']:g} times" if told["dispersion"] > 1 else "")
    )
    click.echo("Write it down before you begin: [results] per_variant = ... and read_on = ... in the campaign file.")


def print_next(following: NextCampaign) -> None:
    """What stays of each factor, what goes and what is new, and the combinations that are worth making."""
    drafted: dict[str, list[str]] = {}
    for one in following.drafted:
        drafted.setdefault(one.factor, []).append(one.name)
    _table(
        ("factor", "kept", "let go", "drafted"),
        [
            (name, ", ".join(levels), ", ".join(following.dropped.get(name, ())), ", ".join(drafted.get(name, ())))
            for name, levels in following.kept.items()
        ],
        numbers_from=4,
    )
    _table(
        ("next", "on", "why"),
        [
            (
                ", ".join(f"{factor}={level}" for factor, level in row.levels),
                ", ".join((*row.channels, *row.promotions)) or "all",
                row.why,
            )
            for row in following.trials
        ],
        numbers_from=3,
    )
    for note in following.notes:
        click.echo(f"  {note}")


def next_json(path: Path, following: NextCampaign) -> dict[str, Any]:
    """The next campaign as values."""
    return {
        "schema_version": 1,
        "file": str(path),
        "name": following.name,
        "kept": {name: list(levels) for name, levels in following.kept.items()},
        "dropped": {name: list(levels) for name, levels in following.dropped.items()},
        "drafted": [{"factor": one.factor, "level": one.name} for one in following.drafted],
        "variants": [
            {"levels": dict(row.levels), "channels": list(row.channels), "as": list(row.promotions), "why": row.why}
            for row in following.trials
        ],
        "notes": list(following.notes),
        "is_empty": following.is_empty,
    }


def _print_channel(channel: Mapping[str, Any], metric: Mapping[str, Any] | None) -> None:
    click.echo()
    click.echo(
        click.style(channel["channel"], bold=True)
        + "  "
        + click.style(channel["verdict"].upper(), fg=_SIGNS[channel["verdict"]], bold=True)
        + ("  (interim)" if channel["is_interim"] else "")
    )
    click.echo(f"  {channel['sentence']}")
    if metric and channel["variants"]:
        money = channel["currency"]
        above, below = " + ".join(metric["numerator"]), " + ".join(metric["denominator"])
        _table(
            ("variant", above, below, metric["name"], "likely between", "chance best", "next share"),
            [_variant_row(one, metric, money) for one in channel["variants"]],
            numbers_from=1,
        )
    for one in channel["without"]:
        click.echo(f"  {one['name']}: not counted: {', '.join(one['missing'])}")
    for reason in channel["reasons"]:
        click.echo(f"  {reason}")


def _variant_row(one: Mapping[str, Any], metric: Mapping[str, Any], money: str) -> tuple[str, ...]:
    def words(value: float | None) -> str:
        return figure_words(value, metric["unit"], money)

    totals = [_total(one, metric[part]) for part in ("numerator", "denominator")]
    estimate = one["estimate"]
    between = f"{words(estimate['low'])} to {words(estimate['high'])}" if estimate else "-"
    levels = ", ".join(f"{factor}={level}" for factor, level in one["levels"].items())
    return (
        f"{one['id']}  {levels or one['name']}", *map(count_words, totals), words(one["figure"]), between,
        _percent(one["chance_best"]), _share(one["share_next"]),
    )  # fmt: skip


def _total(one: Mapping[str, Any], names: Iterable[str]) -> float | None:
    known = [one["counts"].get(name) for name in names]
    return sum(known) if None not in known else None


def _print_effects(told: Mapping[str, Any], metric: Mapping[str, Any] | None) -> None:
    if told["levels"] and metric:
        click.echo()
        click.secho(f"What the levels did ({metric['name']})", bold=True)
        rows = [
            (
                f"{one['factor']}={one['level']}", f"{one['beside']}", ratio_words(one["ratio"]),
                f"{ratio_words(one['low'])} to {ratio_words(one['high'])}",
                ("better" if one["is_better"] else "worse") + ", proven" if one["is_proven"] else "not told apart",
            )
            for one in told["levels"]
        ]  # fmt: skip
        _table(("level", "beside", "ratio", "95 % interval", ""), rows, numbers_from=2)
    for note in told["notes"]:
        click.echo(f"  {note}")


def _print_unmatched(unmatched: Sequence[tuple[str, str, int]]) -> None:
    """What was left out, under each reason the ads that it is true of, so that a long list stays short."""
    if not unmatched:
        return
    click.echo()
    click.echo(f"Of no variant of this campaign ({_rows(sum(rows for *_, rows in unmatched))}):")
    reasons: dict[str, list[tuple[str, int]]] = {}
    for what, why, rows in unmatched:
        reasons.setdefault(why, []).append((what, rows))
    for why, ads in list(reasons.items())[:MOST_UNMATCHED]:
        click.echo(f"  {why}:")
        for what, rows in ads[:MOST_OF_A_REASON]:
            click.echo(f"    {what[:80]} ({_rows(rows)})")
        if others := ads[MOST_OF_A_REASON:]:
            click.echo(f"    and {len(others):,} more ({_rows(sum(rows for _, rows in others))})")
    if len(reasons) > MOST_UNMATCHED:
        click.echo(f"  and {len(reasons) - MOST_UNMATCHED} more reasons")


def _rows(count: float) -> str:
    return f"{count_words(count)} row" + "s" * (count != 1)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}" if 0.001 <= value <= 0.999 else "<0.1%" if value < 0.5 else ">99.9%"


def _share(value: float | None) -> str:
    """Of the next round; an arm that is let go gets none."""
    return "-" if value is None else f"{value:.0%}" if value else "let go"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, numbers_from: int) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=True, header_style="bold")
    for n, heading in enumerate(headings):
        table.add_column(heading, justify="right" if n >= numbers_from else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PIPED_WIDTH)
    console.print(table)
