"""The captions files that lie beside a master under its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from variantgen.analyze.captions.forms import SUFFIXES
from variantgen.media.languages import language_tag

# film.en.sdh.srt: captions for the hard of hearing do where plain ones are missing.
_KINDS = ("", "sdh", "cc", "hi")
# These suffixes are everybody's; only a file that looks like captions counts.
_SHARED_SUFFIXES = {
    ".json": re.compile(rb'"(?:segments|transcription|word_segments)"\s*:'),
    ".xml": re.compile(rb"<(?:[\w.-]+:)?tt[\s>]"),
}
_SNIFFED_BYTES = 20_000


def find_captions(master: Path) -> Path | None:
    """The captions file beside `master`: `film.srt` (or another suffix), else one with a language, `film.en.srt`.

    Where only files with languages lie there, the first by its tag's letters is taken; `find_caption_files` has all.
    """
    found = find_caption_files(master)
    return next((found[language] for language in sorted(found)), None)


def find_caption_files(master: Path) -> dict[str, Path]:
    """Language -> captions file beside `master`: `film.srt` under "", `film.pt-BR.vtt` under "pt-BR", in order of tags.

    Tags are BCP 47 (`en_US` and `eng` are taken for en-US and en). Of several files of one language the first
    suffix of SUFFIXES wins, and captions proper before those for the hard of hearing (`film.en.sdh.srt`).
    """
    candidates = sorted(_candidates(master), key=lambda row: row[:3])
    found: dict[str, Path] = {}
    for language, _, _, path in candidates:
        found.setdefault(language, path)
    return found


def _candidates(master: Path) -> Iterator[tuple[str, int, int, Path]]:
    """(language, rank of the kind, rank of the suffix, path) of every file that could be captions of the master."""
    try:
        paths = [path for path in master.parent.iterdir() if path.name.startswith(master.stem + ".")]
    except OSError:
        return
    for path in sorted(paths):
        middle, dot, suffix = path.name[len(master.stem) + 1 :].rpartition(".")
        rank = _suffix_rank(dot + suffix if dot else "." + suffix)
        if rank is None or path == master or not path.is_file():
            continue
        words = middle.split(".") if middle else []
        kind = words.pop() if words and words[-1].lower() in _KINDS else ""
        language = language_tag(words[0]) if words else ""
        if len(words) > 1 or (words and not language) or not _is_captions(path):
            continue
        yield language, _KINDS.index(kind.lower()), rank, path


def _suffix_rank(suffix: str) -> int | None:
    return SUFFIXES.index(suffix.lower()) if suffix.lower() in SUFFIXES else None


def _is_captions(path: Path) -> bool:
    pattern = _SHARED_SUFFIXES.get(path.suffix.lower())
    if pattern is None:
        return True
    try:
        with path.open("rb") as file:
            return pattern.search(file.read(_SNIFFED_BYTES)) is not None
    except OSError:
        return False
