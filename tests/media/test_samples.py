"""The sample master and the README's picture: they are what their plan says, and are made once."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import av
import numpy as np
import pysubs2
import pytest
from PIL import Image

from variantgen.media.ffmpeg import find_ffmpeg, run

pytestmark = pytest.mark.media

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SECONDS, HEIGHT_PX = 4, 360


@pytest.fixture(scope="module")
def samples() -> Any:
    """The modules of samples/, imported as a script there imports them."""
    sys.path.insert(0, str(SAMPLES))
    import harbour_story
    import make_master
    import make_picture

    found = ModuleType("samples")
    found.master, found.picture, found.story = make_master, make_picture, harbour_story  # type: ignore[attr-defined]
    yield found
    sys.path.remove(str(SAMPLES))


@pytest.fixture(scope="module")
def film(samples: Any) -> Any:
    """The plan of the small film that the tests look at."""
    return samples.story.plan_film(SECONDS, height=HEIGHT_PX)


@pytest.fixture(scope="module")
def master(samples: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small film itself."""
    folder = tmp_path_factory.mktemp("sample")
    return samples.master.make_master(folder, seconds=SECONDS, height=HEIGHT_PX)


def sound_of(path: Path) -> tuple[np.ndarray, int]:
    """Left and right as floats, and the sample rate."""
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
        return np.concatenate(blocks, axis=1), container.streams.audio[0].rate


def level_db(sound: np.ndarray) -> float:
    """RMS level in dB of full scale."""
    return float(10 * np.log10(np.mean(sound**2) + 1e-12))


