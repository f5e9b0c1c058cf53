"""Ids, names, links and identifiers: the same in, the same out, and back again; no file, no FFmpeg."""

from __future__ import annotations

import json
import unicodedata
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote_plus, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from variantgen.campaign.ad_id import checked_identifier
from variantgen.campaign.identity import as_typed, canonical, ids_in, ids_of, is_id, specification_id
from variantgen.campaign.links import (
    Utm,
    analytics_group,
    landing_link,
    link_facts,
    most_ad_name_characters,
    utm_of_channel,
)
from variantgen.campaign.names import NameTemplate, refuse_same_names
from variantgen.errors import UserError
from variantgen.presets import load_preset
from variantgen.presets.folders import available_presets

SPECIFICATION: dict[str, Any] = {
    "schema_version": 1,
    "campaign": "spring",
    "master": "f" * 32,
    "preset": "tiktok-ad",
    "as": "paid",
    "levels": {"hook": {"name": "face", "span": [0.0, 2.0]}, "cta": {"name": "shop", "card": "end", "text": "Achète"}},
}

numbers = st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | st.fractions()
# two keys that are one text in NFC are refused, by a test of their own
keys = st.text(max_size=6).map(lambda text: unicodedata.normalize("NFC", text))
plain = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
tables = st.dictionaries(keys, plain, max_size=5)


def shuffled(value: Any) -> Any:
    """The same value in other clothes: keys the other way round, accents taken apart, whole numbers as floats."""
    if isinstance(value, dict):
        return {unicodedata.normalize("NFD", key): shuffled(value[key]) for key in reversed(value)}
    if isinstance(value, (list, tuple)):
        return tuple(map(shuffled, value))
    if isinstance(value, str):
        return unicodedata.normalize("NFD", value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    return Fraction(repr(value)) if isinstance(value, float) else value


# ---------------------------------------------------------------- ids


def test_an_id_stays_what_it_is() -> None:
    """An id that was given away is the id of that specification for ever: files, links and logs carry it."""
    assert specification_id(SPECIFICATION) == "x7p9bf66"


@given(tables)
def test_the_writing_of_a_specification_does_not_change_its_id(specification: dict[str, Any]) -> None:
    """Order of keys, form of accents, tuple or list, 2 or 2.0 or a fraction: one specification, one id."""
    assert specification_id(shuffled(specification)) == specification_id(specification)


@given(tables)
def test_a_specification_keeps_its_id_through_a_file(specification: dict[str, Any]) -> None:
    """Written as canonical JSON and read back, it is the same specification."""
    text = canonical(specification)
    assert canonical(json.loads(text, parse_float=Decimal)) == text
    assert specification_id(json.loads(text, parse_float=Decimal)) == specification_id(specification)


def meaning(value: Any) -> Any:
    """What a value says, with its kind: true is not 1, and 1 is not "1"; a fraction without an end is its text."""
    if isinstance(value, dict):
        return ("table", sorted((key, meaning(inner)) for key, inner in value.items()))
    if isinstance(value, list):
        return ("list", [meaning(inner) for inner in value])
    if isinstance(value, (int, float, Fraction)) and not isinstance(value, bool):
        exact = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
        is_endless = exact.denominator != 1 and 10**2000 % exact.denominator
        return ("text", str(exact)) if is_endless else ("number", str(exact))
    return (type(value).__name__.replace("str", "text"), unicodedata.normalize("NFC", str(value)))


@given(plain)
@example([True, 1, "1", None, "None", [], {}, "", 1.5])
def test_no_two_specifications_have_one_text(value: Any) -> None:
    """The canonical text says all that the value says: it can be read back."""
    read = json.loads(canonical(value), parse_float=Fraction, parse_int=Fraction)
    assert meaning(read) == meaning(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "2"), (-0.0, "0"), (0.1, "0.1"),
        (Fraction(1, 10), "0.1"), (Decimal("0.10"), "0.1"), (1e21, "1" + 21 * "0"),
        (1e-7, "0.0000001"), (-2.5, "-2.5"), (Fraction(-1, 8), "-0.125"), (Fraction(30000, 1001), '"30000/1001"'),
        (True, "true"), (None, "null"), ("e\u0301", '"é"'), ({"b": 1, "a": (2,)}, '{"a":[2],"b":1}'),
    ],
)  # fmt: skip
def test_values_have_one_canonical_text(value: Any, text: str) -> None:
    """Each value of the table is written in its one way."""
    assert canonical(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"é": 1, "e\u0301": 2}, {1: 2}, Path("x"), {"a"}, b"x"])
