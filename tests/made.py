"""Small hand-made masters, analyses and presets, and the plans made of them: no file, no FFmpeg."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from variantgen.model import Analysis, AudioTrack, CaptionTrack, Encode, Look, Master, Part, Plan, SourceCue, Variant
from variantgen.plan import Wishes, make_plan
from variantgen.presets.schema import Preset

NTSC = Fraction(30000, 1001)
STEREO = AudioTrack(index=1, channels=2, sample_rate=48000, codec="aac", is_default=True)
FFMPEG = "0123456789abcdef"
TALL: dict[str, Any] = {
    "title": "Tall",
    "channel": "somewhere",
    "canvas": {"width": 1080, "height": 1920},
    "video": {},
    "audio": {},
    "captions": {"mode": "burn", "margins": {"top": 288, "right": 192, "bottom": 480, "left": 120}},
}


def master(**changes: Any) -> Master:
    """A plain 16:9 master of 20 s at 30 frames a second with stereo sound; `frames` sets its length too."""
    made = Master(
        path=Path("film.mp4"),
        name="film.mp4",
        fingerprint="f" * 32,
        width=1920,
        height=1080,
        frame_rate=Fraction(30),
        frames=600,
        duration_seconds=20.0,
        video_index=0,
        codec="h264",
        pixel_format="yuv420p",
        audio=STEREO,
        audio_tracks=(STEREO,),
    )
    made = replace(made, **changes)
    return replace(made, duration_seconds=float(made.frames / made.frame_rate))


def analysis(film: Master | None = None, **changes: Any) -> Analysis:
    """What was measured in a master: one shot, no pause, unless `changes` say otherwise."""
    return replace(Analysis(frames=(film or master()).frames, shot_starts=(0,)), **changes)


def preset(**tables: Any) -> Preset:
    """A 9:16 placement with burned captions; tables given as keywords are laid over it, None takes one away."""
    values: dict[str, Any] = dict(TALL)
    for name, table in tables.items():
        is_merged = isinstance(table, dict) and isinstance(values.get(name), dict)
        values[name] = {**values[name], **table} if is_merged else table
    return Preset.model_validate({name: value for name, value in values.items() if value is not None})


def ten_px_a_letter(text: str, size_px: float, look: Look | None = None, language: str = "") -> float:
    """A measure of text under which a line's length can be counted by eye."""
    return len(text) * size_px / 5.8


def plan_of(
    *presets: Preset,
    film: Master | None = None,
    measured: Analysis | None = None,
    ffmpeg: str = FFMPEG,
    stem: str = "film",
    cues: tuple[SourceCue, ...] = (),
    language: str = "",
    **wishes: Any,
) -> Plan:
    """The plan of presets named p0, p1... for one master; `wishes` are those of the command line."""
    film = film or master()
    named = [(f"p{number}", one) for number, one in enumerate(presets or (preset(),))]
    return make_plan(
        film,
        measured or analysis(film),
        named,
        Wishes(**{"captions": tracks(cues, language), **wishes}),
        stem=stem,
        ffmpeg_identity=ffmpeg,
        measure=ten_px_a_letter,
    )


def variant_of(*args: Any, **changes: Any) -> Variant:
    """The only variant of such a plan."""
    plan = plan_of(*args, **changes)
    assert not plan.refusals, plan.refusals[0].reason
    (variant,) = plan.variants
    return variant


def tracks(cues: tuple[SourceCue, ...], language: str = "") -> tuple[CaptionTrack, ...]:
    """One track of the cues, or none."""
    return (CaptionTrack(language, cues),) if cues else ()


def cues(*texts: str, seconds: float = 2.0) -> tuple[SourceCue, ...]:
    """One caption after the other, each as long, from the start."""
    return tuple(SourceCue(n * seconds, (n + 1) * seconds, text) for n, text in enumerate(texts))


def part(**changes: Any) -> Part:
    """One second of the plain master, cropped to 9:16."""
    made = Part(
        key="k" * 32,
        source="master",
        fingerprint="f" * 32,
        start_frame=0,
        end_frame=30,
        frame_rate=Fraction(30),
        width=1080,
        height=1920,
        fit="crop",
        crop=((0, 656, 0, 608, 1080),),
        encode=Encode("h264", 20, "medium", "high", 60),
    )
    return replace(made, **changes)
