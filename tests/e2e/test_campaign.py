"""A campaign as it is typed: the matrix for the cost of its parts, a name on every file, and what goes with it."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import masters
import numpy as np
import pytest
from renders import write_placement

from variantgen.analyze import whole
from variantgen.analyze.detectors import Detectors
from variantgen.media.ffmpeg import find_ffmpeg

pytestmark = pytest.mark.e2e

TEXT = """\
schema_version = 1
name = "spring"
objective = "acquisition"
masters = ["film.mov"]
url = "https://example.com/offer?ref=a%20b&utm_source=old#top"
channels = [{ preset = "tall.toml", as = "paid" }, { preset = "wide.toml", as = "organic" }]
sequence = ["hook", "body", "cta"]

[[factor]]
name = "hook"
levels = [{ name = "face", span = [0.0, 2.0] }, { name = "question", card = "hook", text = "Still cutting?" }]

[[factor]]
name = "body"
levels = [{ name = "full", span = [2.0, 4.8] }, { name = "short", span = [6.0, 8.0] }]

[[factor]]
name = "cta"
levels = [{ name = "shop", card = "end", text = "Shop now" }, { name = "film", span = [8.0, 9.0] }]

[posting]
title = "{hook} {cta}"
text = "Look: {url}"
"""


@pytest.fixture(autouse=True)
def _nobody_in_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbered frames show nobody, and asking the detectors takes longest."""
    monkeypatch.setattr(whole, "load_detectors", lambda: Detectors(None, None))


def campaign_in(folder: Path, shelf: Path, text: str = TEXT) -> Path:
    """A campaign file with its master and its two placements in one folder."""
    folder.mkdir(parents=True, exist_ok=True)
    sound = masters.speech_like(10)
    film = masters.stamped(shelf, 150, masters.Fraction(15), sound=sound, name="campaign")
    link = folder / "film.mov"
    if not link.exists():
        link.write_bytes(film.read_bytes())
    for name, size in (("tall", (90, 160)), ("wide", (160, 90))):
        values = {"canvas.width": size[0], "canvas.height": size[1], "canvas.fit": "pad", "channel": "tiktok"}
        write_placement(folder, name, **values, **{"audio.codec": "aac"})
    file = folder / "spring.toml"
    file.write_text(text, "utf-8")
    return file


def report_of(said) -> dict:
    """The report at the end of what --json told."""
    assert said.code == 0, said.err
    return json.loads(said.out.splitlines()[-1])


def rows_of(file: Path) -> list[dict[str, str]]:
    """A CSV file's rows."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def tags_of(file: Path) -> dict[str, str]:
    """The tags of a file as FFmpeg reads them."""
    done = subprocess.run(
        [find_ffmpeg(None).path, "-v", "error", "-i", file, "-f", "ffmetadata", "-"], capture_output=True, check=True
    )
    lines = (line.partition("=") for line in done.stdout.decode().splitlines())
    return {key: value for key, equals, value in lines if equals}


def test_a_matrix_costs_its_parts_and_a_changed_call_only_its_own(shelf, store, type_in, tmp_path) -> None:
    """Sixteen variants of twelve parts; nothing on a second run; two parts for two canvases when one text changes."""
    file, out = campaign_in(tmp_path / "in", shelf), tmp_path / "out"
    words = ("campaign", "render", file, "-o", out, "--store", store, "--json")
    first = report_of(type_in(*words))
    assert len(first["variants"]) == 16 and {v["status"] for v in first["variants"]} == {"made"}
    assert (first["parts"]["unique"], first["parts"]["encoded"]) == (12, 12)
    again = report_of(type_in(*words))
    assert again["parts"]["encoded"] == 0 and {v["status"] for v in again["variants"]} == {"unchanged"}
    file.write_text(TEXT.replace("Shop now", "Buy it today"), "utf-8")
    changed = report_of(type_in("render", file, "-o", out, "--store", store, "--json"))
    assert changed["parts"]["encoded"] == 2
    assert sorted(v["status"] for v in changed["variants"]) == ["made"] * 8 + ["unchanged"] * 8
    assert {v["id"] for v in first["variants"]} - {v["id"] for v in changed["variants"]} == {
        v["id"] for v in first["variants"] if "-shop_" in v["file"]
    }


def test_every_file_shows_its_pieces_and_says_who_it_is(shelf, store, type_in, tmp_path) -> None:
    """Frames in the asked order; the id in name, tags, link and posted.csv; texts and files in the upload sheet."""
    file, out = campaign_in(tmp_path / "in", shelf), tmp_path / "out"
    only = "hook=face,body=short,cta=film,as=organic"
    report = report_of(type_in("campaign", "render", file, "-o", out, "--store", store, "--only", only, "--json"))
    (variant,) = report["variants"]
    made = out / variant["file"]
    assert variant["file"] == f"spring_wide_organic_face-short-film_{variant['id']}.mp4"
    assert _numbers(made) == [*range(30), *range(90, 120), *range(120, 135)]
    tags = tags_of(made)
    assert tags["com.variantgen.id"] == variant["id"]
    assert json.loads(tags["com.variantgen.specification"].replace("\\", ""))["campaign"] == "spring"
    (row,) = rows_of(out / "posted.csv")
    assert (row["id"], row["file"], row["post_id"]) == (variant["id"], variant["file"], "")
    link = "https://example.com/offer?ref=a%20b&utm_source=tiktok&utm_medium=social&utm_campaign=spring&utm_content="
    assert row["url"].startswith(link) and row["url"].endswith(f"{variant['id']}#top")
    (post,) = rows_of(out / "upload-tiktok.csv")
    assert post["text"] == f"Look: {row['url']}" and (out / post["cover"]).is_file()
    told = json.loads((out / "campaign.json").read_bytes())["variants"][0]
    assert told["levels"] == {"hook": "face", "body": "short", "cta": "film"}
    assert {advice["kind"] for advice in told["advice"]} == {"adherence"}


def _numbers(path: Path) -> list[int]:
    import av

    with av.open(str(path)) as film:
        return [masters.read_stamp(frame.to_ndarray(format="gray")) for frame in film.decode(video=0)]


def test_ids_are_the_same_in_another_folder_and_with_another_ffmpeg(shelf, type_in, tmp_path) -> None:
    """Nothing of the machine is in an id: folder, store, FFmpeg and FFmpeg's version do not matter."""
    ids = []
    others = ["/usr/bin/ffmpeg"] if Path("/usr/bin/ffmpeg").is_file() else []
    for number, ffmpeg in enumerate([str(find_ffmpeg(None).path), *others]):
        file = campaign_in(tmp_path / f"in {number}", shelf)
        said = type_in("campaign", "plan", file, "--store", tmp_path / f"store {number}", "--ffmpeg", ffmpeg, "--json")
        assert said.code == 0, said.err
        ids.append([variant["id"] for plan in json.loads(said.out)["plans"] for variant in plan["variants"]])
    assert len(set(ids[0])) == 16
    assert all(other == ids[0] for other in ids)


