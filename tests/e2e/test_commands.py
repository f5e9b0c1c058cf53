"""The commands as a user types them: what they print, where, and with which exit code."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import masters
import pytest
from renders import write_placement

pytestmark = pytest.mark.e2e


def events(out: str) -> list[dict]:
    """The JSON objects of a stdout, one a line."""
    return [json.loads(line) for line in out.splitlines()]


# ---------------------------------------------------------------- render


def test_render_json_ends_with_the_report(film, store, tiny, type_in, tmp_path):
    """Every line of stdout is one JSON event; the last is the report with the words of the contract."""
    said = type_in("render", film, "-p", tiny, "-o", tmp_path / "out", "--store", store, "--json")
    assert said.code == 0, said.err
    told = events(said.out)
    assert {event["event"] for event in told} <= {"note", "progress", "variant", "report"}
    report = told[-1]
    assert report["event"] == "report" and [event["event"] for event in told].count("report") == 1
    (variant,) = report["variants"]
    assert {"id", "preset", "file", "status", "checks", "error"} <= set(variant)
    assert variant["status"] == "made" and variant["preset"] == "tiny" and variant["error"] == ""
    assert (tmp_path / "out" / variant["file"]).is_file()
    for check in variant["checks"]:
        assert {"name", "wanted", "measured", "ok"} <= set(check)
    names = {check["name"] for check in variant["checks"]}
    assert {"size", "pixel_aspect", "frame_rate", "frames", "length", "video_codec", "profile", "keyframes"} <= names
    assert {"faststart", "loudness", "true_peak", "av_start", "av_length", "black", "silence"} <= names
    assert set(report["parts"]) == {"planned", "unique", "encoded", "reused"}
    assert report["parts"]["encoded"] == report["parts"]["unique"] > 0
    assert isinstance(report["seconds"], float)


def test_render_leaves_a_folder_to_look_through(film, store, tiny, type_in, tmp_path):
    """Variant, manifest, gallery, contact sheet, summary and JUnit file, and nothing unfinished."""
    said = type_in("render", film, "-p", tiny, "-o", tmp_path / "out", "--store", store)
    assert said.code == 0 and "1 made" in said.out and "gallery.html" in said.out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"manifest.json", "gallery.html", "contact-sheet.png", "junit.xml"} <= names
    assert any(name.endswith(".mp4") for name in names) and any(name.endswith(".md") for name in names)
    assert not [name for name in names if name.startswith(".")]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["schema_version"] >= 1
    assert not list((store / "work").iterdir()), "working folders are gone"


def test_a_quiet_run_says_nothing_of_progress(film, store, tiny, type_in, tmp_path):
    """Where stderr is no terminal there is no bar and no control character in it."""
    said = type_in("render", film, "-p", tiny, "-o", tmp_path / "out", "--store", store)
    assert "\x1b" not in said.err + said.out and "\r" not in said.err and len(said.err.splitlines()) <= 3


def test_one_failing_variant_gives_exit_1_and_keeps_the_others(film, store, tiny, type_in, tmp_path):
    """Of a good and an impossible placement the good one is made; the other says why."""
    never = write_placement(tmp_path, "never", length__min_seconds=500)
    said = type_in("render", film, "-p", tiny, "-p", never, "-o", tmp_path / "out", "--store", store, "--json")
    assert said.code == 1
    status = {variant["preset"]: variant for variant in events(said.out)[-1]["variants"]}
    assert status["tiny"]["status"] == "made"
    assert status["never"]["status"] == "failed" and "500 s" in status["never"]["error"]


def test_a_file_that_misses_a_check_gets_no_name(film, store, type_in, tmp_path):
    """A variant that cannot be as its placement wants it is told and not published."""
    # half a decibel of room between loudness and peak cannot be had
    impossible = write_placement(
        tmp_path, "impossible", **{"audio.codec": "aac"}, audio__loudness_lufs=-5, audio__tolerance_lu=0.3,
        audio__max_true_peak_dbtp=-12,
    )  # fmt: skip
    said = type_in("render", film, "-p", impossible, "-o", tmp_path / "out", "--store", store)
    assert said.code == 1 and "loudness" in said.err and "wanted -5 LUFS" in said.err
    assert not list((tmp_path / "out").glob("*.mp4"))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "no preset named"),
        (("-p", "tiktak"), 'Did you mean "tiktok"?'),
        (("--pack", "socials"), 'Did you mean "social"?'),
        (("-p", "tiktok", "--set", "video.qualty=3"), "quality"),
        (("-p", "tiktok", "--set", "video.quality=99"), "99"),
        (("-p", "tiktok", "--set", "nonsense"), "key and value"),
        (("-p", "tiktok", "--focus", "2,2"), "between 0"),
        (("-p", "tiktok", "--fit", "stretch"), "stretch"),
        (("-p", "tiktok", "--captions", "missing.srt"), "missing.srt"),
        (("-p", "tiktok", "--audio-track", "7"), "sound tracks"),
        (("-p", "tiktok", "--ffmpeg", "no-such-program"), "no-such-program"),
        (("-p", "tiktok", "--no-such-option"), "no-such-option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_word_is_exit_2_and_names_what_is_wrong(film, store, type_in, tmp_path, words, complaint):
    """Usage and settings: a sentence that names the slip, no traceback, nothing written."""
    said = type_in("render", film, *words, "-o", tmp_path / "out", "--store", store)
    assert said.code == 2
    assert complaint in said.err and "Traceback" not in said.err
    assert not (tmp_path / "out").exists()


def test_the_program_runs_as_a_module(start):
    """`python -m variantgen --version` prints name and version; -h works on every command."""
    child = start("--version")
    out, _ = child.communicate(timeout=60)
    assert child.returncode == 0 and out.startswith("variantgen")


def test_a_reader_that_leaves_early_is_no_fault(start):
    """`variantgen presets list | head -1` ends quietly."""
    child = start("presets", "list")
    assert child.stdout is not None and child.stderr is not None
    child.stdout.close()
    assert "Traceback" not in child.stderr.read()
    child.wait(timeout=60)


# ---------------------------------------------------------------- plan


PLAN_KEYS = {"schema_version", "master", "variants", "parts"}
VARIANT_KEYS = {
    "id", "preset", "file", "width", "height", "frame_rate", "frames", "pieces", "cues", "soundtrack", "encode", "why",
}  # fmt: skip


@pytest.mark.parametrize("command", [("plan",), ("render", "--dry-run")], ids=" ".join)
def test_plan_json_is_the_contract(film, store, type_in, tmp_path, command):
    """The keys of the contract, integer frames, exact rates, and parts that exist; nothing is written."""
    said = type_in(
        *command, film, "-p", "tiktok", "-p", "instagram-reels", "--json", "-o", tmp_path / "out", "--store", store
    )
    assert said.code == 0, said.err
    plan = json.loads(said.out)
    assert set(plan) >= PLAN_KEYS and plan["schema_version"] == 1
    assert {"name", "fingerprint", "width", "height", "frame_rate", "frames"} <= set(plan["master"])
    assert plan["master"]["frames"] == 90 and plan["master"]["frame_rate"] == "15"
    assert len(plan["variants"]) == 2
    for variant in plan["variants"]:
        assert set(variant) >= VARIANT_KEYS
        assert variant["frames"] == sum(piece["end_frame"] - piece["start_frame"] for piece in variant["pieces"])
        for piece in variant["pieces"]:
            assert {"source", "start_frame", "end_frame", "fit", "crop", "why", "parts"} <= set(piece)
            assert all(len(key) == 5 for key in piece["crop"])
            assert set(piece["parts"]) <= set(plan["parts"]) and piece["parts"]
    assert not (tmp_path / "out").exists() and str(tmp_path) not in said.out


def test_plan_is_a_table_with_sizes_seconds_megabytes_and_reasons(film, store, type_in):
    """For people: one row a variant, what is shared, and the command that makes it."""
    said = type_in("plan", film, "-p", "tiktok", "-p", "instagram-reels", "--store", store)
    assert said.code == 0
    assert "1080x1920" in said.out and "6.00" in said.out and "cropped" in said.out
    command = shlex.join(
        map(str, ("variantgen", "render", film, "-p", "tiktok", "-p", "instagram-reels", "--store", store))
    )
    assert command in said.out.replace("\n", "")


# ---------------------------------------------------------------- check


def test_check_measures_what_others_made(film, store, tiny, type_in, tmp_path):
    """A foreign file that fits is exit 0; one that does not is exit 1 and says what was wanted and measured."""
    fitting = masters.remade(
        film, tmp_path / "export.mp4", "-vf", "scale=160:90,setsar=1,format=yuv420p", "-af", "volume=-2dB",
        "-c:v", "libx264", "-g", "30", "-profile:v", "high", "-c:a", "aac", "-ar", "48000", "-ac", "2",
        "-movflags", "+faststart",
    )  # fmt: skip
    said = type_in("check", fitting, "-p", tiny, "--json", "--store", store)
    (row,) = json.loads(said.out)["files"]
    wrong = {check["name"] for check in row["checks"] if not check["ok"]}
    assert wrong <= {"loudness", "true_peak", "edit_lists", "colour"}, wrong
    said = type_in("check", film, "-p", "tiktok", "--json", "--store", store)
    assert said.code == 1
    (row,) = json.loads(said.out)["files"]
    checks = {check["name"]: check for check in row["checks"]}
    assert checks["size"]["wanted"] == "1080x1920" and checks["size"]["measured"] == "160x90"
    assert not checks["size"]["ok"] and not row["ok"]


def test_check_accepts_our_own_files(film, store, tiny, type_in, tmp_path):
    """What render has made and verified, check finds fitting too."""
    type_in("render", film, "-p", tiny, "-o", tmp_path / "out", "--store", store)
    (made,) = (tmp_path / "out").glob("*.mp4")
    said = type_in("check", made, "-p", tiny, "--store", store)
    assert said.code == 0 and "fits" in said.out


def test_check_refuses_what_is_no_file(store, tiny, type_in, tmp_path):
    """Missing is exit 2; a text file is a sentence, never a traceback."""
    (tmp_path / "letter.mp4").write_text("Dear all")
    assert type_in("check", tmp_path / "missing.mp4", "-p", tiny, "--store", store).code == 2
    said = type_in("check", tmp_path / "letter.mp4", "-p", tiny, "--store", store)
    assert said.code in (1, 2) and "letter.mp4" in said.complaint


# ---------------------------------------------------------------- presets, doctor, store, demo


def test_presets_are_listed_shown_checked_and_written(type_in, tmp_path, monkeypatch):
    """list, show, new and check work hand in hand; a fault is told with its key."""
    monkeypatch.chdir(tmp_path)
    listed = type_in("presets", "list")
    assert listed.code == 0 and "tiktok" in listed.out and "youtube-shorts" in listed.out
    assert "1080" in type_in("presets", "show", "tiktok").out
    assert type_in("presets", "new", "my-channel", "--from", "tiktok").code == 0
    (written,) = tmp_path.rglob("my-channel.toml")
    assert type_in("presets", "check", written).code == 0
    written.write_text(written.read_text("utf-8").replace("quality = 20", "quality = 200"), "utf-8")
    said = type_in("presets", "check", written)
    assert said.code != 0 and "video.quality" in said.err + said.out and "200" in said.err + said.out


def test_the_schema_is_json(type_in):
    """`presets schema` prints a JSON schema that knows the tables."""
    schema = json.loads(type_in("presets", "schema").out)
    assert {"canvas", "video", "audio", "length", "file", "captions"} <= set(schema["properties"])


def test_doctor_finds_what_is_needed(type_in, store):
    """On a machine that passes these tests everything needed is there; JSON says the same."""
    said = type_in("doctor", "--json", "--store", store)
    findings = {row["name"].strip(): row for row in json.loads(said.out)["findings"]}
    assert said.code == 0 and findings["ffmpeg"]["ok"] and findings["libx264"]["ok"] and findings["fonts"]["ok"]
    assert type_in("doctor", "--store", store).code == 0


def test_doctor_tells_what_to_install(type_in, store):
    """Without its FFmpeg it says so, with what to type, and exits 1."""
    said = type_in("doctor", "--ffmpeg", "no-such-program", "--store", store)
    assert said.code == 1 and "no-such-program" in said.out and "pip install" in said.out


def test_the_store_is_counted_and_cleaned(film, store, tiny, type_in, tmp_path):
    """info counts what a render left; clean to nothing empties it; the next render works again."""
    render = ("render", film, "-p", tiny, "--store", store)
    type_in(*render, "-o", tmp_path / "out")
    kinds = json.loads(type_in("store", "info", "--store", store, "--json").out)["kinds"]
    assert kinds["parts"]["files"] > 0 and kinds["parts"]["bytes"] > 0 and kinds["soundtracks"]["files"] == 1
    assert type_in("store", "clean", "--max-gb", "0", "--store", store).code == 0
    kinds = json.loads(type_in("store", "info", "--store", store, "--json").out)["kinds"]
    assert all(kind["files"] == 0 for kind in kinds.values())
    assert type_in(*render, "-o", tmp_path / "again").code == 0


def test_variants_open_without_variantgen(film, store, tiny, type_in, tmp_path):
    """What comes out is a plain MP4: FFmpeg decodes it without one complaint."""
    from variantgen.media.ffmpeg import find_ffmpeg

    type_in("render", film, "-p", tiny, "-o", tmp_path / "out", "--store", store, "--title", "Hello")
    (made,) = (tmp_path / "out").glob("*.mp4")
    command = [find_ffmpeg().path, "-v", "warning", "-xerror", "-i", made, "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr.strip()


def test_a_folder_may_hold_anything_else(film, store, tiny, type_in, tmp_path):
    """Other files of the output folder are left alone, and a variant's own sidecar is written beside it."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    source = tmp_path / "in"
    source.mkdir()
    shutil.copyfile(film, source / "film.mov")
    (source / "film.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n", "utf-8")
    settings = ("--set", "captions.mode=sidecar", "--set", "captions.sidecar_format=vtt")
    said = type_in("render", source / "film.mov", "-p", tiny, "-o", out, "--store", store, *settings)
    assert said.code == 0, said.err
    assert (out / "notes.txt").read_text() == "mine"
    (sidecar,) = out.glob("*.vtt")
    assert sidecar.read_text("utf-8").startswith("WEBVTT") and "Hello" in sidecar.read_text("utf-8")
    assert sidecar.with_suffix(".mp4").is_file()


def test_the_tests_run_the_code_beside_them():
    """The package under test is this checkout's or an installed wheel's, and says its version once."""
    import variantgen

    said = subprocess.run(
        [sys.executable, "-m", "variantgen", "--version"], capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    assert variantgen.__version__ in said.stdout
