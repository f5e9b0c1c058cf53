"""Captions of every form, made here: the same two sentences each time, and what else a form can hold."""

from __future__ import annotations

import json

SRT = (
    "1\r\n00:00:01,000 --> 00:00:02,500\r\nGood evening, <i>everyone</i>.\r\n\r\n"
    "2\r\n00:00:03,000 --> 00:00:04,000\r\n{\\an8}Näher – 50 % „so“\r\nzwei\r\n\r\n"
    "3\r\n00:00:03,500 --> 00:00:06,000\r\nשלום 你好 🎉\r\n"
)
VTT = (
    "WEBVTT\nLanguage: en\n\nNOTE a note\n\nSTYLE\n::cue { color: red }\n\none\n"
    "00:00:01.000 --> 00:00:02.500 line:0 position:20%\n"
    "<v Ann>Good <00:00:01.500><c>evening,</c> <00:00:02.000>everyone.\n\n"
    "00:00:03.000 --> 00:00:04.000\n<ruby>漢<rt>kan</rt>字<rt>ji</rt></ruby> &amp; more\n"
)
ROLLING_VTT = (
    "WEBVTT\nKind: captions\nLanguage: en\n\n"
    "00:00:00.000 --> 00:00:02.000 align:start position:0%\n \nhello<00:00:00.500><c> there</c>\n\n"
    "00:00:02.000 --> 00:00:02.010 align:start position:0%\nhello there\n \n\n"
    "00:00:02.010 --> 00:00:04.000 align:start position:0%\nhello there\n"
    "second<00:00:02.500><c> line</c><00:00:03.000><c> here</c>\n\n"
    "00:00:04.000 --> 00:00:04.010 align:start position:0%\nsecond line here\n \n\n"
    "00:00:04.010 --> 00:00:06.000 align:start position:0%\nsecond line here\nthe<00:00:05.000><c> end</c>\n"
)
ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\n"
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold,"
    " Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow,"
    " Alignment, MarginL, MarginR, MarginV, Encoding\n"
    "Style: Default,Arial,20,&H0,&H0,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,9,9,9,1\n"
    "Style: Slanted,Arial,20,&H0,&H0,&H0,&H0,0,-1,0,0,100,100,0,0,1,1,0,2,9,9,9,1\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\k50}Good {\\kf50}eve{\\ko20}ning, {\\K30}everyone.\n"
    "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}m 0 0 l 9 9 0 9{\\p0}\n"
    "Dialogue: 0,0:00:03.00,0:00:04.00,Slanted,,0,0,0,,{\\pos(9,9)}lean\\Nover \\{here\\}\n"
)
SSA = (
    ASS.replace("v4.00+", "v4.00")
    .replace("V4+", "V4")
    .replace("Format: Layer", "Format: Marked")
    .replace(" 0,0:", " Marked=0,0:")
)
TTML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"'
    ' xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25" xml:lang="en"><head><styling>'
    '<style xml:id="s" tts:fontStyle="italic"/></styling><layout><region xml:id="top" tts:displayAlign="before"/>'
    '</layout></head><body><div begin="1s">'
    '<p begin="0s" dur="1.5s"><span begin="0s">Good</span> <span begin="0.5s">evening,</span>'
    ' <span begin="1s">everyone.</span></p>\n'
    '<p begin="00:00:02:00" end="00:00:03:00" style="s" region="top">lean<br/>over</p>'
    "</div></body></tt>"
)
DFXP = TTML.replace("http://www.w3.org/ns/ttml", "http://www.w3.org/2006/10/ttaf1")


def scc() -> str:
    """Two pop-on captions of CEA-608, each byte with its odd parity."""

    def hexed(values: bytes) -> str:
        pairs = bytes(byte | (0 if byte.bit_count() % 2 else 0x80) for byte in values + b"\0" * (len(values) % 2))
        return " ".join(pairs[at : at + 2].hex() for at in range(0, len(pairs), 2))

    def caption(at: str, text: str) -> str:
        # resume caption loading, clear the hidden memory, row 15, the text, show it; each command twice
        return f"{at}\t9420 9420 94ae 94ae 9470 9470 {hexed(text.encode('ascii'))} 942f 942f\n\n"

    body = caption("00:00:01:00", "Good evening, everyone.") + "00:00:02:15\t942c 942c\n\n"
    return "Scenarist_SCC V1.0\n\n" + body + caption("00:00:03:00", "And the end.") + "00:00:04:00\t942c 942c\n"


