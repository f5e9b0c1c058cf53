"""Which language's shapes Han characters take: from a tag where there is one, else from the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_KANA = re.compile("[぀-ヿㇰ-ㇿｦ-ﾟ]")
_HANGUL = re.compile("[ᄀ-ᇿ㄰-㆏가-힣]")
_HAN = re.compile("[㐀-䶿一-鿿豈-﫿\U00020000-\U0003fffd]")
_TRADITIONAL_REGIONS: Final = frozenset({"tw", "hant", "mo"})


def language_of(texts: Iterable[str], tag: str = "") -> str:
    """`ja`, `ko`, `zh-Hans`, `zh-Hant` or `zh-HK`: whose shapes the Han characters of `texts` take.

    `tag` is a BCP 47 tag and wins. Without one kana say Japanese, hangul Korean; else what only simplified or only
    traditional character sets hold (GB 2312, Big5) decides, simplified where nothing does. An empty string where
    there are no Han characters, kana or hangul to choose for. Ask for a whole track, not for a line of it.
    """
    words = tag.lower().replace("_", "-").split("-")
    if words[0] in ("ja", "ko"):
        return words[0]
    if words[0] in ("zh", "yue", "cmn"):
        if "hk" in words or (words[0] == "yue" and "hans" not in words):
            return "zh-HK"
        return "zh-Hant" if _TRADITIONAL_REGIONS & set(words) else "zh-Hans" if len(words) > 1 else _by_text(texts)
    return _by_text(texts)


def _by_text(texts: Iterable[str]) -> str:
    text = "".join(texts)
    if _KANA.search(text):
        return "ja"
    if _HANGUL.search(text):
        return "ko"
    han = set(_HAN.findall(text))
    if not han:
        return ""
    simplified = sum(_is_in(character, "gb2312") and not _is_in(character, "big5") for character in han)
    traditional = sum(_is_in(character, "big5") and not _is_in(character, "gb2312") for character in han)
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def _is_in(character: str, charset: str) -> bool:
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
