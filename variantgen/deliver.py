"""One planned variant in, one verified file out: joined, held to its size limit, measured, and only then named."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from variantgen.build.encode import Bench, encode_group, groups_of
from variantgen.build.graph import animation_command
from variantgen.build.join import UnusablePart, join
from variantgen.build.marking import mark
from variantgen.build.text_track import text_codec
from variantgen.errors import ToolError, UserError
from variantgen.measure import measure_file, measure_sidecar
from variantgen.media.ffmpeg import run
from variantgen.model import (
    Analysis,
    CaptionDelivery,
    Check,
    Encode,
    Identity,
    Master,
    Part,
    Plan,
    Variant,
    VariantResult,
)
from variantgen.plan.keys import key_of
from variantgen.plan.parts import with_key
from variantgen.presets.schema import Preset
from variantgen.verify import verify

DELIVERY_FORMAT = 3
"""Raised when joining or verifying changes, so that finished files are looked at again."""

SCRATCH_PREFIX = ".variantgen-"
MOST_SIZE_ROUNDS = 6
SIZE_AIM = 0.97
CONTAINER_KBPS = 4.0
# GIF: colours, and every how manyth frame is kept; WebP: quality. Tried in order until the file is small enough.
GIF_STEPS = ((256, 1), (128, 1), (64, 1), (128, 2), (64, 2), (32, 2), (64, 3), (32, 3), (16, 3), (16, 4))
WEBP_STEPS = ((80, 1), (65, 1), (50, 1), (35, 1), (20, 1), (30, 2), (15, 2), (10, 3))


@dataclass(frozen=True)
class Delivery:
    """What finishing a variant needs to know."""

    bench: Bench
    plan: Plan
    analysis: Analysis
    variant: Variant
    preset: Preset
    out: Path
    note_encoded: Callable[[int], None]
    """Told of parts that had to be encoded beyond the plan (size limits, unusable parts)."""
    sign: Callable[[Path, Variant], None] | None = None
    """Signs a finished file in its place, before it is measured."""


def variant_key(variant: Variant) -> str:
    """Everything that shapes a finished file; a file under the same key need not be made again."""
    values = {
        "id": variant.id,
        "parts": variant.part_keys,
        "soundtrack": variant.soundtrack.key if variant.soundtrack else "",
        "container": variant.container,
        "captions": variant.deliveries,
        "preset": variant.preset_values,
        "identity": variant.identity,
    }
    return key_of("delivery", DELIVERY_FORMAT, values)


def deliver(delivery: Delivery) -> VariantResult:
    """Makes, measures and publishes a variant. A file that misses a check is not published; the result says why."""
    variant, out = delivery.variant, delivery.out
    scratch = out / f"{SCRATCH_PREFIX}{uuid.uuid4().hex[:12]}.part.{variant.container}"
    private = delivery.bench.folder / f"deliver-{uuid.uuid4().hex[:8]}"
    private.mkdir()
    sidecars: dict[str, Path] = {}
    try:
        _make(delivery, scratch, private)
        if delivery.sign is not None:
            delivery.sign(scratch, variant)
        _write_sidecars(delivery, sidecars)
        checks = _measured(delivery, scratch, private, sidecars)
        missed = [check for check in checks if not check.ok and not check.is_advice]
        if missed:
            words = "; ".join(map(_missed_words, missed))
            return _result(variant, "failed", checks=checks, error=f"not as the placement wants it: {words}")
        return _publish(variant, scratch, out, checks, sidecars)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise UserError(f"no space left on the disk of {out}. Free some, or choose another -o.") from None
        raise UserError(f"-o {out}: cannot be written ({error.strerror or error}).") from None
    finally:
        for left in (scratch, *sidecars.values()):
            left.unlink(missing_ok=True)
        shutil.rmtree(private, ignore_errors=True)


def _missed_words(check: Check) -> str:
    note = f" ({check.note})" if check.note else ""
    return f"{check.name}: wanted {check.wanted}, measured {check.measured}{note}"


def _result(variant: Variant, status: str, **values: object) -> VariantResult:
    return VariantResult(variant.id, variant.preset, variant.file, status, key=variant_key(variant), **values)  # type: ignore[arg-type]


# ---------------------------------------------------------------- making


def _make(delivery: Delivery, scratch: Path, private: Path) -> None:
    variant = delivery.variant
    if any(not captions.file for captions in variant.deliveries):
        text_codec(variant.container)  # refuses before anything is made
    parts = [delivery.plan.parts[key] for key in variant.part_keys]
    soundtrack = delivery.bench.store.path("soundtracks", variant.soundtrack.key) if variant.soundtrack else None
    if variant.container in ("gif", "webp"):
        _make_animation(delivery, parts, scratch, private)
        return
    _join(delivery, parts, soundtrack, scratch)
    limit = delivery.preset.file.max_megabytes
    rounds, share = 0, 1.0
    while limit is not None and parts and scratch.stat().st_size > limit * 1e6 and rounds < MOST_SIZE_ROUNDS:
        parts = _smaller(delivery, parts, limit, share)
        _join(delivery, parts, soundtrack, scratch)
        rounds += 1
        # encoders overshoot on short and on hard parts: next time they are asked for that much less
        share *= min(0.95, limit * 1e6 / scratch.stat().st_size)


def _identity(variant: Variant) -> Identity:
    return variant.identity or Identity(variant.id)


def _join(delivery: Delivery, parts: Sequence[Part], soundtrack: Path | None, out: Path) -> None:
    """Joins, making a part again once when the store's copy turns out to be unusable."""
    variant, store = delivery.variant, delivery.bench.store
    for turn in range(3):
        try:
            join(
                [(store.path("parts", part.key), part.frames) for part in parts],
                soundtrack,
                out,
                container=variant.container,
                frame_rate=variant.frame_rate,
                edit_lists=delivery.preset.video.edit_lists if delivery.preset.video else True,
                identity=_identity(variant),
                text_tracks=[captions for captions in _shown(variant) if not captions.file],
            )
            return
        except UnusablePart as error:
            if turn == 2:
                raise
            _remake(delivery, parts[error.position])


