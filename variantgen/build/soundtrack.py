"""A variant's whole sound: cut by samples, joined without a click, bridged over cards (pydub), mixed and levelled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.build.music import add_music
from variantgen.build.sample_files import SampleFile
from variantgen.build.soundtrack_joints import FADE_SECONDS, JOINT_SECONDS, Stretch, joined, lay
from variantgen.build.soundtrack_levels import SoundBench, levelled, measured
from variantgen.build.soundtrack_takes import SoundSource, take
from variantgen.build.stretching import REACH_SECONDS, stretched
from variantgen.media.ffmpeg import Children, Tool
from variantgen.model import Loudness, Master, SoundPiece, Soundtrack

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CARD_FADE_SECONDS = 0.4
NEIGHBOUR_SECONDS = 2.0
"""So much of the programme beside a card is searched for a quiet moment, where the master has no pause."""
TONE_SECONDS = 1.0
TONE_STEP_SECONDS = 0.05
TONE_SEAM_SECONDS = 0.1
GRAIN_SECONDS = 0.2
SILENCE_DBFS = -90.0
"""Below this a stretch is digital silence, not the sound of a room."""
QUIET_DBFS = -45.0
FAR_DOWN_DBFS = -60.0


def build_soundtrack(
    tool: Tool,
    master: Master,
    soundtrack: Soundtrack,
    folder: Path,
    *,
    measure: Callable[[Path], Loudness | None],
    music: Path | None = None,
    children: Children | None = None,
) -> Path:
    """The encoded soundtrack as a file in `folder` (private to the call).

    `measure` reads the loudness that FFmpeg's ebur128 printed into a file; `music` is the file of the soundtrack's
    music bed. The programme is mixed once; then gain and limiter are set, the result is encoded and measured, and
    both are corrected until they fit.
    """
    bench = SoundBench(tool, soundtrack, folder, measure, children)
    if _is_one_span(soundtrack):
        _mix_one_span(bench, master)
    else:
        _mix(bench, master, music)
    return levelled(bench, "mixed.f32", measure(folder / "mixed.txt"))


def _is_one_span(track: Soundtrack) -> bool:
    """Whether one stretch of the master is all there is to hear, which FFmpeg cuts and measures by itself."""
    sources = [piece.source for piece in track.pieces]
    return sources == ["master"] and track.music is None and track.speed == 1


def _mix_one_span(bench: SoundBench, master: Master) -> None:
    """Exactly the planned samples in mixed.f32, and their loudness in mixed.txt, by one decode."""
    track = bench.track
    source = _source(master, track)
    (span,) = track.pieces
    fades = ""
    if track.fade_in_seconds:
        fades += f",afade=t=in:ns={round(track.fade_in_seconds * track.sample_rate)}"
    if track.fade_out_seconds:
        length = round(track.fade_out_seconds * track.sample_rate)
        fades += f",afade=t=out:ss={track.samples - length}:ns={length}:curve=qsin"
    cut = f"atrim=start_sample={span.start_sample}:end_sample={span.end_sample},asetpts=N/SR/TB"
    bench.run(
        [
            *source.opened(span.end_sample),
            "-filter_complex", f"{source.decoded},{cut}{fades},{measured('mixed.txt')}[out]", "-map", "[out]",
            "-c:a", "pcm_f32le", "-ar", str(track.sample_rate), "-f", "f32le", "mixed.f32",
        ],
        f"mixing the sound of {master.name}",
    )  # fmt: skip


def _source(master: Master, track: Soundtrack) -> SoundSource:
    return SoundSource(master.path, track.track_index, track.sample_rate, track.channels)


# ---------------------------------------------------------------- mixing


def _mix(bench: SoundBench, master: Master, music: Path | None) -> None:
    """The same out of many stretches: the programme, then the music under it."""
    track = bench.track
    with SampleFile(bench.folder / "mixed.f32", track.channels) as mixed:
        if track.track_index >= 0:
            _lay_programme(bench, master, mixed)
            _fade(mixed, track.samples, round(track.fade_out_seconds * track.sample_rate))
        mixed.resize(track.samples)
        if track.music is not None:
            assert music is not None, "a soundtrack with music needs its file"
            add_music(bench, track.music, music, mixed)
        _fade(mixed, 0, round(track.fade_in_seconds * track.sample_rate))
    bench.run([*bench.samples_in("mixed.f32"), "-af", measured("mixed.txt"), "-f", "null", "-"], "measuring the sound")


def _fade(mixed: SampleFile, at: int, samples: int) -> None:
    """In from nothing where `at` is 0, else out until `at`."""
    import numpy as np

    if not samples:
        return
    share = ((np.arange(samples) + 0.5) / samples).astype(np.float32)[:, None]
    start, gain = (0, share) if at == 0 else (at - samples, np.cos(share * (np.pi / 2)))
    mixed.write(start, mixed.read(start, samples) * gain)


def _lay_programme(bench: SoundBench, master: Master, mixed: SampleFile) -> None:
    """All pieces in their places: the master's by one decode, room tone under cards."""
    files: list[SampleFile] = []
    try:
        stretches, tones = _take_pieces(bench, master, files)
        _lay(bench.track, _with_cards(bench, stretches, tones, files), mixed, is_bare=True)
    finally:
        for file in files:
            file.drop()


