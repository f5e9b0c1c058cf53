"""What a reviewer approved: each case is a folder with the plan, FFmpeg's arguments and the captions it leads to.

`pytest tests/golden --update-golden` writes what the code says now; read the diff before you keep it.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from made import NTSC, STEREO, analysis, master, preset, tracks

from variantgen.build.ass import ass_text
from variantgen.build.encode import groups_of
from variantgen.build.graph import animation_command, card_command, parts_command
from variantgen.fonts import text_width_px
from variantgen.model import (
    Analysis,
    Colour,
    FramingMark,
    Master,
    Part,
    Plan,
    SourceCue,
    Subject,
    SubjectBox,
)
from variantgen.plan import Wishes, make_plan
from variantgen.plan.contract import plan_json
from variantgen.plan.cutdowns import LengthWish
from variantgen.plan.shorten import LengthMark
from variantgen.presets.schema import Preset

FOLDER = Path(__file__).parent
UPDATE = "read the diff; if it is what you meant: pytest tests/golden --update-golden"
HD_FILM = {"frame_rate": NTSC, "frames": 240}
SQUARE = {"canvas": {"width": 1080, "height": 1080}}
SILENT = {"audio": None, "captions": {"mode": "none", "margins": {}}}


@dataclass(frozen=True)
class Case:
    """What goes in: a master, what was measured in it, presets by name, wishes."""

    film: Master
    presets: dict[str, Preset]
    measured: Analysis | None = None
    wishes: dict[str, Any] = field(default_factory=dict)


def case(
    presets: dict[str, Preset] | None = None, film: dict | None = None, measured: dict | None = None, **wishes: Any
) -> Case:
    """A case of one 9:16 placement and eight seconds of 29.97 unless told otherwise."""
    made = master(**{**HD_FILM, **(film or {})})
    return Case(made, presets or {"tall": preset()}, analysis(made, **(measured or {})), wishes)


def fitted(fit: str, **tables: Any) -> dict[str, Preset]:
    """One 9:16 placement of a fit."""
    return {"tall": preset(canvas={"width": 1080, "height": 1920, "fit": fit}, **tables)}


LINES = (
    SourceCue(0.5, 3.0, "Nobody knew the harbour as she did"),
    SourceCue(3.0, 6.5, "It was her father who had built\nthe very first boat of this town", is_italic=True),
    SourceCue(7.0, 7.8, "{\\b1} & 100% <ok>"),
)
ANAMORPHIC = {
    "width": 1024,
    "height": 576,
    "pixel_aspect": Fraction(64, 45),
    "pixel_format": "yuv420p",
    "codec": "mpeg2video",
    "is_interlaced": True,
    "frame_rate": Fraction(25),
    "frames": 100,
    "colour": Colour("bt470bg", "bt470bg", "bt470bg", "tv"),
}
HDR = {
    "bit_depth": 10,
    "pixel_format": "yuv420p10le",
    "codec": "hevc",
    "dynamic_range": "pq",
    "frames": 120,
    "colour": Colour("bt2020nc", "bt2020", "smpte2084", "tv"),
}
CODECS = {
    "h265": preset(video={"codec": "h265", "profile": "main", "quality": 24}),
    "av1": preset(video={"codec": "av1", "speed": "8", "quality": 32, "profile": "main"}),
    "vp9": preset(
        container="webm", video={"codec": "vp9", "speed": "4", "quality": 32, "profile": "0"}, audio={"codec": "opus"}
    ),
    "peak": preset(video={"max_kbps": 5000}),
}

# A pan that ends before the cut of the edit, and another place after it.
PAN = (
    FramingMark(0, 130, centres=((0, 0.3, 0.5), (40, 0.3, 0.5), (110, 0.62, 0.5))),
    FramingMark(130, 240, centres=((130, 0.8, 0.5),)),
)


def sitter(number: int, x: float) -> Subject:
    """A face that stays where it is, for the whole of four seconds."""
    return Subject(number, "face", tuple(SubjectBox(frame, x, 300, 150, 190, 0.95) for frame in range(0, 120, 6)), 0.95)


CASES: dict[str, Case] = {
    "9x16-crop": case(focus=(0.3, 0.5), measured={"shot_starts": (0, 130)}),
    "blur-fill": case(fitted("blur"), film={"frames": 120}),
    "pad": case(fitted("pad"), film={"frames": 120}),
    "hdr": case(film=HDR),
    "hlg-blur": case(
        fitted("blur"),
        film={**HDR, "dynamic_range": "hlg", "colour": Colour("bt2020nc", "bt2020", "arib-std-b67", "tv")},
    ),
    "vfr": case(film={"is_variable_rate": True, "max_gap_seconds": 0.5}),
    "not-seekable": case(film={"is_seekable": False}),
    "anamorphic-interlaced": case(film=ANAMORPHIC),
    "full-range-alpha": case(
        film={
            "frames": 120,
            "has_alpha": True,
            "pixel_format": "yuva444p",
            "colour": Colour("smpte170m", "bt709", "bt709", "pc"),
        }
    ),
    "captions": case({"tall": preset(), "square": preset(**SQUARE)}, film={"frames": 240}, cues=LINES),
    "captions-in-a-box": case(
        {"tall": preset(captions={"look": {"box_colour": "#2050A0", "position": "top", "outline": 0}})}, cues=LINES
    ),
    "sidecar": case(
        {"tall": preset(captions={"mode": "sidecar", "sidecar_format": "vtt"})}, film={"frames": 120}, cues=LINES
    ),
    "end-card": case(film={"frames": 120}, title="The harbour", end_card="Come and see it\nexample.com"),
    "cut-at-pause": case({"tall": preset(length={"max_seconds": 6})}, measured={"pauses": ((2.0, 2.9), (5.2, 5.7))}),
    "jump-cuts": case(
        measured={"subjects": (sitter(1, 900),)},
        length=LengthWish((6.0,), marks=(LengthMark("drop", 2.0, 2.9), LengthMark("drop", 5.0, 5.7))),
    ),
    "loop": case(
        {"tall": preset(length={"min_seconds": 5, "max_seconds": 6, "too_short": "loop"})}, film={"frames": 70}
    ),
    "refused": case({"tall": preset(length={"max_seconds": 6, "too_long": "refuse"})}),
    "halved-rate": case(
        {"tall": preset(video={"max_frame_rate": 30})}, film={"frame_rate": Fraction(60000, 1001), "frames": 240}
    ),
    "codecs": case(CODECS, film={"frames": 120}),
    "gif": case(
        {
            "gif": preset(
                container="gif",
                canvas={"width": 480, "height": 270},
                video={"codec": "gif", "max_frame_rate": 12},
                **SILENT,
            )
        },
        film={"frames": 120},
    ),
    "draft": case(film={"frames": 120}, is_draft=True),
    "sound-only": case(
        {"podcast": preset(container="m4a", canvas=None, video=None, captions=None, audio={"channels": 1})},
        film={"audio": replace(STEREO, channels=6)},
    ),
    "no-sound": case(film={"frames": 120, "audio": None}),
    "moving": case(marks=PAN, measured={"shot_starts": (0, 130)}),
    "moving-square-hdr": case(
        {"square": preset(**SQUARE)}, film=HDR, marks=(FramingMark(0, 120, ((0, 0.3, 0.5), (119, 0.6, 0.5))),)
    ),
    "split": case(
        {"tall": preset(framing={"fallback": ["split"]})},
        film={"frames": 120},
        measured={"subjects": (sitter(1, 150), sitter(2, 1500))},
    ),
}


def planned(given: Case) -> Plan:
    """The case's plan."""
    wishes = Wishes(
        captions=tracks(given.wishes.get("cues", ())), **{k: v for k, v in given.wishes.items() if k != "cues"}
    )
    measured = given.measured or analysis(given.film)
    return make_plan(
        given.film,
        measured,
        list(given.presets.items()),
        wishes,
        stem="film",
        ffmpeg_identity="ffmpeg",
        measure=lambda text, size_px, look, language: text_width_px(text, size_px),
    )