def _remake(delivery: Delivery, part: Part) -> None:
    """Makes an unusable part again, once a run: another variant may have seen to it already."""
    with delivery.bench.remaking:
        is_new = part.key not in delivery.bench.remade
        delivery.bench.remade.add(part.key)
        if is_new:
            delivery.bench.store.drop("parts", part.key)
    _encode(delivery, [part])


def _encode(delivery: Delivery, parts: Sequence[Part]) -> None:
    with delivery.bench.remaking:
        missing = [part for part in parts if delivery.bench.store.find("parts", part.key) is None]
        masters = {delivery.plan.master.fingerprint: delivery.plan.master}
        for group in groups_of(missing, 1):
            encode_group(delivery.bench, masters, group)
    delivery.note_encoded(len(missing))


def _smaller(delivery: Delivery, parts: Sequence[Part], limit: float, share: float) -> list[Part]:
    """The same parts at bitrates that keep the file under `share` (0 to 1) of its limit, in the store.

    Every part gets the share of the bits that it took at constant quality: hard shots keep more of them.
    """
    variant, store = delivery.variant, delivery.bench.store
    seconds = variant.duration_seconds
    sound_kbps = variant.soundtrack.kbps * 1.05 if variant.soundtrack else 0.0
    total_kbps = limit * 8000 * SIZE_AIM * share / seconds - sound_kbps - CONTAINER_KBPS
    if total_kbps < 20:
        raise UserError(f"{seconds:.0f} s do not fit into {limit:g} MB; cut it with --set length.max_seconds=N.")
    sizes = [store.path("parts", part.key).stat().st_size for part in parts]
    whole = sum(sizes)
    smaller = []
    for part, size in zip(parts, sizes, strict=True):
        part_seconds = float(part.frames / part.frame_rate)
        kbps = max(20, round(total_kbps * seconds * size / whole / part_seconds))
        encode: Encode = replace(part.encode, kbps=kbps)
        smaller.append(with_key(replace(part, encode=encode), delivery.bench.tool.identity))
    _encode(delivery, smaller)
    return smaller


