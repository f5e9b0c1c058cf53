"""A campaign file in, the plans of its variants out: for each master, a variant a cell of the matrix."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from variantgen.campaign import Campaign, Cell, Level, Matrix, load_campaign, matrix_of, missing_files, parse_only
from variantgen.campaign.drafting import Footage, Pieces, pieces_in
from variantgen.campaign.identity import ids_of
from variantgen.campaign.names import NameTemplate, refuse_same_names
from variantgen.campaign.reading import NAMING_KEYS
from variantgen.caption_sources import CaptionWish
from variantgen.errors import MasterError, ToolError, UserError
from variantgen.events import Note, Notify
from variantgen.masters import ReadMaster, Workshop, captions_of, known_music_of, read_master
from variantgen.media.ffmpeg import Children, find_ffmpeg
from variantgen.model import Brand, CaptionTrack, Card, Identity, Music, Variant, VariantResult
from variantgen.pipeline import Planned, Request, refuse_missing_encoders
from variantgen.store import Store, default_store

NAME_BYTES = 240
"""Of a file's name without its suffix: room for what sidecars and covers add."""


@dataclass(frozen=True)
class PlannedCampaign:
    """A plan for each of a campaign's masters, and what cannot be made because a master cannot be read."""

    planned: tuple[Planned, ...]
    failed: tuple[VariantResult, ...] = ()


@dataclass(frozen=True)
class _Chosen:
    """One variant to be: its cell with the levels themselves, and the preset as it changes it."""

    cell: Cell
    levels: dict[str, Level]
    preset: Any
    name: str
    language: str
    music: Music | None


def opened_campaign(path: Path, only: Sequence[str] = ()) -> tuple[Campaign, Matrix]:
    """A campaign and the cells that are asked for. Raises UserError with every fault, files that are missing too."""
    campaign = load_campaign(path)
    faults = [*missing_files(campaign), *_text_faults(campaign)]
    if faults:
        raise UserError("\n".join(faults))
    return campaign, matrix_of(campaign, parse_only(only, campaign))


def _text_faults(campaign: Campaign) -> list[str]:
    """A line for every fault in the texts that only finished variants use: names, links, posts."""
    from variantgen.campaign.links import checked_address
    from variantgen.campaign.posting import posting_faults
    from variantgen.presets import load_preset

    where = f"{campaign.path}: "
    presets = {channel.preset: load_preset(str(channel.file or channel.preset)).preset for channel in campaign.channels}
    factors = [factor.name for factor in campaign.factors]
    names = [*presets, *(preset.channel for preset in presets.values()), *campaign.languages]
    faults = [f"{where}{fault}" for fault in posting_faults(campaign.posting, names=names, factors=factors)]
    checks: list[Callable[[], object]] = [partial(_template, campaign)]
    urls = {f"{where}url": campaign.url}
    urls |= {f"{where}channels[{n}].url": channel.url for n, channel in enumerate(campaign.channels, 1)}
    checks += [partial(checked_address, url, where=place) for place, url in urls.items() if url]
    if campaign.results.metric:
        checks.append(partial(_metric, campaign))
    for check in checks:
        try:
            check()
        except UserError as error:
            faults += str(error).splitlines()
    return faults


def _template(campaign: Campaign) -> NameTemplate:
    known = (*NAMING_KEYS, *(factor.name for factor in campaign.factors))
    return NameTemplate.parse(campaign.naming, known=known, where=f"{campaign.path}: naming.template")


def _metric(campaign: Campaign) -> None:
    from variantgen.results.metrics import read_metrics

    read_metrics().planned(campaign.results.metric, campaign.path)


def plan_campaign(workshop: Workshop, campaign: Campaign, matrix: Matrix) -> PlannedCampaign:
    """Plans every variant of a campaign. A master that cannot be read fails its variants, and no others."""
    music = {path: known_music_of(workshop, path) for path in _music_files(campaign, matrix)}
    chosen = [_chosen(workshop, campaign, cell, music) for cell in matrix.cells]
    planned: list[Planned] = []
    failed: list[VariantResult] = []
    refuse_missing_encoders(workshop.tool, [one.preset for one in chosen])
    for path in campaign.masters:
        try:
            read = read_master(workshop, path)
        except (MasterError, ToolError) as error:
            workshop.notify(Note(str(error), is_warning=True))
            failed += [VariantResult("", one.name, "", "failed", error=str(error), master=path.name) for one in chosen]
            continue
        planned.append(_planned(workshop, campaign, read, chosen, {one: file for file, one in music.items()}))
    return PlannedCampaign(tuple(planned), tuple(failed))