def stl() -> bytes:
    """Two subtitles of EBU STL at 25 frames a second; the programme starts at 10:00:00:00."""

    def time(hours: int, seconds: int, frames: int) -> bytes:
        return bytes((hours, 0, seconds, frames))

    header = bytearray(b" " * 1024)
    header[0:14] = b"850STL25.01000"
    header[14:16] = b"09"
    header[238:248] = b"0000200002"
    header[248:277] = b"001" + b"40" + b"23" + b"1" + b"10000000" + b"10000000" + b"1" + b"1" + b"   "
    blocks = b""
    for number, (start, end, text) in enumerate(((1, 2, "Good evening, everyone."), (3, 4, "And the end."))):
        head = (
            bytes((0, number & 255, number >> 8, 0xFF, 0)) + time(10, start, 0) + time(10, end, 12) + bytes((20, 2, 0))
        )
        blocks += head + text.encode("ascii").ljust(112, b"\x8f")
    return bytes(header) + blocks


def _word(text: str, start: float, end: float, **more: float) -> dict[str, object]:
    return {"word": text, "start": start, "end": end, **more}


WHISPER = json.dumps(
    {
        "text": " Good evening, everyone. And more.",
        "language": "en",
        "segments": [
            {
                "id": 0, "seek": 0, "start": 1.0, "end": 2.5, "text": " Good evening, everyone.", "tokens": [1, 2],
                "words": [
                    _word(" Good", 1.0, 1.4, probability=0.9),
                    _word(" evening,", 1.5, 1.9, probability=0.8),
                    _word(" everyone.", 2.0, 2.5, probability=0.7),
                ],
            },
            {"id": 1, "seek": 0, "start": 3.0, "end": 4.0, "text": " And more."},
        ],
    }
)  # fmt: skip
WHISPERX = json.dumps(
    {
        "segments": [
            {
                "start": 1.0, "end": 2.5, "text": " Good 8 everyone.",
                "words": [_word("Good", 1.0, 1.4, score=0.9), {"word": "8"}, _word("everyone.", 2.0, 2.5, score=0.7)],
            }
        ],
        "word_segments": [],
        "language": "en",
    }
)  # fmt: skip
WHISPER_CPP = json.dumps(
    {
        "result": {"language": "en"},
        "transcription": [
            {
                "timestamps": {"from": "00:00:01,000", "to": "00:00:02,500"},
                "offsets": {"from": 1000, "to": 2500},
                "text": " Good evening, everyone.",
                "tokens": [
                    {"text": "[_BEG_]", "offsets": {"from": 1000, "to": 1000}, "id": 50364, "p": 0.9},
                    {"text": " Good", "offsets": {"from": 1000, "to": 1400}, "id": 1, "p": 0.9},
                    {"text": " even", "offsets": {"from": 1500, "to": 1700}, "id": 2, "p": 0.8},
                    {"text": "ing", "offsets": {"from": 1700, "to": 1850}, "id": 3, "p": 0.9},
                    {"text": ",", "offsets": {"from": 1850, "to": 1900}, "id": 4, "p": 0.9},
                    {"text": " everyone", "offsets": {"from": 2000, "to": 2400}, "id": 5, "p": 0.7},
                    {"text": ".", "offsets": {"from": 2400, "to": 2500}, "id": 6, "p": 0.9},
                    {"text": "[_TT_75]", "offsets": {"from": 2500, "to": 2500}, "id": 50439, "p": 0.1},
                ],
            }
        ],
    }
)
BARE_WORDS = json.dumps(
    {
        "language": "english",
        "words": [
            _word("Good", 1.0, 1.4),
            _word("evening,", 1.5, 1.9),
            _word("everyone.", 2.0, 2.5),
            _word("More", 3.0, 3.5),
        ],
    }
)

SAMPLES: dict[str, bytes] = {
    **{
        name: text.encode()
        for name, text in {
            "film.srt": SRT, "film.vtt": VTT, "rolling.vtt": ROLLING_VTT, "film.ass": ASS, "film.ssa": SSA,
            "film.ttml": TTML, "film.dfxp": DFXP, "film.scc": scc(), "whisper.json": WHISPER, "whisperx.json": WHISPERX,
            "whisper-cpp.json": WHISPER_CPP, "bare-words.json": BARE_WORDS,
        }.items()
    },
    "film.stl": stl(),
    "utf-16.srt": SRT.encode("utf-16"),
    "windows-1252.srt": SRT.rpartition("\n3")[0].encode("cp1252", "replace"),
}  # fmt: skip
"""File name -> bytes of a whole captions file of each form."""