def test_what_is_no_plain_data_has_no_id(value: Any) -> None:
    """A path, a set, NaN or a key twice in disguise is an error, and not an id that another machine would not give."""
    with pytest.raises((TypeError, ValueError)):
        specification_id({"x": value})


@pytest.mark.parametrize("change", [{"preset": "tiktok"}, {"as": "organic"}, {"campaign": "spring2"}, {"extra": None}])
def test_one_change_is_another_id(change: dict[str, Any]) -> None:
    """A specification that differs in one value, or has one more, is another variant."""
    assert specification_id(SPECIFICATION | change) != specification_id(SPECIFICATION)


def test_ten_thousand_variants_have_ten_thousand_ids() -> None:
    """A large campaign's ids are all different, of the right form, and no spreadsheet reads one as a number."""
    ids = ids_of({**SPECIFICATION, "number": number} for number in range(10_000))
    assert len(set(ids)) == 10_000 and all(map(is_id, ids))
    assert not [identity for identity in ids if _is_number(identity)]
    assert {identity[0] for identity in ids} == set("bcdfghjkmnpqrstvwxyz")
    assert set("".join(ids)) == set("0123456789bcdfghjkmnpqrstvwxyz")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_the_same_variant_twice_is_told() -> None:
    """Two equal specifications in one campaign are a mistake, and told by their id."""
    with pytest.raises(UserError, match=specification_id(SPECIFICATION)):
        ids_of([SPECIFICATION, shuffled(SPECIFICATION)])


def test_an_id_is_found_where_people_put_it() -> None:
    """In ad names, links and file names, in any capitals, and as a person reads it out."""
    identity = specification_id(SPECIFICATION)
    for text in (f"spring_{identity.upper()}_v2", f"https://x.org/?utm_content={identity}&a=1", f"{identity}.mp4"):
        assert ids_in(text) == (identity,)
    assert ids_in(f"x{identity}") == ids_in(identity + "7") == ()
    assert as_typed(" B2OIXYZ9 ") == "b201xyz9"


# ---------------------------------------------------------------- names

words = st.text(max_size=20)
TEMPLATE = NameTemplate.parse("{campaign}_{channel}-{hook}_s_{ratio}_{id}")


@settings(max_examples=1000)
@given(st.fixed_dictionaries(dict.fromkeys(TEMPLATE.keys, words)))
@example({"campaign": "con", "channel": "", "hook": "", "ratio": "a_b", "id": "."})
@example({"campaign": "a", "channel": "\u0301", "hook": "\ud800", "ratio": "~41+", "id": "\u202e 🏳️‍🌈"})
def test_a_name_gives_its_values_back(values: dict[str, str]) -> None:
    """parse(name(values)) == values for any text: separators, blanks, dots, emoji, control characters."""
    name = TEMPLATE.name(values)
    assert TEMPLATE.values(name) == {key: unicodedata.normalize("NFC", value) for key, value in values.items()}
    assert TEMPLATE.values(unicodedata.normalize("NFD", name)) == TEMPLATE.values(name)


def test_a_mark_that_joins_a_separator_comes_back() -> None:
    """A stroke that begins a value makes no "not equal" of the separator before it; within a word marks stay."""
    template = NameTemplate.parse("{a}={b}")
    values = {"a": "שָׁלוֹם", "b": "\u0338x"}
    assert template.name(values) == "שָׁלוֹם=~cc~b8x"
    assert template.values(template.name(values)) == values