# ---------------------------------------------------------------- what is written down


def plan_text(given: Case, plan: Plan) -> str:
    """The plan's JSON; hashes become numbers, so that only decisions show in a diff."""
    text = json.dumps(plan_json(plan), indent=1, ensure_ascii=False)
    # a list of numbers is read better in one line
    text = re.sub(
        r"\[[\d\s.,-]+\]", lambda found: re.sub(r"\s+", " ", found[0]).replace("[ ", "[").replace(" ]", "]"), text
    )
    return with_plain_keys(text, plan) + "\n"


def with_plain_keys(text: str, plan: Plan) -> str:
    """The text with part-1, sound-1, id-1 in place of hashes, counted as they appear in the plan."""
    names = {key: f"part-{number}" for number, key in enumerate(plan.parts, 1)}
    for number, variant in enumerate(plan.variants, 1):
        names[variant.id] = f"id-{number}"
        if variant.soundtrack:
            names.setdefault(variant.soundtrack.key, f"sound-{number}")
    for key, name in names.items():
        text = text.replace(key, name)
    return text


def ffmpeg_text(given: Case, plan: Plan) -> str:
    """Every process that the plan's parts need: one argument a line, one filter a line."""
    commands = []
    for group in groups_of(tuple(plan.parts.values()), workers=1):
        files = {part.key: f"{part.key}.mp4" for part in group}
        ass_files = {part.key: f"{part.key}.ass" for part in group if part.cues or part.watermark}
        if group[0].source == "card":
            commands.append(card_command(group[0], files[group[0].key]))
        else:
            commands.append(parts_command(given.film, group, files, ass_files))
    for variant in plan.variants:
        if variant.container in ("gif", "webp"):
            is_webp = variant.container == "webp"
            commands.append(
                animation_command("joined.mp4", "made.gif", rate=variant.frame_rate, quality=128, is_webp=is_webp)
            )
    told = "\n\n".join("\n".join(words_of(command)) for command in commands)
    told = told.replace(str(given.film.path.resolve()), "MASTER")
    return with_plain_keys(told, plan) + "\n" if told else ""


