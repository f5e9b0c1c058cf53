"""The upload sheet: finished variants and their texts in, rows, complaints and files to post from out (pure).

One sheet a channel, one row a variant. Limits are those of facts/upload.toml, counted as the channel counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from variantgen.campaign.counting import ADDRESS, counted, hashtags, mentions, tag_list_length
from variantgen.campaign.posting import Texts
from variantgen.presets.fact_tables import Sourced, read_facts

Kind = Literal["organic", "ad"]
Field = Literal[
    "title", "headline", "text", "brand", "alt_text", "tags", "tag", "hashtags", "mentions", "links", "captions"
]
Unit = Literal[
    "code points", "utf-16 units", "bytes", "graphemes", "weighted", "emoji bytes", "urls as 23", "tags", "count"
]


@dataclass(frozen=True, kw_only=True)
class Limit(Sourced):
    """How much of a field a channel takes; with `is_advice`, how much of it does well."""

    channel: str
    field: Field
    unit: Unit
    most: int
    kind: Literal["organic", "ad", ""] = ""
    presets: tuple[str, ...] = ()
    is_advice: bool = False


@dataclass(frozen=True, kw_only=True)
class CoverFact(Sourced):
    """What cover a channel takes; 0 for a size is the film's, for bytes no known limit."""

    channel: str
    width: int
    height: int
    forms: tuple[Literal["jpeg", "png"], ...]
    most_bytes: int
    kind: Literal["organic", "ad", ""] = ""
    presets: tuple[str, ...] = ()


@dataclass(frozen=True)
class UploadFacts:
    """What is known of every channel's uploads."""

    limits: tuple[Limit, ...] = ()
    covers: tuple[CoverFact, ...] = ()


