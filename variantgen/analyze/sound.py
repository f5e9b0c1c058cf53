"""A film or a sound file in, its speech-ready sound out: one track at 16 kHz, mono, in the master's time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.errors import MasterError, UserError
from variantgen.media.ffmpeg import Children, Tool, guarded_input, input_args, run
from variantgen.media.probe import fingerprint_of, refuse_what_is_no_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SPEECH_HZ = 16_000
"""What recognisers of speech are trained on."""
LONGEST_HOURS = 12
"""1.4 GB as it is decoded: a file that claims more is damaged, or not one film."""
SOUND_FORMAT = 1
"""Raised when the same file would decode to other samples."""


@dataclass(frozen=True)
class SoundTrack:
    """One sound track of a file; `index` counts all of its streams, `seconds` is about how long the file is."""

    path: Path
    fingerprint: str
    index: int
    seconds: float
    has_picture: bool = False
    note: str = ""


def find_sound(path: Path, audio_track: int | None = None) -> SoundTrack:
    """The sound track to listen to: `audio_track`, counted from 1, or the one that players would choose.

    A file needs no picture here. Raises UserError, one sentence, for what has no such sound.
    """
    refuse_what_is_no_file(path)
    import av

    guard = guarded_input(path)
    options = {key: guard[key] for key in ("protocol_whitelist", "format_whitelist")}
    try:
        with av.open(guard["filename"], options=options) as container:
            streams = [s for s in container.streams.audio if s.codec_context and s.codec_context.sample_rate]
            stream, note = _choose(path, streams, audio_track)
            length = container.duration / av.time_base if container.duration else 0.0
            index, has_picture = stream.index, any(one.width for one in container.streams.video)
    except av.FFmpegError as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        if "operation not permitted" in reason:
            reason = "its format is not on the list of film and sound formats"
        raise MasterError(f"{path}: cannot be read as a film or as sound ({reason}).") from None
    if length > LONGEST_HOURS * 3600:
        raise MasterError(f"{path}: says that it is {length / 3600:.0f} hours long; at most {LONGEST_HOURS} are read.")
    return SoundTrack(path, fingerprint_of(path), index, length, has_picture, note)


def _choose(path: Path, streams: list[Any], wanted: int | None) -> tuple[Any, str]:
    import av.stream

    if not streams:
        raise MasterError(f"{path}: has no sound, so there is nothing to transcribe.")
    if wanted is not None:
        if not 1 <= wanted <= len(streams):
            raise UserError(f"--audio-track {wanted}: {path} has {len(streams)} sound tracks, counted from 1.")
        return streams[wanted - 1], ""
    chosen = next((s for s in streams if s.disposition & av.stream.Disposition.default), streams[0])
    if len(streams) == 1:
        return chosen, ""
    return chosen, f"sound track {streams.index(chosen) + 1} of {len(streams)}; choose another with --audio-track N"


def decode_sound(
    tool: Tool,
    track: SoundTrack,
    folder: Path,
    *,
    on_progress: Callable[[float], None] | None = None,
    children: Children | None = None,
) -> NDArray[np.int16]:
    """The track's samples at `SPEECH_HZ`, read from a file in `folder` (private to the call) as they are needed.

    Sample 0 is the file's start: a track that begins late begins with silence, and gaps are filled with it. Raises
    ToolError where it cannot be decoded, MasterError where nothing comes of it.
    """
    import numpy as np

    made = folder / "speech.raw"
    run(
        tool,
        [
            *input_args(track.path),
            "-map", f"0:{track.index}",
            "-af", f"aresample=async=1:first_pts=0,aresample={SPEECH_HZ},aformat=sample_fmts=s16:channel_layouts=mono",
            "-t", str(LONGEST_HOURS * 3600), "-f", "s16le", "-c:a", "pcm_s16le", made.name,
        ],
        doing=f"reading the sound of {track.path.name}", folder=folder, on_progress=on_progress, children=children,
    )  # fmt: skip
    if not made.exists() or made.stat().st_size < 2:
        raise MasterError(
            f"{track.path}: not one sample of its sound can be decoded; the file is damaged or cut short."
        )
    return np.memmap(made, dtype="<i2", mode="r")
