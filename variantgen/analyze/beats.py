"""A music file in, its beats out: where it can be cut, where it can be repeated, and how loud it is.

Onsets are where the spectrum grows (spectral flux); the tempo is the best repeat of the onsets; the beats are the
steady row that meets most of them (D. Ellis, "Beat Tracking by Dynamic Programming", 2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from variantgen.analyze.spectra import FRAMES_A_SECOND, MUSIC_HZ, Spectra, spectra_of
from variantgen.errors import UserError
from variantgen.media.ffmpeg import Children, Tool, guarded_input, input_args, run
from variantgen.media.metering import last_loudness
from variantgen.media.probe import fingerprint_of, refuse_what_is_no_file
from variantgen.model import Music, SecondsSpan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MUSIC_FORMAT = 1
"""Raised when the same file would give other beats."""
LONGEST_MINUTES = 20
"""Longer music is read to here: no bed needs more before it repeats."""
SLOWEST_BPM, FASTEST_BPM = 60.0, 200.0
USUAL_BPM, SPREAD_OCTAVES = 120.0, 0.9
"""Of two tempos that fit, the one nearer to what people tap to: a log-normal wish, as in Ellis 2007."""
TIGHTNESS = 100.0
"""What leaving the tempo costs a beat against what an onset is worth, as in Ellis 2007."""
LEAST_CLARITY = 0.2
"""How much of the onsets has to come again after a beat for there to be one (1: all)."""
LEAST_BEATS = 8
SOUNDING_DB = -60.0
LEAD_SECONDS = 0.009
"""The flux is highest so long before an attack: its windows are centred. Measured on clicks and drums."""


@dataclass(frozen=True)
class Heard:
    """What was heard in music; all in seconds from its start."""

    beats: tuple[float, ...]
    loop_seconds: SecondsSpan | None
    sounding_seconds: SecondsSpan | None


def know_music(tool: Tool, path: Path, folder: Path, *, children: Children | None = None) -> Music:
    """A music file's length, beats, repeatable stretch and loudness; `folder` is private to the call.

    Raises UserError, one sentence, for what is missing or has no sound.
    """
    import numpy as np

    index = _first_sound(path)
    run(
        tool,
        [
            *input_args(path, "-t", str(LONGEST_MINUTES * 60)), "-filter_complex",
            f"[0:{index}]aresample=async=1:first_pts=0,asplit=2[loud][mono];"
            "[loud]ebur128=metadata=1,ametadata=print:file=music.txt[l];"
            f"[mono]aresample={MUSIC_HZ},aformat=sample_fmts=s16:channel_layouts=mono[m]",
            "-map", "[l]", "-f", "null", "-", "-map", "[m]", "-c:a", "pcm_s16le", "-f", "s16le", "music.raw",
        ],
        doing=f"listening to {path.name}", folder=folder, children=children,
    )  # fmt: skip
    raw = folder / "music.raw"
    if not raw.exists() or raw.stat().st_size < 2:
        raise UserError(f"{path}: not one sample of its sound can be decoded; the file is damaged or cut short.")
    samples = np.memmap(raw, dtype="<i2", mode="r")
    loudness = last_loudness(folder / "music.txt")
    heard = listen(samples)
    return Music(
        name=path.name,
        fingerprint=fingerprint_of(path),
        track_index=index,
        seconds=len(samples) / MUSIC_HZ,
        beats=heard.beats,
        loop_seconds=heard.loop_seconds,
        sounding_seconds=heard.sounding_seconds,
        loudness_lufs=loudness.integrated_lufs if loudness else None,
    )


def _first_sound(path: Path) -> int:
    """The index of a file's first sound track among all its streams."""
    refuse_what_is_no_file(path)
    import av

    guard = guarded_input(path)
    options = {key: guard[key] for key in ("protocol_whitelist", "format_whitelist")}
    try:
        with av.open(guard["filename"], options=options) as container:
            for stream in container.streams.audio:
                if stream.codec_context and stream.codec_context.sample_rate:
                    return int(stream.index)
    except av.FFmpegError as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise UserError(f"{path}: cannot be read as music ({reason}).") from None
    raise UserError(f"{path}: has no sound, so it cannot be the music.")


def listen(samples: NDArray[np.int16]) -> Heard:
    """What is heard in mono samples at MUSIC_HZ."""
    from variantgen.analyze.repeats import best_repeat

    spectra = spectra_of(samples)
    beats = find_beats(spectra.onset)
    loop = best_repeat(spectra.colour, beats)
    seconds = tuple(round(float(beat) / FRAMES_A_SECOND, 4) for beat in beats)
    return Heard(
        seconds,
        (seconds[loop[0]], seconds[loop[1]]) if loop else None,
        _sounding(spectra, len(samples) / MUSIC_HZ),
    )


def _sounding(spectra: Spectra, end_seconds: float) -> SecondsSpan | None:
    import numpy as np

    loud = np.flatnonzero(spectra.level_db > SOUNDING_DB)
    if not len(loud):
        return None
    first, last = float(loud[0] / FRAMES_A_SECOND), float((loud[-1] + 1) / FRAMES_A_SECOND)
    return round(first, 3), round(min(end_seconds, last), 3)


