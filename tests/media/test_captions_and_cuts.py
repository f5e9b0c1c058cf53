"""Burning captions and then cutting gives the same frames as cutting and then burning the moved captions."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from fractions import Fraction

import masters
import pytest
import readings
from renders import Studio

from variantgen.build.encode import Bench, encode_group
from variantgen.fonts import text_width_px
from variantgen.media.ffmpeg import Children, find_ffmpeg
from variantgen.media.probe import probe
from variantgen.model import Cue, Encode, Look, Master, Part, SourceCue
from variantgen.plan.captions import MIN_PIECE_FRAMES, part_cues, place_cues
from variantgen.plan.parts import with_key
from variantgen.store import Store

pytestmark = pytest.mark.media

CUTS = int(os.environ.get("VARIANTGEN_CUTS", "3"))
"""Cuts tried on each FFmpeg; 100 of them by hand, where cutting or burning changes."""
FRAMES, RATE, SIZE = 150, Fraction(30000, 1001), (160, 90)
LOOK = Look("Inter", 14, True, "#FFFFFF", "#000000", 1, 0.5, 8, 8, 6, 6, 2)
TEXTS = ("A first line", "Two lines,\none after the other", "Slanted", "A word {of} code\\N", "Last, and long enough")
CUES = tuple(SourceCue(0.2 + 0.95 * n, 0.95 * (n + 1), text, n == 2) for n, text in enumerate(TEXTS))
Span = tuple[int, int]


def random_cut(seed: int) -> list[Span]:
    """One to five kept spans, in order and apart, some of them one frame or a few."""
    chance = random.Random(seed)
    edges = sorted(chance.sample(range(FRAMES + 1), 2 * chance.randint(1, 5)))
    return list(zip(edges[::2], edges[1::2], strict=True))


def cues_of(time_map: Sequence[tuple[int, int, int]]) -> tuple[Cue, ...]:
    """The captions as they stand after a cut."""
    return place_cues(
        CUES, time_map=time_map, frame_rate=RATE, look=LOOK, canvas_width=SIZE[0],
        measure=lambda text, size_px: text_width_px(text, size_px),
    )  # fmt: skip


def time_map_of(spans: Sequence[Span]) -> list[tuple[int, int, int]]:
    """The time map of kept spans that follow each other."""
    ends = [sum(end - start for start, end in spans[: number + 1]) for number in range(len(spans))]
    return [(start, end, at - (end - start)) for (start, end), at in zip(spans, ends, strict=True)]


def hashes_of(bench: Bench, film: Master, spans: Sequence[Span], cues: Sequence[Cue]) -> list[str]:
    """Hashes of the pictures of kept spans, each encoded without loss with its captions burned."""
    made: list[str] = []
    for start, end, at in time_map_of(spans):
        shown = part_cues(cues, at, at + end - start)
        encode = Encode("lossless", 0, "ultrafast", "high444", 30)
        part = Part(
            "", "master", film.fingerprint, start, end, RATE, *SIZE, "crop", ((start, 0, 0, *SIZE),), encode,
            shown, LOOK if shown else None,
        )  # fmt: skip
        part = with_key(part, bench.tool.identity)
        if bench.store.find("parts", part.key) is None:
            encode_group(bench, {film.fingerprint: film}, [part])
        made += readings.part_hashes(bench.store.path("parts", part.key))
    return made


def test_burning_then_cutting_is_cutting_then_burning(shelf, either_studio: Studio) -> None:
    """Every frame of every cut is the frame of the film that was captioned whole; flashes of a frame are left out."""
    film = probe(masters.stamped(shelf, FRAMES, RATE, size=SIZE))
    work = either_studio.folder / "store" / "work" / "cuts"
    work.mkdir(parents=True)
    bench = Bench(find_ffmpeg(str(either_studio.ffmpeg)), Store(either_studio.folder / "store"), work, Children())
    whole = [(0, FRAMES)]
    captioned = hashes_of(bench, film, whole, cues_of(time_map_of(whole)))
    bare = hashes_of(bench, film, whole, ())
    assert sum(one != other for one, other in zip(captioned, bare, strict=True)) > FRAMES // 2
    for seed in range(CUTS):
        spans = random_cut(seed)
        kept = [frame for start, end in spans for frame in range(start, end)]
        cues = cues_of(time_map_of(spans))
        shown = {at for cue in cues for at in range(cue.start_frame, cue.end_frame)}
        made = hashes_of(bench, film, spans, cues)
        assert len(made) == len(kept)
        flashes = 0
        for at, frame in enumerate(kept):
            is_flash = captioned[frame] != bare[frame] and at not in shown
            flashes += is_flash
            assert made[at] == (bare if is_flash else captioned)[frame], (seed, at, frame)
        assert flashes <= 2 * len(spans) * (MIN_PIECE_FRAMES - 1)
