"""`segstudio project undo|versions`: a project's labels as they were before."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from segstudio.cli.arguments import add_json
from segstudio.cli.console import fail, image_count, say, say_json, say_table, warn


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add_undo(actions)
    _add_versions(actions)


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


def run_undo(arguments: argparse.Namespace) -> int:
    from segstudio.services.image_changes import changed_by, undo_run
    from segstudio.services.project_files import find_images, ids_of, writing

    with writing(arguments.folder) as store:
        run = store.batches.run(arguments.run_id) if arguments.run_id else store.batches.newest_changing()
        if run is None:
            return fail("There is no import or pre-label run to take back.")
        among = None
        if arguments.images:
            among = ids_of(find_images(store, arguments.images))
            for image_id in among:
                changed_by(store, run, image_id)  # nothing is undone where one of them wasn't changed
        undone = undo_run(store, run, among)
    for problem in undone.problems:
        warn(problem)
    what = "The import" if run.is_import else "The pre-labelling"
    say(" ".join([f"{what} was taken back in {image_count(undone.images)}.", *undone.remarks]))
    failed = len(undone.problems)
    return fail(f"{image_count(failed)} could not be brought back.") if failed else 0


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
