"""A finished file against its preset and its plan: each check holds on a good file and fails on its own fault."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from made import NTSC, analysis, cues, master, preset, variant_of

from variantgen.measure import CaptionFacts, FileFacts, PictureFacts, SoundFacts
from variantgen.media.metering import Reading
from variantgen.model import CaptionDelivery, Check, Loudness, ShotFraming
from variantgen.verify import verify

PRESET = preset(
    file={"max_megabytes": 10},
    video={"max_kbps": 6000, "max_frame_rate": 60},
    length={"min_seconds": 3, "max_seconds": 60},
)
VARIANT = variant_of(PRESET)
MEASURED = analysis(pauses=((8.0, 8.8),))
GOOD = FileFacts(
    container="mp4",
    megabytes=5.0,
    picture=PictureFacts(
        width=1080,
        height=1920,
        pixel_aspect=Fraction(1),
        codec="h264",
        profile="High",
        pixel_format="yuv420p",
        colour="bt709/bt709/bt709/tv",
        frame_rate=Fraction(30),
        is_constant_rate=True,
        frames=600,
        start_seconds=0.0,
        seconds=20.0,
        keyframe_gap=60,
        kbps=2000,
        reading=Reading(frames=600),
    ),
    sound=SoundFacts(
        codec="aac",
        sample_rate=48000,
        channels=2,
        start_seconds=0.0,
        seconds=20.0,
        kbps=192,
        reading=Reading(loudness=Loudness(-14.2, -1.5), silences=((8.1, 8.7),)),
    ),
)


def picture(**changes: Any) -> FileFacts:
    """The good file with another picture."""
    return replace(GOOD, picture=replace(GOOD.picture, **changes))


def sound(**changes: Any) -> FileFacts:
    """The good file with another sound."""
    return replace(GOOD, sound=replace(GOOD.sound, **changes))


def heard(lufs: float | None, peak: float | None, **changes: Any) -> FileFacts:
    """The good file with another loudness."""
    return sound(reading=Reading(loudness=Loudness(lufs, peak), **changes))


def missed(facts: FileFacts, *args: Any, **kwargs: Any) -> list[str]:
    """The names of the checks that fail, advice included."""
    return [check.name for check in verify(facts, *args, **kwargs) if not check.ok]


def check_named(name: str, facts: FileFacts, *args: Any) -> Check:
    """The check of a name."""
    (found,) = [check for check in verify(facts, *args) if check.name == name]
    return found


def test_a_good_file_passes_every_check() -> None:
    """Nothing is held against a file that is as planned, and a good many things were looked at."""
    checks = verify(GOOD, PRESET, VARIANT, MEASURED, master_rate=Fraction(30))
    assert [check for check in checks if not check.ok] == []
    assert len(checks) == len({check.name for check in checks}) == 27


FAULTS = {
    "container": replace(GOOD, container="mov"),
    "megabytes": replace(GOOD, megabytes=10.01),
    "faststart": replace(GOOD, is_faststart=False),
    "edit_lists": replace(GOOD, has_edit_lists=True),
    "size": picture(width=1920, height=1080),
    "pixel_aspect": picture(pixel_aspect=Fraction(4, 3)),
    "frame_rate": picture(frame_rate=NTSC),
    "video_codec": picture(codec="hevc"),
    "profile": picture(profile="High 4:4:4 Predictive"),
    "pixel_format": picture(pixel_format="yuv444p"),
    "colour": picture(colour="bt709/bt709/bt709/pc"),
    "keyframes": picture(keyframe_gap=61),
    "video_kbps": picture(kbps=6001),
    "frames": picture(frames=599),
    "decoded_frames": picture(reading=Reading(frames=599)),
    "audio_codec": sound(codec="mp3"),
    "sample_rate": sound(sample_rate=44100),
    "channels": sound(channels=1),
    "loudness": heard(-15.1, -1.5),
    "true_peak": heard(-14.0, -0.9),
    "av_start": picture(start_seconds=0.05, seconds=19.95),
    "black": picture(reading=Reading(frames=600, black=((4.0, 5.5),))),
    "silence": heard(-14.0, -1.5, silences=((4.0, 5.5),)),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_check_fails_on_its_own_fault(name: str) -> None:
    """One wrong fact fails exactly one check."""
    assert missed(FAULTS[name], PRESET, VARIANT, MEASURED, master_rate=Fraction(30)) == [name]


def test_every_check_of_a_good_file_has_a_fault_here() -> None:
    """A new check needs a row above: a check that was never seen failing is none."""
    names = {check.name for check in verify(GOOD, PRESET, VARIANT, MEASURED)}
    assert names - set(FAULTS) == {"length", "av_length", "sound_length", "framing"}  # these have tests of their own


def framed(*shots: ShotFraming) -> Any:
    """The variant with its shots framed so."""
    return replace(VARIANT, pieces=(replace(VARIANT.pieces[0], framing=shots),))


@pytest.mark.parametrize(
    ("shares", "ok", "told"),
    [
        ((0.0, 0.2), True, "90.0%"),
        ((0.0, 0.3), False, "85.0%"),
        ((0.04, None), True, "96.0%; in 1 of 2 shots no subject was recognised"),
        ((None, None), True, "no subject was recognised"),
    ],
)
def test_a_lost_subject_is_told(shares: tuple[float | None, float | None], ok: bool, told: str) -> None:
    """The check weighs shots by their frames, is advice, and never passes over a shot where nobody was recognised."""
    shots = [ShotFraming(at, at + 300, "follow", "", (), share) for at, share in zip((0, 300), shares, strict=True)]
    check = next(c for c in verify(GOOD, PRESET, framed(*shots), MEASURED) if c.name == "framing")
    assert (check.ok, check.measured, check.is_advice) == (ok, told, True)


def test_a_picture_shown_whole_needs_no_framing_check() -> None:
    """Where nothing is cropped nothing can be lost."""
    checks = verify(GOOD, PRESET, framed(ShotFraming(0, 600, "whole", "")), MEASURED)
    assert "framing" not in {check.name for check in checks}


@pytest.mark.parametrize("seconds", [2.99, 60.1])
def test_a_length_outside_the_limits_fails(seconds: float) -> None:
    """Both limits are checked against the longest stream."""
    facts = replace(GOOD, picture=replace(GOOD.picture, seconds=seconds), sound=replace(GOOD.sound, seconds=seconds))
    assert missed(facts, PRESET) == ["length"]


@pytest.mark.parametrize("frames", [-2, 2])
def test_sound_of_another_length_fails(frames: int) -> None:
    """A sound two frames short or long is neither as long as the picture nor as planned."""
    facts = sound(seconds=20.0 + frames / 30)
    assert missed(facts, PRESET, VARIANT, MEASURED) == ["av_length", "sound_length"]


def test_a_sound_frame_more_is_how_codecs_end() -> None:
    """One AAC frame over the picture's end is no fault."""
    assert missed(sound(seconds=20.0 + 1024 / 48000), PRESET, VARIANT, MEASURED) == []


