"""A variant's whole sound: cut by samples, bridged over cards (pydub), levelled, encoded, measured again, corrected."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

from variantgen.media.ffmpeg import Children, Tool, input_args, run
from variantgen.model import Loudness, Master, SoundPiece, Soundtrack

# Codec and a container that keeps its times to the sample.
ENCODERS = {
    "aac": ("aac", "mp4"),
    "opus": ("libopus", "ogg"),
    "mp3": ("libmp3lame", "mp3"),
    "pcm": ("pcm_s16le", "wav"),
}
MOST_ROUNDS = 5
LEAST_LUFS = -60.0
"""Below this a programme is room noise, not a programme: it is not raised."""
MOST_GAIN_DB = 30.0
AIM_LU = 0.3
"""Correct again while the encoded loudness is further off than this (and than a third of the tolerance)."""
PEAK_MARGIN_DB = 0.3
CARD_FADE_SECONDS = 0.4
BRIDGE_SECONDS = 2.0
"""Only this much of the programme beside a card goes through pydub, never a whole master."""


def build_soundtrack(
    tool: Tool,
    master: Master,
    soundtrack: Soundtrack,
    folder: Path,
    *,
    measure: Callable[[Path], Loudness | None],
    children: Children | None = None,
) -> Path:
    """The encoded soundtrack as a file in `folder` (private to the call).

    `measure` reads the loudness that FFmpeg's ebur128 printed into a file. The programme is mixed to PCM once;
    then gain and limiter are set, the result is encoded and measured, and both are corrected until they fit.
    """
    mixed = _mix(tool, master, soundtrack, folder, children)
    before = measure(folder / "mixed.txt")
    gain, ceiling = _first_gain(soundtrack, before), soundtrack.max_true_peak_dbtp - PEAK_MARGIN_DB
    best: tuple[float, Path] | None = None
    for turn in range(MOST_ROUNDS):
        made = folder / f"levelled{turn}.sound"
        _encode(tool, soundtrack, mixed.name, made.name, gain, ceiling, before, folder, children)
        if not _is_programme(soundtrack, before):
            return made
        after = _measure_file(tool, made, folder, measure, children)
        fault = _fault(soundtrack, after)
        if best is None or fault < best[0]:
            best = (fault, made)
        if after is None or after.integrated_lufs is None or fault == 0.0:
            break
        gain, ceiling = _corrected(soundtrack, after, gain, ceiling)
    assert best is not None
    return best[1]


# ---------------------------------------------------------------- mixing


def _mix(tool: Tool, master: Master, track: Soundtrack, folder: Path, children: Children | None) -> Path:
    """Exactly `track.samples` of PCM in mixed.wav, and its loudness metadata in mixed.txt."""
    assert master.audio is not None
    layout = "stereo" if track.channels == 2 else "mono"
    spans = [p for p in track.pieces if p.source == "master"]
    source = (
        f"[0:{track.track_index}]aresample={track.sample_rate}:async=1:first_pts=0,"
        f"aformat=sample_fmts=flt:channel_layouts={layout},apad"
    )
    chains = [f"{source}{_split(len(spans), 'm')}"]
    for n, span in enumerate(spans):
        chains.append(
            f"[m{n}]atrim=start_sample={span.start_sample}:end_sample={span.end_sample},asetpts=N/SR/TB[p{n}]"
        )
    extra: list[str] = []
    if any(p.source == "card" for p in track.pieces):
        return _mix_with_cards(tool, master, track, folder, chains, spans, children)
    joined = "".join(f"[p{n}]" for n in range(len(spans)))
    chains.append(f"{joined}concat=n={len(spans)}:v=0:a=1{_fades(track)}{_measured('mixed.txt')}[out]")
    _run_mix(tool, master, extra, ";".join(chains), track, folder, children, limit=max(s.end_sample for s in spans))
    return folder / "mixed.wav"


def _split(count: int, name: str) -> str:
    outputs = "".join(f"[{name}{n}]" for n in range(count))
    return outputs if count == 1 else f",asplit={count}{outputs}"


def _fades(track: Soundtrack) -> str:
    words = ""
    if track.fade_in_seconds:
        words += f",afade=t=in:ns={round(track.fade_in_seconds * track.sample_rate)}"
    if track.fade_out_seconds:
        length = round(track.fade_out_seconds * track.sample_rate)
        words += f",afade=t=out:ss={track.samples - length}:ns={length}:curve=qsin"
    return words


def _measured(file: str) -> str:
    return f",ebur128=metadata=1:peak=true,ametadata=print:file={file}"


def _run_mix(
    tool: Tool,
    master: Master,
    extra_inputs: list[str],
    graph: str,
    track: Soundtrack,
    folder: Path,
    children: Children | None,
    *,
    limit: int,
) -> None:
    # one second more than is used: a resampler holds a little back
    seconds = f"{limit / track.sample_rate + 1.0:.3f}"
    run(
        tool,
        [
            *input_args(master.path, "-t", seconds), *extra_inputs, "-filter_complex", graph, "-map", "[out]",
            "-c:a", "pcm_f32le", "-ar", str(track.sample_rate), "-f", "wav", "-rf64", "auto", "mixed.wav",
        ],
        doing=f"mixing the sound of {master.name}",
        folder=folder,
        children=children,
    )  # fmt: skip


def _mix_with_cards(
    tool: Tool,
    master: Master,
    track: Soundtrack,
    folder: Path,
    chains: list[str],
    spans: list[SoundPiece],
    children: Children | None,
) -> Path:
    """The programme with its cards' sound: the edges beside a card are cut out, bridged by pydub and set in again."""
    bridge = round(BRIDGE_SECONDS * track.sample_rate)
    edges = list(chains)
    outputs: list[str] = []
    for n, span in enumerate(spans):
        edges.append(f"[p{n}]asplit=2[h{n}][t{n}]")
        length = span.end_sample - span.start_sample
        edges.append(f"[h{n}]atrim=end_sample={min(bridge, length)}[head{n}]")
        edges.append(f"[t{n}]atrim=start_sample={max(0, length - bridge)},asetpts=N/SR/TB[tail{n}]")
        for end in ("head", "tail"):
            outputs += ["-map", f"[{end}{n}]", "-c:a", "pcm_s16le", "-f", "wav", f"{end}{n}.wav"]
    seconds = f"{max(s.end_sample for s in spans) / track.sample_rate + 1.0:.3f}"
    run(
        tool,
        [*input_args(master.path, "-t", seconds), "-filter_complex", ";".join(edges), *outputs],
        doing=f"cutting the sound of {master.name}",
        folder=folder,
        children=children,
    )
    extra: list[str] = []
    order, position = [], 0
    graph = list(chains)
    for at, piece in enumerate(track.pieces):
        if piece.source == "master":
            order.append(f"[p{position}]")
            position += 1
            continue
        length = piece.end_sample - piece.start_sample
        before = folder / f"tail{position - 1}.wav" if position else None
        after = folder / f"head{position}.wav" if position < len(spans) else None
        _card_sound(folder / f"card{at}.wav", length, track, before, after)
        extra += ["-i", f"card{at}.wav"]
        layout = "stereo" if track.channels == 2 else "mono"
        graph.append(
            f"[{len(extra) // 2}:a]aformat=sample_fmts=flt:channel_layouts={layout}:sample_rates={track.sample_rate},"
            f"apad,atrim=end_sample={length}[c{at}]"
        )
        order.append(f"[c{at}]")
    graph.append(f"{''.join(order)}concat=n={len(order)}:v=0:a=1{_fades(track)}{_measured('mixed.txt')}[out]")
    _run_mix(tool, master, extra, ";".join(graph), track, folder, children, limit=max(s.end_sample for s in spans))
    return folder / "mixed.wav"


