"""Where and when overlays lie: inside the safe zone, clear of captions and faces, only in the keys of their parts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import made
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variantgen.errors import UserError
from variantgen.model import BRAND, BrandPicture, Logo, Overlay, Subject, SubjectBox, Variant, Watermark
from variantgen.plan import Wishes, make_plan
from variantgen.plan.contract import plan_json
from variantgen.plan.overlays import OverlayWish, box_of

LOGO = Logo(BrandPicture("a" * 32, 200, 100))


def size_of(overlay: Overlay, width: int, height: int) -> tuple[int, int]:
    """Sizes that are known: a fifth of the canvas's width a line, or all of the room."""
    if len(overlay.text) > 400:
        raise UserError("it does not fit")
    wide = width // 5 if overlay.template in ("logo", "watermark") else width // 2
    return (min(overlay.room[0], wide) // 2 * 2, height // 10 // 2 * 2)


def bottom_cue(cue: Any, look: Any, width: int, height: int, language: str) -> tuple[float, float, float, float]:
    """A caption of a tenth of the canvas at the bottom margin."""
    bottom = height - look.margin_bottom_px
    return width * 0.2, bottom - height * 0.1, width * 0.8, bottom


def plan_of(
    *, cues: Any = (), measured: Any = None, film: Any = None, extent_of: Any = bottom_cue, **wishes: Any
) -> Any:
    """The plan of one tall placement with what is laid over it."""
    film = film or made.master()
    return make_plan(
        film, measured or made.analysis(film), [("p0", made.preset())],
        Wishes(captions=made.tracks(cues), **wishes),
        stem="film", ffmpeg_identity=made.FFMPEG, measure=made.ten_px_a_letter, extent_of=extent_of, size_of=size_of,
    )  # fmt: skip


def variant_of(**wishes: Any) -> Variant:
    """The only variant of such a plan."""
    plan = plan_of(**wishes)
    assert not plan.refusals, plan.refusals[0].reason
    return plan.variants[0]


def test_when_overlays_are_seen() -> None:
    """The headline opens the film, the button closes it, both inside the film and not over the cards."""
    wishes = (OverlayWish("headline", "Hello"), OverlayWish("call-to-action", "Go", "closing"))
    variant = variant_of(overlays=wishes, title="Title", end_card="End")
    headline, button = variant.overlays
    title, end = variant.pieces[0].frames, variant.frames - variant.pieces[-1].frames
    assert headline.start_frame == title and headline.end_frame == title + 90
    assert button.end_frame == end and button.start_frame == end - 90


def test_a_span_counts_seconds_of_the_variant() -> None:
    """A span is where it was asked for, cut to the variant."""
    one, late = variant_of(
        overlays=(
            OverlayWish("headline", "Hello", "span", 2.0, 3.5),
            OverlayWish("headline", "Bye", "span", 18.0, 99.0),
        )
    ).overlays
    assert (one.start_frame, one.end_frame) == (60, 105) and (late.start_frame, late.end_frame) == (540, 600)


def test_a_name_waits_until_the_headline_has_gone() -> None:
    """Two texts over one opening come one after the other."""
    headline, name = variant_of(overlays=(OverlayWish("headline", "Hello"), OverlayWish("lower-third", "Ana"))).overlays
    assert name.start_frame == headline.end_frame


@given(
    at=st.sampled_from(("opening", "closing", "span")),
    template=st.sampled_from(("headline", "lower-third", "call-to-action")),
    text=st.sampled_from(("Hello", "مرحبا", "x" * 60)),
    start=st.one_of(st.none(), st.floats(0, 25)),
    face_y=st.integers(0, 900),
    has_cues=st.booleans(),
)
def test_overlays_stay_inside_and_clear_of_captions(
    at: Any, template: Any, text: str, start: float | None, face_y: int, has_cues: bool
) -> None:
    """Whatever is wished: inside the safe zone, at even places, in the variant's frames, over no caption."""
    face = Subject(1, "face", tuple(SubjectBox(f, 900, face_y, 160, 180, 0.9) for f in range(0, 600, 10)))
    variant = variant_of(
        cues=made.cues(*["Some words"] * 10) if has_cues else (),
        measured=made.analysis(subjects=(face,)),
        overlays=(OverlayWish(template, text, at, start),),
        brand=replace(BRAND, logo=LOGO, watermark=Watermark("PREVIEW")),
    )
    margins = made.preset().captions.margins
    for overlay in variant.overlays:
        left, top, right, bottom = box_of(overlay)
        assert margins.left <= left and right <= 1080 - margins.right
        assert margins.top <= top and bottom <= 1920 - margins.bottom
        assert overlay.x % 2 == overlay.y % 2 == 0
        assert 0 <= overlay.start_frame < overlay.end_frame <= variant.frames
        for cue in variant.cues:
            if cue.start_frame < overlay.end_frame and overlay.start_frame < cue.end_frame:
                _, cue_top, _, cue_bottom = bottom_cue(cue, replace_look(), 1080, 1920, "")
                assert bottom <= cue_top - cue.rise_px or top >= cue_bottom - cue.rise_px
    boxes = [box_of(one) for one in variant.overlays]
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def replace_look() -> Any:
    """What `bottom_cue` asks of a look."""
    from types import SimpleNamespace

    return SimpleNamespace(margin_bottom_px=made.preset().captions.margins.bottom)


def test_a_headline_leaves_a_face_alone() -> None:
    """A headline whose place is on a face goes where there is none."""
    face = Subject(1, "face", tuple(SubjectBox(f, 800, 150, 300, 300, 0.95) for f in range(0, 600, 10)))
    plain = variant_of(overlays=(OverlayWish("headline", "Hello"),)).overlays[0]
    moved = variant_of(measured=made.analysis(subjects=(face,)), overlays=(OverlayWish("headline", "Hello"),)).overlays[
        0
    ]
    scale = 1920 / 1080
    assert plain.y == made.preset().captions.margins.top and moved.y >= (150 + 0.9 * 300) * scale


def test_text_from_the_right_stands_at_the_right() -> None:
    """A headline begins where reading starts."""
    left = variant_of(overlays=(OverlayWish("headline", "Hello"),)).overlays[0]
    right = variant_of(overlays=(OverlayWish("headline", "مرحبا"),)).overlays[0]
    assert left.x == 120 and right.x + right.width >= 1080 - 192 - 2


@pytest.mark.parametrize("corner", ["top-left", "top-right", "bottom-left", "bottom-right"])
def test_a_logo_has_its_corner_unless_captions_are_there(corner: Any) -> None:
    """A logo stands where it was asked for; under captions it takes the other row."""
    brand = replace(BRAND, logo=replace(LOGO, corner=corner))
    (alone,) = variant_of(brand=brand).overlays
    assert (alone.y < 960) is corner.startswith("top") and (alone.x < 400) is corner.endswith("left")
    (beside,) = variant_of(brand=brand, cues=made.cues(*["Words"] * 10)).overlays
    assert beside.y < 960


def test_a_logo_is_not_laid_over_cards_and_a_watermark_is() -> None:
    """Cards draw their own logo; a watermark covers every frame."""
    variant = variant_of(brand=replace(BRAND, logo=LOGO, watermark=Watermark("X")), title="Hi", end_card="Bye")
    logo, mark = variant.overlays
    assert (mark.start_frame, mark.end_frame) == (0, variant.frames)
    assert logo.start_frame == variant.pieces[0].frames
    assert logo.end_frame == variant.frames - variant.pieces[-1].frames


def test_only_parts_under_an_overlay_have_other_keys() -> None:
    """Parts that an overlay does not touch are those of the plan without it, but for the cut where it ends."""
    film = made.master(frames=1800)
    headline = OverlayWish("headline", "Hello")
    one, other = (plan_of(film=film, overlays=(replace(headline, text=text),)) for text in ("Hello", "Other"))
    shared = set(one.parts) & set(other.parts)
    assert shared and all(one.parts[key].start_frame >= 90 and not one.parts[key].overlays for key in shared)
    assert all(part.overlays for key, part in one.parts.items() if key not in shared)


def test_plans_without_brand_and_overlays_tell_nothing_of_them() -> None:
    """The JSON of a plan gains `overlays` where there are any, and is as it was where there are none."""
    bare, laid = plan_json(plan_of()), plan_json(plan_of(overlays=(OverlayWish("headline", "Hello"),)))
    assert "overlays" not in bare["variants"][0] and not any("overlays" in part for part in bare["parts"].values())
    assert laid["variants"][0]["overlays"][0]["text"] == "Hello"
    assert bare["variants"][0]["id"] != laid["variants"][0]["id"]


def test_where_a_font_file_lies_changes_nothing() -> None:
    """A brand's font in another folder gives the same ids and the same keys, and no path in the plan."""
    plans = [
        plan_of(
            brand=replace(BRAND, font=f"/{place}/brand.ttf"), title="Hi", overlays=(OverlayWish("headline", "Hello"),)
        )
        for place in ("here", "there")
    ]
    assert plans[0].variants[0].id == plans[1].variants[0].id and set(plans[0].parts) == set(plans[1].parts)
    assert "/here/" not in str(plan_json(plans[0]))


def test_a_changed_watermark_leaves_the_cards_picture_alone() -> None:
    """What a card wears beside its own colours is no part of it: only what is laid over it changes its key."""
    first, other = (
        plan_of(brand=replace(BRAND, accent="#FFCC00", watermark=Watermark(text)), title="Hi") for text in "ab"
    )
    cards = [next(part.card for part in plan.parts.values() if part.card) for plan in (first, other)]
    assert cards[0] == cards[1] and cards[0].brand is not None and cards[0].brand.watermark is None


def test_what_cannot_be_drawn_refuses_its_variant() -> None:
    """A text that does not fit becomes a refusal that says so."""
    plan = plan_of(overlays=(OverlayWish("headline", "x" * 500),))
    assert not plan.variants and "does not fit" in plan.refusals[0].reason


def test_frames_at_another_rate() -> None:
    """Seconds become whole frames of the variant's own rate."""
    film = made.master(frame_rate=Fraction(30000, 1001))
    (one,) = variant_of(film=film, overlays=(OverlayWish("headline", "Hi", "span", 1.0, 2.0),)).overlays
    assert (one.start_frame, one.end_frame) == (30, 60)