def test_what_people_wrote_into_posted_csv_stays(shelf, store, type_in, tmp_path) -> None:
    """A post's number survives another render, and status counts it."""
    file, out = campaign_in(tmp_path / "in", shelf), tmp_path / "out"
    words = ("campaign", "render", file, "-o", out, "--store", store, "--only", "body=short,as=paid", "--json")
    report_of(type_in(*words))
    posted = out / "posted.csv"
    rows = rows_of(posted)
    rows[0]["post_id"] = "p-17"
    with posted.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    report_of(type_in(*words, "--force"))
    assert [row["post_id"] for row in _semicolons(posted)] == ["p-17", "", "", ""]
    said = type_in("campaign", "status", file, "-o", out, "--json")
    states = [row["state"] for row in json.loads(said.out)["variants"]]
    assert (states.count("posted"), states.count("made"), states.count("missing")) == (1, 3, 12)
    (out / rows[0]["file"]).unlink()  # posted and cleared away: its levels are still needed when results come in
    others = ("--only", "body=short,as=organic,hook=face", "--json")
    report_of(type_in("campaign", "render", file, "-o", out, "--store", store, *others))
    states = [
        row["state"] for row in json.loads(type_in("campaign", "status", file, "-o", out, "--json").out)["variants"]
    ]
    assert (states.count("posted"), states.count("made"), states.count("missing")) == (1, 5, 10)


def _semicolons(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened, delimiter=";"))


def test_a_first_campaign_file_can_be_planned_as_it_is(shelf, store, type_in, tmp_path, monkeypatch) -> None:
    """What init writes is valid, takes the master apart, and is never written over a file that is there."""
    campaign_in(tmp_path / "in", shelf)
    monkeypatch.chdir(tmp_path / "in")
    said = type_in("init", "film.mov", "--store", store)
    assert said.code == 0 and "variantgen campaign plan film.toml" in said.out
    said = type_in("campaign", "plan", "film.toml", "--store", store, "--json")
    told = json.loads(said.out)
    assert said.code == 0, said.err
    assert len(told["cells"]) == 16 and [len(plan["variants"]) for plan in told["plans"]] == [16]
    assert "is there already" in type_in("init", "film.mov", "--store", store).err


def test_a_campaign_wears_its_brand(shelf, store, type_in, tmp_path) -> None:
    """The logo of [brand] lies over every film piece, and a brand that cannot be read is told with its key."""
    from PIL import Image

    brand = '[brand]\naccent = "#FFC46B"\n[brand.logo]\nfile = "logo.png"\nplate = true\n'
    file = campaign_in(tmp_path / "in", shelf, TEXT + brand)
    Image.new("RGBA", (40, 20), (255, 0, 0, 255)).save(tmp_path / "in" / "logo.png")
    said = type_in("campaign", "plan", file, "--store", store, "--only", "hook=face,body=short", "--json")
    assert said.code == 0, said.err
    (plan,) = json.loads(said.out)["plans"]
    assert all({one["template"] for one in variant["overlays"]} == {"logo"} for variant in plan["variants"])
    file.write_text(TEXT + brand.replace("accent", "text").replace("#FFC46B", "#0A1420"), "utf-8")
    said = type_in("campaign", "plan", file, "--store", store)
    assert said.code == 2 and "brand.text" in said.err