def test_the_master_has_its_planned_shape(master: Path, film: Any) -> None:
    """Frames, size, rate and colour tags are the planned ones, and the index stands in front."""
    with av.open(str(master)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (stream.width, stream.height, stream.average_rate) == (640, HEIGHT_PX, 25)
        assert sum(1 for _ in container.decode(stream)) == film.frames == 100
        tags = (context.colorspace, context.color_primaries, context.color_trc, context.color_range)
        assert tuple(map(int, tags)) == (1, 1, 1, 1)
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
    head = master.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


def test_the_cuts_are_where_the_story_says(master: Path, film: Any) -> None:
    """The picture changes at once at each planned cut, and nowhere else."""
    with av.open(str(master)) as container:
        frames = [frame.to_ndarray(format="gray").astype(int) for frame in container.decode(video=0)]
    jumps = [np.abs(after - before).mean() for before, after in zip(frames, frames[1:], strict=False)]
    cuts = [number for number, jump in enumerate(jumps, start=1) if jump > 14]
    assert cuts == [shot.start_frame for shot in film.shots[1:]]


def test_the_subject_walks_off_to_one_side(samples: Any) -> None:
    """In the sunset shot the boat begins in the middle third and ends outside of it."""
    paint = samples.master.SHOTS["sunset"](1 / 6)
    places = []
    for share in (0.0, 1.0):
        with_boat = np.asarray(paint(1.0, share)).astype(int)
        other = np.asarray(paint(1.0, 1.0 - share)).astype(int)
        # above the water line only the boat differs between two moments of the same second
        changed = np.abs(with_boat - other)[70:105].max(axis=(0, 2)) > 24
        columns = np.flatnonzero(changed)
        places.append((columns[columns < 200].mean(), columns[columns > 210].mean()))
    middle, side = places[0]
    assert 107 < middle < 213
    assert side > 240


def test_captions_are_in_time_with_the_voice(master: Path, film: Any) -> None:
    """Each caption lies in the film and over the voice; between captions stands a pause."""
    cues = list(pysubs2.load(str(master.with_suffix(".srt"))))
    assert [cue.plaintext for cue in cues] == ["One film.", "Twelve places to show it."]
    sound, rate = sound_of(master)
    assert sound.shape[0] == 2
    assert rate == 48_000
    assert abs(sound.shape[1] / rate - film.seconds) < 0.05

    def between(start_ms: float, end_ms: float) -> float:
        return level_db(sound[:, round(start_ms * rate / 1000) : round(end_ms * rate / 1000)])

    voiced = [between(cue.start + 60, cue.end - 200) for cue in cues]
    pause = between(cues[0].end, cues[1].start)
    assert cues[1].start - cues[0].end >= 350
    assert cues[-1].end <= film.seconds * 1000
    assert min(voiced) > -30
    assert min(voiced) - pause > 12


def test_every_cut_of_the_full_film_falls_into_a_pause(samples: Any) -> None:
    """At full length no sentence runs over a cut, pauses are long enough and captions readable."""
    film = samples.story.plan_film()
    spoken = [(sentence.start_seconds, sentence.end_seconds) for sentence in film.sentences]
    cuts = [shot.start_frame / 25 for shot in film.shots[1:]]
    assert len(film.sentences) == 7
    assert not [cut for cut in cuts for start, end in spoken if start < cut < end]
    assert all(1.5 <= end - start <= 3.5 for start, end in spoken)
    assert all(after[0] - before[1] >= 0.35 for before, after in zip(spoken, spoken[1:], strict=False))


def test_a_finished_film_is_left_alone(samples: Any, master: Path) -> None:
    """A second call draws nothing and does not touch the file."""
    before, drawn = master.stat(), []
    again = samples.master.make_master(master.parent, seconds=SECONDS, height=HEIGHT_PX, on_progress=drawn.append)
    assert again == master
    assert (again.stat().st_mtime_ns, again.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert drawn == []


def test_another_film_is_made_anew(samples: Any, tmp_path: Path) -> None:
    """A film of another size under the same name is replaced, and progress ends at 1."""
    samples.master.make_master(tmp_path, seconds=SECONDS, height=90)
    told: list[float] = []
    path = samples.master.make_master(tmp_path, seconds=SECONDS, height=108, on_progress=told.append)
    with av.open(str(path)) as container:
        assert container.streams.video[0].height == 108
    assert told == sorted(told)
    assert told[-1] == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["harbour.mp4", "harbour.srt"]


def test_an_interrupted_film_leaves_nothing(samples: Any, tmp_path: Path) -> None:
    """A film that is broken off half-way leaves no file at all."""

    def stop(share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        samples.master.make_master(tmp_path, seconds=SECONDS, height=90, on_progress=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("wrong", "said"), [({"seconds": 3}, "at least 4"), ({"height": 361}, "even number")])
def test_what_cannot_be_is_refused(samples: Any, tmp_path: Path, wrong: dict[str, int], said: str) -> None:
    """Too short a film or an odd height is refused before anything is written."""
    with pytest.raises(ValueError, match=said):
        samples.master.make_master(tmp_path / "new", **wrong)
    assert not (tmp_path / "new").exists()


def test_the_picture_shows_master_and_variants(samples: Any, master: Path, tmp_path: Path) -> None:
    """The picture has its size, stays small, and shows the film's own frame in the master's place."""
    (tmp_path / "variants").mkdir()
    (tmp_path / "harbour.mp4").write_bytes(master.read_bytes())
    sizes = {"tiktok": (202, 360), "instagram-feed": (288, 360), "instagram-square": (360, 360), "x": (640, 360)}
    for preset, (width, height) in sizes.items():
        if preset == "x":
            with pytest.raises(FileNotFoundError, match="no 16:9 variant"):
                samples.picture.make_picture(tmp_path, tmp_path / "picture.png")
        out = f"variants/harbour_{preset}.mp4"
        args = ["-i", "harbour.mp4", "-vf", f"crop={width}:{height},setsar=1", "-an", "-preset", "ultrafast", out]
        run(find_ffmpeg(), args, doing="making a variant", folder=tmp_path)
    samples.picture.make_picture(tmp_path, tmp_path / "picture.png")
    with Image.open(tmp_path / "picture.png") as picture:
        shown = picture.convert("RGB")
    assert shown.size == (1600, 776)
    assert (tmp_path / "picture.png").stat().st_size < 350_000
    x, y, w, h = samples.picture._MASTER_BOX
    placed = np.asarray(shown.crop((x, y, x + w, y + h)).resize((64, 36))).astype(int)
    frame = samples.picture._frame_of(master)
    assert np.abs(placed - np.asarray(frame.resize((64, 36)))).mean() < 8
