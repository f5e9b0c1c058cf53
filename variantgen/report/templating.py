"""The templates and styles that pages are made of: a name in, a template that escapes or a text out."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4)
def template(name: str) -> Any:
    """The Jinja template of this name; every value is escaped, and one that is missing is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # file names, captions, levels and messages come from anywhere
    environment = Environment(
        loader=PackageLoader("variantgen.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


@lru_cache(maxsize=8)
def asset(name: str) -> Any:
    """A style or a script, to stand in a page as it is."""
    from importlib.resources import files

    from markupsafe import Markup

    # normalised line ends keep the hash in the policy true on a Windows checkout
    text = files("variantgen.report").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(text.replace("\r\n", "\n"))
