"""Captions files damaged at random: every one gives captions or one sentence, soon and in bounded memory.

`VARIANTGEN_FUZZ=2000 pytest tests/planning/test_caption_fuzz.py -s` runs as many files and prints the slowest.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

from captions_made import SAMPLES

from variantgen.analyze.captions import read_captions
from variantgen.analyze.captions.plain import BIDI_CONTROLS
from variantgen.errors import UserError
from variantgen.model import SourceCue

FILES = int(os.environ.get("VARIANTGEN_FUZZ", "400"))
SEED = 20_26
HOSTILE = [
    *(
        b"{\\p1}",
        b"{\\k99999999}",
        b"%s%n%(x)s",
        b"'\"`$(id)",
        b"a:b\\c,d;[e]=f",
        b"\\N\\n\\h",
        b"<i><i></i>",
        b"<ruby><rt>",
    ),
    *(
        b"\x00",
        b"\x1b[31m",
        b"\x07\x08\x7f",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xf0\x9f",
        b"\xed\xa0\x80",
        b"\r",
        b"\xc2\x85",
    ),
    *("\u202e\u2066".encode(), "\u202c\u2069".encode(), "\u200f\u2028".encode(), "e\u0301\u0327".encode() * 40),
    *(b"x" * 10_000, b"<" * 3_000, b"{" * 3_000, b"&#" * 1_000, b"\n" * 2_000, b" " * 5_000, b"[" * 4_000),
    *(b"-->", b"99:99:99,999 --> 00:00:00,000", b"-00:00:05,000", b"9" * 400, b"1e999", b"NaN", b"null", b"-1"),
    *(b"WEBVTT\n\n", b"[Script Info]\n", b"[Events]\n", b"Dialogue: ", b"Format: Text\n", b"Scenarist_SCC V1.0\n"),
    *(b"<tt>", b"<span>" * 100, b'<!ENTITY a "b">', b"<![CDATA[", b"#EXTM3U\nfile:///etc/passwd\n", b"\\r{\\rSlanted}"),
]
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252", "cp1251", "cp932", "gb18030", "cp949", "big5")


def damaged(chance: random.Random, samples: list[bytes]) -> bytes:
    """One of the samples after one to four mutations."""
    content = chance.choice(samples)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(content) + 1)
        to = min(at + chance.choice((1, 1, 2, 8, 40, 200)), len(content))
        kind = chance.randrange(8)
        if kind == 0:
            content = content[:at] + chance.choice(HOSTILE) + content[at:]
        elif kind == 1:
            content = content[:at] + content[to:]
        elif kind == 2:
            content = content[:at] + chance.randbytes(to - at) + content[to:]
        elif kind == 3:
            content = content[:to] + content[at:to] * chance.choice((1, 2, 30)) + content[to:]
        elif kind == 4:
            content = content[:at] if chance.random() < 0.4 else content[at:]
        elif kind == 5:
            other = chance.choice(samples)
            content = content[:at] + other[chance.randrange(len(other) + 1) :]
        elif kind == 6:
            digits = [place for place, byte in enumerate(content) if 48 <= byte < 58] or [0]
            place = chance.choice(digits)
            content = content[:place] + chance.choice((b"", b"9", b"99999", b"-", b"0", b".")) + content[place + 1 :]
        else:
            content = content.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")
    return content


def wrong_with(cues: tuple[SourceCue, ...], end_seconds: float) -> list[str]:
    """What no reader may ever hand over, by name; empty for sound cues."""
    wrong = ["overlap" for before, after in pairwise(cues) if before.end_seconds > after.start_seconds]
    for cue in cues:
        if not 0 <= cue.start_seconds < cue.end_seconds <= end_seconds:
            wrong.append("times")
        if not cue.text.strip() or len(cue.text) > 45_000 or any(ord(c) < 32 and c != "\n" for c in cue.text):
            wrong.append("text")
        if cue.words and "".join(word.text for word in cue.words) != "".join(cue.text.split()):
            # marks of direction are made whole word by word
            letters = [c for word in cue.words for c in word.text if c not in BIDI_CONTROLS]
            if letters != [c for c in cue.text if not c.isspace() and c not in BIDI_CONTROLS]:
                wrong.append("words")
        moments = [moment for word in cue.words for moment in (word.start_seconds, word.end_seconds)]
        if moments != sorted(moments) or (
            moments and not cue.start_seconds <= moments[0] <= moments[-1] <= cue.end_seconds
        ):
            wrong.append("word times")
    return wrong


def test_damaged_files_give_sound_cues_or_one_sentence(tmp_path: Path) -> None:
    """Whatever is done to a captions file of any form, what comes back can be shown, or is one UserError."""
    chance, outcomes, slowest = random.Random(SEED), Counter[str](), (0.0, b"")
    samples, suffixes = list(SAMPLES.values()), [Path(name).suffix for name in SAMPLES]
    for number in range(FILES):
        content = damaged(chance, samples)
        path = tmp_path / f"film{chance.choice(suffixes)}"
        path.write_bytes(content)
        begun = time.perf_counter()
        try:
            file = read_captions(path, end_seconds=3600.0)
            outcomes["read"] += 1
            assert wrong_with(file.cues, 3600.0) == [], (number, content[:2000])
            assert all("\n" not in note and note.endswith(".") for note in file.notes)
        except UserError as error:
            outcomes["refused"] += 1
            assert path.name in str(error) and str(error).isprintable(), (number, str(error))
        slowest = max(slowest, (time.perf_counter() - begun, content[:200]))
    print(f"{FILES} files: {dict(outcomes)}; slowest {slowest[0] * 1000:.0f} ms")
    assert outcomes["read"] > FILES / 4 and outcomes["refused"] > FILES / 100
