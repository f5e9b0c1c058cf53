"""Names and ids: safe in every file system, and the same on every machine."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import cues, master, plan_of, preset, variant_of

from variantgen.plan.keys import key_of
from variantgen.plan.naming import file_name, safe_stem

RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))}
LONGEST_PRESET = "youtube-instream-nonskippable"


def is_safe(name: str) -> bool:
    """Whether Windows, macOS and Linux all take a name as one plain, visible file."""
    raw = name.encode("utf-8")
    return (
        0 < len(raw) <= 255
        and not any(character in '<>:"/\\|?*' or ord(character) < 32 for character in name)
        and name[0] not in ".- "
        and name[-1] not in ". "
        and name.split(".")[0].upper() not in RESERVED
        and PurePosixPath(name).name == PureWindowsPath(name).name == name
    )


HOSTILE = [
    "../../etc/passwd", "C:\\film", "con", "nul", "-rf", ".hidden", "..", "", " ", "a\nb", "50% off", "ü" * 300,
    "\U0001f469\u200d\U0001f467" * 80, "film\udcff", "\udcff", "a" * 5000, "tab\there", "q?*<>|\"",
]  # fmt: skip


@pytest.mark.parametrize("stem", HOSTILE, ids=ascii)
def test_hostile_stems_become_plain_names(stem: str) -> None:
    """Whatever a master is called, its variants have names that every system takes."""
    assert is_safe(file_name(safe_stem(stem), LONGEST_PRESET, "webm"))


@given(st.text(max_size=400))
def test_any_stem_becomes_a_plain_name(stem: str) -> None:
    """Any unicode, in any length."""
    assert is_safe(file_name(safe_stem(stem), LONGEST_PRESET, "webm"))


@pytest.mark.parametrize("stem", ["\udcff.film", "\udcff-rf"], ids=ascii)
def test_undecodable_bytes_hide_no_dot(stem: str) -> None:
    """A name whose first byte is no UTF-8 does not end as a hidden file or as an option."""
    assert is_safe(file_name(safe_stem(stem), LONGEST_PRESET, "webm"))


@pytest.mark.parametrize("stem", ["film", "Mein Fílm (final)", "映画", "Спот_2", "it's & that"])
def test_names_that_are_fine_are_kept(stem: str) -> None:
    """Other scripts, brackets and quotes stay; only white space becomes a dash."""
    assert safe_stem(stem) == stem.replace(" ", "-")


@given(st.text(max_size=300))
def test_a_safe_stem_stays_as_it_is(stem: str) -> None:
    """Making a safe name safe changes nothing, unless it was cut for its length."""
    once = safe_stem(stem)
    assert safe_stem(once) == once or len(once.encode()) > 150


def test_long_names_that_differ_late_stay_apart() -> None:
    """Cut names carry a piece of the whole name's hash."""
    assert safe_stem("a" * 400 + "1") != safe_stem("a" * 400 + "2")


# ---------------------------------------------------------------- ids and keys


def test_ids_and_keys_are_the_same_on_every_machine() -> None:
    """Known values give known names; a change here makes every store and every manifest start anew."""
    variant = variant_of(preset(), cues=cues("Hello there"))
    assert variant.id == "m5tzxx0b"
    assert variant.part_keys[0] == "3fc7477af4070e6cbe86387f6bdee8c9"
    assert key_of("part", 1, {"b": Fraction(1, 3), "a": (1, "ü", None)}) == "c3f51cff3689faaf903f619b8a62ef1e"


def test_an_id_knows_no_machine_but_a_part_knows_its_ffmpeg() -> None:
    """Another FFmpeg gives other pixels, so other part keys, yet the same variant."""
    one, other = (variant_of(preset(), ffmpeg=identity) for identity in ("one", "other"))
    assert (one.id, one.file) == (other.id, other.file)
    assert set(one.part_keys).isdisjoint(other.part_keys)


@pytest.mark.parametrize(
    ("film", "asked", "wishes"),
    [
        (master(fingerprint="e" * 32), preset(), {}),
        (master(), preset(video={"quality": 21}), {}),
        (master(), preset(length={"max_seconds": 30}), {}),
        (master(), preset(), {"focus": (0.4, 0.5)}),
        (master(), preset(), {"end_card": "Bye"}),
        (master(), preset(), {"is_draft": True}),
        (master(), preset(), {"cues": cues("Hello")}),
    ],
    ids=["master", "quality", "length", "focus", "card", "draft", "captions"],
)
def test_an_id_depends_on_all_that_specifies_the_variant(film, asked, wishes) -> None:
    """Anything that can change the file changes its id."""
    assert variant_of(asked, film=film, **wishes).id != variant_of(preset()).id


def test_an_id_depends_on_nothing_else() -> None:
    """Where a master lies, what it and the placement are called and what we read about it make no other variant."""
    film = replace(master(), name="other.mp4", notes=("a note",))
    (variant,) = plan_of(preset(title="Another title"), film=film, stem="other").variants
    assert variant.id == variant_of(preset()).id
    assert variant.file == "other_p0.mp4"


def test_equal_values_of_other_types_have_equal_keys() -> None:
    """A tuple, a list and a reordered table say the same."""
    assert key_of("x", 1, {"a": (1, 2), "b": 3}) == key_of("x", 1, {"b": 3, "a": [1, 2]})
    assert key_of("x", 1, {}) != key_of("x", 2, {}) != key_of("y", 2, {})