def test_faults_of_a_campaign_come_all_at_once(shelf, type_in, tmp_path) -> None:
    """A missing master, a placeholder that nothing fills and a link that is none: a line each, with file and key."""
    text = TEXT.replace("film.mov", "flim.mov").replace("{hook} {cta}", "{hok}")
    file = campaign_in(tmp_path / "in", shelf, text)
    said = type_in("campaign", "plan", file)
    assert said.code == 2
    lines = said.err.strip().splitlines()
    assert len(lines) == 2 and all(str(file) in line for line in lines)
    assert "flim.mov" in lines[0] and "film.mov" in lines[0] and "hok" in lines[1]
    said = type_in("render", file, "-p", "tiktok")
    assert said.code == 2 and "--presets" in said.err


FACTORS = """\
schema_version = 1
name = "langs"
objective = "awareness"
masters = ["film.mov"]
languages = ["en", "fr"]
channels = [{ preset = "tall.toml", as = "organic" }]
sequence = ["body", "cta"]

[[factor]]
name = "body"
levels = [{ name = "all", span = [0.0, 6.0] }]

[[factor]]
name = "cta"
levels = [{ name = "card", card = "end", text = { en = "Shop now", fr = "Achetez" } }]

[[factor]]
name = "caption_style"
levels = ["clean", "boxed"]

[[factor]]
name = "music"
levels = [{ name = "none", skip = true }, { name = "song", value = "song.wav" }]

[[factor]]
name = "length"
levels = [{ name = "six", length = 6 }]
"""


def test_languages_styles_music_and_lengths_are_factors(shelf, store, type_in, tmp_path) -> None:
    """Captions and card in the variant's language, its style, its music, its length, whole cards included."""
    folder = tmp_path / "in"
    file = campaign_in(folder, shelf, FACTORS)
    write_placement(folder, "tall", **{
        "canvas.width": 270, "canvas.height": 480, "canvas.fit": "pad", "channel": "tiktok", "audio.codec": "aac",
        "captions.mode": "burn",
    })  # fmt: skip
    (folder / "song.wav").write_bytes(masters.heard(shelf, "song", masters.tone(20, 220)).read_bytes())
    for tag, text in (("en", "Hello there"), ("fr", "Bonjour vous")):
        (folder / f"film.{tag}.srt").write_text(f"1\n00:00:00,500 --> 00:00:02,000\n{text}\n", "utf-8")
    said = type_in("campaign", "plan", file, "--store", store, "--json")
    assert said.code == 0, said.err
    (plan,) = json.loads(said.out)["plans"]
    assert len(plan["variants"]) == 8
    for variant in plan["variants"]:
        is_french = variant["language"] == "fr"
        assert {cue["text"] for cue in variant["cues"]} == {"Bonjour vous" if is_french else "Hello there"}
        assert variant["pieces"][-1]["card"]["text"] == ("Achetez" if is_french else "Shop now")
        assert (variant["soundtrack"]["music"] is not None) == ("song" in variant["file"])
        looks = [plan["parts"][key]["look"] for piece in variant["pieces"] for key in piece["parts"]]
        assert {bool(look["box_colour"]) for look in looks if look} == {"boxed" in variant["file"]}
        assert variant["frames"] == 90
    only = "language=fr,caption_style=boxed,music=song"
    report = report_of(
        type_in("campaign", "render", file, "-o", tmp_path / "out", "--store", store, "--only", only, "--json")
    )
    assert [variant["status"] for variant in report["variants"]] == ["made"]


def test_the_sample_campaign_is_made_in_draft(type_in, store, tmp_path) -> None:
    """samples/harbour.toml as it stands: every variant verified, cards and headline in its brand."""
    samples = Path(__file__).resolve().parents[2] / "samples"
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "harbour.toml").write_bytes((samples / "harbour.toml").read_bytes())
    picture = masters.corners(320, 180)
    sound = masters.speech_like(24)
    film = masters.encode(
        folder / "film.mov", (np.ascontiguousarray(picture).tobytes() for _ in range(600)), (320, 180),
        masters.Fraction(25), sound=sound,
    )  # fmt: skip
    film.rename(folder / "harbour.mp4")
    out = tmp_path / "out"
    report = report_of(type_in("render", folder / "harbour.toml", "-o", out, "--store", store, "--draft", "--json"))
    assert len(report["variants"]) == 14 and {v["status"] for v in report["variants"]} == {"made"}
    assert {path.name for path in out.glob("upload-*")} == {
        "upload-tiktok.csv", "upload-tiktok.md", "upload-instagram.csv", "upload-instagram.md",
    }  # fmt: skip