def test_a_missing_picture_or_sound_fails() -> None:
    """A file without one of them is told so, and nothing else is guessed about it."""
    assert missed(replace(GOOD, picture=None), PRESET, VARIANT, MEASURED) == ["picture"]
    assert missed(replace(GOOD, sound=None), PRESET, VARIANT, MEASURED) == ["sound"]


def test_an_unwanted_picture_or_sound_fails() -> None:
    """A podcast carries no picture, a silent placement no sound."""
    podcast = preset(canvas=None, video=None, captions=None, container="m4a")
    assert missed(replace(GOOD, container="m4a"), podcast) == ["picture"]
    assert missed(GOOD, preset(audio=None)) == ["sound"]


def test_a_silent_master_makes_a_silent_variant() -> None:
    """Where the master has no sound its absence is noted, not failed."""
    variant = variant_of(PRESET, film=master(audio=None))
    check = check_named("sound", replace(GOOD, sound=None), PRESET, variant)
    assert check.ok and check.note == "the master has no sound"


def test_a_varying_rate_fails_whatever_its_average() -> None:
    """30 on average is not 30 constantly."""
    check = check_named("frame_rate", picture(is_constant_rate=False), PRESET, VARIANT)
    assert not check.ok and "varying" in check.measured


@pytest.mark.parametrize(
    ("rate", "ok"), [(NTSC, True), (Fraction(24000, 1001), True), (Fraction(61), False), (Fraction(20), False)]
)
def test_a_foreign_file_may_have_any_rate_that_the_placement_takes(rate: Fraction, ok: bool) -> None:
    """Without a plan the placement's limits decide."""
    asked = preset(video={"min_frame_rate": 23.976, "max_frame_rate": 60})
    assert check_named("frame_rate", picture(frame_rate=rate), asked).ok is ok


