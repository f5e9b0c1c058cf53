"""Parts cut and joined: the frames that were planned, bit for bit, and no other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
import masters
import pytest
import readings
from masters import NTSC, SAMPLE_RATE
from renders import SOUND, Studio

from variantgen.build.encode import Bench, encode_group, groups_of
from variantgen.build.join import UnusablePart, join
from variantgen.media.ffmpeg import Children, find_ffmpeg
from variantgen.media.probe import probe
from variantgen.model import Analysis, Plan
from variantgen.plan import Wishes, make_plan
from variantgen.plan.crop_keys import shown_frame
from variantgen.presets import load_preset
from variantgen.store import Store

pytestmark = [pytest.mark.media, pytest.mark.usefixtures("nobody_in_sight")]


def bench_of(studio: Studio) -> Bench:
    """A store and a working folder to encode parts in."""
    work = studio.folder / "store" / "work" / "test"
    work.mkdir(parents=True, exist_ok=True)
    return Bench(find_ffmpeg(str(studio.ffmpeg)), Store(studio.folder / "store"), work, Children())


def plan_of(studio: Studio, path: Path, shots: tuple[int, ...], *placements: Path) -> Plan:
    """A plan of a master that has a cut at every one of `shots`."""
    loaded = [load_preset(str(placement)) for placement in placements]
    master = probe(path)
    return make_plan(
        master, Analysis(master.frames, shots), [(item.name, item.preset) for item in loaded], Wishes(),
        stem="film", ffmpeg_identity="test", measure=lambda *_: 0.0,
    )  # fmt: skip


def encoded(bench: Bench, plan: Plan) -> dict[str, Path]:
    """All parts of a plan, two processes at a time, by key."""
    films = {plan.master.fingerprint: plan.master}
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda group: encode_group(bench, films, group), groups_of(list(plan.parts.values()), 1)))
    return {key: bench.store.path("parts", key) for key in plan.parts}


def joined(bench: Bench, plan: Plan, number: int, out: Path) -> list[Path]:
    """One variant's parts joined into `out`; the parts' files come back."""
    variant = plan.variants[number]
    rows = [(bench.store.path("parts", key), plan.parts[key].frames) for key in variant.part_keys]
    join(rows, None, out, container="mp4", frame_rate=variant.frame_rate)
    return [path for path, _ in rows]


def test_a_thousand_frames_of_a_cut_master(shelf, either_studio, ffmpeg, tmp_path):
    """Cut at odd places and joined: the planned numbers at exact times, bit-identical to what the parts decode to."""
    studio = either_studio
    master = masters.stamped(shelf, 1000)
    shots = (0, 47, 101, 202, 209, 333, 500, 501, 777)
    plan = plan_of(studio, master, shots, studio.placement("wide"), studio.placement("tall", canvas__width=50))
    bench = bench_of(studio)
    encoded(bench, plan)
    for number in range(2):
        out = tmp_path / f"joined{number}.mp4"
        parts = joined(bench, plan, number, out)
        assert len(parts) > 7
        numbers, hashes = readings.numbers_and_hashes(out, ffmpeg)
        assert numbers == list(range(1000))
        assert hashes == [h for part in parts for h in readings.part_hashes(part)]
        assert readings.shown_at(out) == [Fraction(1001 * n, 30000) for n in range(1000)]


def test_ten_thousand_frames_in_two_hundred_parts(shelf, studio, bundled, tmp_path):
    """200 parts of 50 frames at 29.97 join to frames 0 to 9999, every one bit-identical to its part's."""
    master = masters.stamped(shelf, 10_000, size=(64, 36))
    placement = studio.placement(canvas__width=64, canvas__height=36, video__quality=20)
    plan = plan_of(studio, master, tuple(range(0, 10_000, 50)), placement)
    assert len(plan.parts) == 200
    bench, out = bench_of(studio), tmp_path / "joined.mp4"
    encoded(bench, plan)
    parts = joined(bench, plan, 0, out)
    numbers, hashes = readings.numbers_and_hashes(out, bundled)
    assert numbers == list(range(10_000))
    assert hashes == [h for part in parts for h in readings.part_hashes(part)]
    assert readings.shown_at(out) == [Fraction(1001 * n, 30000) for n in range(10_000)]


