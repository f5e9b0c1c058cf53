"""Creative rules held against variants whose shots, words and brand are known."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import made
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variantgen.campaign.creative_measures import Creative
from variantgen.campaign.preflight import _MEASURES, Advice, advice_as_rows, creative_rules, preflight
from variantgen.model import Interest, Subject, SubjectBox, Variant
from variantgen.plan.cutdowns import LengthWish
from variantgen.plan.shown import pieces_shown, shots_shown
from variantgen.presets import available_presets, load_preset

RULES = creative_rules()
AD = Creative("awareness", "youtube", "ad")
WHOLE = made.variant_of()
LOOKED = Interest(15, 1, 1, "", "")


def variant_with(cuts: tuple[int, ...] = (), **wishes: Any) -> tuple[Variant, Any]:
    """A variant of a master of 600 frames with shots at 0 and at `cuts`, and its analysis."""
    measured = made.analysis(shot_starts=(0, *cuts))
    return made.variant_of(measured=measured, **wishes), replace(measured, interest=LOOKED)


def advised(
    rule: str, variant: Variant, measured: Any = None, creative: Creative = AD, preset: str = "youtube"
) -> Advice:
    """What one rule says."""
    variant = replace(variant, preset=preset)
    told = preflight(variant, made.master(), measured or made.analysis(), creative, RULES)
    (found,) = [advice for advice in told if advice.rule == rule]
    return found


# ---------------------------------------------------------------- shots


def test_shots_are_those_a_viewer_sees() -> None:
    """Cuts of the master, a card before and after, on the variant's clock."""
    variant, measured = variant_with((150, 300), title="Hello")
    card = variant.pieces[0].frames
    assert [start for start, _ in shots_shown(variant, made.master(), measured)] == [
        *(0, card, card + 150, card + 300),
    ]


def test_a_cut_inside_a_shot_is_a_shot_and_a_seam_is_none() -> None:
    """What is dropped from within a shot makes a jump cut; two pieces that follow on make nothing."""
    variant, measured = variant_with()
    body = variant.pieces[0]
    jump = (replace(body, end_frame=100), replace(body, start_frame=400))
    seam = (replace(body, end_frame=100), replace(body, start_frame=100))
    shots = [
        shots_shown(replace(variant, pieces=p, frames=sum(x.frames for x in p)), made.master(), measured)
        for p in (jump, seam)
    ]
    assert shots == [((0, 100), (100, 300)), ((0, 600),)]


def test_shots_follow_the_variants_rate_and_speed() -> None:
    """A cut at 10 s is at half the frames at half the rate, and earlier where the film plays faster."""
    measured = made.analysis(shot_starts=(0, 300))
    half = made.variant_of(made.preset(video={"max_frame_rate": 15}), measured=measured)
    assert shots_shown(half, made.master(), measured)[1][0] == 150
    (piece,) = half.pieces
    fast = replace(half, speed=Fraction(5, 4), pieces=(replace(piece, end_frame=240),), frames=240)
    assert shots_shown(fast, made.master(), measured)[1][0] == 120


@given(st.sets(st.integers(1, 599), max_size=12), st.lists(st.integers(0, 599), min_size=2, max_size=8))
def test_shots_fill_a_variant_without_gap(cuts: set[int], ends: list[int]) -> None:
    """Whatever spans are shown in whatever order, shots follow each other from first frame to last, as pieces do."""
    spans = [(min(a, b), max(a, b) + 1) for a, b in zip(ends, ends[1:], strict=False)]
    pieces = tuple(replace(WHOLE.pieces[0], start_frame=a, end_frame=b) for a, b in spans)
    variant = replace(WHOLE, pieces=pieces, frames=sum(piece.frames for piece in pieces))
    shots = shots_shown(variant, made.master(), made.analysis(shot_starts=(0, *sorted(cuts))))
    shown = tuple((one.start_frame, one.end_frame) for one in pieces_shown(variant))
    for told in (shots, shown):
        assert told[0][0] == 0 and told[-1][1] == variant.frames
        assert all(a[1] == b[0] and a[0] < a[1] for a, b in zip(told, told[1:], strict=False))


