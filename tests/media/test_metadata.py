"""Who a file says it is: read back by both FFmpegs and by exiftool, and nothing else in the file changed by it."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import av
import masters
import pytest
import readings

from variantgen.build.join import join
from variantgen.build.marking import MARKS, mark
from variantgen.build.xmp import NAMESPACE, xmp_packet
from variantgen.media.boxes import has_edit_lists, is_faststart
from variantgen.model import Identity

pytestmark = pytest.mark.media

RATE = Fraction(10)
FRAMES = 20
SPECIFICATION = {
    "campaign": "Été 'x' \"y\" <&>;#=\\",
    "as": "paid",
    "levels": {"hook": {"text": "顔\n\x07 🏳️‍🌈", "span": [0.0, 2.0]}},
}
WHO = Identity("x7p9bf66", SPECIFICATION, "Spring – <face> & “body”", "pt-BR")
VIDEO = {"mp4": ("libx264", "aac"), "mov": ("libx264", "aac"), "webm": ("libvpx-vp9", "libopus")}
AUDIO = {"m4a": ("aac", "ipod"), "mp3": ("libmp3lame", "mp3"), "wav": ("pcm_s16le", "wav")}
PLAYED = (*VIDEO, *AUDIO)


@dataclass(frozen=True)
class Bench:
    """Small parts and sounds, made once."""

    folder: Path
    ffmpeg: Path

    def made(self, name: str, *words: str) -> Path:
        """A file of FFmpeg's own pictures and tones."""
        path = self.folder / name
        if not path.exists():
            subprocess.run([self.ffmpeg, "-v", "error", "-fflags", "+bitexact", *words, path], check=True)
        return path

    def joined(self, container: str, out: str, identity: Identity | None) -> Path:
        """A file as it is delivered, with or without an identity."""
        path = self.folder / f"{out}.{container}"
        codec, muxer = AUDIO.get(container) or (VIDEO[container][1], "webm" if container == "webm" else "mp4")
        sound = self.made(
            f"sound-{codec}.{container}", "-f", "lavfi", "-i", "sine=d=2", "-c:a", codec, "-ar", "48000", "-f", muxer
        )
        parts = []
        if container in VIDEO:
            encoder = VIDEO[container][0]
            source = ("-f", "lavfi", "-i", f"testsrc2=s=64x36:r={RATE}", "-frames:v", str(FRAMES))
            parts = [(self.made(f"part-{encoder}.mp4", *source, "-c:v", encoder, "-pix_fmt", "yuv420p"), FRAMES)]
        join(parts, sound, path, container=container, frame_rate=RATE, identity=identity)
        return path


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, bundled: Path) -> Bench:
    """A folder for the parts of all tests here."""
    return Bench(tmp_path_factory.mktemp("metadata"), bundled)


def told_by_ffmpeg(ffmpeg: Path, path: Path) -> dict[str, str]:
    """A file's tags as FFmpeg reads them, by their names in lower case."""
    done = subprocess.run([ffmpeg, "-v", "error", "-i", path, "-f", "ffmetadata", "-"], capture_output=True, check=True)
    tags, text = {}, done.stdout.decode("utf-8").replace("\\\n", "\n")
    for line in text.splitlines()[1:]:
        if line.startswith(("[", ";")):
            break
        key, _, value = line.partition("=")
        tags[key.lower()] = value
    return {key: _without_escapes(value) for key, value in tags.items()}


def _without_escapes(value: str) -> str:
    letters = iter(value)
    return "".join(next(letters) if letter == "\\" else letter for letter in letters)


def told_by_exiftool(path: Path) -> dict[str, Any]:
    """A file's tags as exiftool reads them, with the group of each."""
    exiftool = shutil.which("exiftool")
    if exiftool is None:
        pytest.skip("exiftool is not on this machine: install libimage-exiftool-perl, or exiftool from exiftool.org")
    done = subprocess.run([exiftool, "-j", "-G1", "-ee", "-struct", path], capture_output=True, check=True)
    (told,) = json.loads(done.stdout)
    assert "ExifTool:Warning" not in told and "ExifTool:Error" not in told
    return told


def packets(path: Path) -> list[tuple[int, int | None, int | None, bytes]]:
    """Every packet: its stream, its times and its bytes."""
    with av.open(str(path)) as file:
        return [(p.stream.index, p.pts, p.dts, bytes(p)) for p in file.demux() if p.size]


# ---------------------------------------------------------------- what is read back


@pytest.mark.parametrize("container", PLAYED)
def test_ffmpeg_reads_who_a_file_is(bench: Bench, ffmpeg: Path, container: str) -> None:
    """The comment holds the id in every container; MP4, MOV, WebM and MP3 have the specification beside it."""
    tags = told_by_ffmpeg(ffmpeg, bench.joined(container, "told", WHO))
    assert (tags["comment"], tags["title"]) == ("variantgen:x7p9bf66", WHO.title)
    if container not in ("m4a", "wav"):
        assert tags["com.variantgen.id"] == "x7p9bf66"
        assert json.loads(tags["com.variantgen.specification"]) == SPECIFICATION


@pytest.mark.parametrize("container", PLAYED)
def test_exiftool_reads_who_a_file_is(bench: Bench, container: str) -> None:
    """Its XMP has the id, the title and the specification; WebM, which has no place for XMP, has them as tags."""
    told = told_by_exiftool(bench.joined(container, "told", WHO))
    if container == "webm":
        assert told["Matroska:Comvariantgenid"] == "x7p9bf66"
        assert json.loads(told["Matroska:Comvariantgenspecification"]) == SPECIFICATION
        return
    assert_xmp(told)


