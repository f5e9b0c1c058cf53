"""Brand files: what they say, what follows from it, and every fault in one error."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from variantgen.brand_file import load_brand, picture_of
from variantgen.build.brand import contrast_ratio, faint_faults
from variantgen.build.brand_shelf import shelf_of
from variantgen.build.cards import card_poster
from variantgen.errors import UserError
from variantgen.model import BRAND, Card
from variantgen.plan.overlays import card_in
from variantgen.plan.parts import only_the_caption_font
from variantgen.store import Store


def brand_file(folder: Path, text: str) -> Path:
    """A brand file of that text."""
    path = folder / "brand.toml"
    path.write_text(text, "utf-8")
    return path


def faults_of(folder: Path, text: str) -> list[str]:
    """What is wrong with a brand file, a line each."""
    with pytest.raises(UserError) as caught:
        load_brand(brand_file(folder, text))
    return str(caught.value).splitlines()


def logo(folder: Path, size: tuple[int, int] = (80, 40)) -> Path:
    """A picture with a clear border of 10 px."""
    picture = Image.new("RGBA", (size[0] + 20, size[1] + 20))
    picture.paste((200, 30, 30, 255), (10, 10, size[0] + 10, size[1] + 10))
    picture.save(folder / "logo.png")
    return folder / "logo.png"


def test_our_own_brand_reads() -> None:
    """No colour of the default brand is too faint on another."""
    assert faint_faults(BRAND) == []


@pytest.mark.parametrize("background", ["#FFFFFF", "#FFF7EC", "#000000", "#123", "#7A0019", "#FFE14D", "#808080"])
@pytest.mark.parametrize("accent", ["#C2185B", "#FFB454", "#0B5FFF", "#00C853"])
def test_colours_that_follow_from_two_can_be_read(tmp_path: Path, background: str, accent: str) -> None:
    """Given a background and an accent the rest is chosen so that text keeps 4.5:1, or the grey is refused."""
    path = brand_file(tmp_path, f'[brand]\nbackground = "{background}"\naccent = "{accent}"\n')
    brand = load_brand(path).brand
    assert faint_faults(brand) == []
    assert contrast_ratio(brand.accent_text, brand.accent) >= 4.5


def test_the_table_may_stand_alone(tmp_path: Path) -> None:
    """The keys count with and without a [brand] around them; three digits are six."""
    nested = load_brand(brand_file(tmp_path, '[brand]\naccent = "#fc0"\n')).brand
    assert nested == load_brand(brand_file(tmp_path, 'accent = "#FFCC00"\n')).brand
    assert nested.accent == "#FFCC00" and nested.background == BRAND.background


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """One line for each wrong key or value, with the key, what is allowed and the nearest match."""
    lines = faults_of(
        tmp_path,
        '[brand]\naccnt = "#fff"\ntext = "red"\nbackground = ["#000000", "#111111", "#222222"]\nfont = "Intr"\n'
        '[brand.logo]\nfile = "none.png"\ncorner = "top-middle"\nshare = 3\nplate = 1\n'
        '[brand.watermark]\ntext = "A"\nfile = "b.png"\n[brand.cards]\ntitle = "hok"\nend = "no.py:f"\n',
    )
    keys = ("accnt", "text", "background", "font", "logo.file", "logo.corner", "logo.share", "logo.plate", "watermark",
            "cards.title", "cards.end")  # fmt: skip
    assert len(lines) == len(keys)
    for key in keys:
        assert any(f"brand.{key}: " in line or f"brand.{key} " in line for line in lines), key
    assert any('Did you mean "accent"?' in line for line in lines)
    assert any('Did you mean "hook"?' in line for line in lines)
    assert all(line.startswith(str(tmp_path / "brand.toml")) for line in lines)


@pytest.mark.parametrize(
    ("text", "key"),
    [('text = "#222222"', "brand.text"), ('accent = "#FFFFFF"\naccent_text = "#EEEEEE"', "brand.accent_text")],
)
def test_faint_colours_are_refused_with_their_contrast(tmp_path: Path, text: str, key: str) -> None:
    """Colours that cannot be read on each other are told with what they reach and what is asked."""
    (line,) = faults_of(tmp_path, text)
    assert key in line and ":1, and WCAG asks for 4.5:1" in line


def test_a_logo_is_known_by_its_pixels(tmp_path: Path) -> None:
    """Clear borders are cut off, and the same picture written in another way has the same fingerprint."""
    path = logo(tmp_path)
    one, _ = picture_of(path, "--logo")
    Image.open(path).save(tmp_path / "again.webp", lossless=True, exact=True)
    other, _ = picture_of(tmp_path / "again.webp", "--logo")
    assert (one.width, one.height) == (80, 40) and one == other


def test_what_is_no_logo_is_refused(tmp_path: Path) -> None:
    """SVG, what is no picture, what is all clear and what is a bomb are each told in a sentence."""
    (tmp_path / "a.svg").write_text("<svg/>", "utf-8")
    (tmp_path / "b.png").write_bytes(b"GIF89a no")
    Image.new("RGBA", (9, 9)).save(tmp_path / "c.png")
    Image.new("1", (9000, 9000)).save(tmp_path / "d.png")
    for name, words in (("a.svg", "PNG"), ("b.png", "no picture"), ("c.png", "see-through"), ("d.png", "too many"),
                        ("e.png", "cannot be read")):  # fmt: skip
        with pytest.raises(UserError, match=words):
            picture_of(tmp_path / name, "--logo")


def test_a_users_template_draws_the_card(tmp_path: Path) -> None:
    """A function of a file that the brand names lays out its kind of card; another file's content is another key."""
    (tmp_path / "mine.py").write_text(
        "from variantgen.build.card_layers import rule\nfrom variantgen.build.card_templates import Scene\n"
        "def bar(text, sheet):\n"
        "    return Scene(((0, 0), (0, 0)), (0, 0), (rule(sheet.box, sheet.brand.accent, span=(-2, -1)),))\n",
        "utf-8",
    )
    source = load_brand(brand_file(tmp_path, '[brand.cards]\nend = "mine.py:bar"\ntitle = "hook"\n'))
    store = Store(tmp_path / "store")
    for kind, fingerprint, content in source.files:
        store.path(kind, fingerprint).parent.mkdir(parents=True)
        store.path(kind, fingerprint).write_bytes(content)
    card = card_in(source.brand, Card("end", "Hello"), "", only_the_caption_font)
    accent = tuple(int(BRAND.accent[i : i + 2], 16) for i in (1, 3, 5))
    assert card_poster(card, 160, 90, shelf=shelf_of(store)).getpixel((80, 45)) == accent
    assert card_in(source.brand, Card("title", "Hello"), "", only_the_caption_font).template == "hook"


def test_a_template_is_only_read_until_a_card_is_drawn(tmp_path: Path) -> None:
    """Reading a brand file runs no code of the Python file that it names."""
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\ndef f(text, sheet): ...\n", "utf-8")
    load_brand(brand_file(tmp_path, '[brand.cards]\nend = "evil.py:f"\n'))
    assert not (tmp_path / "ran").exists()
