"""What was done to a variant, and what channels are known to say about it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import made
import pytest

from variantgen.campaign.disclosure import (
    DECLARED,
    Change,
    changes_as_rows,
    changes_of,
    declared_faults,
    label_facts,
    label_notes,
    notes_as_rows,
)
from variantgen.model import MusicBed, SoundPiece, Variant
from variantgen.plan.cutdowns import LengthWish
from variantgen.presets import available_presets, load_preset

FACTS = label_facts()
WIDE = {"width": 1920, "height": 1080}


def kinds(variant: Variant, film: Any = None, **values: Any) -> set[str]:
    """The kinds of what was done to a variant."""
    return {change.kind for change in changes_of(variant, film or made.master(), **values)}


def plain(**changes: Any) -> Variant:
    """A variant that is its master: same shape, whole, no captions, its sound as it was."""
    tables: dict[str, Any] = {"canvas": WIDE, "captions": {"mode": "none"}, "audio": {"loudness_lufs": None}}
    variant = made.variant_of(made.preset(**tables))
    sound = replace(variant.soundtrack, target_lufs=None) if variant.soundtrack else None
    return replace(variant, **{"soundtrack": sound, **changes})


def test_a_variant_that_is_its_master_was_not_changed() -> None:
    """Same shape, whole length, own sound: nothing is claimed."""
    assert changes_of(plain(), made.master()) == ()


@pytest.mark.parametrize(
    ("fit", "wanted"),
    [("crop", "reframed"), ("blur", "background_blurred"), ("pad", "bars_added"), ("split", "split_screen")],
)
def test_each_fit_is_told_by_its_own_name(fit: str, wanted: str) -> None:
    """A 9:16 window, a blurred copy behind, bars, two windows."""
    variant = made.variant_of(fit="crop")
    variant = replace(variant, pieces=tuple(replace(piece, fit=fit) for piece in variant.pieces))
    found = [change for change in changes_of(variant, made.master()) if change.kind == wanted]
    assert len(found) == 1 and "1920x1080" in found[0].words and "1080x1920" in found[0].words
    others = {"reframed", "background_blurred", "bars_added", "split_screen"} - {wanted}
    assert kinds(variant) & others == set()


def test_a_cut_down_says_how_much_is_left() -> None:
    """Eight seconds of twenty; and a variant of the whole is none."""
    short = made.variant_of(length=LengthWish(seconds=(8.0,)))
    (found,) = [change for change in changes_of(short, made.master()) if change.kind == "cut_down"]
    assert found.words == "8.0 s of the master's 20.0 s are shown"
    assert "cut_down" not in kinds(made.variant_of())


def test_a_rounded_frame_is_no_cut() -> None:
    """30 frames a second at 29.97 loses a part of a frame, not of the film."""
    film = made.master(frame_rate=made.NTSC, frames=599)
    variant = made.variant_of(made.preset(video={"max_frame_rate": 25}), film=film)
    assert "cut_down" not in kinds(variant, film)
    assert "rate_changed" in kinds(variant, film)


def test_speed_cards_and_order_are_told() -> None:
    """What plays faster, what was added, and what comes back."""
    variant = made.variant_of(title="Spring\nsale", end_card="Shop now")
    assert [c.words for c in changes_of(variant, made.master()) if c.kind == "card_added"] == [
        'title card of 2.0 s: "Spring sale"',
        'end card of 2.0 s: "Shop now"',
    ]
    assert "sped_up" in kinds(replace(variant, speed=Fraction(9, 8)))
    body = variant.pieces[1]
    swapped = (replace(body, start_frame=300, end_frame=600), replace(body, start_frame=0, end_frame=300))
    assert "reordered" in kinds(replace(variant, pieces=swapped))
    assert "reordered" not in kinds(variant)


def test_captions_are_told_with_their_origin() -> None:
    """Recognised, written, or not known; and nothing where there are none."""
    variant = made.variant_of(cues=made.cues("Hello", "there"))
    assert {"captions_burned", "captions_of_unknown_origin"} <= kinds(variant)
    assert "captions_recognised" in kinds(variant, caption_origin="recognised")
    assert "captions_written" in kinds(variant, caption_origin="written")
    assert not any(kind.startswith("captions") for kind in kinds(plain(), caption_origin="recognised"))
    beside = made.variant_of(made.preset(captions={"mode": "sidecar"}), cues=made.cues("Hello"), language="en")
    assert {"captions_attached"} <= kinds(beside) and "captions_burned" not in kinds(beside)


def test_sound_and_colour_are_told() -> None:
    """Levelled, music under it, left out; HDR made SDR; fields made frames; a logo laid over."""
    variant = made.variant_of()
    assert variant.soundtrack is not None
    bed = MusicBed("m" * 32, 0, (SoundPiece("music", 0, 9),), -6.0, 12.0, (), 0, 9, 0)
    assert "sound_levelled" in kinds(variant)
    assert "music_added" in kinds(replace(variant, soundtrack=replace(variant.soundtrack, music=bed)))
    assert "sound_removed" in kinds(replace(variant, soundtrack=None))
    assert "sound_removed" not in kinds(replace(variant, soundtrack=None), made.master(audio=None))
    faded = replace(variant.soundtrack, fade_out_seconds=1.5)
    assert "sound_faded" in kinds(replace(variant, soundtrack=faded))
    assert "sound_faded" not in kinds(variant)
    assert "tone_mapped" in kinds(variant, made.master(dynamic_range="pq"))
    assert "deinterlaced" in kinds(variant, made.master(is_interlaced=True))
    assert "logo_added" in kinds(variant, overlays=["logo"])


def test_only_what_a_person_declares_is_called_synthetic() -> None:
    """Nothing that is done here is one of the declared kinds; what is declared stands with the rest."""
    film = made.master(dynamic_range="hlg", is_interlaced=True)
    everything = made.variant_of(cues=made.cues("Hi"), title="T", end_card="E", film=film)
    assert kinds(everything, film, overlays=["logo"], caption_origin="recognised") & set(DECLARED) == set()
    assert "cloned_voice" in kinds(everything, film, declared=["cloned_voice"])
    (fault,) = declared_faults(["cloned_voise"], where="spring.toml: declared")
    assert "spring.toml: declared" in fault and 'Did you mean "cloned_voice"?' in fault


def test_an_ordinary_edit_asks_for_nothing() -> None:
    """Reframed, cut, captioned, levelled, with cards and music: no channel's label is called for."""
    variant = made.variant_of(cues=made.cues("Hi"), title="T", length=LengthWish(seconds=(8.0,)))
    changes = changes_of(variant, made.master(), caption_origin="recognised")
    channels = {load_preset(source.name).preset.channel for source in available_presets()}
    for channel in channels:
        for kind in ("organic", "ad"):
            assert not [n for n in label_notes(changes, channel, FACTS, kind=kind) if n.is_action_wanted]


