"""`variantgen frame` as a user types it: pictures, a table, a framing file to edit, and what is read from one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from renders import write_placement

from variantgen.plan.crop_keys import window_at

pytestmark = pytest.mark.e2e


@pytest.fixture
def own_film(film: Path, tmp_path: Path) -> Path:
    """The film in a folder of its own: framing files lie beside their master."""
    folder = tmp_path / "own"
    folder.mkdir()
    return Path(shutil.copy(film, folder / "film.mov"))


@pytest.fixture
def tall(tmp_path: Path) -> Path:
    """A placement that crops sideways."""
    return write_placement(tmp_path / "placements", "tall", canvas__width=90, canvas__height=160)


def framing(film: Path, text: str) -> Path:
    """A framing file beside a master."""
    path = film.with_name("film.framing.toml")
    path.write_text(text, "utf-8")
    return path


# ---------------------------------------------------------------- pictures


def test_frame_shows_where_the_window_looks(own_film, store, type_in, tmp_path, monkeypatch):
    """Without further words: TikTok's framing as a sheet and a film in film-framing, a table, what to type next."""
    monkeypatch.chdir(tmp_path)
    said = type_in("frame", own_film, "--store", store)
    assert said.code == 0, said.err
    folder = tmp_path / "film-framing"
    assert sorted(path.name for path in folder.iterdir()) == ["film.9x16.framing.jpg", "film.9x16.framing.mp4"]
    assert "film.mov as 9:16 for tiktok" in said.out
    assert f"variantgen render {own_film} -p tiktok" in said.out
    assert not list((store / "work").iterdir()), "working folders are gone"
    assert not own_film.with_name("film.framing.toml").exists()


def test_one_sheet_a_shape_and_none_for_sound(own_film, store, tiny, tall, type_in, tmp_path):
    """Placements of two shapes give two sheets; one of sound only is told of; --no-video leaves the films out."""
    sound = write_placement(tmp_path / "placements", "sound", container="m4a", audio__codec="aac")
    kept = [line for line in sound.read_text("utf-8").splitlines() if not line.startswith(("canvas", "video"))]
    sound.write_text("\n".join(kept), "utf-8")
    out = tmp_path / "look"
    said = type_in(
        "frame", own_film, "-p", tiny, "-p", tall, "-p", sound, "-o", out, "--store", store, "--no-video"
    )  # fmt: skip
    assert said.code == 0, said.err
    assert sorted(path.name for path in out.iterdir()) == ["film.16x9.framing.jpg", "film.9x16.framing.jpg"]
    assert "sound is sound only: there is nothing to frame" in said.err


def test_the_next_command_holds_the_same_wishes(own_film, store, tall, type_in, tmp_path):
    """What is typed next frames as what was looked at."""
    wishes = (
        "-p",
        str(tall),
        "--focus",
        "0.2,0.5",
        "--keep",
        "face=2,text=0",
        "--fit",
        "crop",
        "--set",
        "length.max_seconds=5",
    )
    said = type_in("frame", own_film, *wishes, "-o", tmp_path / "look", "--store", store, "--no-video")
    assert said.code == 0, said.err
    again = f"{own_film} {' '.join(wishes)}"
    assert said.out.splitlines()[-2:] == [
        f"Edit it:    variantgen frame {again} --export",
        f"Render it:  variantgen render {again}",
    ]


def test_frame_json_is_the_table_as_data(own_film, store, tall, type_in, tmp_path):
    """One object on stdout, with files and shots in master frames."""
    said = type_in("frame", own_film, "-p", tall, "-o", tmp_path / "look", "--store", store, "--no-video", "--json")
    told = json.loads(said.out)
    (view,) = told["views"]
    assert (told["schema_version"], told["master"], view["shape"], view["presets"]) == (1, "film.mov", "9x16", ["tall"])
    assert Path(view["sheet"]).is_file() and view["video"] == ""
    assert (view["shots"][0]["start_frame"], view["shots"][-1]["end_frame"]) == (0, 90)
    assert {"shot", "motion", "fit", "why", "subjects", "lost_share", "is_losing"} <= set(view["shots"][0])


def test_a_folder_that_cannot_be_made_is_told_of(own_film, store, type_in):
    """-o that names a file is an error of one line."""
    said = type_in("frame", own_film, "-o", own_film, "--store", store)
    assert said.code == 2 and said.complaint.startswith(f"variantgen: -o {own_film}: cannot be written")


# ---------------------------------------------------------------- export