def _music_files(campaign: Campaign, matrix: Matrix) -> list[Path]:
    found: dict[Path, None] = {}
    for cell in matrix.cells:
        for factor in campaign.factors:
            level = factor.level(cell.level(factor.name))
            if factor.kind == "music" and level.value:
                found[Path(level.value)] = None
    return list(found)


def _chosen(workshop: Workshop, campaign: Campaign, cell: Cell, music: Mapping[Path, Music]) -> _Chosen:
    from variantgen.presets import load_preset

    levels = {factor.name: factor.level(cell.level(factor.name)) for factor in campaign.factors}
    kinds = {factor.kind: levels[factor.name] for factor in campaign.factors}
    style = kinds["caption_style"].value if "caption_style" in kinds else ""
    settings = (*workshop.request.settings, *([("captions.style", style)] if style else []))
    loaded = load_preset(str(cell.channel.file or cell.channel.preset), settings=settings)
    spoken = kinds["language"].value if "language" in kinds else (campaign.languages or ("",))[0]
    heard = music.get(Path(kinds["music"].value)) if "music" in kinds and kinds["music"].value else None
    return _Chosen(cell, levels, loaded.preset, loaded.name, spoken, heard)


# ---------------------------------------------------------------- one master


def _planned(
    workshop: Workshop,
    campaign: Campaign,
    read: ReadMaster,
    chosen: Sequence[_Chosen],
    music_files: Mapping[Music, Path],
) -> Planned:
    from variantgen.build.overlays import overlay_size
    from variantgen.lettering import caption_extent, caption_fonts, caption_width_px
    from variantgen.plan import plan_variants

    presets = {one.name: one.preset for one in chosen}
    tracks = _tracks(workshop, campaign, read, presets)
    specifications = [_specification(campaign, read, one) for one in chosen]
    ids = ids_of(specifications)
    named = _names(campaign, read, chosen, ids)
    signed_by, sign = _signer(campaign, read)
    identities = [
        Identity(ids[n], specifications[n], named[n], one.language, signed_by if _is_signable(one) else "")
        for n, one in enumerate(chosen)
    ]
    asks = [_ask(workshop, campaign, read, one, tracks, identities[n]) for n, one in enumerate(chosen)]
    plan = plan_variants(
        read.master, read.analysis, asks,
        stem=read.master.name, ffmpeg_identity=workshop.tool.identity,
        measure=caption_width_px, fonts_of=caption_fonts, extent_of=caption_extent, size_of=overlay_size,
    )  # fmt: skip
    own = {ask.id: _as_drawn(ask.preset, workshop) for ask in asks}
    heard = {one.fingerprint: path for one, path in music_files.items()}
    cells = {name: one.cell for name, one in zip(ids, chosen, strict=True)}
    return Planned(plan, read.analysis, {**presets, **own}, read.asked, read.opened.edit, heard, cells, sign)


def _as_drawn(preset: Any, workshop: Workshop) -> Any:
    from variantgen.plan.draft import as_draft

    return as_draft(preset) if workshop.request.is_draft else preset


def _tracks(
    workshop: Workshop, campaign: Campaign, read: ReadMaster, presets: Mapping[str, Any]
) -> dict[str, CaptionTrack]:
    """The captions beside a master by language, every one that the campaign speaks; "" is the one without a choice."""
    from variantgen.analyze.captions import find_caption_files

    beside = find_caption_files(read.beside.path)
    wanted = campaign.languages or tuple(lv.value for f in campaign.factors if f.kind == "language" for lv in f.levels)
    wishes = tuple(
        CaptionWish(file=file, language=tag) for tag in wanted for file in [beside.get(tag)] if file is not None
    )
    request = replace(workshop.request, captions=workshop.request.captions or wishes, lengths=(1.0,))
    tracks = captions_of(request, read.beside, dict(presets), workshop.notify)
    return {**{track.language: track for track in tracks}, **({"": tracks[0]} if tracks else {})}


