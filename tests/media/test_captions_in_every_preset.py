"""Captions of every script in every placement: inside the safe zone, on their frames, and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path

import av
import masters
import numpy as np
import pytest
from renders import Studio

from variantgen.build.encode import Bench, encode_group, groups_of
from variantgen.fonts.runs import faces_for
from variantgen.lettering import caption_extent, caption_fonts, caption_width_px
from variantgen.media.ffmpeg import Children, find_ffmpeg
from variantgen.media.probe import probe
from variantgen.model import Analysis, CaptionTrack, Encode, Plan, SourceCue, Variant
from variantgen.plan import Wishes, make_plan
from variantgen.plan.parts import with_key
from variantgen.presets import load_preset
from variantgen.presets.folders import available_presets
from variantgen.presets.schema import Preset
from variantgen.store import Store

pytestmark = pytest.mark.media

STYLES = os.environ.get("VARIANTGEN_STYLES", "clean").split()
"""Styles that are drawn; all of them by hand, where drawing or a style changes."""
OF_WORDS = ("karaoke", "pop")
RATE = Fraction(25)
TEXTS = {
    "latin": "Åse und Größe: quickly jumped (ÇŞ) over",
    "arabic": "مرحبا بكم في هذا الفيلم الجميل",
    "hebrew": "שלום לכולם וברוכים הבאים",
    "hindi": "हिन्दी में क्षत्रिय स्त्रियाँ और फिल्म",
    "japanese": "日本語の字幕は、行の中で折り返される。",
    "korean": "한국어 자막은 낱말 사이에서 나뉩니다",
    "chinese": "中文字幕没有空格，也要正确换行。",
    "thai": "ภาษาไทยที่นี่มีน้ำและปั๊มใหญ่",
    "emoji": "Good 👍🏽 film 🎬 for the family 👨‍👩‍👧",
}


def nearest(seconds: float, variant: Variant) -> int:
    """The frame of a variant that is nearest to a time."""
    return floor(Fraction(seconds) * variant.frame_rate + Fraction(1, 2))


def drawable() -> dict[str, str]:
    """The samples that fonts of this machine draw."""
    return {script: text for script, text in TEXTS.items() if not faces_for([text]).undrawable}


def captions(texts: list[str], shown: int, apart: int) -> tuple[SourceCue, ...]:
    """One caption after the other, each for `shown` frames, `apart` frames of nothing before each."""
    step = shown + apart
    return tuple(
        SourceCue(float((n * step + apart) / RATE), float((n + 1) * step / RATE), text) for n, text in enumerate(texts)
    )


def placements(style: str) -> list[tuple[str, Preset]]:
    """Every placement with a picture, its captions burned in a style."""
    settings = (("captions.mode", "burn"), ("captions.style", style), ("length.min_seconds", "none"))
    loaded = [load_preset(source.name, settings=settings) for source in available_presets()]
    return [(one.name, one.preset) for one in loaded if one.preset.canvas]


def planned(film: Path, style: str, said: tuple[SourceCue, ...]) -> Plan:
    """All placements of a film, its parts encoded without loss."""

    master = probe(film)
    plan = make_plan(
        master, Analysis(master.frames, (0,)), placements(style), Wishes(captions=(CaptionTrack("", said),)),
        stem="film", ffmpeg_identity="test", measure=caption_width_px, fonts_of=caption_fonts, extent_of=caption_extent,
    )  # fmt: skip
    lossless = Encode("lossless", 0, "ultrafast", "high444", 30)
    return replace(plan, parts={key: replace(part, encode=lossless) for key, part in plan.parts.items()})


Box = tuple[int, int, int, int]


def luma(path: Path) -> Iterator[np.ndarray]:
    """A file's frames, one after the other, as luma samples."""
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            yield frame.to_ndarray(format="gray")


def changed(one: np.ndarray, other: np.ndarray) -> Box | None:
    """Left, top, right and bottom (after the last) of where two pictures differ at all."""
    rows, columns = ((one != other).any(axis) for axis in (1, 0))
    if not rows.any():
        return None
    return tuple(int(f(np.flatnonzero(side))) + e for f, e in ((min, 0), (max, 1)) for side in (columns, rows))  # type: ignore[return-value]


def ink_of(studio: Studio, plan: Plan) -> dict[str, list[Box | None]]:
    """What captions change in each frame of each part, by the key it has in the plan."""
    work = studio.folder / "store" / "work" / "ink"
    work.mkdir(parents=True)
    bench = Bench(find_ffmpeg(str(studio.ffmpeg)), Store(studio.folder / "store"), work, Children())
    parts = {key: with_key(part, "x") for key, part in plan.parts.items()}
    for group in groups_of(list({part.key: part for part in parts.values()}.values()), 1):
        encode_group(bench, {plan.master.fingerprint: plan.master}, group)
    ink, bare = {}, {}
    for key, part in sorted(parts.items(), key=lambda item: item[1].start_frame):
        shown = luma(bench.store.path("parts", part.key))
        if part.start_frame == 0:
            # nobody speaks in the first frame, and all pictures of the film are one
            bare[part.width, part.height, part.frame_rate] = next(shown)
        ground = bare[part.width, part.height, part.frame_rate]
        ink[key] = [None] * (part.start_frame == 0) + [changed(frame, ground) for frame in shown]
    return ink


@pytest.mark.parametrize("style", STYLES)
def test_no_pixel_of_a_caption_leaves_the_safe_zone_or_its_frames(shelf: Path, studio: Studio, style: str) -> None:
    """For every placement: with captions minus without them is empty outside the channel's safe zone."""
    samples = drawable()
    # the fonts come with the test extra; colour emoji are the system's
    assert set(TEXTS) - set(samples) <= {"emoji"}
    texts = list(samples)
    # words that follow each other too closely would be phrased together
    shown, apart = (20, 20) if style in OF_WORDS else (4, 2)
    step = shown + apart
    film = masters.still(shelf, "ground", np.full((90, 160, 3), 110, np.uint8), frames=step * len(texts) + 5)
    said = captions(list(samples.values()), shown, apart)
    plan = planned(film, style, said)
    assert not plan.refusals
    assert len(plan.variants) > 35
    ink = ink_of(studio, plan)
    faults = []
    for variant in plan.variants:
        zone = load_preset(variant.preset).preset.canvas.safe_zone
        inside = (zone.left, zone.top, variant.width - zone.right, variant.height - zone.bottom)
        written = [(nearest(cue.start_seconds, variant), nearest(cue.end_seconds, variant)) for cue in said]
        # captions made anew from words have times of their own
        spoken = [(cue.start_frame, cue.end_frame) for cue in variant.cues] if style in OF_WORDS else written
        for at, box in enumerate(box for key in variant.part_keys for box in ink[key]):
            wanted = any(start <= at < end for start, end in spoken)
            is_out = box is not None and (*map(min, box, inside[:2]), *map(max, box[2:], inside[2:])) != inside
            if (box is not None) != wanted or is_out:
                faults.append((variant.preset, texts[min(at // step, len(texts) - 1)], at, box, inside))
    assert faults == []