@settings(max_examples=300)
@given(st.lists(words | st.sampled_from(["con", "NUL", "com1", "aux.x", "-x", "..", " "]), min_size=2, max_size=2))
def test_a_name_is_safe_in_every_file_system(pair: list[str]) -> None:
    """No device of Windows, no character it forbids, no dot at the end; no value makes an option or formula."""
    for text in ("{a}_{b}", "{a}.{b}", "{a}"):
        name = NameTemplate.parse(text).name({"a": pair[0], "b": pair[1]})
        assert name.isprintable() and not set(name) & set('<>:"/\\|?*% ')
        assert name.partition(".")[0].casefold() not in {"con", "nul", "com1", "aux"}
        assert name[-1:] != "." and (text != "{a}" or name[:1] not in tuple("-.=@+"))
        assert PurePosixPath(name or "x").name == (name or "x")
        name.encode("utf-8")


def test_names_stay_readable() -> None:
    """What people put into values every day is in the name as it is."""
    name = TEMPLATE.name({"campaign": "Été 2027", "channel": "tiktok", "hook": "顔", "ratio": "9x16", "id": "b201xyz9"})
    assert name == "Été+2027_tiktok-顔_s_9x16_b201xyz9"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{hook}{id}", "nothing stands between {hook} and {id}"),
        ("{hok}_{id}", 'Did you mean "hook"?'),
        ("{hook}_{hook}", "twice"),
        ("{hook}_{}", "{} is no key"),
        ("{hook_{id}", "has no partner"),
        ("spring", "no key"),
        ("{hook}/{id}", '"/" cannot stand'),
        ("{hook} {id}", '" " cannot stand'),
        ("{hook}e{id}", 'begins with "e"'),
        ("{hook}.", "cannot end with a dot"),
        ("-{id}", "cannot begin"),
        ("con.{id}", "device"),
    ],
)
def test_a_template_that_cannot_be_read_back_is_refused(text: str, told: str) -> None:
    """The complaint names the place, the template and what to do."""
    with pytest.raises(UserError) as caught:
        NameTemplate.parse(text, known=("hook", "id"), where="campaign.toml: naming.file")
    assert told in str(caught.value)
    assert all(
        line.startswith(f'campaign.toml: naming.file: value "{text}": ') for line in str(caught.value).splitlines()
    )


def test_all_faults_of_a_template_are_told_at_once() -> None:
    """Three faults, three lines."""
    with pytest.raises(UserError) as caught:
        NameTemplate.parse("{hok}{id}?", known=("hook", "id"))
    assert len(str(caught.value).splitlines()) == 3


def test_names_that_are_too_long_are_refused() -> None:
    """By bytes for files and by characters for ads, with the value that is to blame."""
    template = NameTemplate.parse("{a}_{b}")
    values = {"a": "顔" * 80, "b": "x" * 30}
    assert template.name(values, most_bytes=271, most_characters=111)
    with pytest.raises(UserError, match=r"271 bytes, and 255 are allowed.*\{a\} with 240"):
        template.name(values, most_bytes=255)
    with pytest.raises(UserError, match=r"111 characters, and 100 are allowed.*\{a\} with 80"):
        template.name(values, most_characters=100)


def test_values_that_are_missing_are_told() -> None:
    """With the nearest key that has one."""
    with pytest.raises(UserError, match=r'no value for \{hook\}. Did you mean "hooks"'):
        NameTemplate.parse("{hook}").name({"hooks": "x"})


@pytest.mark.parametrize("name", ["a", "a_b_c_d", "A-b", "x-a~zz", "x-~ff", "x-a~4"])
def test_a_foreign_name_has_no_values(name: str) -> None:
    """A name of another form is told, never read as something it does not say; an escape that is none stays text."""
    template = NameTemplate.parse("x-{a}")
    if name in ("x-a~zz", "x-a~4"):
        assert template.values(name) == {"a": name[2:]}
    else:
        with pytest.raises(UserError, match="is no name of the form"):
            template.values(name)


def test_names_that_a_disk_cannot_tell_apart_are_refused() -> None:
    """Capitals and the form of an accent make no two files on macOS and Windows."""
    refuse_same_names({"one": "spring_a", "two": "spring_b"})
    for first, second in (("Spring", "sPRING"), ("é", "e\u0301"), ("ß", "SS")):
        with pytest.raises(UserError, match="one and two"):
            refuse_same_names({"one": first, "two": second})