@dataclass(frozen=True)
class Post:
    """One variant as it is to be posted. Files are as in the manifest: relative, with slashes.

    `captions` are (file, bytes); `labels` sentences on what may have to be declared.
    """

    id: str
    file: str
    preset: str
    channel: str
    kind: Kind
    texts: Texts
    url: str = ""
    language: str = ""
    cover: str = ""
    captions: tuple[tuple[str, int], ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Complaint:
    """What a channel will not take as it is, or (advice) will not show whole; `over` is by how much."""

    id: str
    channel: str
    field: str
    over: int
    words: str
    is_advice: bool


COLUMNS = (
    *("id", "file", "preset", "kind", "language", "title", "headline", "text", "brand", "tags", "alt_text"),
    *("url", "cover", "captions", "labels", "complaints"),
)
"""Of a sheet, in order; columns are added, never renamed."""

# What a spreadsheet would run: https://owasp.org/www-community/attacks/CSV_Injection
_RUNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def upload_facts() -> UploadFacts:
    """The facts of facts/upload.toml; UserError with every fault of a file of one's own."""
    rows = read_facts("upload", {"limit": Limit, "cover": CoverFact})
    return UploadFacts(rows["limit"], rows["cover"])


def applies(fact: Limit | CoverFact, *, preset: str, channel: str, kind: str) -> bool:
    """Whether a fact holds for a placement, paid or not."""
    return fact.channel == channel and fact.kind in ("", kind) and (not fact.presets or preset in fact.presets)


def cover_fact(facts: UploadFacts, *, preset: str, channel: str, kind: str) -> CoverFact | None:
    """What cover a placement takes, or None where nothing is known."""
    found = (fact for fact in facts.covers if applies(fact, preset=preset, channel=channel, kind=kind))
    return next(found, None)


# ---------------------------------------------------------------- one row


def written(post: Post) -> str:
    """The text as it is posted: with its hashtags, but for those it already holds, on a line of their own."""
    text = post.texts.text
    there = {tag.casefold() for tag in hashtags(text)}
    more = [tag for tag in post.texts.hashtags if tag.casefold() not in there]
    return "\n\n".join(part for part in (text, " ".join(more)) if part)


def complaints_of(post: Post, limits: Sequence[Limit]) -> tuple[Complaint, ...]:
    """Everything about a post that is beyond its channel's limits; what is refused before what is advised."""
    mine = [limit for limit in limits if applies(limit, preset=post.preset, channel=post.channel, kind=post.kind)]
    found = [complaint for limit in mine for complaint in _held_against(post, limit)]
    refused = {complaint.field for complaint in found if not complaint.is_advice}
    # a text that is refused need not be told that its end is not shown either
    kept = [one for one in found if not (one.is_advice and one.field in refused)]
    return tuple(sorted(kept, key=lambda one: one.is_advice))


_UNIT_WORDS = {
    "count": "",
    "tags": " characters with commas and quotes",
    "weighted": " characters as X counts them",
    "emoji bytes": " characters, emoji by their bytes",
    "urls as 23": " characters with addresses as 23",
}


def _held_against(post: Post, limit: Limit) -> Iterable[Complaint]:
    for what, number in _measured(post, limit):
        over = number - limit.most
        if over > 0:
            unit = (
                ""
                if limit.unit == "count"
                else f" {'characters as YouTube counts' if limit.unit == 'tags' else limit.unit}"
            )
            does = "shows or advises" if limit.is_advice else "takes"
            words = f"{what}: {number}{unit}, {over} over the {limit.most} that {post.channel} {does} ({limit.cited})"
            yield Complaint(post.id, post.channel, limit.field, over, words, limit.is_advice)


def _measured(post: Post, limit: Limit) -> Iterable[tuple[str, int]]:
    """What a limit is about in a post, and how much of it there is."""
    text, tags = written(post), post.texts.tags
    if limit.field == "tags":
        return [("tags", tag_list_length(tags) if limit.unit == "tags" else len(tags))]
    if limit.field == "tag":
        return [(f'tag "{tag[:40]}"', counted(tag, limit.unit)) for tag in tags]
    if limit.field == "captions":
        if limit.unit == "count":
            return [("captions files", len(post.captions))]
        return [(f"captions file {file}", size_bytes) for file, size_bytes in post.captions]
    counts = {
        "hashtags": lambda: len(hashtags(f"{post.texts.title} {text}")),
        "mentions": lambda: len(mentions(text)),
        "links": lambda: len(set(ADDRESS.findall(text))),
    }
    if limit.field in counts:
        return [(limit.field, counts[limit.field]())]
    words = text if limit.field == "text" else getattr(post.texts, limit.field)
    return [(limit.field.replace("_", " "), counted(words, limit.unit))]


def sheet_row(post: Post, complaints: Sequence[Complaint]) -> dict[str, str]:
    """One row of a sheet: every column as text."""
    texts = post.texts
    told = [f"{'advice: ' if one.is_advice else ''}{one.words}" for one in complaints if one.id == post.id]
    values: dict[str, Any] = {
        "id": post.id,
        "file": post.file,
        "preset": post.preset,
        "kind": "paid" if post.kind == "ad" else "organic",
        "language": post.language,
        "title": texts.title,
        "headline": texts.headline,
        "text": written(post),
        "brand": texts.brand,
        "tags": ", ".join(texts.tags),
        "alt_text": texts.alt_text,
        "url": post.url,
        "cover": post.cover,
        "captions": ", ".join(file for file, _ in post.captions),
        "labels": "\n".join(post.labels),
        "complaints": "\n".join(told),
    }
    return {column: values[column] for column in COLUMNS}


# ---------------------------------------------------------------- the sheets


@dataclass(frozen=True)
class Sheet:
    """All posts of one channel: its rows as text, and what the channel will not take."""

    channel: str
    rows: tuple[dict[str, str], ...]
    complaints: tuple[Complaint, ...]


def sheets_of(posts: Iterable[Post], facts: UploadFacts) -> tuple[Sheet, ...]:
    """A sheet for every channel, channels and posts in the order given; no complaint stops any."""
    by_channel: dict[str, list[Post]] = {}
    for post in posts:
        by_channel.setdefault(post.channel, []).append(replace(post, labels=tuple(dict.fromkeys(post.labels))))
    made = []
    for channel, mine in by_channel.items():
        told = [complaints_of(post, facts.limits) for post in mine]
        rows = tuple(sheet_row(post, faults) for post, faults in zip(mine, told, strict=True))
        made.append(Sheet(channel, rows, tuple(one for faults in told for one in faults)))
    return tuple(made)


def sheet_files(sheets: Iterable[Sheet], campaign: str) -> dict[str, bytes]:
    """File name -> content: upload-CHANNEL.csv for spreadsheets, upload-CHANNEL.md to read and copy from."""
    files: dict[str, bytes] = {}
    for sheet in sheets:
        files[f"upload-{sheet.channel}.csv"] = sheet_csv(sheet.rows)
        files[f"upload-{sheet.channel}.md"] = sheet_markdown(sheet, campaign).encode()
    return files


def sheet_csv(rows: Sequence[Mapping[str, str]], columns: Sequence[str] = COLUMNS) -> bytes:
    """Rows as CSV (RFC 4180) that spreadsheets read right: UTF-8 with a byte order mark, CRLF between rows.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(row.get(column, "")) for column in columns] for row in rows)
    # half a surrogate, as from a file name that is not UTF-8, must not lose the whole sheet
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{cell}" if cell.lstrip(" \n").startswith(_RUNS) else cell


def sheet_markdown(sheet: Sheet, campaign: str) -> str:
    """A sheet to read and copy from: a section a post, its texts in fences so that they are copied as they are."""
    count = f"{len(sheet.rows)} post{'' if len(sheet.rows) == 1 else 's'}"
    blocks = [f"# {_plain(campaign)}: {_plain(sheet.channel)}, {count}"]
    for row in sheet.rows:
        blocks.append(f"## {_plain(row['id'])} · {_plain(row['preset'])} · {row['kind']}")
        facts = [(name, row[name]) for name in ("file", "language", "cover", "captions", "tags") if row[name]]
        if facts:
            table = [f"| {name} | {_plain(value)} |" for name, value in facts]
            blocks.append("\n".join(["| | |", "|---|---|", *table]))
        for name in ("title", "headline", "text", "brand", "alt_text", "url"):
            if row[name]:
                blocks.append(f"**{name.replace('_', ' ')}**\n\n{_fenced(row[name])}")
        for name in ("complaints", "labels"):
            if row[name]:
                lines = "\n".join(f"- {_plain(line)}" for line in row[name].splitlines())
                blocks.append(f"**{name}**\n\n{lines}")
    return "\n\n".join(blocks) + "\n"


def _plain(text: str) -> str:
    """One line of text that Markdown shows as it is."""
    line = " ".join(text.split())
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>#|~" else character for character in line)


def _fenced(text: str) -> str:
    """Text in a fence that is longer than any run of backticks in it."""
    import re

    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