def test_practice_values_advise_only() -> None:
    """Where a channel publishes no loudness, missing the practice value fails nothing."""
    asked = preset(audio={"loudness_is_advice": True})
    failed = [c for c in verify(heard(-20.0, 0.5), asked) if not c.ok]
    assert [(c.name, c.is_advice) for c in failed] == [("loudness", True), ("true_peak", True)]


def test_silence_has_no_loudness_to_miss() -> None:
    """A programme too quiet to measure is told and passes."""
    check = check_named("loudness", heard(None, None), PRESET)
    assert check.ok and check.is_advice and check.measured == "silence"


# ---------------------------------------------------------------- black and silence


def test_the_masters_own_black_and_silence_are_expected() -> None:
    """Fades to black and pauses of the edit are in the variant too, moved by where its pieces stand."""
    measured = analysis(black=((120, 180),), silences=((4.0, 6.0),))
    variant = variant_of(PRESET, measured=measured, title="Hello")
    shifted = ((6.0, 8.0),)
    facts = replace(
        GOOD,
        picture=replace(GOOD.picture, frames=660, seconds=22.0, reading=Reading(frames=660, black=shifted)),
        sound=replace(GOOD.sound, seconds=22.0, reading=Reading(loudness=Loudness(-14.0, -2.0), silences=shifted)),
    )
    assert missed(facts, PRESET, variant, measured, master_rate=Fraction(30)) == []
    assert missed(facts, PRESET, variant, analysis(), master_rate=Fraction(30)) == ["black", "silence"]


def test_black_counts_frames_at_the_masters_rate() -> None:
    """Black from frame 120 lies at 2 s of a 60 fps master, not at 4 s."""
    measured = replace(MEASURED, black=((120, 180),))
    facts = picture(reading=Reading(frames=600, black=((2.0, 3.0),)))
    assert missed(facts, PRESET, VARIANT, measured, master_rate=Fraction(60)) == []
    assert missed(facts, PRESET, VARIANT, measured, master_rate=Fraction(30)) == ["black"]


def test_black_fails_only_where_the_whole_picture_is_shown() -> None:
    """A crop may rightly look at a dark place; a blur-filled frame shows everything."""
    facts = picture(reading=Reading(frames=600, black=((4.0, 5.5),)))
    whole = variant_of(PRESET, fit="blur")
    by_crop, by_blur = (
        next(c for c in verify(facts, PRESET, variant, MEASURED) if c.name == "black") for variant in (VARIANT, whole)
    )
    assert (by_crop.ok, by_crop.is_advice) == (False, True)
    assert (by_blur.ok, by_blur.is_advice) == (False, False)


def test_a_fade_may_end_in_silence() -> None:
    """The last half second of a cut-down is faded: silence there is ours."""
    cut = preset(length={"max_seconds": 10}, file={"max_megabytes": 10})
    variant = variant_of(cut)
    facts = replace(
        GOOD,
        picture=replace(GOOD.picture, frames=300, seconds=10.0, reading=Reading(frames=300)),
        sound=replace(GOOD.sound, seconds=10.0, reading=Reading(loudness=Loudness(-14, -2), silences=((9.4, 10.0),))),
    )
    assert missed(facts, cut, variant, analysis()) == []
    early = replace(facts.sound.reading, silences=((8.0, 10.0),))
    assert missed(replace(facts, sound=replace(facts.sound, reading=early)), cut, variant, analysis()) == ["silence"]


# ---------------------------------------------------------------- captions that leave as text