def _names(campaign: Campaign, read: ReadMaster, chosen: Sequence[_Chosen], ids: Sequence[str]) -> list[str]:
    template = _template(campaign)
    names = []
    for one, identity in zip(chosen, ids, strict=True):
        values = {
            **{name: level.name for name, level in one.levels.items()},
            "campaign": campaign.name,
            "channel": one.name,
            "preset": one.name,
            "as": one.cell.channel.as_,
            "objective": campaign.objective,
            "master": Path(read.master.name).stem,
            "language": one.language,
            "id": identity,
        }
        names.append(template.name(values, most_bytes=NAME_BYTES))
    refuse_same_names(dict(zip(ids, names, strict=True)))
    return names


def _specification(campaign: Campaign, read: ReadMaster, one: _Chosen) -> dict[str, Any]:
    """Everything that says which variant it is: nothing of the machine, of FFmpeg or of folders."""
    levels = {}
    for factor in campaign.factors:
        level = one.levels[factor.name]
        told: dict[str, Any] = {"name": level.name}
        if level.spans:
            told["spans"] = [list(span) for span in level.spans]
        for key in ("card", "overlay", "seconds", "length_seconds"):
            if getattr(level, key):
                told[key] = getattr(level, key)
        if level.texts:
            told["text"] = level.text_in(one.language)
        if level.value:
            told["value"] = one.music.fingerprint if factor.kind == "music" and one.music else level.value
        levels[factor.name] = told
    return {
        "schema_version": 1,
        "campaign": campaign.name,
        "master": read.master.fingerprint,
        "preset": one.name,
        "settings": dict(sorted(_settings(one.preset).items())),
        "as": one.cell.channel.as_,
        "language": one.language,
        "sequence": list(campaign.sequence),
        "levels": levels,
    }


def _settings(preset: Any) -> dict[str, Any]:
    """What shapes a variant beside the placement's name: its canvas, so that a changed preset is another variant."""
    canvas = preset.canvas
    return {"width": canvas.width, "height": canvas.height} if canvas else {}


def _ask(
    workshop: Workshop,
    campaign: Campaign,
    read: ReadMaster,
    one: _Chosen,
    tracks: Mapping[str, CaptionTrack],
    identity: Identity,
) -> Any:
    from variantgen.plan import VariantAsk, Wishes
    from variantgen.plan.cutdowns import LengthWish

    track = tracks.get(one.language) or tracks.get(one.language.partition("-")[0]) or tracks.get("")
    lengths = [lv.length_seconds for f in campaign.factors if f.kind == "length" for lv in [one.levels[f.name]]]
    seconds = next((length for length in lengths if length), None)
    brand, overlays = _brand(workshop, campaign), _overlays(campaign, one)
    wishes = Wishes(
        overlays=overlays,
        brand=brand,
        keep=read.keep,
        marks=read.marks,
        is_draft=workshop.request.is_draft,
        captions=(track,) if track else (),
        length=LengthWish(() if seconds is None else (seconds,)),
        music=one.music,
        composition=_composition(campaign, one),
    )
    shown = (track,) if track and one.preset.captions.ways else ()
    file = f"{identity.title}.{one.preset.container}"
    title = campaign.name
    return VariantAsk(
        one.name, one.preset, wishes, shown, seconds, file=file, id=identity.id, identity=replace(identity, title=title)
    )


def _is_signable(one: _Chosen) -> bool:
    from variantgen.campaign.signing import SIGNABLE

    return f".{one.preset.container}" in SIGNABLE


