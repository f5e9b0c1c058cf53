"""Models that travel with variantgen, opened and checked, and the value that detectors answer with."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from variantgen.errors import UserError
from variantgen.model.analysis import SubjectKind

if TYPE_CHECKING:
    import numpy as np

FOLDER = Path(__file__).parent / "models"
RUNTIME = "ai_edge_litert"
DECODE_FORMAT = 1
"""Raised when the same models would give other detections: other thresholds, kinds or box sizes."""

_Opened = TypeVar("_Opened")


@dataclass(frozen=True)
class ModelFile:
    """A model's file in `models/` and its content; models/README.md tells its origin and licence."""

    name: str
    sha256: str


FACE_MODEL = ModelFile(
    "face_detection_full_range_sparse.tflite", "671dd2f9ed11a78436fc21cc42357a803dfc6f73e9fb86541be942d5716c2dce"
)
OBJECT_MODEL = ModelFile(
    "object_detection_ssd_mobilenetv2_oidv4_fp16.tflite",
    "d0a5255bf8c4f5a0bc4240741a76c41d5e939f7655078f945f50ab53a9375da6",
)


@dataclass(frozen=True)
class Detection:
    """What one frame shows at one place: left, top, width and height as shares of the frame, how sure (0-1)."""

    kind: SubjectKind
    x: float
    y: float
    w: float
    h: float
    confidence: float


class MissingRuntimeError(Exception):
    """The package that runs models cannot be imported; the message is a sentence for the user."""


def detectors_identity() -> str:
    """Names what `load_detectors` would answer with on this machine, for a key of the store; loads nothing.

    An install without the runtime has another identity, so that its poorer analyses are not kept for later.
    """
    if find_spec(RUNTIME) is None:
        return "no detectors"
    return f"faces {FACE_MODEL.sha256[:12]} objects {OBJECT_MODEL.sha256[:12]} decode {DECODE_FORMAT}"


class Model:
    """One model, ready to run on one core; not for two threads at a time."""

    def __init__(self, file: ModelFile) -> None:
        """Raises UserError when the file is damaged, MissingRuntimeError when nothing can run it."""
        content = _read(file)
        try:
            from ai_edge_litert.interpreter import Interpreter
        except (ImportError, OSError) as error:  # OSError: a native library of it does not load
            raise MissingRuntimeError(
                f"faces, people and things cannot be found here, because ai-edge-litert is missing or broken ({error})"
            ) from error

        def opened() -> Interpreter:
            interpreter = Interpreter(model_content=content, num_threads=1)
            interpreter.allocate_tensors()
            return interpreter

        self._interpreter = without_chatter(opened)
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [each["index"] for each in self._interpreter.get_output_details()]

    def run(self, picture: np.ndarray) -> list[np.ndarray]:
        """The model's outputs, without the batch's axis, for a float32 picture (height, width, 3 as RGB)."""
        self._interpreter.set_tensor(self._input, picture[None])
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index)[0] for index in self._outputs]


def best_boxes(
    boxes: np.ndarray, scores: np.ndarray, *, overlap: float, is_of_smaller: bool = False
) -> list[np.ndarray]:
    """Non-maximum suppression: groups of indices, the best box first and then those that show the same as it.

    `boxes` (n, 4) hold left, top, right, bottom; two show the same when their intersection is more than `overlap` of
    their union, or of the smaller one.
    """
    import numpy as np

    x0, y0, x1, y1 = boxes.T
    wide = np.clip(np.minimum(x1[:, None], x1) - np.maximum(x0[:, None], x0), 0, None)
    high = np.clip(np.minimum(y1[:, None], y1) - np.maximum(y0[:, None], y0), 0, None)
    areas = (x1 - x0) * (y1 - y0)
    common = wide * high
    whole = np.minimum(areas[:, None], areas) if is_of_smaller else areas[:, None] + areas - common
    same = common > overlap * np.maximum(whole, 1e-12)
    groups = []
    free = np.ones(len(scores), bool)
    for best in np.argsort(-scores, kind="stable"):
        if free[best]:
            members = np.flatnonzero(free & same[best])
            free[members] = free[best] = False
            groups.append(np.concatenate(([best], members[members != best])))
    return groups


def inside_frame(kind: SubjectKind, box: np.ndarray, confidence: float) -> Detection | None:
    """A detection cut to its frame, from left, top, right, bottom in shares; None where nothing of it is inside."""
    x0, y0, x1, y1 = (min(1.0, max(0.0, float(edge))) for edge in box)
    if x1 <= x0 or y1 <= y0:
        return None
    return Detection(kind, x0, y0, x1 - x0, y1 - y0, float(confidence))


def _read(file: ModelFile) -> bytes:
    """A model's content; native code crashes on a damaged one, so its checksum is compared first."""
    path = FOLDER / file.name
    content = path.read_bytes() if path.is_file() else b""
    found = hashlib.sha256(content).hexdigest()
    if found != file.sha256:
        state = f"damaged ({len(content)} bytes, sha256 {found[:12]}, wanted {file.sha256[:12]})" if content else "gone"
        raise UserError(
            f"{path.name}, a model that travels with variantgen, is {state}; "
            "install variantgen again: pip install --force-reinstall variantgen"
        )
    return content


_STDERR = 2
_stderr_is_ours = threading.Lock()


def without_chatter(opening: Callable[[], _Opened]) -> _Opened:
    """What `opening` returns, without the INFO lines that the runtime prints and offers no switch for.

    Native code writes to descriptor 2. For the milliseconds of opening it leads to a file; whatever else came there,
    errors or another thread's words, is passed on afterwards.
    """
    with _stderr_is_ours, tempfile.TemporaryFile() as caught:
        if sys.stderr is not None:
            sys.stderr.flush()
        try:
            kept = os.dup(_STDERR)
        except OSError:  # no standard error at all: nothing to keep quiet
            return opening()
        try:
            os.dup2(caught.fileno(), _STDERR)
            return opening()
        finally:
            os.dup2(kept, _STDERR)
            os.close(kept)
            caught.seek(0)
            for line in caught.read().splitlines(keepends=True):
                if not line.startswith(b"INFO: "):
                    os.write(_STDERR, line)
