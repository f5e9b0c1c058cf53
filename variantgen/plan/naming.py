"""Ids and file names of variants."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from variantgen.model import CaptionTrack, Master, SourceCue
from variantgen.plan.keys import key_of
from variantgen.presets.schema import Captions, Preset

if TYPE_CHECKING:
    from variantgen.plan import Wishes

LONGEST_STEM_BYTES = 150
# Wishes that came after the first ids had been given away.
LATER_WISHES = ("keep", "marks", "captions", "music", "length", "composition", "overlays", "brand")
# What Windows, macOS or a shell would trip over; everything else of a name is kept, whatever the script.
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*%\s]+')

# With what parts it from the rest of the name: both go where a language is not known.
_LANGUAGE_KEY = re.compile(r"[._ -]?\{(?:language|locale)\}")
LOCALES = (
    " af_ZA am_ET ar_AR az_AZ be_BY bg_BG bn_IN bs_BA ca_ES cs_CZ cy_GB da_DK de_DE el_GR en_US es_ES et_EE eu_ES"
    " fa_IR fi_FI fil_PH fr_FR ga_IE gl_ES gu_IN he_IL hi_IN hr_HR hu_HU hy_AM id_ID is_IS it_IT ja_JP jv_ID ka_GE"
    " kk_KZ km_KH kn_IN ko_KR lo_LA lt_LT lv_LV mk_MK ml_IN mn_MN mr_IN ms_MY my_MM nb_NO ne_NP nl_NL nn_NO no_NO pa_IN"
    " pl_PL ps_AF pt_BR ro_RO ru_RU si_LK sk_SK sl_SI sq_AL sr_RS sv_SE sw_KE ta_IN te_IN th_TH tl_PH tr_TR uk_UA ur_PK"
    " uz_UZ vi_VN yue_HK zh_CN zu_ZA "
)
"""The country that a language is usually captioned for: Meta's locales (Arabic has none, so `ar_AR`), then CLDR's."""
COUNTRY_OF_REGION = {"es-419": "es_LA", "en-001": "en_US", "ar-001": "ar_AR"}
"""Meta's locales of regions that are no country."""


def safe_stem(name: str) -> str:
    """The part of a master's name that begins its variants' names, safe in every file system."""
    whole = "".join(c for c in name if not 0xD800 <= ord(c) <= 0xDFFF)
    stem = UNSAFE.sub("-", whole).strip(".- ") or "master"
    raw = stem.encode("utf-8")
    if len(raw) <= LONGEST_STEM_BYTES:
        return stem
    tail = hashlib.sha256(raw).hexdigest()[:8]
    return raw[:LONGEST_STEM_BYTES].decode("utf-8", "ignore") + "-" + tail


def file_name(stem: str, preset: str, container: str, language: str = "", seconds: float | None = None) -> str:
    """`film_tiktok.mp4`: master, placement, container; `film_tiktok_15s_fr.mp4` where lengths and languages differ."""
    words = [stem, preset, f"{seconds:g}s" if seconds is not None else "", language]
    return f"{'_'.join(filter(None, words))}.{container}"


def sidecar_file(file: str, language: str, form: str, captions: Captions, tracks: Sequence[CaptionTrack]) -> str:
    """The name of a captions file beside the variant `file`, by the channel's rule.

    `language` is one of the tracks', `form` one of the preset's. No two files of a variant get the same name, in any
    mixture of capitals, and none the variant's own: where the rule gives one twice, the later one is numbered.
    """
    taken = {file.casefold()}
    for track in tracks:
        for other in captions.sidecar_formats:
            plain = _by_rule(file, track.language, other, captions, tracks)
            numbered = (_before_suffix(plain, f"-{number}") for number in count(2))
            name = next(name for name in chain((plain,), numbered) if name.casefold() not in taken)
            if (track.language, other) == (language, form):
                return name
            taken.add(name.casefold())
    return _by_rule(file, language, form, captions, tracks)


def _by_rule(file: str, language: str, form: str, captions: Captions, tracks: Sequence[CaptionTrack]) -> str:
    rule = captions.sidecar_name
    if len(tracks) > 1 and not _LANGUAGE_KEY.search(rule):
        rule = _before_suffix(rule, ".{language}")
    if not language:
        rule = _LANGUAGE_KEY.sub("", rule)
    values = {"file": file.rpartition(".")[0], "language": language, "locale": locale_of(language), "format": form}
    return rule.format(**values)


def _before_suffix(name: str, words: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}{words}.{suffix}" if dot else name + words


def locale_of(language: str) -> str:
    """The locale of a BCP 47 tag, as channels write it: `en_US` for en-US and for en, `zh_TW` for zh-Hant.

    A language without a country gets the one that LOCALES has first; one that is not there stays alone.

    >>> locale_of("sr-Latn")
    'sr_RS'
    """
    name, *rest = language.split("-")
    country = next((word for word in rest if len(word) == 2 or word.isdigit()), "")
    if country:
        return COUNTRY_OF_REGION.get(f"{name}-{country}", f"{name}_{country}")
    if "Hant" in rest and name == "zh":
        return "zh_TW"
    found = re.search(rf" ({name}_\w+) ", LOCALES) if name else None
    return found[1] if found else name


def variant_id(master: Master, name: str, preset: Preset, wishes: Wishes) -> str:
    """Eight letters and digits from everything that specifies the variant, and nothing of the machine."""
    values = {
        "master": master.fingerprint,
        "preset": name,
        "values": _told_values(preset),
        "wishes": _told_wishes(wishes),
    }
    digits = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing that reads as something else
    number = int(key_of("variant", 1, values)[:10], 16)
    return "".join(digits[(number >> shift) & 31] for shift in range(35, -1, -5))


def _told_values(preset: Preset) -> dict[str, Any]:
    """What a preset says, but where a font file lies on this machine."""
    told = preset.model_dump(mode="json", exclude={"facts", "title", "description"}, exclude_defaults=True)
    look = told.get("captions", {}).get("look", {})
    if "font" in look:
        look["font"] = re.split(r"[/\\]", look["font"])[-1]
    return told


def _told_wishes(wishes: Wishes) -> dict[str, Any]:
    """Wishes as plain data; what is newer than the first ids counts only where it is used, so that those stay."""
    bare = replace(wishes, captions=())
    told = {wish: value for wish, value in asdict(bare).items() if value or wish not in LATER_WISHES}
    if wishes.length == type(wishes.length)():
        del told["length"]
    if wishes.brand is not None:
        told["brand"] |= {key: re.split(r"[/\\]", told["brand"][key])[-1] for key in ("heading_font", "font")}
    if wishes.captions:
        told["captions"] = [(track.language, _captions_key(track.cues)) for track in wishes.captions]
    return told


@lru_cache(maxsize=16)
def _captions_key(cues: tuple[SourceCue, ...]) -> str:
    """Of the captions of a long film, which all of its variants share: reading them takes as long as planning."""
    return key_of("captions", 1, [asdict(cue) for cue in cues])
