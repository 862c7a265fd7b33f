"""`segstudio convert`: labels from one format to another, read back and compared."""

from __future__ import annotations

import argparse
from pathlib import Path

from segstudio.cli.convert_arguments import FORMATS, add_source, add_target, read_options, write_and_report


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "convert",
        help="convert labels from one format to another",
        description="Read labels in one format, write them in another, read them back and report the IoU of each "
        f"class. {FORMATS}",
        epilog="Example: segstudio convert labels/ --from index-png --to coco --output coco/ --images photos/",
    )
    add_source(parser)
    parser.add_argument(
        "--images", type=Path, metavar="DIR", help="where the pictures lie: gives their names and sizes"
    )
    add_target(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    # OpenCV and Pillow take a fifth of a second to import, which `--help` doesn't have to spare.
    from segstudio.domain.errors import FormatError
    from segstudio.services.exchange import open_source

    if arguments.copy_images and arguments.images is None:
        raise FormatError("To copy the images, name their folder with --images.")
    options = read_options(arguments)
    reader = open_source(arguments.source_format, arguments.source, options)
    write_and_report(arguments, reader, arguments.images, "Converting")
    return 0
