"""`variantgen transcribe`: captions from what is said in a master, or times for a transcript that has none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from variantgen.cli import EXIT_INCOMPLETE
from variantgen.cli.telling import ScreenTeller
from variantgen.cli.wishes import PATH

if TYPE_CHECKING:
    from variantgen.transcripts import Transcribed

EXAMPLES = """\b
Examples:
  variantgen transcribe film.mp4
  variantgen transcribe film.mp4 -o film.de.vtt --language de
  variantgen transcribe film.mp4 --text script.txt
  variantgen transcribe film.mp4 --model small --download
  variantgen transcribe film.mp4 --format json
"""


@click.command(epilog=EXAMPLES)
@click.argument("masters", nargs=-1, required=True, type=PATH)
@click.option(
    "-o", "--out", type=PATH, help="The captions file, or a folder for those of several masters.  [default: MASTER.srt]"
)
@click.option(
    "--model",
    default="",
    metavar="MODEL",
    help="A Whisper model: a folder (CTranslate2), an installed package that carries one, or a name such as small."
    " Default: the best one on this machine.",
)
@click.option("--download", "is_download_allowed", is_flag=True, help="Fetch the --model of that name once, if needed.")
@click.option(
    "--language",
    default="",
    metavar="TAG",
    help="The language spoken, as in en or pt-BR. Default: told from the sound.",
)
@click.option("--format", type=click.Choice(["srt", "vtt", "json"]), help="Default: that of the file's name, or srt.")
@click.option("--text", type=PATH, help="A transcript without times: its words are found in the sound.")
@click.option("--audio-track", type=click.IntRange(1), metavar="N", help="Which sound track of the master, from 1.")
@click.option("--force", "is_forced", is_flag=True, help="Replace a captions file that is there.")
@click.option("--store", type=PATH, help="Folder of what was heard before. Default: the user's cache folder.")
@click.option("--ffmpeg", metavar="PROGRAM", help="Another FFmpeg, 5.1 or newer.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs, words and times included.")
def transcribe(as_json: bool, **values: Any) -> None:
    """Write a captions file from what is said in MASTERS (films, or sound alone).

    Everything is heard on this machine, and kept: the same film is not heard twice. Needs the extra
    variantgen[transcribe] and a speech model. With --text the captions hold that text, and only its times are told
    from the sound. A format of json keeps the time of every word, for captions that light the spoken one.
    """
    from variantgen.transcripts import TranscribeRequest
    from variantgen.transcripts import transcribe as transcribe_request

    values["masters"] = tuple(dict.fromkeys(values["masters"]))
    request = TranscribeRequest(**{**values, "format": values["format"] or ""})
    with ScreenTeller() as screen:
        done = transcribe_request(request, screen)
    if as_json:
        told = [_as_json(one) for one in done]
        click.echo(json.dumps({"schema_version": 1, "masters": told}, ensure_ascii=False))
    else:
        for one in done:
            _show(one)
    written = [one for one in done if one.status != "silent"]
    if not as_json and written and written[0].has_picture:
        _show_next(written[0])
    if len(written) < len(request.masters):
        raise click.exceptions.Exit(EXIT_INCOMPLETE)


def _as_json(one: Transcribed) -> dict[str, Any]:
    from variantgen.transcripts import transcript_json

    return {
        "master": one.master.name,
        "file": "" if one.status == "silent" else str(one.file),
        "status": one.status,
        "found_share": one.found_share,
        "language_confidence": one.transcript.language_confidence,
        **transcript_json(one.transcript, one.cues),
    }


def _show(one: Transcribed) -> None:
    if one.status == "silent":
        click.echo(f"{one.master.name}: no speech, no file")
        return
    words = f"{len(one.transcript.words)} words in {len(one.cues)} captions"
    click.echo(f"{one.file}: {words}, {one.transcript.language}" + (", unchanged" if one.status == "unchanged" else ""))


def _show_next(one: Transcribed) -> None:
    """What to type next: a file beside its master, under its name, is found by itself."""
    import shlex

    is_found = one.file.with_suffix("") == one.master.with_suffix("") and one.file.suffix != ".json"
    captions = [] if is_found else ["--captions", str(one.file)]
    click.echo("Use it:  " + shlex.join(["variantgen", "render", str(one.master), "-p", "tiktok", *captions]))
