"""`variantgen doctor`: what this machine can do, and what to install."""

from __future__ import annotations

import json
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import click

from variantgen import __version__
from variantgen.cli import EXIT_INCOMPLETE
from variantgen.cli.wishes import PATH
from variantgen.errors import UserError

# What each ability needs of FFmpeg: encoder or filter, and what is lost without it.
NEEDED = (
    ("encoders", "libx264", "H.264 variants", True),
    ("encoders", "aac", "sound", True),
    ("filters", "ass", "burned captions", True),
    ("filters", "ebur128", "loudness", True),
    ("filters", "zscale", "HDR masters", False),
    ("encoders", "libx265", "H.265 variants", False),
    ("encoders", "libsvtav1", "AV1 variants", False),
    ("encoders", "libvpx-vp9", "VP9 variants", False),
    ("encoders", "libopus", "sound of WebM variants", False),
    ("encoders", "libmp3lame", "MP3 podcasts", False),
    ("encoders", "libwebp_anim", "animated WebP", False),
    ("filters", "libvmaf", "the quality bench", False),
)
PACKAGES = (
    "moviepy",
    "ffmpeg-python",
    "pillow",
    "pydub",
    "click",
    "av",
    "imageio-ffmpeg",
    "pysubs2",
    "ttconv",
    "uharfbuzz",
    "pydantic",
    "rich",
    "opencv-python-headless",
    "scenedetect-headless",
)


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's letter."""

    name: str
    found: str
    ok: bool
    is_needed: bool = True
    advice: str = ""


@click.command()
@click.option("--ffmpeg", metavar="PROGRAM", help="Look at another FFmpeg.")
@click.option("--store", type=PATH, help="Look at another store.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def doctor(ffmpeg: str | None, store: Path | None, as_json: bool) -> None:
    """Tell which FFmpeg is used, what it can do, which fonts there are, and what to install for the rest.

    \b
    Examples:
      variantgen doctor
      variantgen doctor --ffmpeg /usr/bin/ffmpeg
    """
    findings = [*_ourselves(), *_ffmpeg(ffmpeg), *_fonts(), *_packages(), _detectors(), _speech(), _store(store)]
    if as_json:
        click.echo(json.dumps({"schema_version": 1, "findings": [vars(f) for f in findings]}, ensure_ascii=False))
    else:
        for finding in findings:
            mark = "ok  " if finding.ok else ("MISS" if finding.is_needed else "-   ")
            click.echo(
                f"{mark} {finding.name:<26} {finding.found}"
                + (f"\n       -> {finding.advice}" if finding.advice else "")
            )
    if any(finding.is_needed and not finding.ok for finding in findings):
        raise click.exceptions.Exit(EXIT_INCOMPLETE)


def _ourselves() -> list[Finding]:
    return [
        Finding(
            "variantgen",
            f"{__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}",
            True,
        )
    ]


def _ffmpeg(explicit: str | None) -> list[Finding]:
    from variantgen.media.ffmpeg import capabilities, find_ffmpeg

    try:
        tool = find_ffmpeg(explicit)
    except UserError as error:
        return [Finding("ffmpeg", str(error), False, advice="pip install imageio-ffmpeg")]
    rows = [Finding("ffmpeg", f"{tool.version} from {tool.origin}: {tool.path}", True)]
    can = capabilities(tool)
    for kind, name, use, is_needed in NEEDED:
        ok = name in can[kind]
        advice = "" if ok else f"for {use}: pip install -U imageio-ffmpeg, or --ffmpeg PROGRAM with {name}"
        rows.append(Finding(f"  {name}", use if ok else f"missing: {use}", ok, is_needed, advice))
    return rows


def _fonts() -> list[Finding]:
    from variantgen.fonts import CAPTION_FAMILY, card_font_path, font_path

    missing = [path.name for path in (font_path(), font_path(bold=False), card_font_path()) if not path.is_file()]
    found = f"{CAPTION_FAMILY}, which travels with variantgen" if not missing else f"missing: {', '.join(missing)}"
    advice = "pip install --force-reinstall variantgen" if missing else ""
    return [Finding("fonts", found, not missing, advice=advice), _scripts()]


# One word of each script that captions come in most, and what it takes to draw it.
SCRIPTS = {
    "Arabic": "سلام",
    "Hebrew": "שלום",
    "Devanagari": "नमस्ते",
    "Thai": "สวัสดี",
    "Japanese": "こんにちは",
    "Korean": "안녕",
    "Chinese": "你好",
    "emoji": "😀",
}


def _scripts() -> Finding:
    from variantgen.fonts.runs import faces_for

    missing = [name for name, word in SCRIPTS.items() if faces_for([word]).undrawable]
    found = "every common script" if not missing else "none for " + ", ".join(missing)
    advice = f'{Path(sys.executable).name} -m pip install "variantgen[fonts]"' if set(missing) - {"emoji"} else ""
    if "emoji" in missing:
        advice += f"{'; ' if advice else ''}for emoji install your system's colour emoji (fonts-noto-color-emoji)"
    return Finding("  fonts for captions", found, not missing, False, advice)


def _speech() -> Finding:
    from importlib.util import find_spec

    if find_spec("faster_whisper") is None:
        advice = f'{Path(sys.executable).name} -m pip install "variantgen[transcribe]"'
        return Finding("captions from speech", "faster-whisper is not installed", False, False, advice)
    return Finding("captions from speech", f"faster-whisper {metadata.version('faster-whisper')}", True)


def _packages() -> list[Finding]:
    rows = []
    for name in PACKAGES:
        try:
            rows.append(Finding(f"  {name}", metadata.version(name), True))
        except metadata.PackageNotFoundError:
            rows.append(
                Finding(f"  {name}", "missing", False, advice=f"{Path(sys.executable).name} -m pip install {name}")
            )
    return rows


def _detectors() -> Finding:
    from variantgen.analyze.detectors import load_detectors

    try:
        complaint = load_detectors().complaint
    except UserError as error:
        return Finding("faces, people, things", "cannot be found: the models are damaged", False, advice=str(error))
    if not complaint:
        return Finding("faces, people, things", "can be found", True)
    advice = (
        f"{Path(sys.executable).name} -m pip install ai-edge-litert, which exists for Linux with glibc (x86-64, "
        "ARM64), macOS on Apple silicon and Windows on x86-64"
    )
    return Finding("faces, people, things", complaint, False, False, advice)


def _store(folder: Path | None) -> Finding:
    from variantgen.store import default_store

    root = folder or default_store()
    near = next((p for p in (root, *root.parents) if p.exists()), Path.cwd())
    free = shutil.disk_usage(near).free / 1e9
    return Finding(
        "store",
        f"{root}, {free:.0f} GB free",
        free > 1,
        False,
        "" if free > 1 else "choose another with --store or VARIANTGEN_STORE",
    )
