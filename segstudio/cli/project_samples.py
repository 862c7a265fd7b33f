"""`segstudio project samples`: how a project's images of 16 bits, floats, many channels or pages are shown."""

from __future__ import annotations

import argparse
from pathlib import Path

from segstudio.cli.arguments import add_json, add_sample_view, sample_view_from
from segstudio.cli.console import fail, say, say_json
from segstudio.domain.sample_view import AS_SUITS, SampleView


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "samples",
        help="how images of 16 bits, floats, many channels or pages are shown, and given to models",
        description="Without an option, says how it is now.",
        epilog="Example: segstudio project samples fields/ --channels 4,3,2 --stretch 2,98",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    add_sample_view(parser)
    parser.add_argument("--reset", action="store_true", help="each image as suits it")
    add_json(parser)
    parser.set_defaults(run=run_samples)


def run_samples(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_files import reading, writing

    wanted = sample_view_from(arguments)
    if arguments.reset and wanted != AS_SUITS:
        return fail("Say either --reset or what to show: --channels, --stretch, --page.")
    if arguments.reset or wanted != AS_SUITS:
        with writing(arguments.folder) as store:
            store.set_sample_view(wanted)
    with reading(arguments.folder) as store:
        view = store.info.sample_view
    if arguments.json:
        channels = None if view.channels is None else [channel + 1 for channel in view.channels]
        stretch = None if view.percentiles is None else list(view.percentiles)
        say_json({"channels": channels, "stretch": stretch, "page": view.page + 1})
    else:
        say(_words(view))
    return 0


def _words(view: SampleView) -> str:
    channels = "as suits each image"
    if view.channels is not None:
        channels = ", ".join(str(channel + 1) for channel in view.channels) + " as red, green, blue"
    stretch = "as suits each image"
    if view.percentiles is not None:
        stretch = f"from the {view.percentiles[0]:g}th to the {view.percentiles[1]:g}th percentile"
    return f"Channels: {channels}. Stretch: {stretch}. Page: {view.page + 1}."