def test_sound_and_picture_begin_and_end_together(shelf, either_studio, ffmpeg):
    """Thirty-odd seconds in a dozen parts: frames as planned, sound's length within 1024 samples of the picture's."""
    seconds = 1000 * 1001 / 30000
    at = [24_000, 480_000, 960_000, 1_580_000]
    master = masters.stamped(shelf, 1000, sound=masters.clicks(seconds, at))
    made = either_studio.render(
        master, either_studio.placement(**SOUND, audio__loudness_lufs=-30, audio__tolerance_lu=5)
    )
    assert readings.numbers(made.file, ffmpeg) == list(range(1000))
    with av.open(str(made.file)) as file:
        video, audio = file.streams.video[0], file.streams.audio[0]
        assert video.start_time == 0 and audio.start_time == 0
        assert abs(audio.duration * audio.time_base * SAMPLE_RATE - Fraction(1001 * 1600)) <= 1024
    sound = readings.samples(made.file, ffmpeg)
    assert abs(len(sound) - 1_601_600) <= 1024
    found = readings.click_positions(sound, len(at))
    assert max(abs(a - b) for a, b in zip(found, at, strict=True)) <= 5


def test_two_canvases_of_one_process_show_the_same_frames(shelf, either_studio, ffmpeg):
    """Parts that share a decode hold the same frames, whatever their size; and each span is decoded once."""
    master = masters.stamped(shelf, 300)
    studio = either_studio
    placements = [
        studio.placement(f"p{w}", canvas__width=w, canvas__height=h) for w, h in ((160, 90), (50, 90), (90, 90))
    ]
    plan = plan_of(studio, master, (0,), *placements)
    assert [len(group) for group in groups_of(list(plan.parts.values()), 1)] == [3, 3]
    made = studio.render(master, *placements, jobs=1)
    for file in made.files().values():
        assert readings.numbers(file, ffmpeg) == list(range(300))