def test_a_note_names_change_channel_source_and_date_and_judges_nothing() -> None:
    """ "may call for", the page and the day; never what must be done."""
    changes = [Change("generated_scene", "x"), Change("captions_recognised", "y")]
    notes = label_notes(changes, "youtube", FACTS)
    assert [note.change for note in notes] == ["generated_scene", "captions_recognised", "generated_scene"]
    first, captions, law = notes
    assert "youtube may call for" in first.words and "https://support.google.com" in first.words
    assert "2026-11-22" in first.words and "official-quoted" in first.words
    assert "does not ask for" in captions.words and not captions.is_action_wanted
    assert "European Union" in law.words
    for note in label_notes([Change(fact.change, "") for fact in FACTS], "facebook", FACTS, kind="ad"):
        words = note.words.lower()
        assert not any(f" {verdict} " in words for verdict in ("must", "illegal", "legal", "required", "compliant"))


def test_a_note_is_for_its_kind_and_told_once() -> None:
    """A paid partnership's label is of organic posts; two cards of one kind are one note."""
    paid = [Change("paid_partnership", "")] * 2
    assert len(label_notes(paid, "youtube", FACTS)) == 1
    assert label_notes(paid, "youtube", FACTS, kind="ad") == ()


def test_every_label_fact_is_sourced_dated_and_of_a_known_channel() -> None:
    """A row without a channel is a law with its region; each says where it comes from."""
    channels = {load_preset(source.name).preset.channel for source in available_presets()}
    assert len(FACTS) > 20
    for fact in FACTS:
        assert fact.source.startswith(("https://", "Regulation (EU)")) and fact.checked.year >= 2026
        assert fact.confidence not in ("memory", "not-published") and fact.label
        assert fact.channel in channels if fact.channel else fact.region


def test_changes_and_notes_are_plain_rows() -> None:
    """A manifest takes them as they are."""
    import json

    changes = [Change("generated_scene", "x")]
    rows = [*changes_as_rows(changes), *notes_as_rows(label_notes(changes, "tiktok", FACTS))]
    assert json.loads(json.dumps(rows)) == rows
    assert rows[1]["checked"] == "2026-10-08" and rows[1]["asks"] == "may call for"