# ---------------------------------------------------------------- pace


def test_the_four_rules_of_pace_on_a_slow_and_a_fast_film() -> None:
    """One shot of 20 s keeps none; a cut every second keeps all four."""
    pace = ("first_shot", "shots_early", "shots_anywhere", "mean_shot")
    slow, fast = variant_with(), variant_with(tuple(range(30, 600, 30)))
    assert [advised(rule, *slow).verdict for rule in pace] == ["no"] * 4
    assert [advised(rule, *fast).verdict for rule in pace] == ["ok"] * 4
    assert advised("mean_shot", *fast).measured == "20 shots of 1.0 s on average"


@pytest.mark.parametrize(("cut", "wanted"), [(89, "ok"), (90, "no"), (91, "no")])
def test_the_first_shot_changes_before_three_seconds_or_not(cut: int, wanted: str) -> None:
    """To the frame: three seconds are not before three seconds."""
    assert advised("first_shot", *variant_with((cut,))).verdict == wanted


def test_five_shots_somewhere_are_not_five_at_the_start() -> None:
    """A slow opening with a fast middle keeps one rule and breaks the other."""
    film = variant_with((300, 330, 360, 390, 420))
    assert advised("shots_early", *film).verdict == "no"
    assert advised("shots_anywhere", *film).verdict == "ok"


# ---------------------------------------------------------------- brand


def test_the_brand_is_unknown_until_somebody_says_where_it_is() -> None:
    """No logo, no mark, no name: unknown. Said to be nowhere: no. Late: no. Early: yes."""
    variant, measured = variant_with()

    def verdict(**known: Any) -> str:
        return advised("brand_early", variant, measured, replace(AD, **known)).verdict

    assert verdict() == "unknown"
    assert verdict(brand_seconds=()) == "no"
    assert verdict(brand_seconds=((6.0, 9.0),)) == "no"
    assert verdict(brand_seconds=((4.9, 9.0), (15.0, 16.0))) == "ok"
    assert verdict(brand_words=("Acme",)) == "unknown"


def test_a_brands_name_in_a_caption_or_on_a_card_counts() -> None:
    """As a whole word, whatever its case; a name that comes late leaves the picture unknown."""
    known = replace(AD, brand_words=("Acme Bikes",))
    early = made.variant_of(cues=made.cues("by ACME\nbikes"))
    part = made.variant_of(cues=made.cues("Acme Bikesheds"))
    card = made.variant_of(title="Acme Bikes")
    late = made.variant_of(cues=made.cues("a", "b", "c", "d", "Acme Bikes"))
    verdicts = [advised("brand_early", one, creative=known).verdict for one in (early, part, card, late)]
    assert verdicts == ["ok", "unknown", "ok", "unknown"]
    assert advised("brand_late", made.variant_of(end_card="Acme Bikes"), creative=known).verdict == "ok"


def test_a_placements_own_rule_goes_before_the_general_one() -> None:
    """A bumper wants the brand at once, an ad on X in 3 s, others in 5."""
    variant, measured = variant_with()
    known = replace(AD, brand_seconds=((2.0, 3.0),))
    assert advised("brand_early", variant, measured, known, "youtube-bumper").verdict == "no"
    assert advised("brand_early", variant, measured, replace(known, channel="x"), "x-ad").advice.endswith("3 s")
    assert advised("brand_early", variant, measured, known, "youtube-instream").verdict == "ok"


# ---------------------------------------------------------------- faces, speech, sound


