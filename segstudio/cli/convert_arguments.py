"""What `convert`, `project import` and `project export` ask and say alike."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.cli.arguments import add_json
from segstudio.cli.console import progress_bar, say, say_json, say_table
from segstudio.formats.names import OWN_MODULES

if TYPE_CHECKING:
    from segstudio.formats.exchange import Reader, ReadOptions, WriteOptions
    from segstudio.services.exchange_report import ExportReport

FORMATS = f"Formats: {' '.join(OWN_MODULES)}, and those that other packages add."
OVERLAPS = ("listed", "small-over-large", "class-priority")
STYLES = ("masks", "polygons")


def add_source(parser: argparse.ArgumentParser) -> None:
    """What is read; ``read_options`` makes options of it."""
    parser.add_argument("source", type=Path, metavar="SOURCE", help="a folder, or the format's one file")
    parser.add_argument("--from", dest="source_format", required=True, metavar="FORMAT")
    parser.add_argument("--classes", type=Path, metavar="FILE", help="the class list (default: the source's own)")
    parser.add_argument(
        "--map",
        dest="mapping",
        action="append",
        default=[],
        metavar="WHAT=CLASS",
        help="what a value, colour or name of the source becomes: 11=ignore, #808080=road, void=7; may be repeated",
    )
    parser.add_argument(
        "--uncovered", default="ignore", metavar="CLASS", help="what no shape covers becomes (default: ignore)"
    )
    parser.add_argument(
        "--overlap", choices=OVERLAPS, help="which shape wins where two of different classes overlap"
    )


def add_target(parser: argparse.ArgumentParser) -> None:
    """What is written; ``write_options`` makes options of it."""
    parser.add_argument("--to", dest="target_format", required=True, metavar="FORMAT")
    parser.add_argument("--output", required=True, type=Path, metavar="DIR", help="a folder, new or empty")
    parser.add_argument("--style", choices=STYLES, help="how regions are written, in formats that know both ways")
    parser.add_argument(
        "--tolerance",
        type=float,
        default=0.75,
        metavar="PIXELS",
        help="how far polygons may run beside the border; 0 follows every pixel (default: 0.75)",
    )
    parser.add_argument(
        "--one-region-per-class", action="store_true", help="all parts of a class as one region (COCO masks)"
    )
    parser.add_argument("--copy-images", action="store_true", help="put the pictures beside the labels, upright")
    add_json(parser)


def bare_read_options(arguments: argparse.Namespace) -> ReadOptions:
    """Without what words like ``void=road`` mean. Raises: FormatError: a class file that is none."""
    # OpenCV and Pillow take a fifth of a second to import, which `--help` doesn't have to spare.
    from segstudio.formats.class_file import read_classes
    from segstudio.formats.exchange import OverlapOrder, ReadOptions

    return ReadOptions(
        label_set=read_classes(arguments.classes) if arguments.classes else None,
        overlap=OverlapOrder(arguments.overlap) if arguments.overlap else None,
    )


def read_options(arguments: argparse.Namespace) -> ReadOptions:
    """Raises: FormatError: a class file that is none, or a mapping to no class."""
    from segstudio.services.exchange_mapping import class_named, parse_mapping  # as above

    bare = bare_read_options(arguments)
    return replace(
        bare,
        images=arguments.images,
        mapping=parse_mapping(arguments.mapping, bare.label_set),
        uncovered=class_named(arguments.uncovered, bare.label_set),
    )


def write_options(arguments: argparse.Namespace, reader: Reader, images: Path | None) -> WriteOptions:
    from segstudio.formats.exchange import RegionStyle, WriteOptions  # as above

    return WriteOptions(
        label_set=reader.label_set,
        style=RegionStyle(arguments.style) if arguments.style else None,
        one_region_per_class=arguments.one_region_per_class,
        tolerance=max(0.0, arguments.tolerance),
        copy_images_from=images if arguments.copy_images else None,
    )


def write_and_report(arguments: argparse.Namespace, reader: Reader, images: Path | None, title: str) -> None:
    """Raises: FormatError: the format can't hold the labels, or the folder can't be written."""
    from segstudio.domain.errors import FormatError
    from segstudio.services.exchange import export_labels  # as above

    options = write_options(arguments, reader, images)
    with progress_bar(title) as task:
        try:
            report = export_labels(reader, arguments.target_format, arguments.output, options, task)
        except OSError as error:
            raise FormatError(f"It can't be written: {error.strerror or error}.", path=arguments.output) from error
    if arguments.json:
        say_json(_as_json(report, arguments.output))
    else:
        _print(report, arguments.output)


def _print(report: ExportReport, output: Path) -> None:
    plural = "" if report.images == 1 else "s"
    say(f"{report.images} image{plural} written to {output} as {report.format_name}.")
    if report.is_exact:
        say("Read back: every label is as it was (IoU 1.0 for each class).")
        return
    say(f"Read back, IoU of each class. {report.reason}")
    rows = [(name, f"{iou:.4f}") for name, iou in report.class_iou.items()]
    if report.ignore_iou is not None:
        rows.append(("(ignore)", f"{report.ignore_iou:.4f}"))
    say_table(("Class", "IoU"), rows)


def _as_json(report: ExportReport, output: Path) -> dict[str, str | int | float | bool | dict[str, float] | None]:
    return {
        "output": str(output),
        "format": report.format_name,
        "images": report.images,
        "is_exact": report.is_exact,
        "class_iou": dict(report.class_iou),
        "ignore_iou": report.ignore_iou,
        "reason": report.reason,
    }