# ---------------------------------------------------------------- identifiers of registries


@pytest.mark.parametrize(
    ("kind", "text", "normal"),
    [
        ("ad-id", "abcd1234000h", "ABCD1234000H"), ("ad-id", "ABCD 1234 000", "ABCD1234000"),
        ("ad-id", "1BCD12A1H65D", "1BCD12A1H65D"), ("clock-number", "abc/wxyz001/030", "ABC/WXYZ001/030"),
        ("clock-number", "ABC/WXYZ01/1800", "ABC/WXYZ01/1800"), ("isci", "abcd-1234", "ABCD1234"),
        ("eidr", "10.5240/7791-8534-2c23-9030-8610-5", "10.5240/7791-8534-2C23-9030-8610-5"),
        ("eidr", "https://doi.org/10.5240/7791-8534-2C23-9030-8610-5", "10.5240/7791-8534-2C23-9030-8610-5"),
        ("other", "ARPP_2027-1", "ARPP_2027-1"),
    ],
)  # fmt: skip
def test_an_identifier_is_written_as_its_registry_does(kind: str, text: str, normal: str) -> None:
    """Capitals and blanks are put right."""
    assert checked_identifier(kind, text, where="x").text == normal


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("ad-id", "0BCD1234000"), ("ad-id", "ABCD123400"), ("ad-id", "ABCD1234000X"), ("ad-id", "ABCD12340000H"),
        ("ad-id", "ÀBCD1234000"), ("ad-id", "ABCD١٢٣٤000"), ("clock-number", "ABC/WXYZ001/30"),
        ("clock-number", "ABCWXYZ001030"), ("isci", "ABC12345"), ("eidr", "10.5240/7791-8534-2C23-9030-8610-6"),
        ("eidr", "10.5241/7791-8534-2C23-9030-8610-5"), ("other", ""), ("other", "a b"),
    ],
)  # fmt: skip
def test_what_no_registry_gives_away_is_refused(kind: str, text: str) -> None:
    """A wrong form, or a wrong check character, is told with the place and an example."""
    with pytest.raises(UserError, match=rf'^campaign.toml: ad_id: value ".*" is no {kind}: '):
        checked_identifier(kind, text, where="campaign.toml: ad_id")


def test_an_identifier_that_does_not_fit_the_film_is_told() -> None:
    """H on a film below HD, none on one in HD, and a clock number of another length; kinds have a nearest."""
    assert checked_identifier("ad-id", "ABCD1234000", where="x", height_px=1080).told
    assert checked_identifier("ad-id", "ABCD1234000H", where="x", height_px=480).told
    assert not checked_identifier("ad-id", "ABCD1234000H", where="x", height_px=1080).told
    assert "030" not in str(checked_identifier("clock-number", "ABC/WXYZ001/030", where="x", seconds=30.2).told)
    assert (
        "says 30 s, and this film lasts 20.00 s"
        in checked_identifier("clock-number", "ABC/WXYZ001/030", where="x", seconds=20).told[0]
    )
    with pytest.raises(UserError, match='Did you mean "ad-id"'):
        checked_identifier("adid", "ABCD1234000", where="x")


# ---------------------------------------------------------------- links