def test_a_face_counts_where_it_is_large_and_early_in_the_variant() -> None:
    """The master's face at 10 s is early in a variant that begins there; small ones and lost ones are none."""

    def face(start: int, end: int, height: float, confidence: float = 1.0) -> Subject:
        boxes = tuple(SubjectBox(frame, 800, 200, 200, height, confidence) for frame in range(start, end, 10))
        return Subject(1, "face", boxes)

    def verdict(*faces: Subject, span: tuple[int, int] = (0, 600), interest: Any = LOOKED) -> str:
        measured = made.analysis(subjects=faces, interest=interest)
        variant = made.variant_of()
        piece = replace(variant.pieces[0], start_frame=span[0], end_frame=span[1])
        variant = replace(variant, pieces=(piece,), frames=piece.frames)
        return advised("face_early", variant, measured).verdict

    assert verdict(face(0, 60, 300)) == "ok"
    assert verdict(face(300, 400, 300)) == "no"
    assert verdict(face(300, 400, 300), span=(290, 600)) == "ok"
    assert verdict(face(0, 60, 60)) == "no"
    assert verdict(face(0, 60, 300, confidence=0.0)) == "no"
    assert verdict(interest=None) == "unknown"


def test_speech_early_is_read_from_captions() -> None:
    """First words at once or late; without captions nobody knows."""
    assert advised("speech_early", made.variant_of(cues=made.cues("Hi"))).verdict == "ok"
    late = made.variant_of(cues=(replace(made.cues("Hi")[0], start_seconds=6.0, end_seconds=8.0),))
    assert advised("speech_early", late).verdict == "no"
    assert advised("speech_early", made.variant_of()).verdict == "unknown"
    assert advised("speech_early", made.variant_of(), creative=replace(AD, has_speech=False)).verdict == "no"


def test_a_film_makes_sense_without_sound_where_its_speech_can_be_read() -> None:
    """Burned captions: yes. Captions beside it: no. No sound, or nobody speaks: yes. Otherwise nobody knows."""
    pin = Creative("awareness", "pinterest")
    burned = made.variant_of(cues=made.cues("Hello", "there"))
    beside = made.variant_of(made.preset(captions={"mode": "sidecar"}), cues=made.cues("Hello"))
    plain = made.variant_of()

    def verdict(variant: Variant, **known: Any) -> str:
        return advised("sound_off", variant, creative=replace(pin, **known)).verdict

    assert verdict(burned) == "ok"
    assert verdict(beside) == "no"
    assert verdict(plain) == "unknown"
    assert verdict(plain, has_speech=False) == "ok"
    assert verdict(replace(plain, soundtrack=None)) == "ok"


def test_captions_and_sound_are_told() -> None:
    """What a Facebook ad without captions and a TikTok ad without sound are told."""
    meta, tiktok = Creative("awareness", "facebook", "ad"), Creative("awareness", "tiktok", "ad")
    plain = made.variant_of()
    assert advised("captions", plain, creative=meta).verdict == "unknown"
    assert advised("captions", plain, creative=replace(meta, has_speech=True)).verdict == "no"
    assert advised("captions", made.variant_of(cues=made.cues("Hi")), creative=meta).verdict == "ok"
    assert advised("sound", plain, creative=tiktok).verdict == "ok"
    assert advised("sound", replace(plain, soundtrack=None), creative=tiktok).verdict == "no"


# ---------------------------------------------------------------- length, call, shape, first frame


@pytest.mark.parametrize(("seconds", "wanted"), [(8.0, "no"), (9.0, "ok"), (15.0, "ok"), (16.0, "no")])
def test_length_advice_holds_at_its_ends(seconds: float, wanted: str) -> None:
    """TikTok advises 9 to 15 s for ads."""
    variant = made.variant_of(length=LengthWish(seconds=(seconds,)))
    assert advised("length", variant, creative=Creative("awareness", "tiktok", "ad")).verdict == wanted