def _card_sound(out: Path, samples: int, track: Soundtrack, before: Path | None, after: Path | None) -> None:
    """The sound under a card: the programme rings out into it, room tone carries it.

    Room tone is the quietest tenth of the neighbouring programme, laid end to end with crossfades: digital silence
    beside a recording sounds like a fault.
    """
    from pydub import AudioSegment

    milliseconds = samples * 1000 // track.sample_rate + 2
    neighbours = [AudioSegment.from_wav(str(path)) for path in (before, after) if path is not None]
    tone = _room_tone(neighbours, milliseconds, track)
    fade = round(CARD_FADE_SECONDS * 1000)
    if before is not None:
        # the last moments mirrored keep the programme's colour while it fades: nothing new is said on the card
        ring = neighbours[0][-fade:].reverse().fade_out(fade)
        tone = tone.overlay(ring)
    tone = tone.set_frame_rate(track.sample_rate).set_channels(track.channels).set_sample_width(2)
    with wave.open(str(out), "wb") as file:
        file.setnchannels(track.channels)
        file.setsampwidth(2)
        file.setframerate(track.sample_rate)
        file.writeframes(tone.raw_data[: samples * 2 * track.channels])


def _room_tone(neighbours: list[Any], milliseconds: int, track: Soundtrack) -> Any:
    from pydub import AudioSegment

    grain = 200
    grains = [n[at : at + grain] for n in neighbours for at in range(0, max(1, len(n) - grain), grain)]
    whole = [g for g in grains if len(g) == grain]
    if not whole:
        return AudioSegment.silent(milliseconds, frame_rate=track.sample_rate)
    quietest = min(whole, key=lambda g: g.rms)
    # a programme without a quiet place has no room tone: play its quietest moment far lower
    tone = quietest if quietest.dBFS < -45 else quietest - (quietest.dBFS + 60)
    bed = tone
    while len(bed) < milliseconds:
        bed = bed.append(tone, crossfade=grain // 2)
    return bed[:milliseconds]


# ---------------------------------------------------------------- levelling


def _is_programme(track: Soundtrack, before: Loudness | None) -> bool:
    """Whether there is a level to reach, and more than room noise to bring to it."""
    if track.target_lufs is None or before is None or before.integrated_lufs is None:
        return False
    return before.integrated_lufs >= LEAST_LUFS


def _first_gain(track: Soundtrack, before: Loudness | None) -> float:
    if not _is_programme(track, before):
        return 0.0
    assert track.target_lufs is not None and before is not None and before.integrated_lufs is not None
    return min(MOST_GAIN_DB, track.target_lufs - before.integrated_lufs)


def _encode(
    tool: Tool,
    track: Soundtrack,
    source: str,
    out: str,
    gain_db: float,
    ceiling_db: float,
    before: Loudness | None,
    folder: Path,
    children: Children | None,
) -> None:
    filters = [f"volume={gain_db:.3f}dB"]
    peak = before.true_peak_dbtp if before is not None else None
    if peak is None or peak + gain_db > ceiling_db:
        # limited at four times the rate, because a peak between two samples is a peak too;
        # level=disabled: no make-up gain of its own; latency=1: no 5 ms of delay
        limit = 10 ** (ceiling_db / 20)
        filters += [
            f"aresample={4 * track.sample_rate}",
            f"alimiter=limit={limit:.6f}:level=disabled:latency=1:attack=5:release=60",
            f"aresample={track.sample_rate}",
        ]
    filters.append(f"apad,atrim=end_sample={track.samples}")
    codec, container = ENCODERS[track.codec]
    kbps = [] if track.codec == "pcm" else ["-b:a", f"{track.kbps}k"]
    # substituted noise is drawn by each decoder anew: peaks measured here would not be those of the finished file
    steady = ["-aac_pns", "0"] if track.codec == "aac" else []
    run(
        tool,
        [
            "-i", source, "-af", ",".join(filters), "-c:a", codec, *kbps, *steady, "-ar", str(track.sample_rate),
            "-ac", str(track.channels), "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact",
            "-f", container, out,
        ],
        doing="encoding the sound",
        folder=folder,
        children=children,
    )  # fmt: skip


def _measure_file(
    tool: Tool,
    made: Path,
    folder: Path,
    measure: Callable[[Path], Loudness | None],
    children: Children | None,
) -> Loudness | None:
    listing = f"{made.stem}.txt"
    run(
        tool,
        ["-i", made.name, "-af", _measured(listing).lstrip(","), "-f", "null", "-"],
        doing="measuring the sound",
        folder=folder,
        children=children,
    )
    return measure(folder / listing)


def _fault(track: Soundtrack, after: Loudness | None) -> float:
    """How far an encoded soundtrack is off: 0.0 fits; a peak above the limit weighs more than loudness."""
    if after is None or after.integrated_lufs is None or track.target_lufs is None:
        return 0.0
    off = abs(after.integrated_lufs - track.target_lufs)
    over = max(0.0, (after.true_peak_dbtp or -120.0) - track.max_true_peak_dbtp)
    aim = min(AIM_LU, track.tolerance_lu / 3)
    return (off if off > aim else 0.0) + 10 * over


def _corrected(track: Soundtrack, after: Loudness, gain: float, ceiling: float) -> tuple[float, float]:
    assert after.integrated_lufs is not None and track.target_lufs is not None
    over = (after.true_peak_dbtp or -120.0) - track.max_true_peak_dbtp
    if over > 0:
        ceiling -= over + 0.1
    gain = min(MOST_GAIN_DB, gain + track.target_lufs - after.integrated_lufs)
    return gain, ceiling
