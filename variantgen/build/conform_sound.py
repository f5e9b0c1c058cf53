"""The whole sound of a timeline: each clip's own, in its place to the sample, silent where there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from variantgen.build.sample_files import SampleFile, blocks
from variantgen.build.soundtrack_joints import FADE_SECONDS, JOINT_SECONDS, Stretch, joined, lay
from variantgen.build.soundtrack_levels import SoundBench
from variantgen.build.soundtrack_takes import SoundSource, take
from variantgen.build.stretching import REACH_SECONDS, stretched
from variantgen.media.ffmpeg import Children, Tool, run
from variantgen.model import Conform, ConformClip, Master, Soundtrack

SAMPLE_RATE = 48000
CHANNELS = 2


@dataclass(frozen=True)
class _Heard:
    """One clip's sound: which clip of the timeline it is, samples of its film, and samples of the timeline."""

    position: int
    film: Master
    start: int
    end: int
    speed: Fraction
    before: int
    after: int
    samples: int


def conform_sound(tool: Tool, conform: Conform, folder: Path, *, children: Children | None = None) -> Path:
    """The sound as 24-bit PCM in a .mov in `folder`, which is private to the call; exactly as long as the picture.

    Every film is decoded once, to the last sample that is heard; what is held in memory does not grow with its length.
    """
    samples = _places(conform)
    heard: dict[Path, list[_Heard]] = defaultdict(list)
    for n, clip in enumerate(conform.clips):
        if isinstance(clip.source, Master) and clip.is_heard:
            heard[clip.source.path].append(_heard(clip, clip.source, n, samples[n]))
    with SampleFile(folder / "silence.f32", CHANNELS) as silence, SampleFile(folder / "clips.f32", CHANNELS) as clips:
        stretches = [Stretch(silence, 0, length) for length in samples]
        at = 0
        for of_film in heard.values():
            at = _take_film(tool, of_film, clips, at, stretches, folder, children)
        follows = [_goes_on(one, other, conform) for one, other in pairwise(conform.clips)]
        joint, fade = (round(seconds * SAMPLE_RATE) for seconds in (JOINT_SECONDS, FADE_SECONDS))
        with SampleFile(folder / "whole.f32", CHANNELS) as whole:
            lay(joined(stretches, follows), whole, joint_samples=joint, fade_samples=fade, is_bare=True)
            whole.resize(sum(samples))
    (folder / "clips.f32").unlink()
    made = folder / "whole.mov"
    run(
        tool,
        [
            *("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", str(CHANNELS), "-i", "whole.f32"),
            *("-c:a", "pcm_s24le", "-f", "mov", made.name),
        ],
        doing=f"writing the sound of {conform.name}",
        folder=folder,
        children=children,
    )
    (folder / "whole.f32").unlink()
    return made


def _places(conform: Conform) -> list[int]:
    """How many samples each clip fills; rounding does not add up."""
    lengths, at = [], 0
    for clip in conform.clips:
        first, last = (round(frame * SAMPLE_RATE / conform.picture.frame_rate) for frame in (at, at + clip.frames))
        lengths.append(last - first)
        at += clip.frames
    return lengths


def _heard(clip: ConformClip, film: Master, position: int, samples: int) -> _Heard:
    start = round(clip.start_frame * SAMPLE_RATE / film.frame_rate)
    end = start + round(samples * clip.speed)
    whole = int(film.frames * SAMPLE_RATE / film.frame_rate)
    reach = round((JOINT_SECONDS / 2 if clip.speed == 1 else REACH_SECONDS * clip.speed) * SAMPLE_RATE)
    before, after = min(reach, start), max(0, min(reach, whole - end))
    return _Heard(position, film, start, end, clip.speed, before, after, samples)


def _goes_on(one: ConformClip, other: ConformClip, conform: Conform) -> bool:
    """Whether a clip is followed by what follows it in its film, where a seam would be heard for nothing."""
    if not isinstance(one.source, Master) or one.source != other.source or (one.speed, other.speed) != (1, 1):
        return False
    return one.start_frame + one.frames * one.step(conform.picture.frame_rate) == other.start_frame


def _take_film(
    tool: Tool,
    heard: Sequence[_Heard],
    clips: SampleFile,
    at: int,
    stretches: list[Stretch],
    folder: Path,
    children: Children | None,
) -> int:
    """Writes what is heard of one film behind `at` in `clips` and sets its stretches; returns where the next begins."""
    film = heard[0].film
    assert film.audio is not None
    source = SoundSource(film.path, film.audio.index, SAMPLE_RATE, CHANNELS)
    taken = SampleFile(folder / "taken.f32", CHANNELS)
    try:
        spans = [(one.start - one.before, one.end + one.after) for one in heard]
        doing = f"cutting the sound of {film.name}"
        places = take(tool, source, spans, taken, folder, doing=doing, children=children)
        for one, place, (start, end) in zip(heard, places, spans, strict=True):
            stretch = Stretch(taken, place + one.before, one.end - one.start, one.before, one.after)
            if one.speed != 1:
                stretch = _at_speed(tool, one, taken, place, end - start, folder, children)
            length = stretch.before + stretch.samples + stretch.after
            _append(stretch, clips, at)
            stretches[one.position] = Stretch(clips, at + stretch.before, one.samples, stretch.before, stretch.after)
            if stretch.file is not taken:
                stretch.file.drop()
            at += length
    finally:
        taken.drop()
    return at


def _at_speed(
    tool: Tool, one: _Heard, taken: SampleFile, place: int, length: int, folder: Path, children: Children | None
) -> Stretch:
    """A clip's sound at its speed with its pitch kept; nothing beyond it, because cuts of it only fade."""
    slow = SampleFile(folder / "slow.f32", CHANNELS)
    try:
        for offset, size in blocks(0, length):
            slow.write(offset, taken.read(place + offset, size))
        whole = Stretch(slow, one.before, one.end - one.start, one.before, one.after)
        fast = stretched(_bench(tool, folder, children), whole, one.speed, one.samples)
    finally:
        slow.drop()
    return Stretch(fast.file, fast.at, one.samples)


def _bench(tool: Tool, folder: Path, children: Children | None) -> SoundBench:
    plain = Soundtrack("", "", 0, (), SAMPLE_RATE, CHANNELS, 0, "pcm", 0, None, 1.0, 0.0)
    return SoundBench(tool, plain, folder, lambda _: None, children)


def _append(stretch: Stretch, clips: SampleFile, at: int) -> None:
    first = stretch.at - stretch.before
    for offset, size in blocks(0, stretch.before + stretch.samples + stretch.after):
        clips.write(at + offset, stretch.file.read(first + offset, size))