def assert_xmp(told: dict[str, Any]) -> None:
    """What exiftool tells of an XMP packet is who the file is."""
    assert told["XMP-dc:Identifier"] == told["XMP-variantgen:Id"] == "x7p9bf66"
    assert (told["XMP-dc:Title"], told["XMP-dc:Language"]) == (WHO.title, ["pt-BR"])
    assert json.loads(told["XMP-variantgen:Specification"]) == SPECIFICATION
    assert told["XMP-xmpMM:DocumentID"].startswith("xmp.did:") and told["XMP-xmpMM:InstanceID"].startswith("xmp.iid:")


@pytest.mark.parametrize("container", ["gif", "webp"])
def test_looping_pictures_say_who_they_are(bench: Bench, tmp_path: Path, ffmpeg: Path, container: str) -> None:
    """A GIF and an animated WebP carry the XMP too, and show the same pictures."""
    codec = ("-c:v", "libwebp_anim") if container == "webp" else ()
    bare = bench.made(f"loop.{container}", "-f", "lavfi", "-i", f"testsrc2=s=64x36:r={RATE}:d=2", *codec)
    marked = shutil.copy(bare, tmp_path / f"marked.{container}")
    mark(marked, container, WHO)
    assert pictures_of(marked) == pictures_of(bare) and len(pictures_of(bare)) > FRAMES // 2
    if container == "gif":
        assert readings.numbers_and_hashes(marked, ffmpeg)[1] == readings.numbers_and_hashes(bare, ffmpeg)[1]
    else:
        assert marked.read_bytes()[20] & 0x04, "the header announces the XMP"
    assert_xmp(told_by_exiftool(marked))


def pictures_of(path: Path) -> list[bytes]:
    """The decoded pictures of a looping file."""
    from PIL import Image, ImageSequence

    with Image.open(path) as image:
        return [frame.convert("RGB").tobytes() for frame in ImageSequence.Iterator(image)]


# ---------------------------------------------------------------- what stays


@pytest.mark.parametrize("container", PLAYED)
def test_an_identity_changes_no_packet(bench: Bench, container: str) -> None:
    """Pictures and sound have the same bytes and times with and without it; the index stays in front."""
    bare, marked = bench.joined(container, "bare", None), bench.joined(container, "marked", WHO)
    assert packets(marked) == packets(bare)
    if container in ("mp4", "mov", "m4a"):
        assert is_faststart(marked) and has_edit_lists(marked) == has_edit_lists(bare)
    assert 0 < marked.stat().st_size - bare.stat().st_size < 6000


@pytest.mark.parametrize("container", PLAYED)
def test_the_same_identity_gives_the_same_bytes(bench: Bench, container: str) -> None:
    """Joined twice, a file is the same to the last bit; another id makes another file."""
    one, again = (bench.joined(container, name, WHO).read_bytes() for name in ("one", "again"))
    assert one == again
    other = Identity("b201xyz9", SPECIFICATION, WHO.title, WHO.language)
    assert bench.joined(container, "other", other).read_bytes() != one


@pytest.mark.parametrize("container", ["mp3", "wav"])
def test_a_second_mark_does_no_harm(bench: Bench, tmp_path: Path, container: str) -> None:
    """An MP3's tag is replaced and not doubled, and a WAV still plays to its end."""
    path = tmp_path / f"x.{container}"
    shutil.copy(bench.joined(container, "once", WHO), path)
    mark(path, container, Identity("b201xyz9"))
    assert packets(path) == packets(bench.joined(container, "bare", None))
    if container == "mp3":
        assert path.read_bytes().count(b"ID3\x04") == 1
        assert told_by_ffmpeg(bench.ffmpeg, path)["com.variantgen.id"] == "b201xyz9"


def test_every_packet_is_xml_whatever_is_in_it() -> None:
    """Control characters, markup and quotes of a title or a specification come back, or are left out of the title."""
    nasty = "".join(map(chr, range(32))) + "\x7f<>&'\"]]>\ufffe\ud800?><?xpacket"
    root = ElementTree.fromstring(xmp_packet(Identity("x7p9bf66", {nasty: nasty}, nasty, "en")).decode("utf-8"))
    (told,) = root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
    assert json.loads(told.attrib[f"{{{NAMESPACE}}}specification"]) == {nasty: nasty}
    (title,) = root.iter("{http://purl.org/dc/elements/1.1/}title")
    assert "".join(title.itertext()).replace("\r", "\n") == "\t\n\n\x7f<>&'\"]]>?><?xpacket"


# ---------------------------------------------------------------- through the whole tool


def test_every_finished_file_says_its_id(shelf: Path, either_studio: Any, ffmpeg: Path, nobody_in_sight: None) -> None:
    """A render's files name the id that the report has for them, without a campaign too."""
    sound = {"audio__codec": "aac", "audio__channels": 1}
    names = {
        "film": either_studio.placement("film", **sound),
        "loop": either_studio.placement("loop", container="gif", video__codec="gif"),
    }
    made = either_studio.render(masters.stamped(shelf, 20), *names.values())
    ids = {result.preset: result.id for result in made.report.results}
    files = made.files()
    assert told_by_ffmpeg(ffmpeg, files["film"])["com.variantgen.id"] == ids["film"]
    assert b"variantgen:" + ids["loop"].encode() in files["loop"].read_bytes()


def test_every_container_has_a_place_for_the_identity() -> None:
    """A container of presets is marked, or its muxer writes the tags."""
    from variantgen.presets.schema import AUDIO_OF_CONTAINER, CODECS_OF_CONTAINER

    assert {*CODECS_OF_CONTAINER, *AUDIO_OF_CONTAINER} == {*MARKS, "webm"}
