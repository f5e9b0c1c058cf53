"""Measured facts held against what a preset and a plan wanted: facts in, checks out (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from variantgen.measure import CaptionFacts, FileFacts, PictureFacts, SoundFacts
from variantgen.model import Analysis, CaptionDelivery, Check, SecondsSpan, Variant
from variantgen.presets.schema import Preset

PROFILE_NAMES = {"h264": {"baseline": "Constrained Baseline", "main": "Main", "high": "High"}}
ANIMATIONS = ("gif", "webp")
PEAK_TOLERANCE_DB = 0.05
BORDER_SECONDS = 0.35
"""Detectors may begin or end a stretch this much apart on master and variant."""
CUE_SECONDS = {"ass": 0.0056}
"""How exact a captions form writes times: ASS to the hundredth of a second, all others to the thousandth."""


def verify(
    facts: FileFacts,
    preset: Preset,
    variant: Variant | None = None,
    analysis: Analysis | None = None,
    *,
    master_rate: Fraction = Fraction(25),
) -> tuple[Check, ...]:
    """Every check of a file against its preset and, where it was planned, against its plan and its master.

    `master_rate` is the rate that the analysis counts frames at.
    """
    checks = [*_file_checks(facts, preset)]
    if preset.canvas is not None and preset.video is not None:
        checks += _picture_checks(facts, preset, variant)
    elif facts.picture is not None:
        checks.append(Check("picture", "none", f"{facts.picture.width}x{facts.picture.height}", False))
    checks += _sound_checks(facts.sound, preset, variant)
    if facts.picture is not None and facts.sound is not None:
        checks += _sync_checks(facts.picture, facts.sound)
    checks += _caption_checks(facts, preset, variant)
    if variant is not None:
        checks += _plan_checks(facts, variant)
        checks += _framing_checks(preset, variant)
        if analysis is not None:
            checks += _content_checks(facts, variant, analysis, float(master_rate))
    return tuple(checks)


# ---------------------------------------------------------------- the file


def _file_checks(facts: FileFacts, preset: Preset) -> Iterator[Check]:
    yield Check("container", preset.container, facts.container, preset.container == facts.container)
    least, most = preset.length.min_seconds, preset.length.max_seconds
    slack = 0.011 * facts.picture.frames if facts.picture and facts.container in ANIMATIONS else 0.0005
    is_long_enough = least is None or facts.seconds >= least - slack
    is_short_enough = most is None or facts.seconds <= most + slack + (0.025 if facts.sound else 0.0)
    wanted = " to ".join(f"{limit:g} s" if limit is not None else "any" for limit in (least, most))
    yield Check("length", wanted, f"{facts.seconds:.3f} s", is_long_enough and is_short_enough)
    if preset.file.max_megabytes is not None:
        limit = preset.file.max_megabytes
        yield Check("megabytes", f"at most {limit:g}", f"{facts.megabytes:.2f}", facts.megabytes <= limit)
    if preset.video is not None and preset.container in ("mp4", "mov"):
        if preset.video.faststart:
            yield Check(
                "faststart",
                "index first",
                "index first" if facts.is_faststart else "index last",
                facts.is_faststart,
            )
        if not preset.video.edit_lists:
            yield Check("edit_lists", "none", "present" if facts.has_edit_lists else "none", not facts.has_edit_lists)


# ---------------------------------------------------------------- the picture


def _picture_checks(facts: FileFacts, preset: Preset, variant: Variant | None) -> Iterator[Check]:
    picture, canvas, video = facts.picture, preset.canvas, preset.video
    assert canvas is not None and video is not None
    if picture is None:
        yield Check("picture", f"{canvas.width}x{canvas.height}", "none", False)
        return
    size = f"{picture.width}x{picture.height}"
    yield Check("size", f"{canvas.width}x{canvas.height}", size, size == f"{canvas.width}x{canvas.height}")
    yield Check(
        "pixel_aspect",
        "1:1",
        f"{picture.pixel_aspect.numerator}:{picture.pixel_aspect.denominator}",
        picture.pixel_aspect == 1,
    )
    yield _rate_check(picture, preset, variant)
    yield Check("video_codec", video.codec, picture.codec, video.codec == picture.codec)
    if video.codec in ANIMATIONS:
        return
    profile = PROFILE_NAMES.get(video.codec, {}).get(video.profile)
    if profile is not None:
        yield Check("profile", profile, picture.profile, picture.profile == profile)
    yield Check("pixel_format", "yuv420p", picture.pixel_format, picture.pixel_format == "yuv420p")
    yield Check("colour", "bt709/bt709/bt709/tv", picture.colour, picture.colour == "bt709/bt709/bt709/tv")
    rate = variant.frame_rate if variant else picture.frame_rate
    longest = max(1, int(Fraction(video.keyframe_seconds).limit_denominator(1000) * rate))
    is_advice = variant is None
    gap = picture.keyframe_gap
    yield Check("keyframes", f"at most {longest} frames apart", f"{gap}", gap <= longest, is_advice)
    if video.max_kbps is not None:
        yield Check("video_kbps", f"at most {video.max_kbps}", f"{picture.kbps:.0f}", picture.kbps <= video.max_kbps)


def _rate_check(picture: PictureFacts, preset: Preset, variant: Variant | None) -> Check:
    assert preset.video is not None
    if picture.codec in ANIMATIONS:
        most = preset.video.max_frame_rate or 100
        return Check(
            "frame_rate",
            f"at most {most:g}",
            f"{float(picture.frame_rate):.3f}",
            float(picture.frame_rate) <= most + 1,
        )
    measured = f"{float(picture.frame_rate):.3f}" + ("" if picture.is_constant_rate else ", varying")
    if variant is not None:
        is_same = abs(picture.frame_rate / variant.frame_rate - 1) < Fraction(1, 2000)
        return Check(
            "frame_rate",
            f"{float(variant.frame_rate):.3f}, constant",
            measured,
            is_same and picture.is_constant_rate,
        )
    least, most = preset.video.min_frame_rate or 0, preset.video.max_frame_rate or 1000
    ok = least - 0.03 <= float(picture.frame_rate) <= most + 0.03 and picture.is_constant_rate
    return Check("frame_rate", f"{least:g} to {most:g}, constant", measured, ok)


# ---------------------------------------------------------------- the sound


def _sound_checks(sound: SoundFacts | None, preset: Preset, variant: Variant | None) -> Iterator[Check]:
    audio = preset.audio
    if audio is None:
        yield Check("sound", "none", "none" if sound is None else sound.codec, sound is None)
        return
    if sound is None:
        is_silent_master = variant is not None and variant.soundtrack is None
        yield Check(
            "sound",
            audio.codec,
            "none",
            is_silent_master,
            note="the master has no sound" if is_silent_master else "",
        )
        return
    yield Check(
        "audio_codec",
        audio.codec,
        sound.codec,
        audio.codec == sound.codec or {audio.codec, sound.codec} == {"mp3", "mp3float"},
    )
    yield Check(
        "sample_rate",
        f"{audio.sample_rate} Hz",
        f"{sound.sample_rate} Hz",
        audio.sample_rate == sound.sample_rate,
    )
    yield Check("channels", f"{audio.channels}", f"{sound.channels}", audio.channels == sound.channels)
    if audio.loudness_lufs is not None:
        yield from _loudness_checks(sound, preset)


def _loudness_checks(sound: SoundFacts, preset: Preset) -> Iterator[Check]:
    audio = preset.audio
    assert audio is not None
    wanted = f"{audio.loudness_lufs:g} LUFS ± {audio.tolerance_lu:g}"
    loudness = sound.reading.loudness
    if loudness is None or loudness.integrated_lufs is None:
        yield Check("loudness", wanted, "silence", True, is_advice=True, note="no programme loud enough to measure")
        return
    off = abs(loudness.integrated_lufs - (audio.loudness_lufs or 0.0))
    yield Check(
        "loudness",
        wanted,
        f"{loudness.integrated_lufs:.1f} LUFS",
        off <= audio.tolerance_lu,
        audio.loudness_is_advice,
    )
    peak = loudness.true_peak_dbtp if loudness.true_peak_dbtp is not None else -120.0
    limit = audio.max_true_peak_dbtp
    yield Check(
        "true_peak",
        f"at most {limit:g} dBTP",
        f"{peak:.1f} dBTP",
        peak <= limit + PEAK_TOLERANCE_DB,
        audio.loudness_is_advice,
    )


def _sync_checks(picture: PictureFacts, sound: SoundFacts) -> Iterator[Check]:
    frame = float(1 / picture.frame_rate)
    apart = abs(picture.start_seconds - sound.start_seconds)
    yield Check("av_start", f"within {frame * 1000:.0f} ms", f"{apart * 1000:.0f} ms", apart <= frame + 0.001)
    longer = abs(picture.start_seconds + picture.seconds - sound.start_seconds - sound.seconds)
    allowed = max(frame, 1152 / sound.sample_rate) + 0.002
    yield Check("av_length", f"within {allowed * 1000:.0f} ms", f"{longer * 1000:.0f} ms", longer <= allowed)


# ---------------------------------------------------------------- the captions that leave as text


def _caption_checks(facts: FileFacts, preset: Preset, variant: Variant | None) -> Iterator[Check]:
    files = {one.file: one for one in facts.captions if one.file}
    tracks = [one for one in facts.captions if not one.file]
    if variant is None:
        if "embed" in preset.captions.ways:
            note = "" if tracks else "a master without captions has none"
            yield Check("captions: tracks", "at least 1", f"{len(tracks)}", bool(tracks), is_advice=True, note=note)
        return
    beside = [delivery for delivery in variant.deliveries if delivery.file and delivery.cues]
    inside = [delivery for delivery in variant.deliveries if not delivery.file and delivery.cues]
    if beside:
        yield _delivered("captions: files", beside, [files.get(delivery.file) for delivery in beside])
    if inside:
        yield _delivered("captions: tracks", inside, [*tracks, *[None] * len(inside)][: max(len(inside), len(tracks))])
    limit = preset.captions.sidecar_max_bytes
    if limit is not None and files:
        largest = max(files.values(), key=lambda one: one.size_bytes)
        ok = largest.size_bytes <= limit
        note = "" if ok else "shorten the captions or the variant: no caption is left out of a file"
        yield Check("captions: bytes", f"at most {limit}", f"{largest.size_bytes} in {largest.file}", ok, note=note)


def _delivered(name: str, wanted: Sequence[CaptionDelivery], found: Sequence[CaptionFacts | None]) -> Check:
    """Whether what was written says as many cues at the same times, in the right language."""
    told = ", ".join(f"{one.file or one.language or 'und'}: {_cues_words(len(one.cues))}" for one in wanted)
    faults = [fault for one, facts in zip(wanted, found, strict=False) if (fault := _caption_fault(one, facts))]
    if len(found) > len(wanted):
        faults.append(f"{len(found)} instead of {len(wanted)}")
    return Check(name, told, "; ".join(faults) or told, not faults)


def _caption_fault(wanted: CaptionDelivery, facts: CaptionFacts | None) -> str:
    called = wanted.file or wanted.language or "und"
    if facts is None:
        return f"{called}: missing"
    if len(facts.spans) != len(wanted.cues):
        return f"{called}: {_cues_words(len(facts.spans))}"
    if not wanted.file and facts.language != wanted.language.partition("-")[0]:
        return f"{called}: told as {facts.language or 'und'}"
    for number, (cue, span) in enumerate(zip(wanted.cues, facts.spans, strict=True), 1):
        off = max(abs(cue.start_seconds - span[0]), abs(cue.end_seconds - span[1]))
        if off > CUE_SECONDS.get(wanted.form, 0.0011):
            return f"{called}: cue {number} is at {span[0]:.3f}-{span[1]:.3f} s"
    return ""


def _cues_words(count: int) -> str:
    return f"{count} cue{'' if count == 1 else 's'}"


# ---------------------------------------------------------------- the plan


def _plan_checks(facts: FileFacts, variant: Variant) -> Iterator[Check]:
    if facts.picture is not None and variant.width and facts.picture.codec not in ANIMATIONS:
        picture = facts.picture
        yield Check("frames", f"{variant.frames}", f"{picture.frames}", picture.frames == variant.frames)
        decoded = picture.reading.frames
        yield Check("decoded_frames", f"{variant.frames}", f"{decoded}", decoded == variant.frames)
    elif facts.picture is not None and variant.width:
        slack = 0.011 * variant.frames + 0.02
        off = abs(facts.picture.seconds - variant.duration_seconds)
        yield Check("duration", f"{variant.duration_seconds:.2f} s", f"{facts.picture.seconds:.2f} s", off <= slack)
    if facts.sound is not None and variant.soundtrack is not None:
        samples = variant.soundtrack.samples / variant.soundtrack.sample_rate
        off = abs(facts.sound.seconds - samples)
        frame = 1152 / facts.sound.sample_rate  # the longest frame of AAC and MP3
        yield Check("sound_length", f"{samples:.3f} s", f"{facts.sound.seconds:.3f} s", off <= 2 * frame)


def _framing_checks(preset: Preset, variant: Variant) -> Iterator[Check]:
    """Whether the window holds the subjects that the analysis found; advice, because it rests on detectors."""
    shots = [shot for piece in variant.pieces for shot in piece.framing if shot.motion != "whole"]
    known = [(shot.end_frame - shot.start_frame, shot.lost_share) for shot in shots if shot.lost_share is not None]
    if not shots:
        return
    wanted = f"subject in view for {1 - preset.framing.max_lost_share:.0%} of the time"
    if not known:
        yield Check("framing", wanted, "no subject was recognised", True, is_advice=True, note="look at it")
        return
    lost = sum(frames * share for frames, share in known) / sum(frames for frames, _ in known)
    unsure = len(shots) - len(known)
    told = f"{1 - lost:.1%}" + (f"; in {unsure} of {len(shots)} shots no subject was recognised" if unsure else "")
    yield Check("framing", wanted, told, lost <= preset.framing.max_lost_share, is_advice=True)


def _content_checks(facts: FileFacts, variant: Variant, analysis: Analysis, master_rate: float) -> Iterator[Check]:
    """Black and silent stretches that the master does not have."""
    if facts.picture is not None and facts.picture.codec not in ANIMATIONS:
        known = _in_variant([(a / master_rate, b / master_rate) for a, b in analysis.black], variant)
        extra = _unexplained(facts.picture.reading.black, known)
        # a window may rightly look at a dark place, so for a crop this is a hint to look
        is_crop = any(piece.fit == "crop" and piece.crop for piece in variant.pieces)
        yield Check("black", "only where the master is", _spans_words(extra), not extra, is_advice=is_crop)
    if facts.sound is not None and variant.soundtrack is not None:
        quiet = [*analysis.silences, *analysis.pauses]
        known = _in_variant(quiet, variant)
        fade = variant.soundtrack.fade_out_seconds
        if fade:
            known.append((variant.duration_seconds - fade, variant.duration_seconds + 1))
        extra = _unexplained(facts.sound.reading.silences, known)
        yield Check("silence", "only where the master is", _spans_words(extra), not extra)


def _in_variant(spans: Sequence[SecondsSpan], variant: Variant) -> list[SecondsSpan]:
    """Stretches of the master as stretches of the variant, in seconds; a card explains everything under it."""
    rate, speed = float(variant.frame_rate), float(variant.speed)
    mapped: list[SecondsSpan] = []
    at = 0.0
    for piece in variant.pieces:
        length = piece.frames / rate
        if piece.source == "card":
            mapped.append((at, at + length))
        else:
            start = piece.start_frame / rate
            for a, b in ((a / speed, b / speed) for a, b in spans):
                first, last = max(a, start), min(b, start + length)
                if first < last:
                    mapped.append((at + first - start, at + last - start))
        at += length
    return mapped


def _unexplained(found: Sequence[SecondsSpan], known: Sequence[SecondsSpan]) -> list[SecondsSpan]:
    """Found stretches, less what is known; what is left is told when it is longer than the detectors' borders."""
    left = []
    for start, end in found:
        rest = [(start, end)]
        for a, b in known:
            a, b = a - BORDER_SECONDS, b + BORDER_SECONDS
            rest = [piece for s, e in rest for piece in ((s, min(e, a)), (max(s, b), e)) if piece[1] - piece[0] > 0]
        left += [piece for piece in rest if piece[1] - piece[0] > 0.1]
    return left


def _spans_words(spans: Sequence[SecondsSpan]) -> str:
    if not spans:
        return "none else"
    words = ", ".join(f"{a:.1f}-{b:.1f} s" for a, b in spans[:4])
    return words + (f" and {len(spans) - 4} more" if len(spans) > 4 else "")
