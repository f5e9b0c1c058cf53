"""What drawn things wear: the colours, fonts, logo and watermark of a brand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Corner = Literal["top-left", "top-right", "bottom-left", "bottom-right"]


@dataclass(frozen=True)
class BrandPicture:
    """A logo's picture by its content; the store holds it as a PNG with alpha under `fingerprint`."""

    fingerprint: str
    width: int
    height: int


@dataclass(frozen=True)
class Logo:
    """A logo and how it stands on a canvas: `share` of the short side wide (half as high at most), in a corner.

    `margin` is a share of the short side, kept inside the safe zone.
    """

    picture: BrandPicture
    share: float = 0.2
    corner: Corner = "top-right"
    margin: float = 0.0
    opacity: float = 1.0
    plate: bool = False
    """Whether it stands on a plate of the background over the film: for a logo that is lost on dark or light film."""


@dataclass(frozen=True)
class Watermark:
    """A text or a picture that stays on all of a variant, faint; sizes as a logo's."""

    text: str = ""
    picture: BrandPicture | None = None
    share: float = 0.22
    corner: Corner = "bottom-right"
    margin: float = 0.0
    opacity: float = 0.55


@dataclass(frozen=True)
class Brand:
    """Colours as #rrggbb, fonts, logo and watermark; text keeps a contrast of 4.5:1 (WCAG AA) on what it stands on.

    A font is a family or a font file's path, empty for the one that travels with variantgen; what it lacks is drawn
    by others, as in captions. `templates` are (kind of card, template) where a kind is not drawn by its own: the
    name of a built-in one, or `fingerprint:function` of a Python file in the store.
    """

    background: tuple[str, str] = ("#0A1420", "#12324A")
    light: str = "#2F86A6"
    accent: str = "#FFB454"
    text: str = "#FBF8F2"
    muted_text: str = "#D9E2EA"
    accent_text: str = "#1B1206"
    heading_font: str = ""
    font: str = ""
    logo: Logo | None = None
    watermark: Watermark | None = None
    templates: tuple[tuple[str, str], ...] = ()

    def font_of(self, *, is_heading: bool) -> str:
        """The font of headlines or of other text; headlines take that of other text where they have none."""
        return (self.heading_font or self.font) if is_heading else self.font


BRAND = Brand()