@pytest.mark.parametrize(("rate", "suffix"), [(60, "mp4"), (50, "mp4"), (60, "mkv")])
def test_halving_the_rate_keeps_every_second_frame(shelf, either_studio, ffmpeg, rate, suffix):
    """At half the rate frame n is the master's frame 2n, in every part, also by a clock that rounds to milliseconds."""
    source = masters.stamped(shelf, rate * 8, Fraction(rate))
    master = masters.remade(source, shelf / f"{rate}.{suffix}", "-c", "copy")
    made = either_studio.render(master, either_studio.placement(video__max_frame_rate=rate // 2))
    assert made.report.parts["encoded"] > 1
    assert readings.numbers(made.file, ffmpeg) == list(range(0, rate * 8, 2))


def test_ten_frames_a_second_become_thirty(shelf, studio, bundled):
    """Where the placement takes no slow film, every frame is shown three times as often, never blended."""
    master = masters.stamped(shelf, 70, Fraction(10))
    made = studio.render(master, studio.placement(video__min_frame_rate=23.976))
    assert readings.numbers(made.file, bundled) == [n // 3 for n in range(210)]


def test_a_varying_rate_shows_what_the_master_shows(shelf, either_studio, ffmpeg, tmp_path):
    """With stretches of half and of a seventh of the frames, each frame is the one showing at its time."""
    source = masters.stamped(shelf, 360, Fraction(30))
    kept = [n for n in range(360) if not (90 <= n < 150 and n % 2) and (n < 180 or n % 7 == 0 or n >= 350)]
    dropped = "not(between(n,90,149)*mod(n,2))*not(between(n,180,349)*mod(n,7))"
    master = masters.remade(source, shelf / "vfr.mp4", "-vf", f"select='{dropped}'", "-fps_mode", "vfr", *masters.X264)
    wanted = [max(k for k in kept if k <= n) for n in range(360)]
    assert probe(master).is_variable_rate and probe(master).frame_rate == 30
    # every part begins where the frame that is showing began earlier
    plan = plan_of(either_studio, master, (0, 101, 149, 202, 251, 302), either_studio.placement())
    bench, out = bench_of(either_studio), tmp_path / "joined.mp4"
    encoded(bench, plan)
    assert len(joined(bench, plan, 0, out)) == 6
    assert readings.numbers(out, ffmpeg) == wanted
    assert readings.numbers(either_studio.render(master, either_studio.placement()).file, ffmpeg) == wanted


def test_a_picture_that_begins_late_stays_late(shelf, either_studio, ffmpeg):
    """A picture delayed by half a second against its sound: the first frame stands until then, nothing moves."""
    sound = masters.clicks(10.5, [48_000, 240_000])
    whole = masters.stamped(shelf, 300, Fraction(30), sound=sound, name="late")
    master = shelf / "late.mp4"
    if not master.exists():
        masters.remade(
            whole, master, "-itsoffset", "0.5", "-i", str(whole), "-map", "1:v", "-map", "0:a", "-c:v", "copy",
            "-c:a", "aac", "-b:a", "192k",
        )  # fmt: skip
    made = either_studio.render(
        master, either_studio.placement(**SOUND, audio__loudness_lufs=-30, audio__tolerance_lu=5)
    )
    assert readings.numbers(made.file, ffmpeg) == [max(0, n - 15) for n in range(315)]
    found = readings.click_positions(readings.samples(made.file, ffmpeg), 2)
    assert max(abs(a - b) for a, b in zip(found, [48_000, 240_000], strict=True)) <= 5


def test_cards_join_the_master_to_the_frame(shelf, either_studio, ffmpeg):
    """Title, master and end card: as many frames as planned, and every frame of the master between the two."""
    master = masters.stamped(shelf, 120, Fraction(24), size=(160, 90))
    made = either_studio.render(master, either_studio.placement(), title="Hello", end_card="Bye\nexample.com")
    seen = readings.numbers(made.file, ffmpeg)
    inside = [seen[at : at + 120] for at in range(len(seen) - 119) if seen[at] == 0]
    assert list(range(120)) in inside
    before, after = seen.index(1) - 1, len(seen) - seen.index(119) - 1
    assert 24 <= before <= 120 and 24 <= after <= 120
    checks = {check.name: check for check in made.result.checks}
    assert int(checks["frames"].wanted) == len(seen) == before + 120 + after


def test_a_part_that_is_not_whole_is_never_joined(shelf, studio, tmp_path):
    """A part with a frame too few is refused by name; it is not joined into a shorter film."""
    plan = plan_of(studio, masters.stamped(shelf, 120), (0, 60), studio.placement())
    bench = bench_of(studio)
    files = list(encoded(bench, plan).values())
    with pytest.raises(UnusablePart, match=r"holds 60 of 61 frames"):
        join([(files[0], 60), (files[1], 61)], None, tmp_path / "x.mp4", container="mp4", frame_rate=NTSC)


def test_a_spoilt_part_is_made_again(shelf, studio, bundled):
    """A part of the store that was cut short on the disk is noticed and encoded again."""
    master = masters.stamped(shelf, 300)
    first = studio.render(master)
    assert first.report.parts["encoded"] > 1
    spoilt = sorted((studio.folder / "store" / "parts").rglob("*.mp4"))[0]
    spoilt.write_bytes(spoilt.read_bytes()[:2000])
    second = studio.render(master, out="second")
    assert readings.numbers(second.file, bundled) == list(range(300))
    assert second.report.parts["encoded"] == 1


def test_parallel_children_end_with_their_run(shelf, studio):
    """After `cancel` no process of the run is left and none is started."""
    plan = plan_of(studio, masters.stamped(shelf, 120), (0,), studio.placement())
    bench = bench_of(studio)
    bench.children.cancel()
    before = threading.active_count()
    with pytest.raises(BaseException, match="encoding frames"):
        encoded(bench, plan)
    assert threading.active_count() <= before
    assert not list((studio.folder / "store").rglob("parts/*/*.mp4"))


@pytest.mark.parametrize("length, speed", [(20, Fraction(11, 10)), (21.5, None)])
def test_a_faster_variant_shows_every_frame_that_was_planned(shelf, either_studio, ffmpeg, length, speed):
    """A tenth faster, or by an odd number: each frame is the planned one, and clicks stay beside them."""
    studio = either_studio
    at_samples = [round(seconds * SAMPLE_RATE) for seconds in range(1, 22)]
    sound = masters.clicks(22, at_samples)
    master = masters.stamped(shelf, 660, Fraction(30), sound=sound, name="clicked")
    tiny = studio.placement("tiny", length__max_speed=1.2, **{k.replace(".", "__"): v for k, v in SOUND.items()})
    made = studio.render(master, tiny, lengths=(length,), method="speed")
    frames = length * 30
    speed = speed or Fraction(660) / Fraction(frames)
    planned = [shown_frame(frame, 30 * speed, Fraction(30)) for frame in range(round(frames))]
    assert readings.numbers(made.file, ffmpeg) == planned
    heard = readings.click_positions(readings.samples(made.file, ffmpeg)[:, 0], len(at_samples))
    off = [abs(one - two / float(speed)) for one, two in zip(heard, at_samples, strict=True)]
    assert max(off) < SAMPLE_RATE / 60