TOLD = preset(captions={"mode": ["sidecar", "embed"], "sidecar_max_bytes": 200})
LINES = cues("Hello", "there")
SPANS = ((0.0, 2.0), (2.0, 4.0))
DELIVERED = replace(
    variant_of(TOLD),
    deliveries=(
        CaptionDelivery("ass", "en", LINES, "film.ass"),
        CaptionDelivery("mov_text", "pt-BR", LINES),
        CaptionDelivery("mov_text", "", LINES),
    ),
)
BESIDE = CaptionFacts("film.ass", "ass", "en", SPANS, 200)
INSIDE = (CaptionFacts("", "mov_text", "pt", SPANS), CaptionFacts("", "mov_text", "", SPANS))


def captions_missed(*found: CaptionFacts) -> dict[str, str]:
    """What the failed checks measured, by their names, where these captions were read back."""
    facts = replace(GOOD, captions=found)
    return {check.name: check.measured for check in verify(facts, TOLD, DELIVERED, MEASURED) if not check.ok}


def test_captions_as_planned_pass() -> None:
    """Files and tracks with every cue at its time, a hundredth of a second being as exact as ASS can be."""
    assert captions_missed(*INSIDE, replace(BESIDE, spans=((0.0, 2.0), (2.005, 4.0)))) == {}


@pytest.mark.parametrize(
    ("found", "name", "told"),
    [
        (INSIDE, "captions: files", "film.ass: missing"),
        ((*INSIDE, replace(BESIDE, spans=SPANS[:1])), "captions: files", "film.ass: 1 cue"),
        (
            (*INSIDE, replace(BESIDE, spans=((0.0, 2.0), (2.01, 4.0)))), "captions: files",
            "film.ass: cue 2 is at 2.010-4.000 s",
        ),
        ((*INSIDE, replace(BESIDE, size_bytes=201)), "captions: bytes", "201 in film.ass"),
        ((INSIDE[0], BESIDE), "captions: tracks", "und: missing"),
        ((*INSIDE, INSIDE[0], BESIDE), "captions: tracks", "3 instead of 2"),
        ((replace(INSIDE[0], language="en"), INSIDE[1], BESIDE), "captions: tracks", "pt-BR: told as en"),
        (
            (replace(INSIDE[0], spans=((0.002, 2.0), SPANS[1])), INSIDE[1], BESIDE), "captions: tracks",
            "pt-BR: cue 1 is at 0.002-2.000 s",
        ),
    ],
)  # fmt: skip
def test_captions_that_are_not_as_planned_fail(found: tuple[CaptionFacts, ...], name: str, told: str) -> None:
    """A missing file, track or cue, another time or language, too many bytes: one check each, and it says which."""
    assert captions_missed(*found) == {name: told}


def test_a_foreign_file_is_asked_for_its_text_track() -> None:
    """Without a plan nobody knows whether there was anything to say: advice."""
    check = check_named("captions: tracks", GOOD, TOLD)
    assert (check.ok, check.is_advice) == (False, True)
    assert check_named("captions: tracks", replace(GOOD, captions=INSIDE), TOLD).ok


# ---------------------------------------------------------------- animations


def test_an_animation_is_held_to_its_length_and_its_limit() -> None:
    """GIF times are hundredths, so length decides instead of frames; the rest of a video's checks do not apply."""
    asked = preset(container="gif", video={"codec": "gif", "max_frame_rate": 12}, audio=None, captions={"mode": "none"})
    variant = variant_of(asked)
    gif = replace(
        GOOD,
        container="gif",
        sound=None,
        picture=replace(
            GOOD.picture, codec="gif", profile="", pixel_format="pal8", colour="", frame_rate=Fraction(12), frames=240
        ),
    )
    assert missed(gif, asked, variant, MEASURED) == []
    slow = replace(gif, picture=replace(gif.picture, seconds=24.0))
    assert missed(slow, asked, variant, MEASURED) == ["duration"]
    fast = replace(gif, picture=replace(gif.picture, frame_rate=Fraction(20)))
    assert missed(fast, asked, variant, MEASURED) == ["frame_rate"]