def _take_pieces(
    bench: SoundBench, master: Master, files: list[SampleFile]
) -> tuple[list[Stretch], list[NDArray[np.float32]]]:
    """The master's pieces, with what lies beyond their cuts, and the room tone to choose from."""
    track, source = bench.track, _source(master, bench.track)
    taken = SampleFile(bench.folder / "taken.f32", track.channels)
    files.append(taken)
    reach = round((JOINT_SECONDS / 2 if track.speed == 1 else REACH_SECONDS) * track.sample_rate)
    whole = int(master.frames * track.sample_rate / master.frame_rate)
    cut = [piece for piece in track.pieces if piece.source == "master"]
    handles = [(min(reach, p.start_sample), max(0, min(reach, whole - p.end_sample))) for p in cut]
    spans = [(p.start_sample - a, p.end_sample + b) for p, (a, b) in zip(cut, handles, strict=True)]
    places = take(
        bench.tool, source, [*spans, *track.room_tone], taken, bench.folder,
        doing=f"cutting the sound of {master.name}", children=bench.children,
    )  # fmt: skip
    stretches = [
        Stretch(taken, place + a, p.end_sample - p.start_sample, a, b)
        for p, place, (a, b) in zip(cut, places, handles, strict=False)
    ]
    tones = [
        taken.read(place, end - start) for (start, end), place in zip(track.room_tone, places[len(cut) :], strict=True)
    ]
    return stretches, tones


def _lay(track: Soundtrack, stretches: Sequence[Stretch], out: SampleFile, *, is_bare: bool = False) -> Stretch:
    joint, fade = (round(seconds * track.sample_rate) for seconds in (JOINT_SECONDS, FADE_SECONDS))
    return lay(stretches, out, joint_samples=joint, fade_samples=fade, is_bare=is_bare)


def _with_cards(
    bench: SoundBench,
    stretches: Sequence[Stretch],
    tones: Sequence[NDArray[np.float32]],
    files: list[SampleFile],
) -> list[Stretch]:
    """The variant's stretches in playing order; what is made for them is added to `files`."""
    made: list[Stretch] = []
    used = 0
    for is_card, group in groupby(bench.track.pieces, lambda piece: piece.source == "card"):
        pieces = list(group)
        if not is_card:
            made += _run_of(bench, pieces, stretches[used : used + len(pieces)], files)
            used += len(pieces)
            continue
        samples = sum(piece.played_samples for piece in pieces)
        before = made[-1] if made else None
        after = stretches[used] if used < len(stretches) else None
        file = SampleFile(bench.folder / f"card{len(files)}.f32", bench.track.channels)
        files.append(file)
        reach = round(JOINT_SECONDS * bench.track.sample_rate)
        file.write(0, _card_sound(samples + reach, bench.track, tones, before, after))
        if before is not None:
            made[-1] = replace(before, goes_on=True)
        made.append(Stretch(file, 0, samples, 0, reach))
    return made


