"""What a brand brings beside its values: pictures, and card templates of the user's own, by their content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.errors import ToolError, UserError

if TYPE_CHECKING:
    from PIL import Image

    from variantgen.store import Store

PICTURES, TEMPLATE_FILES = "pictures", "templates"
"""Kinds of things in the store."""


@dataclass(frozen=True)
class Shelf:
    """Gives a picture by its fingerprint, and a template by `fingerprint:function`."""

    picture: Callable[[str], Image.Image]
    template: Callable[[str], Any]


def _nothing(name: str) -> Any:
    raise ToolError(f"a card needs {name}, which is not in the store")


NOTHING_SHELVED = Shelf(_nothing, _nothing)


def shelf_of(store: Store) -> Shelf:
    """The shelf of a store, into which planning has put what brands name."""
    return Shelf(
        lambda fingerprint: _picture(_held(store, PICTURES, fingerprint)),
        lambda name: _template(_held(store, TEMPLATE_FILES, name.partition(":")[0]), name.partition(":")[2]),
    )


def _held(store: Store, kind: str, fingerprint: str) -> Path:
    path = store.find(kind, fingerprint)
    if path is None:
        raise ToolError(f"the store has lost a brand's file ({kind}/{fingerprint}); plan again")
    return path


@lru_cache(maxsize=16)
def _picture(path: Path) -> Image.Image:
    from PIL import Image

    with Image.open(path, formats=["PNG"]) as picture:
        return picture.convert("RGBA")


@lru_cache(maxsize=16)
def _template(path: Path, function: str) -> Any:
    """A function of a Python file. Only files that a brand's own file names get into the store as templates."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(f"variantgen_card_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ToolError(f"the card template {path} cannot be read")
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise UserError(
            f"the card template with {function}() does not load: {type(error).__name__}: {error}"
        ) from error
    found = getattr(module, function, None)
    if not callable(found):
        raise UserError(f"the card template's file has no function {function}()")
    return found