def _make_animation(delivery: Delivery, parts: Sequence[Part], scratch: Path, private: Path) -> None:
    """One looping picture from the joined lossless parts; coarser until it keeps its size limit."""
    variant = delivery.variant
    joined = private / "joined.mp4"
    join(
        [(delivery.bench.store.path("parts", part.key), part.frames) for part in parts],
        None, joined, container="mp4", frame_rate=variant.frame_rate,
    )  # fmt: skip
    is_webp = variant.container == "webp"
    limit = delivery.preset.file.max_megabytes
    for quality, step in WEBP_STEPS if is_webp else GIF_STEPS:
        rate: Fraction = variant.frame_rate / step
        made = private / f"made.{variant.container}"
        command = animation_command(joined.name, made.name, rate=rate, quality=quality, is_webp=is_webp)
        run(
            delivery.bench.tool,
            command,
            doing=f"drawing {variant.file}",
            folder=private,
            children=delivery.bench.children,
        )
        mark(made, variant.container, _identity(variant))
        if limit is None or made.stat().st_size <= limit * 1e6:
            break
    shutil.copyfile(made, scratch)


def make_soundtrack(bench: Bench, master: Master, variant: Variant, music: Path | None = None) -> None:
    """A variant's soundtrack, into the store."""
    from variantgen.build.soundtrack import build_soundtrack
    from variantgen.media.metering import last_loudness

    assert variant.soundtrack is not None
    private = bench.folder / f"sound-{variant.soundtrack.key[:12]}"
    private.mkdir(exist_ok=True)
    try:
        made = build_soundtrack(
            bench.tool, master, variant.soundtrack, private, measure=last_loudness, music=music, children=bench.children
        )
        bench.store.put("soundtracks", variant.soundtrack.key, made)
    finally:
        shutil.rmtree(private, ignore_errors=True)


# ---------------------------------------------------------------- measuring and publishing


def _shown(variant: Variant) -> tuple[CaptionDelivery, ...]:
    """The captions that leave as text, without cues that have no letter and without those that have no cue."""
    from variantgen.build.sidecar import shown_lines

    trimmed = (replace(one, cues=tuple(cue for cue in one.cues if shown_lines(cue))) for one in variant.deliveries)
    return tuple(one for one in trimmed if one.cues)


def _write_sidecars(delivery: Delivery, written: dict[str, Path]) -> None:
    """Adds each captions file to `written`, by its coming name, where it lies until the variant is published."""
    from variantgen.build.sidecar import sidecar_text

    variant = delivery.variant
    for captions in _shown(variant):
        if not captions.file:
            continue
        scratch = delivery.out / f"{SCRATCH_PREFIX}{uuid.uuid4().hex[:12]}.part"
        written[captions.file] = scratch
        text = sidecar_text(
            captions.cues, captions.form, captions.language, canvas=(variant.width, variant.height),
            max_bytes=delivery.preset.captions.sidecar_max_bytes,
        )  # fmt: skip
        scratch.write_text(text, "utf-8", newline="\n")


def _measured(delivery: Delivery, scratch: Path, private: Path, sidecars: dict[str, Path]) -> tuple[Check, ...]:
    bench = delivery.bench
    variant = replace(delivery.variant, deliveries=_shown(delivery.variant))
    try:
        facts = measure_file(
            scratch, bench.tool, bench.store, private, container=variant.container, children=bench.children
        )
    except UserError as error:
        raise ToolError(f"the finished {variant.file} cannot be read back", said=str(error)) from None
    beside = (
        measure_sidecar(sidecars[captions.file], captions.file, captions.form, captions.language)
        for captions in variant.deliveries
        if captions.file
    )
    facts = replace(facts, captions=(*facts.captions, *beside))
    return verify(facts, delivery.preset, variant, delivery.analysis, master_rate=delivery.plan.master.frame_rate)


def _publish(
    variant: Variant, scratch: Path, out: Path, checks: tuple[Check, ...], sidecars: dict[str, Path]
) -> VariantResult:
    """Gives everything its name at once, the film last: where it is, its captions are."""
    for path in sidecars.values():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    with scratch.open("rb+") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    for name, path in sidecars.items():
        path.replace(out / name)
    final = out / variant.file
    scratch.replace(final)
    _sync_folder(out)
    stat = final.stat()
    return _result(
        variant, "made", checks=checks, sidecars=tuple(sidecars), sha256=sha256, size_bytes=stat.st_size,
        modified_ns=stat.st_mtime_ns,
    )  # fmt: skip


def _sync_folder(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # Windows opens no folders; its rename is journalled
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
