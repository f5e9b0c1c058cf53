"""Words in, exit code out: the command line, whose commands are loaded only when they are named."""

from __future__ import annotations

import errno
import importlib
import signal
import sys
from collections.abc import Sequence
from types import FrameType

import click

from variantgen import __version__
from variantgen.errors import ToolError, UserError, VariantgenError

EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130

# Faults of the machine that a person can mend; any other OSError is a bug and shows its traceback.
OUTSIDE_FAULTS = {
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM")
    if hasattr(errno, name)  # Windows knows no EDQUOT
}

# Command -> where it lives, and what it does in the list of commands (so that the list loads none of them).
COMMANDS = {
    "render": ("variantgen.cli.render", "Make every variant of one or more masters."),
    "plan": ("variantgen.cli.plan", "Show what render would make, and why."),
    "campaign": ("variantgen.cli.campaign", "Plan, render and follow the variants of a campaign file."),
    "results": ("variantgen.cli.results", "Take in what channels counted, and tell what to make next."),
    "init": ("variantgen.cli.init", "Write a campaign file for a master, to be edited."),
    "frame": ("variantgen.cli.frame", "Show where the window looks, and why, as pictures."),
    "transcribe": ("variantgen.cli.transcribe", "Write captions from what is said, or time a transcript."),
    "check": ("variantgen.cli.check", "Measure existing files against a preset."),
    "presets": ("variantgen.cli.presets", "List, show, check and write presets."),
    "styles": ("variantgen.cli.styles", "List and show caption styles."),
    "doctor": ("variantgen.cli.doctor", "Tell what this machine can do, and what to install."),
    "store": ("variantgen.cli.store", "Look at the store of finished parts, or clean it."),
    "demo": ("variantgen.cli.demo", "Draw a sample master and render it for every social placement."),
}

EXAMPLES = """\b
Examples:
  variantgen render film.mp4 --pack social -o out
  variantgen plan film.mp4 -p tiktok -p youtube
  variantgen check out/film_tiktok.mp4 -p tiktok
"""


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from variantgen.errors import nearest

            raise click.UsageError(f'no command "{args[0]}".{nearest(args[0], COMMANDS)}', ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(
    cls=_LazyGroup,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="variantgen")
def cli() -> None:
    """One finished film in, every channel's variant out: reframed, captioned, levelled and verified."""


def main(args: Sequence[str] | None = None) -> None:
    """Runs the command line and ends the program: 0 all made, 1 some not, 2 usage or input, 130 interrupted."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        words = sys.argv[1:] if args is None else list(args)
        code = cli.main(args=words, standalone_mode=False, obj=tuple(words))
    except click.exceptions.Exit as done:
        code = done.exit_code
    except click.ClickException as error:
        error.show()
        code = EXIT_USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted; finished parts are kept, the same command goes on from here", err=True)
        code = EXIT_INTERRUPTED
    except UserError as error:
        click.echo(f"variantgen: {error}", err=True)
        code = EXIT_USAGE
    except ToolError as error:
        click.echo(f"variantgen: {error}\n  {error.command}\n  {error.said}", err=True)
        code = EXIT_INCOMPLETE
    except VariantgenError as error:
        click.echo(f"variantgen: {error}", err=True)
        code = EXIT_INCOMPLETE
    except BrokenPipeError:
        # the reader of our output (head, less) has gone; nothing is left to tell
        sys.stderr.close()
        code = EXIT_DONE
    except OSError as error:
        if error.errno not in OUTSIDE_FAULTS:
            raise
        click.echo(f"variantgen: {error.filename or 'the disk'}: {error.strerror}.", err=True)
        code = EXIT_USAGE
    sys.exit(code if isinstance(code, int) else EXIT_DONE)


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
