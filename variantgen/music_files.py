"""What is known of a music file: measured once, then from the store."""

from __future__ import annotations

from pathlib import Path

from variantgen.errors import UserError
from variantgen.media.ffmpeg import Children, Tool
from variantgen.model import Music
from variantgen.store import Store


def known_music(store: Store, tool: Tool, path: Path, folder: Path, children: Children) -> Music:
    """A music file's length, beats and loudness; `folder` is the run's own. Raises UserError for what is no music."""
    from pydantic import TypeAdapter, ValidationError

    from variantgen.analyze.beats import MUSIC_FORMAT, know_music
    from variantgen.plan.keys import key_of

    adapter = TypeAdapter(Music)
    try:
        stat = path.stat()
    except OSError as error:
        raise UserError(f"--music {path}: cannot be read ({error.strerror or error}).") from None
    key = key_of("music", MUSIC_FORMAT, [str(path.resolve()), stat.st_size, stat.st_mtime_ns, tool.identity])
    held = store.read_json("music", key)
    if held is not None:
        try:
            return adapter.validate_python(held)
        except ValidationError:
            pass
    private = folder / f"music-{key[:12]}"
    private.mkdir(exist_ok=True)
    music = know_music(tool, path, private, children=children)
    store.write_json("music", key, adapter.dump_python(music, mode="json"))
    return music
