"""`segstudio project import|export|pre-label|undo|versions`: a project's labels."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from segstudio.cli.arguments import add_device, add_json, add_model
from segstudio.cli.console import fail, progress_bar, say, say_json, say_table, warn
from segstudio.cli.convert_arguments import FORMATS, add_source, add_target, bare_read_options, write_and_report
from segstudio.cli.project_images import add_filters, filter_from


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add_import(actions)
    _add_export(actions)
    _add_pre_label(actions)
    _add_undo(actions)
    _add_versions(actions)


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


def _add_pre_label(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "pre-label",
        help="let a model label the images, never over a person's pixels",
        description="Verified images are left alone. A run that was stopped is gone on with by the same command.",
        epilog="Example: segstudio project pre-label street/ --status new",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    add_model(parser)
    parser.set_defaults(model=None)
    add_device(parser)
    add_filters(parser)
    add_json(parser)
    parser.set_defaults(run=run_pre_label)


def _add_undo(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "undo",
        help="take back the last import or pre-label run, whole or for some images",
        epilog="Example: segstudio project undo street/ 0001.png",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("images", nargs="*", metavar="IMAGE", help="only these")
    parser.add_argument("--run", dest="run_id", type=int, metavar="NUMBER", help="an earlier one")
    parser.set_defaults(run=run_undo)


def _add_versions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "versions",
        help="the last saved versions of an image's labels; restore one, or write it to a file",
        epilog="Example: segstudio project versions street/ 0001.png --restore 12",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("image", metavar="IMAGE", help="its path below the image folder")
    parser.add_argument("--restore", type=int, metavar="NUMBER")
    parser.add_argument("--write", nargs=2, metavar=("NUMBER", "FILE.png"), help="to look at one")
    add_json(parser)
    parser.set_defaults(run=run_versions)


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
    say(f"Labels of {_images(summary.images)} imported. To take it back: segstudio project undo {arguments.folder}")
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


def run_pre_label(arguments: argparse.Namespace) -> int:
    from segstudio.services.batch_labels import images_to_label, pre_label, unfinished_run
    from segstudio.services.batch_predictions import project_predictor
    from segstudio.services.project_files import writing
    from segstudio.services.project_index import select_images

    with writing(arguments.folder) as store:
        model = arguments.model or store.info.model
        predictor = project_predictor(store, model, arguments.device)
        records = select_images(store, filter_from(arguments, store))
        chosen = images_to_label(store, [record.id for record in records])
        run = unfinished_run(store, model, chosen)
        if run is None:
            run = store.batches.start(model, chosen)
        else:
            warn(f"Going on with the run that was stopped: {len(run.waiting)} images are left.")
        with progress_bar("Pre-labelling") as task:
            summary = pre_label(store, run, predictor.predict, task, uncertainty=predictor.uncertainty)
    for path, reason in summary.failed:
        warn(f"Failed: {path}: {reason}")
    if arguments.json:
        say_json(
            {
                "run": summary.run_id,
                "changed": summary.changed,
                "unchanged": summary.unchanged,
                "pixels_changed": summary.pixels_changed,
                "failed": [{"path": path, "reason": reason} for path, reason in summary.failed],
            }
        )
    else:
        say(
            f"{_images(summary.changed)} changed ({summary.pixels_changed} pixels), "
            f"{summary.unchanged} as they were."
        )
    return fail(f"{_images(len(summary.failed))} could not be pre-labelled.") if summary.failed else 0


def run_undo(arguments: argparse.Namespace) -> int:
    from segstudio.services.image_changes import undo_image, undo_run
    from segstudio.services.project_files import find_images, writing

    with writing(arguments.folder) as store:
        run = store.batches.run(arguments.run_id) if arguments.run_id else store.batches.newest_changing()
        if run is None:
            return fail("There is no import or pre-label run to take back.")
        problems: tuple[str, ...] = ()
        if arguments.images:
            records = find_images(store, arguments.images)
            for record in records:
                undo_image(store, run, record.id)
            undone = len(records)
        else:
            undone, problems = undo_run(store, run)
    for problem in problems:
        warn(problem)
    say(f"{'The import' if run.is_import else 'The pre-labelling'} was taken back in {_images(undone)}.")
    return fail(f"{_images(len(problems))} could not be brought back.") if problems else 0


def _images(count: int) -> str:
    return f"{count} image{'' if count == 1 else 's'}"


def run_versions(arguments: argparse.Namespace) -> int:
    from segstudio.formats.indexed_png import write_label_map
    from segstudio.services.project_files import find_images, reading, writing
    from segstudio.store.atomic_files import replace_file

    opened = reading if arguments.restore is None else writing
    with opened(arguments.folder) as store:
        (record,) = find_images(store, [arguments.image])
        listed = store.labels.versions(record.id)
        wanted = arguments.restore if arguments.restore is not None else arguments.write and arguments.write[0]
        if wanted is not None and str(wanted) not in {str(version.id) for version in listed}:
            return fail(f"{record.relative_path} has no saved version {wanted}.")
        if arguments.restore is not None:
            store.labels.restore_version(arguments.restore)
            say(f"{record.relative_path} is as it was in version {arguments.restore}.")
            return 0
        if arguments.write:
            _, labels, _ = store.labels.load_version(int(arguments.write[0]))
            label_set = store.info.label_set
            replace_file(Path(arguments.write[1]), lambda path: write_label_map(path, labels, label_set))
            say(f"{arguments.write[1]} written.")
            return 0
    if arguments.json:
        say_json(
            [
                {"number": v.id, "saved_at": v.saved_at, "reason": v.reason.value, "bytes": v.byte_size}
                for v in listed
            ]
        )
        return 0
    rows = [
        (
            str(version.id),
            time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(version.saved_at)),
            version.reason.value,
        )
        for version in listed
    ]
    say_table(("number", "saved", "why"), rows)
    return 0