def _run_of(
    bench: SoundBench, pieces: Sequence[SoundPiece], stretches: Sequence[Stretch], files: list[SampleFile]
) -> list[Stretch]:
    """Pieces of the master that play one after the other; at another speed they are joined first and stretched once."""
    follows = [a.end_sample == b.start_sample for a, b in zip(pieces, pieces[1:], strict=False)]
    run = joined(stretches, follows)
    if bench.track.speed == 1:
        return run
    joint = SampleFile(bench.folder / f"run{len(files)}.f32", bench.track.channels)
    files.append(joint)
    whole = _lay(bench.track, run, joint)
    samples = sum(piece.played_samples for piece in pieces)
    fast = stretched(bench, whole, bench.track.speed, samples)
    files.append(fast.file)
    return [fast]


# ---------------------------------------------------------------- under cards


def _card_sound(
    samples: int,
    track: Soundtrack,
    tones: Sequence[NDArray[np.float32]],
    before: Stretch | None,
    after: Stretch | None,
) -> NDArray[np.float32]:
    """The sound under a card: the programme rings out into it, room tone carries it."""
    milliseconds = samples * 1000 // track.sample_rate + 2
    bed = _room_tone(milliseconds, track, tones, before, after)
    if before is not None:
        # the last moments mirrored keep the programme's colour while it fades: nothing new is said on the card
        ring = _segment(before.ending(round(CARD_FADE_SECONDS * track.sample_rate)), track).reverse()
        bed = bed.fade_in(len(ring)).overlay(ring.fade_out(len(ring)))
    return _samples(bed)[:samples]


def _room_tone(
    milliseconds: int,
    track: Soundtrack,
    tones: Sequence[NDArray[np.float32]],
    before: Stretch | None,
    after: Stretch | None,
) -> Any:
    """The quietest moment of the master's pauses, at its own level and without a seam: silence sounds like a fault."""
    from pydub import AudioSegment

    window = round(TONE_SECONDS * 1000)
    moments = [m for tone in tones for m in _moments(_segment(tone, track), window, round(TONE_STEP_SECONDS * 1000))]
    if not moments:
        grain, reach = round(GRAIN_SECONDS * 1000), round(NEIGHBOUR_SECONDS * track.sample_rate)
        beside = [before.ending(reach)] if before else []
        beside += [after.beginning(reach)] if after else []
        moments = [m for sound in beside for m in _moments(_segment(sound, track), grain, grain)]
        # a programme without a quiet place has no room tone: its quietest moment is played far lower
        moments = [m if m.dBFS < QUIET_DBFS else m - (m.dBFS - FAR_DOWN_DBFS) for m in moments]
    if not moments:
        return AudioSegment.silent(milliseconds, frame_rate=track.sample_rate).set_channels(track.channels)
    cell = _without_seam(min(moments, key=lambda moment: moment.dBFS), track)
    return (cell * (milliseconds // max(1, len(cell)) + 2))[:milliseconds]


def _moments(sound: Any, window: int, step: int) -> list[Any]:
    """Stretches of `window` milliseconds (or the whole, where it is shorter), those without any sound left out."""
    length = min(window, len(sound))
    found = [sound[at : at + length] for at in range(0, len(sound) - length + 1, step)] if length else []
    return [moment for moment in found if moment.dBFS > SILENCE_DBFS]


def _without_seam(sound: Any, track: Soundtrack) -> Any:
    """The sound cut so that its end leads into its beginning: both are crossed at equal power."""
    import numpy as np

    from variantgen.build.soundtrack_joints import crossfade

    whole = _samples(sound)
    seam = min(len(whole) // 3, round(TONE_SEAM_SECONDS * track.sample_rate))
    if not seam:
        return sound
    crossed = crossfade(whole[-seam:], whole[:seam])
    return _segment(np.concatenate([crossed, whole[seam:-seam]]), track)


def _segment(sound: NDArray[np.float32], track: Soundtrack) -> Any:
    """Samples as a pydub segment of 32 bits, so that room tone keeps its grain."""
    import numpy as np
    from pydub import AudioSegment

    # half of full scale leaves room: pydub's sums clip
    whole = np.clip(sound.astype(float) * 2**30, -(2**31), 2**31 - 1).astype("<i4")
    return AudioSegment(whole.tobytes(), frame_rate=track.sample_rate, sample_width=4, channels=track.channels)


def _samples(segment: Any) -> NDArray[np.float32]:
    import numpy as np

    whole = np.frombuffer(segment.raw_data, "<i4").reshape(-1, segment.channels)
    return (whole / 2**30).astype(np.float32)