def test_an_export_is_not_replaced_once_it_was_edited(own_film, store, tall, type_in, tmp_path):
    """An untouched export is written anew; an edited one stays, with exit 2, until --force replaces it."""
    words = ("frame", own_film, "-p", tall, "-o", tmp_path / "look", "--store", store, "--no-video", "--export")
    file = own_film.with_name("film.framing.toml")
    said = type_in(*words)
    assert said.code == 0 and str(file) in said.out
    first = file.read_bytes()
    assert b"[[span]]" in first and b"# Shot 1, 0:00.00 to 0:0" in first
    again = type_in(*words)
    assert again.code == 0 and file.read_bytes() == first
    assert "framing from" not in again.err, "an export starts from what is detected"
    file.write_bytes(first.replace(b"x = 0.", b"x = 0.1", 1))
    said = type_in(*words)
    assert said.code == 2 and str(file) in said.complaint and "--force" in said.complaint
    assert file.read_bytes() != first
    assert type_in(*words, "--force").code == 0 and file.read_bytes() == first


def test_an_export_changes_no_window(own_film, store, tall, type_in, tmp_path):
    """The plan with the exported file has the windows of the plan without it, within a pixel."""

    def windows() -> list:
        said = type_in("plan", own_film, "-p", tall, "--store", store, "--json")
        pieces = json.loads(said.out)["variants"][0]["pieces"]
        frames = ((piece["crop"], n) for piece in pieces for n in range(piece["start_frame"], piece["end_frame"]))
        return [window_at(keys, frame) for keys, frame in frames]

    before = windows()
    exported = type_in(
        "frame", own_film, "-p", tall, "-o", tmp_path / "look", "--store", store, "--no-video", "--export"
    )
    assert exported.code == 0
    for window, again in zip(before, windows(), strict=True):
        assert again == pytest.approx(window, abs=1)


# ---------------------------------------------------------------- what is read


@pytest.mark.parametrize("command", ["plan", "render", "frame"])
def test_every_command_reads_the_file_beside_the_master(own_film, store, tall, type_in, tmp_path, command):
    """A framing file is used without being named, and that is told; a fault in it is an error of its lines."""
    words = (command, own_film, "-p", tall, "-o", tmp_path / "look", "--store", store)
    framing(own_film, "[[span]]\nstart = 0\nend = 6\nx = 0.25\n")
    said = type_in(*words)
    assert said.code == 0, said.err
    assert "framing from film.framing.toml" in said.err
    file = framing(own_film, "[[span]]\nstart = 0\nend = 60\nx = 0.25\n[keep]\nfase = 1\n")
    said = type_in(*words)
    assert said.code == 2
    assert said.err.strip().splitlines() == [
        f"variantgen: {file}: keep, fase: is not a known key: allowed are face, person, animal, vehicle, thing, text."
        ' Did you mean "face"?',
        f"{file}: span 1: end 60 is past the film's end: allowed is up to 6.000.",
    ]


def test_another_framing_file_may_be_named(own_film, store, tall, type_in, tmp_path):
    """--framing goes before the file beside the master; one that is missing is an error."""
    framing(own_film, "this is no TOML")
    other = tmp_path / "other.toml"
    other.write_text("[keep]\nface = 2\n", "utf-8")
    words = ("plan", own_film, "-p", tall, "--store", store)
    said = type_in(*words, "--framing", other)
    assert said.code == 0 and "framing from other.toml" in said.err
    missing = tmp_path / "missing.toml"
    said = type_in(*words, "--framing", missing)
    assert said.code == 2 and said.complaint.startswith(f"variantgen: {missing}: cannot be read")


def test_weights_of_the_command_line_go_before_the_files(own_film, store, tall, type_in):
    """The file's weights change what a variant is; the same weight typed differently wins."""

    def identity(*more: str) -> str:
        said = type_in("plan", own_film, "-p", tall, "--store", store, "--json", *more)
        return json.loads(said.out)["variants"][0]["id"]

    plain, typed = identity(), identity("--keep", "face=3,text=0")
    framing(own_film, "[keep]\nface = 2\ntext = 0\n")
    assert len({plain, typed, identity()}) == 3
    assert identity("--keep", "face=3") == identity("--keep", "text=0", "--keep", "face=3") == typed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("fase=1", 'Did you mean "face"?'),
        ("face", "is no weight, as in face=1"),
        ("face=much", '"much" is no weight'),
        ("face=1,text=10.5", "text: 10.5 is not from 0 (let it go) to 10 (above all)"),
        ("face=nan", "is not from 0"),
    ],
)
def test_a_weight_that_is_none_is_told_of(type_in, words, said):
    """The kind, the weight, what is allowed."""
    told = type_in("plan", "film.mp4", "--keep", words)
    assert told.code == 2 and said in told.err
