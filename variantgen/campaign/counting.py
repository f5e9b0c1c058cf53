"""How channels count text: a text and a unit in, a number out (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?'»”)\]}]", re.IGNORECASE)
"""A web address in running text; the stop or bracket behind it is not part of it."""
ADDRESS_LENGTH = 23
"""What X and Mastodon count an address as, however long it is: both shorten it."""
HASHTAG = re.compile(r"(?<![\w&/#])[#＃](?=\w*[^\W\d_])\w+")
"""A hashtag has a letter in it: #1 is none. An address's fragment is none either."""
MENTION = re.compile(r"(?<![\w@/.])@[A-Za-z0-9_](?:[\w.-]*\w)?(?:@[\w.-]*\w)?")
_FEDERATED = re.compile(r"(?<![\w@/.])(@\w+(?:[.-]\w+)*)@[\w.-]+\w")

# https://raw.githubusercontent.com/twitter/twitter-text/master/config/v3.json: code points that weigh half of others
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))


def counted(text: str, unit: str) -> int:
    """How long a text is in one of the units of facts/upload.toml; KeyError for a unit that no text has.

    >>> counted("a👍🏽", "code points"), counted("a👍🏽", "utf-16 units"), counted("a👍🏽", "graphemes")
    (3, 5, 2)
    """
    return UNITS[unit](text)


def hashtags(text: str) -> list[str]:
    """The hashtags of a text in order, those inside addresses left out."""
    return HASHTAG.findall(ADDRESS.sub(" ", text))


def mentions(text: str) -> list[str]:
    """The accounts that a text names with @, those inside addresses left out."""
    return MENTION.findall(ADDRESS.sub(" ", text))


def tag_list_length(tags: Sequence[str]) -> int:
    """How long YouTube counts a list of tags: a comma between two, quotes around one with a space.

    >>> tag_list_length(["cats", "my cat"])
    13
    """
    return sum(len(tag) + (2 if " " in tag else 0) for tag in tags) + max(0, len(tags) - 1)


def _graphemes(text: str) -> list[str]:
    import regex

    found: list[str] = regex.findall(r"\X", text)
    return found


def _is_emoji(grapheme: str) -> bool:
    """Whether a grapheme is shown as an emoji: by its nature, or as a selector or a keycap asks."""
    import regex

    return bool(regex.search(r"\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{Regional_Indicator}|\u20e3", grapheme))


def _weighted(text: str) -> int:
    """twitter-text's weighted length, version 3: NFC, an address 23, an emoji 2, most scripts 1, the others 2."""
    text = unicodedata.normalize("NFC", text)
    rest, addresses = ADDRESS.subn("", text)
    return addresses * ADDRESS_LENGTH + sum(
        2 if _is_emoji(grapheme) else sum(_weight(character) for character in grapheme) for grapheme in _graphemes(rest)
    )


def _weight(character: str) -> int:
    return 1 if any(first <= ord(character) <= last for first, last in _LIGHT) else 2


def _with_emoji_bytes(text: str) -> int:
    return sum(len(g.encode("utf-8", "surrogatepass")) if _is_emoji(g) else len(g) for g in _graphemes(text))


def _with_short_addresses(text: str) -> int:
    rest, addresses = ADDRESS.subn("", text)
    return addresses * ADDRESS_LENGTH + len(_graphemes(_FEDERATED.sub(r"\1", rest)))


UNITS: dict[str, Callable[[str], int]] = {
    "code points": len,
    "utf-16 units": lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    "bytes": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "graphemes": lambda text: len(_graphemes(text)),
    "weighted": _weighted,
    "emoji bytes": _with_emoji_bytes,
    "urls as 23": _with_short_addresses,
}
"""How a text is measured. To add a unit: a function from a text to a number, and a row."""