def words_of(command: list[str]) -> list[str]:
    """Arguments as lines: an option with its value, each filter of a graph by itself."""
    lines: list[str] = []
    for word in command:
        if lines and lines[-1] == "-filter_complex":
            lines += ["  " + chain for chain in re.split(r";(?=\[)", word)]
        elif lines and re.fullmatch(r"-[a-z][\w:-]*", lines[-1]):
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def captions_text(given: Case, plan: Plan) -> str:
    """The ASS document of every part that burns something."""
    burned: list[Part] = [part for part in plan.parts.values() if part.cues or part.watermark]
    return with_plain_keys("\n".join(f"; {part.key}\n{ass_text(part)}" for part in burned), plan)


TEXTS: dict[str, Callable[[Case, Plan], str]] = {
    "plan.json": plan_text,
    "ffmpeg.txt": ffmpeg_text,
    "captions.ass": captions_text,
}


@pytest.mark.parametrize("file", TEXTS)
@pytest.mark.parametrize("name", CASES)
def test_a_case_is_as_approved(name: str, file: str, is_updating_golden: bool) -> None:
    """The same master, measurements, presets and wishes lead to the approved text."""
    given = CASES[name]
    text = TEXTS[file](given, planned(given))
    path = FOLDER / name / file
    if is_updating_golden:
        write_or_remove(path, text)
    approved = path.read_text("utf-8") if path.exists() else ""
    names = (f"approved {name}/{file}", "now")
    diff = list(difflib.unified_diff(approved.splitlines(), text.splitlines(), *names, lineterm=""))
    assert text == approved, "\n".join([*diff, "", UPDATE])


def write_or_remove(path: Path, text: str) -> None:
    """Writes an expected text; a case without one has no file."""
    if text:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    else:
        path.unlink(missing_ok=True)


def test_no_folder_without_a_case() -> None:
    """What nobody compares any more is taken away."""
    assert {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_no_path_of_the_user_enters_a_filter(name: str) -> None:
    """The master's path stands once in each process, as its input; outputs and captions have plain names."""
    given = CASES[name]
    hostile = replace(given, film=replace(given.film, path=Path("it's a [dir]; x=1,y:2") / "100%.mp4"))
    for command in re.split(r"\n\n", ffmpeg_text(hostile, planned(hostile))):
        assert command.count("MASTER") <= 1
        assert "it's" not in command and "100%" not in command
