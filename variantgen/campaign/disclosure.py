"""What was done to a variant, and which of it a channel may want declared (pure).

A list of facts with sources and dates, never a verdict: whoever posts decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from variantgen.errors import nearest
from variantgen.model import Master, Soundtrack, Variant
from variantgen.plan.shown import pieces_shown
from variantgen.presets.fact_tables import Sourced, read_facts

ChangeKind = Literal[
    "reframed", "background_blurred", "bars_added", "split_screen", "cut_down", "reordered", "sped_up",
    "rate_changed", "tone_mapped", "deinterlaced", "card_added", "logo_added",
    "captions_burned", "captions_attached", "captions_recognised", "captions_written", "captions_of_unknown_origin",
    "sound_removed", "sound_levelled", "sound_faded", "music_added",
    "synthetic_voice", "cloned_voice", "generated_scene", "altered_person", "paid_partnership",
]  # fmt: skip
"""What can have been done; the last row only where a person says so, as nothing here does it."""

CaptionOrigin = Literal["written", "recognised", "unknown"]

DECLARED: dict[ChangeKind, str] = {
    "synthetic_voice": "a voice made by a machine is heard",
    "cloned_voice": "a real person's voice made by a machine is heard",
    "generated_scene": "a realistic scene made by a machine is shown",
    "altered_person": "a real person is shown saying or doing what they did not",
    "paid_partnership": "somebody else pays for the post",
}
"""What only whoever made the master can say of it, with words for it."""


LEAST_FADE_SECONDS = 0.1
"""Shorter ones keep a cut from clicking and are not heard as fades."""


@dataclass(frozen=True)
class Change:
    """One thing that was done to a variant, with words that say how much of it."""

    kind: ChangeKind
    words: str


@dataclass(frozen=True, kw_only=True)
class LabelFact(Sourced):
    """What a channel (or, where it is empty, a law) is known to say about a kind of change.

    `asks` is "may call for" a label, "does not ask for" one, or "reads the file for" one.
    """

    change: ChangeKind
    asks: Literal["may call for", "does not ask for", "reads the file for"]
    label: str
    channel: str = ""
    kind: Literal["organic", "ad", ""] = ""
    region: str = ""


@dataclass(frozen=True)
class LabelNote:
    """One sentence on one change, with the fact it rests on."""

    change: str
    words: str
    fact: LabelFact

    @property
    def is_action_wanted(self) -> bool:
        """Whether somebody has to look at it before posting."""
        return self.fact.asks != "does not ask for"


def label_facts() -> tuple[LabelFact, ...]:
    """The facts of facts/disclosure.toml; UserError with every fault of a file of one's own."""
    return read_facts("disclosure", {"label": LabelFact})["label"]


# ---------------------------------------------------------------- what was done


def marks_of(variant: Variant) -> tuple[str, ...]:
    """What is laid over a variant's picture to say whose it is: logo, watermark."""
    return tuple(overlay.template for overlay in variant.overlays if overlay.template in ("logo", "watermark"))


def changes_of(
    variant: Variant,
    master: Master,
    *,
    caption_origin: CaptionOrigin = "unknown",
    overlays: Sequence[str] = (),
    declared: Iterable[str] = (),
) -> tuple[Change, ...]:
    """Everything that was done to a variant on its way from its master, as its plan says.

    `caption_origin` says whether its captions were written or recognised by a machine. `overlays` are words for each
    picture laid over it, as "logo". `declared` are kinds of DECLARED that whoever made the master says hold for it.
    """
    said = set(declared)
    made = [
        *_of_the_picture(variant, master),
        *_of_the_length(variant, master),
        *_of_cards(variant),
        *(Change("logo_added", f"{overlay} laid over the picture") for overlay in overlays),
        *_of_captions(variant, caption_origin),
        *_of_the_sound(variant.soundtrack, master),
        *(Change(kind, words) for kind, words in DECLARED.items() if kind in said),
    ]
    return tuple(made)


def declared_faults(declared: Iterable[str], *, where: str = "declared") -> list[str]:
    """A sentence for every word of a list of declarations that is not one."""
    return [
        f'{where}: value "{word}" is not allowed: allowed is {", ".join(DECLARED)}.{nearest(word, DECLARED)}'
        for word in declared
        if word not in DECLARED
    ]


_FIT_CHANGES: dict[str, tuple[ChangeKind, str]] = {
    "crop": ("reframed", "cropped"),
    "blur": ("background_blurred", "shown whole over a blurred copy of itself"),
    "pad": ("bars_added", "shown whole between bars"),
    "split": ("split_screen", "shown as two windows, one above the other"),
}


def _of_the_picture(variant: Variant, master: Master) -> Iterable[Change]:
    if not variant.width:
        return
    of_master = [shown for shown in pieces_shown(variant) if shown.piece.source == "master"]
    total = sum(shown.piece.frames for shown in of_master)
    sizes = f"from {master.width}x{master.height} to {variant.width}x{variant.height}"
    for fit, (kind, words) in _FIT_CHANGES.items():
        frames = sum(shown.piece.frames for shown in of_master if shown.piece.fit == fit)
        if frames and not _shows_the_same(fit, variant, master):
            much = "" if frames == total else f" for {frames / total:.0%} of its time"
            yield Change(kind, f"{words}{much}, {sizes}")
    if master.dynamic_range != "sdr":
        yield Change("tone_mapped", f"HDR ({master.dynamic_range.upper()}) made SDR")
    if master.is_interlaced:
        yield Change("deinterlaced", "fields made frames")
    if variant.frame_rate != master.frame_rate and variant.speed == 1:
        rates = f"{float(master.frame_rate):.5g} frames a second became {float(variant.frame_rate):.5g}"
        yield Change("rate_changed", rates)