def test_a_call_to_action_is_found_where_it_stands() -> None:
    """The campaign's own, usual words in a caption, an end card; else it is not known, as it may be spoken."""
    sale = Creative("conversion", "youtube", "ad")

    def verdict(variant: Variant, **known: Any) -> tuple[str, str]:
        advice = advised("call_to_action", variant, creative=replace(sale, **known))
        return advice.verdict, advice.measured

    assert verdict(made.variant_of())[0] == "unknown"
    assert verdict(made.variant_of(), calls=("", "Jetzt\nkaufen")) == ("ok", '"Jetzt kaufen"')
    assert verdict(made.variant_of(cues=made.cues("Well,", "SHOP now!"))) == ("ok", '"shop now" at 2.0 s')
    assert verdict(made.variant_of(cues=made.cues("workshop nowhere")))[0] == "unknown"
    assert verdict(made.variant_of(end_card="example.com"))[0] == "ok"


def test_shape_and_first_frame() -> None:
    """9:16 is what a Reel wants; a film that begins in black begins with a black cover."""
    reel = Creative("credibility", "instagram")
    upright = made.variant_of()
    wide = made.variant_of(made.preset(canvas={"width": 1920, "height": 1080}))
    near = replace(upright, width=608, height=1080)
    shapes = [advised("shape", one, creative=reel, preset="instagram-reels").verdict for one in (upright, wide, near)]
    assert shapes == ["ok", "no", "ok"]
    dark = made.analysis(black=((0, 12),))
    assert advised("first_frame", upright, dark, reel, "instagram-reels").verdict == "no"
    assert advised("first_frame", upright, None, reel, "instagram-reels").verdict == "ok"
    assert advised("first_frame", made.variant_of(title="Hi"), dark, reel, "instagram-reels").verdict == "ok"


def test_a_film_without_picture_is_asked_only_what_can_be_answered() -> None:
    """Sound alone has no shots, faces or shape: unknown, and no rule breaks down."""
    sound = made.variant_of(made.preset(canvas=None, video=None, captions=None, container="m4a"))
    for creative in (AD, Creative("conversion", "tiktok", "ad"), Creative("awareness", "instagram")):
        for preset in ("youtube", "instagram-reels"):
            told = preflight(replace(sound, preset=preset), made.master(), made.analysis(), creative, RULES)
            assert {a.verdict for a in told if a.rule in ("first_shot", "shape", "face_early", "first_frame")} <= {
                "unknown"
            }


# ---------------------------------------------------------------- facts


def test_rules_are_for_their_objective() -> None:
    """A testimonial for credibility is not told to cut every 2 s."""
    told = preflight(*variant_with()[:1], made.master(), made.analysis(), Creative("credibility", "youtube"), RULES)
    assert {advice.rule for advice in told} & {"mean_shot", "shots_early", "call_to_action"} == set()


def test_every_rule_is_sourced_dated_complete_and_for_placements_that_exist() -> None:
    """A row says where it comes from, has the figures that its measure needs, and names known channels and presets."""
    needs = {
        **dict.fromkeys(("first_shot", "mean_shot"), ("most",)),
        **dict.fromkeys(("shots_early", "shots_anywhere"), ("least", "within_seconds")),
        **dict.fromkeys(("brand_early", "brand_late", "face_early", "speech_early"), ("within_seconds",)),
        "call_to_action": ("words",),
        "shape": ("shapes",),
    }
    presets = {source.name: load_preset(source.name).preset for source in available_presets()}
    channels = {preset.channel for preset in presets.values()}
    assert {rule.rule for rule in RULES} == set(_MEASURES)
    for rule in RULES:
        assert rule.source.startswith("https://") and rule.checked.year >= 2026 and rule.advice
        assert rule.confidence not in ("memory", "not-published")
        assert set(rule.channels) <= channels and set(rule.presets) <= set(presets)
        assert all(getattr(rule, name) for name in needs.get(rule.rule, ()))
        assert rule.rule != "length" or rule.most or rule.least


def test_advice_is_plain_rows_that_name_their_source() -> None:
    """A manifest takes them as they are, told apart from success."""
    variant, measured = variant_with()
    rows = advice_as_rows(preflight(variant, made.master(), measured, AD, RULES))
    assert json.loads(json.dumps(rows)) == rows
    assert all(
        row["kind"] == "adherence" and "https://" in row["source"] and ", read 20" in row["source"] for row in rows
    )
