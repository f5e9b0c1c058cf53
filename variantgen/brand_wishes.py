"""What was asked of a brand and of overlays on the command line, and the brand's files put into the store."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from variantgen.brand_file import FORMATS, BrandSource, load_brand, picture_of
from variantgen.errors import UserError
from variantgen.model.brand import BRAND, Brand, Logo, Watermark
from variantgen.plan.overlays import OverlayWish, Template, When
from variantgen.store import Store

if TYPE_CHECKING:
    from variantgen.pipeline import Request

WHEN: dict[str, When] = {"headline": "opening", "lower-third": "opening", "call-to-action": "closing"}
LATE_SECONDS = {"lower-third": 0.6}
"""After the opening begins: a name that is there with the first frame is taken for a title."""
_SUFFIXES = tuple(f".{name.lower()}" for name in (*FORMATS, "jpg", "svg"))


def brand_of(request: Request, store: Store, folder: Path) -> Brand | None:
    """The brand of a request, its files in the store; None where none was asked for. UserError for what is wrong."""
    source = brand_source(request)
    if source is None:
        return None
    shelve(source.files, store, folder)
    return source.brand


def brand_source(request: Request) -> BrandSource | None:
    """The brand file of a request, with its logo and watermark where those are given beside it."""
    if not (request.brand or request.logo or request.watermark):
        return None
    source = load_brand(request.brand) if request.brand else BrandSource(BRAND)
    brand, files = source.brand, list(source.files)
    if request.logo:
        picture, file = picture_of(request.logo, "--logo")
        files.append(file)
        brand = replace(brand, logo=replace(brand.logo, picture=picture) if brand.logo else Logo(picture))
    if request.watermark:
        usual = brand.watermark or Watermark()
        if request.watermark.lower().endswith(_SUFFIXES):
            picture, file = picture_of(Path(request.watermark), "--watermark")
            files.append(file)
            brand = replace(brand, watermark=replace(usual, text="", picture=picture))
        else:
            brand = replace(brand, watermark=replace(usual, text=request.watermark, picture=None))
    return BrandSource(brand, tuple(files))


def shelve(files: Sequence[tuple[str, str, bytes]], store: Store, folder: Path) -> None:
    """Puts a brand's files into the store, where drawing finds them; `folder` is a working folder of the store."""
    for kind, fingerprint, content in files:
        if store.find(kind, fingerprint) is None:
            made = folder / f"shelved-{uuid.uuid4().hex[:12]}"
            made.write_bytes(content)
            store.put(kind, fingerprint, made)


def overlay_wishes(request: Request) -> tuple[OverlayWish, ...]:
    """The overlays of a request, each where it usually stands in time."""
    for template, text in request.overlays:
        if not text.strip():
            raise UserError(f"--{template} {text!r} holds no text to show: give it at least one word")
    return tuple(
        OverlayWish(cast(Template, template), text, WHEN[template], LATE_SECONDS.get(template))
        for template, text in request.overlays
    )
