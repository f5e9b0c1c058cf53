"""Whole plans of the presets that come along: shared, told, refused for a reason, the same on every machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import made
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import NTSC, analysis, cues, master, preset, ten_px_a_letter, tracks

from variantgen.errors import MasterError
from variantgen.masters import with_true_length
from variantgen.model import Master, Plan
from variantgen.pipeline import _stems
from variantgen.plan import Wishes, make_plan
from variantgen.plan.contract import plan_json
from variantgen.presets import expand, load_preset

LINES = cues("Nobody knew the harbour", "as she did", "It was her father who", "had built the first boat", seconds=2.5)
INTERVIEW = master(frame_rate=NTSC, frames=1348)


@cache
def built_in(pack: str) -> tuple:
    """The presets of a pack, by name."""
    return tuple((name, load_preset(name).preset) for name in expand((), (pack,)))


def plan_of_pack(pack: str, film: Master, **wishes: Any) -> Plan:
    """The plan of a pack for a master of three shots and some pauses."""
    measured = analysis(film, shot_starts=(0, 400, 700), pauses=((13.7, 14.2), (14.4, 14.9), (29.0, 29.4)))
    return make_plan(
        film, measured, built_in(pack), Wishes(captions=tracks(LINES), **wishes),
        stem="film", ffmpeg_identity=made.FFMPEG, measure=ten_px_a_letter,
    )  # fmt: skip


# ---------------------------------------------------------------- the presets that come along


def test_the_social_pack_needs_five_encodes_at_most() -> None:
    """A dozen placements and more, and no moment of the master is encoded more than five times."""
    plan = plan_of_pack("social", INTERVIEW)
    assert len(plan.variants) >= 12 and not plan.refusals
    pictures = {(p.width, p.height, p.fit, p.encode, p.frame_rate, p.look) for p in plan.parts.values() if p.cues}
    assert len(pictures) <= 5
    encodes_of_frame = [sum(p.start_frame <= n < p.end_frame for p in plan.parts.values()) for n in range(0, 1348, 10)]
    assert max(encodes_of_frame) <= 5


@pytest.mark.parametrize("film_cards", [{}, {"title": "Hello", "end_card": "example.com"}, {"is_draft": True}], ids=str)
@pytest.mark.parametrize(
    "film",
    [
        INTERVIEW,
        master(frames=1),
        master(frames=40 * 60 * 25, frame_rate=Fraction(25)),
        master(width=1080, height=1920, frame_rate=Fraction(60000, 1001), frames=3600),
        master(width=2, height=2, frame_rate=Fraction(1), frames=30),
        master(width=8192, height=64, frame_rate=Fraction(1000), frames=9999, audio=None),
        master(width=721, height=577, frame_rate=Fraction(50), is_variable_rate=True, frames=777),
    ],
    ids=["interview", "one frame", "forty minutes", "tall", "tiny", "banner, no sound", "odd size"],
)
def test_every_preset_plans_any_master_or_says_why_not(film: Master, film_cards: dict) -> None:
    """No exception for any built-in placement: a variant that is whole, or a sentence."""
    plan = plan_of_pack("everything", film, **film_cards)
    asked = dict(built_in("everything"))
    assert len(plan.variants) + len(plan.refusals) == len(asked)
    assert all(len(refusal.reason.split()) > 4 for refusal in plan.refusals)
    assert len({variant.id for variant in plan.variants}) == len({v.file for v in plan.variants}) == len(plan.variants)
    for variant in plan.variants:
        assert sum(piece.frames for piece in variant.pieces) == variant.frames > 0
        assert variant.why and all(variant.why)
        parts = [plan.parts[key] for key in variant.part_keys]
        assert sum(part.frames for part in parts) == (variant.frames if variant.encode else 0)
        assert {(part.width, part.height) for part in parts} <= {(variant.width, variant.height)}
        for cue in variant.cues:
            assert 0 <= cue.start_frame < cue.end_frame <= variant.frames
        limit = variant.preset_values["file"]["max_megabytes"]
        assert variant.predicted_megabytes > 0 or variant.frames < 30
        assert limit is None or variant.predicted_megabytes <= limit


def test_a_size_limit_that_bites_is_told() -> None:
    """An editor learns before rendering that a file must be made smaller, and how small."""
    free, tight = (made.variant_of(preset(file={"max_megabytes": limit})) for limit in (1000, 2))
    assert tight.predicted_megabytes == 2 < free.predicted_megabytes < 1000
    assert any("to stay under 2 MB" in why for why in tight.why)
    assert not any("to stay under" in why for why in free.why)


def test_cues_stand_where_the_map_puts_them() -> None:
    """A title card moves every caption by its own length, on the picture and in the file beside it."""
    asked = preset(captions={"mode": "both"})
    plain = made.variant_of(asked, cues=LINES)
    titled = made.variant_of(asked, cues=LINES, title="Hello")
    moved = titled.pieces[0].frames
    assert moved == 60
    assert [(c.start_frame + moved, c.text) for c in plain.cues] == [(c.start_frame, c.text) for c in titled.cues]
    assert [c.start_seconds + 2 for c in plain.deliveries[0].cues] == [
        c.start_seconds for c in titled.deliveries[0].cues
    ]


def test_a_caption_is_never_burned_on_a_card() -> None:
    """Cards carry their own text: their parts hold no cue and share their key with films that have none."""
    one, other = (made.plan_of(cues=lines, title="Hello") for lines in (LINES, ()))
    assert one.variants[0].pieces[0].parts == other.variants[0].pieces[0].parts


# ---------------------------------------------------------------- the contract


def test_the_plan_as_json_names_no_path_and_loses_nothing() -> None:
    """It goes through JSON unchanged, holds every part, and says nothing of where the master lies."""
    film = replace(INTERVIEW, path=Path("secret-folder") / "film.mp4", notes=("a note",))
    plan = plan_of_pack("everything", film, end_card="Bye")
    told = plan_json(plan)
    text = json.dumps(told)
    assert json.loads(text) == told
    assert "secret-folder" not in text
    assert told["schema_version"] == 1
    assert told["master"]["frame_rate"] == "30000/1001"
    assert set(told["parts"]) == {key for v in told["variants"] for piece in v["pieces"] for key in piece["parts"]}


def test_the_contract_keeps_its_keys() -> None:
    """Programs read these names; the contract may grow but loses none."""
    variant = plan_json(made.plan_of(cues=LINES, end_card="Bye"))["variants"][0]
    assert set(variant) >= {
        "id", "preset", "file", "width", "height", "frame_rate", "frames", "pieces", "cues", "soundtrack", "encode",
        "why",
    }  # fmt: skip
    assert set(variant["pieces"][0]) >= {"source", "start_frame", "end_frame", "fit", "crop", "why", "parts"}
    assert variant["pieces"][0]["crop"] == [[0, 656, 0, 608, 1080]]
    assert set(variant["cues"][0]) >= {"start_frame", "end_frame", "text"}
    assert variant["pieces"][1]["card"] == {"kind": "end", "text": "Bye"}


def test_another_process_makes_the_same_plan() -> None:
    """Neither the order of sets nor the run of Python shows in a plan."""
    code = (
        "import json, test_pipeline_plans as t\n"
        "print(json.dumps(t.plan_json(t.plan_of_pack('social', t.INTERVIEW, end_card='Bye'))))"
    )
    here = Path(__file__).resolve()
    folders = os.pathsep.join(map(str, (here.parent, here.parents[1], here.parents[2])))
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": folders},
            capture_output=True, text=True, check=True, timeout=120,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert said == {json.dumps(plan_json(plan_of_pack("social", INTERVIEW, end_card="Bye"))) + "\n"}


@settings(max_examples=15, deadline=None)
@given(order=st.permutations([name for name, _ in built_in("vertical")]))
def test_the_order_of_presets_changes_no_variant(order: list[str]) -> None:
    """Parts are the same whichever placement is named first."""
    film, asked = INTERVIEW, dict(built_in("vertical"))
    plans = [
        make_plan(
            film, analysis(film), [(name, asked[name]) for name in names], Wishes(captions=tracks(LINES)),
            stem="film", ffmpeg_identity="x", measure=ten_px_a_letter,
        )
        for names in (sorted(order), order)
    ]  # fmt: skip
    first, second = ({variant.id: variant for variant in plan.variants} for plan in plans)
    assert first == second
    assert plans[0].parts == plans[1].parts


# ---------------------------------------------------------------- masters, as pipeline takes them


def test_masters_of_the_same_name_have_files_of_their_own() -> None:
    """Two folders' film.mp4 never write over each other, also where case does not count."""
    paths = [Path("a/film.mp4"), Path("b/film.mov"), Path("c/FILM.mp4"), Path("d/other.mp4")]
    stems = _stems(paths)
    assert len({stem.casefold() for stem in stems.values()}) == 4
    assert (stems[paths[0]], stems[paths[3]]) == ("film", "other")


def test_a_master_is_as_long_as_it_decodes() -> None:
    """A header that promises a few frames too many is corrected, one frame is rounding, a tenth is damage."""
    film = master(frames=600)
    assert with_true_length(film, analysis(frames=599)).frames == 600
    assert with_true_length(film, analysis(frames=590)).frames == 590
    assert with_true_length(film, analysis(frames=640)).frames == 640
    for broken in (analysis(frames=500), analysis(frames=0), analysis(frames=600, decode_errors=100)):
        with pytest.raises(MasterError, match="damaged"):
            with_true_length(film, broken)


def test_a_variant_never_asks_for_frames_that_do_not_decode() -> None:
    """After the correction no piece reaches beyond the last frame."""
    film = with_true_length(master(frames=600), analysis(frames=571))
    for variant in plan_of_pack("everything", film).variants:
        last = max(piece.end_frame for piece in variant.pieces)
        assert last / variant.frame_rate <= Fraction(571, 30)