UTM = Utm("tiktok", "paid_social", "spring", "x7p9bf66")
ADDED = "utm_source=tiktok&utm_medium=paid_social&utm_campaign=spring&utm_content=x7p9bf66"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://x.com/b?ref=a&utm_campaign=old#buy", f"https://x.com/b?ref=a&{ADDED}#buy"),
        ("https://x.com", f"https://x.com?{ADDED}"),
        ("https://x.com/?", f"https://x.com/?{ADDED}"),
        ("https://x.com/#", f"https://x.com/?{ADDED}#"),
        ("https://x.com/?a=1&", f"https://x.com/?a=1&{ADDED}"),
        ("https://x.com/?&&a", f"https://x.com/?&&a&{ADDED}"),
        ("HTTPS://X.com:8443/A?B=C", f"https://x.com:8443/A?B=C&{ADDED}"),
        ("https://x.com/?q=a+b%20c%2fd%2F&sig=%zz%", f"https://x.com/?q=a+b%20c%2fd%2F&sig=%zz%&{ADDED}"),
        ("https://x.com/#/shop?size=9&ref=a", f"https://x.com/?{ADDED}#/shop?size=9&ref=a"),
        ("https://x.com/a;v=1?b;c", f"https://x.com/a;v=1?b;c&{ADDED}"),
        ("https://x.com/?UTM_Source=z&utm%5Fmedium=y&b", f"https://x.com/?b&{ADDED}"),
        ("https://x.com/?utm_id=1&utm_id=2", f"https://x.com/?utm_id=1&{ADDED}"),
        ("https://x.com/?my_utm_source=1", f"https://x.com/?my_utm_source=1&{ADDED}"),
        ("https://münchen.example/größe?ü=ß", f"https://xn--mnchen-3ya.example/gr%C3%B6%C3%9Fe?%C3%BC=%C3%9F&{ADDED}"),
        ("https://straße.example/", f"https://xn--strae-oqa.example/?{ADDED}"),
        ("https://例え.テスト/顔#顔", f"https://xn--r8jz45g.xn--zckzah/%E9%A1%94?{ADDED}#%E9%A1%94"),
        ("https://[2001:DB8::1]:80/", f"https://[2001:db8::1]:80/?{ADDED}"),
        ("http://192.0.2.1", f"http://192.0.2.1?{ADDED}"),
        ("https://x.com/?next=https://y.com/?utm_source=1", f"https://x.com/?next=https://y.com/?utm_source=1&{ADDED}"),
        ("https://x.com/{{ad.id}}?c={campaignid}", f"https://x.com/{{{{ad.id}}}}?c={{campaignid}}&{ADDED}"),
        (" https://x.com/ ", f"https://x.com/?{ADDED}"),
    ],
)
def test_an_address_keeps_what_it_has(url: str, wanted: str) -> None:
    """Query, `ref`, fragment and every percent encoding stay as written, in order; utm keys come once, last."""
    assert landing_link(url, UTM).url == wanted


ascii_text = st.text(
    st.characters(codec="ascii", categories=["L", "N", "P", "S"], exclude_characters="\\#"), max_size=8
)
pieces = st.lists(
    ascii_text.filter(lambda text: "&" not in text)
    | st.builds(
        "{}={}".format, st.sampled_from(["utm_source", "UTM_MEDIUM", "utm%5fcontent", "ref", "utm_term"]), st.just("1")
    ),
    max_size=5,
)


@settings(max_examples=500)
@given(pieces, ascii_text, st.sampled_from(["", "/", "/a%2Fb"]))
def test_an_address_has_each_utm_key_once(query: list[str], fragment: str, path: str) -> None:
    """Whatever was in the address: each key once, all else untouched; a link's link has the same keys."""
    url = f"https://example.com{path}?{'&'.join(query)}#{fragment}"
    link = landing_link(url, UTM)
    parts = urlsplit(link.url)
    keys = [unquote_plus(piece.partition("=")[0]).strip().lower() for piece in parts.query.split("&")]
    assert all(keys.count(key) == 1 for key in ("utm_source", "utm_medium", "utm_campaign", "utm_content"))
    assert keys.count("utm_term") <= 1
    theirs = [p for p in query if not unquote_plus(p.partition("=")[0]).strip().lower().startswith("utm_")]
    kept = [p for p, key in zip(parts.query.split("&"), keys, strict=True) if not key.startswith("utm_")]
    assert [p for p in kept if p] == [p for p in theirs if p]
    assert (parts.path, link.url.partition("#")[2]) == (path, fragment)
    again = urlsplit(landing_link(link.url, UTM).url).query
    assert [p for p in again.split("&") if p] == [p for p in parts.query.split("&") if p]


def test_what_is_replaced_is_told() -> None:
    """The keys that gave way, the ones left out, and those behind the # that analytics does not see."""
    told = landing_link("https://x.com/?utm_source=old&utm_id=1&utm_id=2#a?utm_term=b", UTM).told
    assert [line.split('"')[1] if '"' in line else line[:8] for line in told] == [
        "utm_source=old",
        "utm_id=2",
        "utm_term",
    ]
    assert landing_link("https://x.com/?ref=a#b", UTM).told == ()


