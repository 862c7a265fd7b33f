"""`segstudio convert`: labels from one format to another, read back and compared."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.cli.arguments import add_json
from segstudio.cli.console import progress_bar, say, say_json, say_table
from segstudio.formats.names import OWN_MODULES

if TYPE_CHECKING:
    from segstudio.services.exchange_report import ExportReport

OVERLAPS = ("listed", "small-over-large", "class-priority")
STYLES = ("masks", "polygons")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "convert",
        help="convert labels from one format to another",
        description="Read labels in one format, write them in another, read them back and report the IoU of each "
        f"class. Formats: {' '.join(OWN_MODULES)}, and those that other packages add.",
        epilog="Example: segstudio convert labels/ --from index-png --to coco --output coco/ --images photos/",
    )
    parser.add_argument("source", type=Path, metavar="SOURCE", help="a folder, or the format's one file")
    parser.add_argument("--from", dest="source_format", required=True, metavar="FORMAT")
    parser.add_argument("--to", dest="target_format", required=True, metavar="FORMAT")
    parser.add_argument("--output", required=True, type=Path, metavar="DIR", help="a folder, new or empty")
    parser.add_argument(
        "--images", type=Path, metavar="DIR", help="where the pictures lie: gives their names and sizes"
    )
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
    parser.add_argument(
        "--copy-images", action="store_true", help="put the pictures of --images beside the labels, upright"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    # OpenCV and Pillow take a fifth of a second to import, which `--help` doesn't have to spare.
    from segstudio.domain.errors import FormatError
    from segstudio.formats.class_file import read_classes
    from segstudio.formats.exchange import OverlapOrder, ReadOptions, RegionStyle, WriteOptions
    from segstudio.services.exchange import export_labels, open_source
    from segstudio.services.exchange_mapping import class_named, parse_mapping

    if arguments.copy_images and arguments.images is None:
        raise FormatError("To copy the images, name their folder with --images.")
    label_set = read_classes(arguments.classes) if arguments.classes else None
    read_options = ReadOptions(
        label_set=label_set,
        images=arguments.images,
        mapping=parse_mapping(arguments.mapping, label_set),
        overlap=OverlapOrder(arguments.overlap) if arguments.overlap else None,
        uncovered=class_named(arguments.uncovered, label_set),
    )
    reader = open_source(arguments.source_format, arguments.source, read_options)
    write_options = WriteOptions(
        label_set=reader.label_set,
        style=RegionStyle(arguments.style) if arguments.style else None,
        one_region_per_class=arguments.one_region_per_class,
        tolerance=max(0.0, arguments.tolerance),
        copy_images_from=arguments.images if arguments.copy_images else None,
    )
    with progress_bar("Converting") as task:
        try:
            report = export_labels(reader, arguments.target_format, arguments.output, write_options, task)
        except OSError as error:
            raise FormatError(f"It can't be written: {error.strerror or error}.", path=arguments.output) from error
    if arguments.json:
        say_json(report_as_json(report, arguments.output))
    else:
        print_report(report, arguments.output)
    return 0


def print_report(report: ExportReport, output: Path) -> None:
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


def report_as_json(
    report: ExportReport, output: Path
) -> dict[str, str | int | float | bool | dict[str, float] | None]:
    return {
        "output": str(output),
        "format": report.format_name,
        "images": report.images,
        "is_exact": report.is_exact,
        "class_iou": dict(report.class_iou),
        "ignore_iou": report.ignore_iou,
        "reason": report.reason,
    }