def _shows_the_same(fit: str, variant: Variant, master: Master) -> bool:
    """Whether a fit leaves the picture as it was: whole, but for a row or column of rounding, and nothing around it."""
    if fit == "crop":
        keys = [key for piece in variant.pieces for key in piece.crop]
        return all(master.width - key[3] <= 2 and master.height - key[4] <= 2 for key in keys)
    return fit != "split" and variant.width * master.height == variant.height * master.width


def _of_the_length(variant: Variant, master: Master) -> Iterable[Change]:
    pieces = [piece for piece in variant.pieces if piece.source == "master"]
    if not pieces:
        return
    kept_seconds = float(sum(piece.frames for piece in pieces) * variant.speed / variant.frame_rate)
    # a frame or two is rounding between two rates
    if kept_seconds < master.duration_seconds - 2 / float(min(variant.frame_rate, master.frame_rate)):
        words = f"{kept_seconds:.1f} s of the master's {master.duration_seconds:.1f} s are shown"
        yield Change("cut_down", words)
    backwards = sum(a.end_frame > b.start_frame for a, b in zip(pieces, pieces[1:], strict=False))
    if backwards:
        yield Change("reordered", "parts of the master are shown in another order, or again")
    if variant.speed != 1:
        yield Change("sped_up", f"played {float(variant.speed):.4g} times as fast, voices at their pitch")


def _of_cards(variant: Variant) -> Iterable[Change]:
    for shown in pieces_shown(variant):
        card = shown.piece.card
        if card is not None:
            text = " ".join(card.text.split())
            seconds = float(shown.piece.frames / variant.frame_rate)
            yield Change("card_added", f'{card.kind} card of {seconds:.1f} s: "{text}"')


def _of_captions(variant: Variant, origin: CaptionOrigin) -> Iterable[Change]:
    attached = [delivery for delivery in variant.deliveries if delivery.cues]
    if variant.cues:
        yield Change("captions_burned", f"{len(variant.cues)} captions drawn into the picture")
    if attached:
        forms = ", ".join(sorted({f"{one.form}{f' ({one.language})' if one.language else ''}" for one in attached}))
        yield Change("captions_attached", f"captions beside or inside the file: {forms}")
    if variant.cues or attached:
        kinds: dict[str, tuple[ChangeKind, str]] = {
            "recognised": ("captions_recognised", "the captions' words come from speech recognition"),
            "written": ("captions_written", "the captions' words were written or checked by a person"),
            "unknown": ("captions_of_unknown_origin", "who or what wrote the captions is not known"),
        }
        yield Change(*kinds[origin])


def _of_the_sound(sound: Soundtrack | None, master: Master) -> Iterable[Change]:
    if sound is None:
        if master.audio is not None:
            yield Change("sound_removed", "the master's sound is left out")
        return
    if sound.target_lufs is not None:
        yield Change("sound_levelled", f"loudness brought to {sound.target_lufs:g} LUFS by one gain and a limiter")
    fades = [
        f"faded {way} over {seconds:.2g} s"
        for way, seconds in (("in", sound.fade_in_seconds), ("out", sound.fade_out_seconds))
        if seconds >= LEAST_FADE_SECONDS
    ]
    if fades:
        yield Change("sound_faded", " and ".join(fades))
    if sound.music is not None:
        heard = "under the sound" if sound.track_index >= 0 else "in place of sound"
        yield Change("music_added", f"music added {heard}, lower under speech")


# ---------------------------------------------------------------- what may have to be said


def label_notes(
    changes: Sequence[Change], channel: str, facts: Sequence[LabelFact], *, kind: str = "organic"
) -> tuple[LabelNote, ...]:
    """What is known to be said about a variant's changes on a channel, and by laws wherever it is shown.

    Channel facts before laws, changes in their order; a change of which nothing is known has no note.
    """
    mine = [fact for fact in facts if fact.channel in (channel, "") and fact.kind in ("", kind)]
    found = [
        LabelNote(change.kind, _sentence(change, fact), fact)
        for is_law in (False, True)
        for change in changes
        for fact in mine
        if fact.change == change.kind and (fact.channel == "") == is_law
    ]
    # two cards are two changes, and one note
    return tuple({(note.change, note.fact): note for note in found}.values())


def _sentence(change: Change, fact: LabelFact) -> str:
    who = fact.channel or fact.region or "the law"
    what = change.kind.replace("_", " ")
    ends = f" {fact.label}" if fact.label else " a label"
    note = f" ({fact.note})" if fact.note else ""
    return f"{what}: {who} {fact.asks}{ends}{note}. As of {fact.checked.isoformat()}, {fact.confidence}: {fact.source}"


def changes_as_rows(changes: Sequence[Change]) -> list[dict[str, str]]:
    """Changes as plain data, for a manifest."""
    return [asdict(change) for change in changes]


def notes_as_rows(notes: Sequence[LabelNote]) -> list[dict[str, Any]]:
    """Label notes as plain data, for a manifest: each with its source, date and confidence."""
    return [
        {
            "change": note.change,
            "says": note.words,
            "asks": note.fact.asks,
            "source": note.fact.source,
            "checked": note.fact.checked.isoformat(),
            "confidence": note.fact.confidence,
        }
        for note in notes
    ]