# ---------------------------------------------------------------- beats


def find_beats(onset: NDArray[np.float32]) -> NDArray[np.float64]:
    """The frames of the beats, between frames too, in rising order; empty where there is no steady one."""
    import numpy as np

    none = np.zeros(0)
    if len(onset) < LEAST_BEATS * FRAMES_A_SECOND * 60 / FASTEST_BPM:
        return none
    strength = _even(onset)
    period = _period(strength)
    if period is None:
        return none
    beats = _sharpened(onset, _tracked(strength, period)) + LEAD_SECONDS * FRAMES_A_SECOND
    return beats if len(beats) >= LEAST_BEATS else none


def _even(onset: NDArray[np.float32]) -> NDArray[np.float64]:
    """Onsets against what is usual around them, so that a quiet verse counts as much as a loud one."""
    import numpy as np
    from scipy.ndimage import gaussian_filter1d

    around = gaussian_filter1d(onset.astype(float), FRAMES_A_SECOND)
    risen = np.maximum(0.0, onset - around)
    spread = np.sqrt(gaussian_filter1d(risen**2, 2 * FRAMES_A_SECOND)) + 0.1 * float(np.std(risen)) + 1e-9
    return gaussian_filter1d(risen / spread, FRAMES_A_SECOND * 0.01)


def _period(strength: NDArray[np.float64]) -> float | None:
    """Frames from beat to beat, or None where nothing repeats."""
    import numpy as np

    shortest, longest = FRAMES_A_SECOND * 60 / FASTEST_BPM, FRAMES_A_SECOND * 60 / SLOWEST_BPM
    centred = strength - strength.mean()
    spectrum = np.fft.rfft(centred, 2 * len(centred))
    alike = np.fft.irfft(np.abs(spectrum) ** 2)[: int(longest * 4) + 2]
    # fewer pairs lie far apart
    alike = alike / np.maximum(1, len(centred) - np.arange(len(alike)))
    alike = alike / max(alike[0], 1e-12)
    lags = np.arange(int(shortest), int(longest) + 1)
    wish = np.exp(-0.5 * (np.log2(FRAMES_A_SECOND * 60 / lags / USUAL_BPM) / SPREAD_OCTAVES) ** 2)
    # a beat repeats after two and after four of them as well
    whole = alike[lags] + 0.5 * _near(alike, 2 * lags) + 0.5 * _near(alike, 4 * lags)
    best = int(np.argmax(whole * wish))
    lag = lags[best]
    if max(alike[lag], _near(alike, np.array([2 * lag]))[0]) < LEAST_CLARITY:
        return None
    return _summit(alike, int(lag))


def _near(alike: NDArray[np.float64], lags: NDArray[np.int64]) -> NDArray[np.float64]:
    import numpy as np

    return np.max([alike[np.clip(lags + off, 0, len(alike) - 1)] for off in (-2, -1, 0, 1, 2)], axis=0)


def _summit(values: NDArray[np.float64], at: int) -> float:
    """The top of the parabola through three values."""
    if not 0 < at < len(values) - 1:
        return float(at)
    left, middle, right = (float(v) for v in values[at - 1 : at + 2])
    bend = left - 2 * middle + right
    return at + (0.5 * (left - right) / bend if bend < 0 else 0.0)


def _tracked(strength: NDArray[np.float64], period: float) -> NDArray[np.int64]:
    """The row of frames that meets the most onsets at about `period` from one to the next."""
    import numpy as np

    steps = np.arange(round(0.5 * period), round(2 * period) + 1)
    cost = -TIGHTNESS * np.log(steps / period) ** 2
    score = strength.copy()
    came_from = np.full(len(score), -1)
    for now in range(int(steps[0]), len(score)):
        reach = steps[: np.searchsorted(steps, now, side="right")]
        earlier = score[now - reach] + cost[: len(reach)]
        best = int(np.argmax(earlier))
        if earlier[best] > 0:
            score[now] += earlier[best]
            came_from[now] = now - reach[best]
    last = max(0, len(score) - int(period))
    beats = [last + int(np.argmax(score[last:]))]
    while came_from[beats[-1]] >= 0:
        beats.append(int(came_from[beats[-1]]))
    return np.array(beats[::-1])


def _sharpened(onset: NDArray[np.float32], beats: NDArray[np.int64]) -> NDArray[np.float64]:
    """Every beat on the strongest onset close to it (within 25 ms), where there is one; else where it was."""
    import numpy as np

    reach = round(0.025 * FRAMES_A_SECOND)
    usual = float(np.mean(onset))
    made = []
    for beat in beats:
        first = max(0, int(beat) - reach)
        near = onset[first : int(beat) + reach + 1]
        top = first + int(np.argmax(near))
        made.append(_summit(onset.astype(float), top) if onset[top] > 2 * usual else float(beat))
    return np.array(made)
