"""`segstudio project import|export`: a project's labels come from elsewhere, and leave."""

from __future__ import annotations

import argparse
from pathlib import Path

from segstudio.cli.arguments import add_json
from segstudio.cli.console import image_count, progress_bar, say, say_json, warn
from segstudio.cli.convert_arguments import FORMATS, add_source, add_target, bare_read_options, write_and_report
from segstudio.cli.project_filters import add_filters, filter_from


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add_import(actions)
    _add_export(actions)


def _add_import(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "import",
        help="take labels made elsewhere into the project",
        description="Everything is read and checked first; nothing changes until all of it is valid. Classes are "
        "matched by name, missing ones are added; labels that come without a class list are read by the project's. "
        f"It can be undone. {FORMATS}",
        epilog="Example: segstudio project import street/ coco/ --from coco",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    add_source(parser)
    add_json(parser)
    parser.set_defaults(run=run_import)


def _add_export(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "export",
        help="write the project's labels in another format, and read them back",
        description=f"Images without labels are left out. {FORMATS}",
        epilog="Example: segstudio project export street/ --to coco --output coco/ --status verified",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    add_target(parser)
    add_filters(parser)
    parser.set_defaults(run=run_export)


def run_import(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_exchange import import_labels
    from segstudio.services.project_files import writing
    from segstudio.services.project_source import open_as_told

    with writing(arguments.folder) as store:
        with progress_bar("Looking") as task:
            reader = open_as_told(
                store,
                arguments.source_format,
                arguments.source,
                bare_read_options(arguments),
                mapping=arguments.mapping,
                uncovered=arguments.uncovered,
                task=task,
            )
        if reader.label_set is store.info.label_set:
            warn("The source names no classes: it is read by the project's own class list.")
        with progress_bar("Importing") as task:
            summary = import_labels(store, reader, task)
    if arguments.json:
        say_json(
            {
                "run": summary.run_id,
                "images": summary.images,
                "new_classes": list(summary.new_classes),
                "unmatched": list(summary.unmatched),
            }
        )
        return 0
    for path in summary.unmatched:
        warn(f"Not in the project, left out: {path}")
    if summary.new_classes:
        say(f"New classes: {', '.join(summary.new_classes)}.")
    images = image_count(summary.images)
    say(f"Labels of {images} imported. To take it back: segstudio project undo {arguments.folder}")
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_exchange import ProjectReader
    from segstudio.services.project_files import reading
    from segstudio.services.project_index import select_images

    with reading(arguments.folder) as store:
        records = select_images(store, filter_from(arguments, store))
        reader = ProjectReader(store, [record.id for record in records])
        write_and_report(arguments, reader, store.info.image_folder, "Exporting")
    return 0