def _signer(campaign: Campaign, read: ReadMaster) -> tuple[str, Callable[[Path, Variant], None] | None]:
    """Names the certificate of a campaign's [c2pa], and what signs a finished file with it; nothing without one."""
    from variantgen import __version__
    from variantgen.campaign.disclosure import changes_of
    from variantgen.campaign.signing import sign_variant, signing_identity

    if campaign.signing is None:
        return "", None
    who = signing_identity(campaign.signing.certificate, campaign.signing.key)
    with read.master.path.open("rb") as film:
        master_sha256 = hashlib.file_digest(film, "sha256").hexdigest()

    def sign(file: Path, variant: Variant) -> None:
        if variant.identity is None or not variant.identity.signed_by:
            return
        sign_variant(
            file, who, changes_of(variant, read.master), master=read.master.path, master_sha256=master_sha256,
            title=variant.file, version=__version__, specification=variant.identity.specification,
        )  # fmt: skip

    return hashlib.sha256(who.chain).hexdigest()[:16], sign


def _brand(workshop: Workshop, campaign: Campaign) -> Brand | None:
    """The campaign's brand, its files in the store; None where the file has no [brand]."""
    from variantgen.brand_file import brand_of_table
    from variantgen.brand_wishes import shelve

    if not campaign.brand:
        return None
    assert campaign.path is not None
    source, faults = brand_of_table(campaign.brand, str(campaign.path), campaign.path.resolve().parent)
    if faults:
        raise UserError("\n".join(faults))
    shelve(source.files, workshop.store, workshop.folder)
    return source.brand


def _overlays(campaign: Campaign, one: _Chosen) -> tuple[Any, ...]:
    """What is laid over the film, each where its level says."""
    from variantgen.brand_wishes import LATE_SECONDS
    from variantgen.plan.overlays import OverlayWish

    wishes = []
    for level in one.levels.values():
        if level.overlay and not level.is_left_out:
            at = "closing" if level.at == "end" else "opening"
            start = LATE_SECONDS.get(level.overlay) if at == "opening" else None
            end = None if level.seconds is None else (start or 0.0) + level.seconds
            wishes.append(OverlayWish(level.overlay, level.text_in(one.language), at, start, end))  # type: ignore[arg-type]
    return tuple(wishes)


def _composition(campaign: Campaign, one: _Chosen) -> tuple[Any, ...]:
    """The pieces of a variant in the campaign's order; the one named body, else the longest, gives way to a length."""
    from variantgen.plan.composing import Segment

    segments = []
    for name in campaign.sequence:
        level = one.levels[name]
        label = f"{name}: {level.name}"
        if level.is_left_out or (level.overlay and not (level.spans or level.card)):
            continue
        if level.card:
            card = Card(level.card, level.text_in(one.language))
            segments.append(Segment(label, card=card, seconds=level.seconds))
        else:
            segments.append(Segment(label, spans=level.spans, length_seconds=level.length_seconds))
    spans = [n for n, segment in enumerate(segments) if segment.card is None]
    if spans:
        longest = max(spans, key=lambda n: sum(b - a for a, b in segments[n].spans))
        elastic = next((n for n in spans if segments[n].name.startswith("body: ")), longest)
        segments[elastic] = replace(segments[elastic], is_elastic=True)
    return tuple(segments)


def footage_of(path: Path, notify: Notify, *, store: Path | None, ffmpeg: str | None) -> Footage:
    """How long a master is, and its shot changes and pauses. Raises MasterError for one that cannot be used."""
    request = Request(masters=(path,), store=store, ffmpeg=ffmpeg, is_framing_found=False)
    held = Store(store or default_store())
    with held.working_folder() as folder:
        read = read_master(Workshop(request, find_ffmpeg(ffmpeg), held, folder, notify, Children()), path)
    rate = float(read.master.frame_rate)
    cuts = tuple(frame / rate for frame in read.analysis.shot_starts)
    return Footage(read.master.duration_seconds, cuts, tuple(read.analysis.pauses))


def pieces_of_master(path: Path, notify: Notify, *, store: Path | None, ffmpeg: str | None) -> Pieces | None:
    """Where a master can be taken apart, as far as its shots and pauses tell; None for one too short."""
    footage = footage_of(path, notify, store=store, ffmpeg=ffmpeg)
    return pieces_in(footage.duration_seconds, footage.cuts_seconds, footage.pauses)
