"""The `segstudio` command: picks the sub-command and turns failures into one sentence and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from segstudio.cli.console import fail
from segstudio.domain.errors import CancelledError, SegStudioError

COMMANDS = ("segment", "evaluate", "train", "convert", "project", "model", "doctor")
WINDOW = "gui"


def build_parser(wanted: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """A parser that knows the commands ``wanted`` and the window."""
    parser = argparse.ArgumentParser(
        prog="segstudio",
        description="Pixel-accurate semantic labels, pre-labelled by a network that learns from your corrections.",
        epilog="Without a command, or with paths alone, the window opens: segstudio photos/",
    )
    parser.add_argument("--version", action="version", version=f"segstudio {version('segstudio')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    window = commands.add_parser(
        WINDOW,
        help="open the window (also: segstudio [PATH …])",
        description="Open the window on an image, a folder of images or a project.",
        epilog="Example: segstudio gui photos/",
    )
    window.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="images, folders of images (several are opened together) or a project folder",
    )
    window.add_argument("--sample", action="store_true", help="open the sample project that comes with the program")
    window.set_defaults(run=_open_window)
    for name in wanted:
        # Only what was asked for is imported: the window's first paint and `--help` wait for nothing else.
        import_module(f"segstudio.cli.{name}").add_parser(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 only on success, 1 for a failure told in one sentence, 2 for a wrong call, 130 stopped."""
    words = _with_command(list(sys.argv[1:] if arguments is None else arguments))
    is_one = words[0] in (WINDOW, *COMMANDS)
    wanted = [name for name in COMMANDS if name == words[0]] if is_one else COMMANDS
    parsed = build_parser(wanted).parse_args(words)
    try:
        return int(parsed.run(parsed))
    except (CancelledError, KeyboardInterrupt):
        fail("Stopped. What was finished before is kept.")
        return 130
    except SegStudioError as error:
        return fail(str(error))
    except BrokenPipeError:
        # The reader of our output went away (`| head`); Python would complain again while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except MemoryError:
        return fail("The machine ran out of memory. Close other programs, or work on fewer or smaller images.")


def _with_command(words: list[str]) -> list[str]:
    """``segstudio`` and ``segstudio PATH`` mean ``segstudio gui [PATH]``."""
    if not words:
        return [WINDOW]
    if words[0] in (WINDOW, *COMMANDS) or words[0].startswith("-"):
        return words
    return [WINDOW, *words] if Path(words[0]).exists() else words


def _open_window(arguments: argparse.Namespace) -> int:
    # The other door: no command but this one may need Qt, or wait for it.
    app = import_module("segstudio.gui.app")
    return int(app.run(arguments.paths, opens_sample=arguments.sample))