def test_values_are_lower_case_and_encoded_but_for_macros() -> None:
    """Analytics tells capitals apart; what an ad platform fills in must reach it as it is."""
    utm = Utm("TikTok", "paid_social", "Été & Co", "x7p9bf66", "{{Ad.Name}} __CID_NAME__ Ä", "9")
    added = landing_link("https://x.com", utm).url.partition("?")[2].split("&")
    assert added[0] == "utm_source=tiktok"
    assert added[2] == "utm_campaign=%C3%A9t%C3%A9%20%26%20co"
    assert added[4:] == ["utm_term={{Ad.Name}}%20__CID_NAME__%20%C3%A4", "utm_id=9"]
    with pytest.raises(UserError, match="no value for utm_medium, utm_content"):
        landing_link("https://x.com", Utm("a", "", "b", " "))


@pytest.mark.parametrize(
    "url",
    [
        "", "x.com", "//x.com", "ftp://x.com", "javascript:alert(1)", "data:text/html,x", "mailto:a@x.com",
        "https:x.com", "https://", "https:///a", "https://:80/", "https://a@x.com/", "https://a:b@x.com/", "https://x.com@y.com/",
        "https://x.com:99999/", "https://x.com:0/", "https://x.com:a/", "https://x y.com/", "https://x.com/a b",
        "https://x.com\\@y.com/", "https://x.com/\n", "https://-x.com/", "https://x..com/", "https://[::g]/",
        "https://x.com/\u2028a", "https://ex\u0000.com/", f"https://{'a' * 64}.com/", "https://exa mple.com", "https://☃️☃️.--/",
        "https://x%2ecom/", "https://[x.com/", "https://a\ud800.com/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    """Other schemes, users' names, hosts and ports that are none: one line with the place and the value."""
    if url == "https://x.com/\n":
        assert landing_link(url, UTM).url == f"https://x.com/?{ADDED}"  # a line end around it is no part of it
        return
    with pytest.raises(UserError) as caught:
        landing_link(url, UTM, where="campaign.toml: url")
    assert str(caught.value).startswith("campaign.toml: url: value ")
    assert "\n" not in str(caught.value)


def test_an_address_with_a_user_in_it_says_so() -> None:
    """The complaint is about the name and the password that everybody would read."""
    with pytest.raises(UserError, match="it holds a user's name"):
        landing_link("https://maya:secret@x.com/", UTM)


def test_every_channels_visits_are_counted_where_they_belong() -> None:
    """No built-in preset's links land in Unassigned; paid is never taken for organic, nor organic for paid."""
    facts = link_facts()
    channels = {load_preset(source.name).preset.channel for source in available_presets()}
    assert len(channels) > 15
    for channel in channels - {"website"}:
        assert channel in facts.channels, f"presets/facts/links.toml: no row for {channel}"
        groups = {}
        for as_ in ("paid", "organic"):
            utm = utm_of_channel(facts, channel, as_, campaign="spring", content="x7p9bf66")
            assert utm is not None
            groups[as_] = analytics_group(facts, utm.source, utm.medium)
        assert groups["paid"].startswith("Paid ")
        assert groups["organic"] != "Unassigned" and not groups["organic"].startswith("Paid")
    assert utm_of_channel(facts, "website", "organic", campaign="a", content="b") is None
    assert analytics_group(facts, "linkedin", "paid_social") == "Paid Social"
    assert analytics_group(facts, "linkedin", "social") == "Organic Social"
    assert analytics_group(facts, "youtube", "paid_video") == "Paid Video"


def test_channels_that_are_not_known_have_careful_words() -> None:
    """A channel without a row is tagged by its name, and its ads' names keep the smallest limit."""
    facts = link_facts()
    utm = utm_of_channel(facts, "nowhere", "paid", campaign="a", content="b")
    assert utm is not None and analytics_group(facts, utm.source, utm.medium) == "Paid Other"
    limits = [most_ad_name_characters(facts, channel) for channel in ("snapchat", "facebook", "nowhere")]
    assert limits == [375, 400, min(row.most_characters for row in facts.ad_names.values())]
