"""What ASS asks for: times, events, letters and colours as libass reads them, on every FFmpeg."""

from __future__ import annotations

import math
import re
import unicodedata
from fractions import Fraction

from variantgen.fonts import WIN_ASCENT_EM, WIN_DESCENT_EM


def ass_time(frame: int, frame_rate: Fraction) -> str:
    """The time of a span's border: from `frame` on it is shown, before `frame` not.

    ASS counts hundredths. The last one short of the frame is taken, and the frame's own time only where the
    frame before has that one: FFmpeg hands libass a float cut to milliseconds, which may fall short of it.
    Exact below 100 frames a second.
    """
    minutes, rest = divmod(_hundredths(frame, frame_rate), 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 100:02}.{rest % 100:02}"


def _hundredths(frame: int, frame_rate: Fraction) -> int:
    at = Fraction(frame * 100) / frame_rate
    before = Fraction((frame - 1) * 100) / frame_rate
    return max(0, math.ceil(at) - 1 if math.ceil(at) - 1 > before else math.floor(at))


def milliseconds_into(frame: int, start_frame: int, frame_rate: Fraction) -> int:
    """When, counted from the start of an event, something has to change that is first seen on a later `frame`.

    Half a frame early, so that no rounding of either clock moves it.
    """
    between = math.floor((frame - Fraction(1, 2)) * 1000 / frame_rate)
    return between - 10 * _hundredths(start_frame, frame_rate)


def event(layer: int, span: tuple[str, str], style: str, text: str) -> str:
    """One line of the document: what is drawn from the first time of `span` up to the second."""
    return f"Dialogue: {layer},{span[0]},{span[1]},{style},,0,0,0,,{text}"


def escaped(text: str) -> str:
    """Text as libass draws it letter for letter: in ASS a brace opens commands and a backslash is one."""
    plain = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    # Nothing undoes a backslash, but a word joiner after it keeps it from meaning anything.
    guarded = plain.replace("\\", "\\\u2060")
    return re.sub(r"([{}])", r"\\\1", guarded)


def ass_size(size_px: float) -> str:
    """An em in px as an ASS font size."""
    return f"{size_px * (WIN_ASCENT_EM + WIN_DESCENT_EM):.3f}"


# ---------------------------------------------------------------- colour


_KR_KB_BT601 = (0.299, 0.114)
_KR_KB_BT709 = (0.2126, 0.0722)


def style_colour(hex_colour: str, opacity: float) -> str:
    """A colour as a style names it: opacity the other way round, then blue, green, red."""
    red, green, blue = _channels(hex_colour)
    return f"&H{round((1 - opacity) * 255):02X}{blue:02X}{green:02X}{red:02X}"


def text_colour(hex_colour: str) -> str:
    """A command that draws the letters after it in a colour."""
    red, green, blue = _channels(hex_colour)
    return f"\\1c&H{blue:02X}{green:02X}{red:02X}&"


def compensate_bt601(hex_colour: str) -> str:
    """The colour that bt601 arithmetic turns into the YCbCr which bt709 gives `hex_colour`.

    Both are #RRGGBB. Where no such colour exists the channels are clipped: the nearest that can be had.
    """
    red, green, blue = _channels(hex_colour)
    kr, kb = _KR_KB_BT709
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    cb, cr = (blue - luma) / (2 * (1 - kb)), (red - luma) / (2 * (1 - kr))
    kr, kb = _KR_KB_BT601
    new_red, new_blue = luma + 2 * (1 - kr) * cr, luma + 2 * (1 - kb) * cb
    new_green = (luma - kr * new_red - kb * new_blue) / (1 - kr - kb)
    return "#" + "".join(f"{min(255, max(0, round(channel))):02X}" for channel in (new_red, new_green, new_blue))


def _channels(hex_colour: str) -> tuple[int, int, int]:
    return int(hex_colour[1:3], 16), int(hex_colour[3:5], 16), int(hex_colour[5:7], 16)
