"""Ids and file names of variants."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from variantgen.model import CaptionTrack, Master
from variantgen.plan.keys import key_of
from variantgen.presets.schema import Captions, Preset

if TYPE_CHECKING:
    from variantgen.plan import Wishes

LONGEST_STEM_BYTES = 150
# Wishes that came after the first ids had been given away.
LATER_WISHES = ("keep", "marks", "captions")
# What Windows, macOS or a shell would trip over; everything else of a name is kept, whatever the script.
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*%\s]+')


def safe_stem(name: str) -> str:
    """The part of a master's name that begins its variants' names, safe in every file system."""
    whole = "".join(c for c in name if not 0xD800 <= ord(c) <= 0xDFFF)
    stem = UNSAFE.sub("-", whole).strip(".- ") or "master"
    raw = stem.encode("utf-8")
    if len(raw) <= LONGEST_STEM_BYTES:
        return stem
    tail = hashlib.sha256(raw).hexdigest()[:8]
    return raw[:LONGEST_STEM_BYTES].decode("utf-8", "ignore") + "-" + tail


def file_name(stem: str, preset: str, container: str, language: str = "") -> str:
    """`film_tiktok.mp4`: master, placement, container; `film_tiktok_fr.mp4` where languages make several of it."""
    return f"{stem}_{preset}{f'_{language}' if language else ''}.{container}"


def sidecar_file(file: str, language: str, form: str, captions: Captions, tracks: Sequence[CaptionTrack]) -> str:
    """The name of a captions file beside the variant `file`, by the channel's rule."""
    stem = file.rpartition(".")[0]
    rule = captions.sidecar_name
    if len(tracks) > 1 and not re.search(r"\{(language|locale)\}", rule):
        rule = rule.replace(".{format}", ".{language}.{format}")
    return rule.format(file=stem, language=language, locale=language.replace("-", "_"), format=form)


def variant_id(master: Master, name: str, preset: Preset, wishes: Wishes) -> str:
    """Eight letters and digits from everything that specifies the variant, and nothing of the machine."""
    values = {
        "master": master.fingerprint,
        "preset": name,
        "values": preset.model_dump(mode="json", exclude={"facts", "title", "description"}, exclude_defaults=True),
        "wishes": _told_wishes(wishes),
    }
    digits = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing that reads as something else
    number = int(key_of("variant", 1, values)[:10], 16)
    return "".join(digits[(number >> shift) & 31] for shift in range(35, -1, -5))


def _told_wishes(wishes: Wishes) -> dict[str, Any]:
    """Wishes as plain data; what is newer than the first ids counts only where it is used, so that those stay."""
    told = {wish: value for wish, value in asdict(wishes).items() if value or wish not in LATER_WISHES}
    if wishes.captions:
        told["captions"] = [(track.language, [asdict(cue) for cue in track.cues]) for track in wishes.captions]
    return told
