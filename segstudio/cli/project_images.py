"""`segstudio project list|mark|split`: a project's images."""

from __future__ import annotations

import argparse
from pathlib import Path

from segstudio.cli.arguments import add_json
from segstudio.cli.console import JsonValue, fail, say, say_json, say_table
from segstudio.cli.project_filters import SPLITS, STATUSES, add_filters, filter_from
from segstudio.domain.images import ImageRecord, ImageStatus, Split

SORT_KEYS = ("name", "status", "split", "flag", "class", "date", "uncertainty")
METHODS = ("random", "folder", "classes")


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add_list(actions)
    _add_mark(actions)
    _add_split(actions)


def _add_list(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "list",
        help="the images, filtered and sorted",
        epilog="Example: segstudio project list street/ --status corrected --class car --sort date --descending",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    add_filters(parser)
    parser.add_argument("--sort", choices=SORT_KEYS, default="name")
    parser.add_argument("--descending", action="store_true")
    add_json(parser)
    parser.set_defaults(run=run_list)


def _add_mark(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "mark",
        help="set status, split, flag or note of images",
        epilog='Example: segstudio project mark street/ 0001.png 0002.png --set-status verified --note "checked"',
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="its path below the image folder")
    parser.add_argument("--set-status", choices=STATUSES)
    parser.add_argument("--set-split", choices=SPLITS)
    parser.add_argument("--flag", action=argparse.BooleanOptionalAction)
    parser.add_argument("--note", help="an empty one removes the note")
    parser.set_defaults(run=run_mark)


def _add_split(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "split",
        help="divide the images into training, validation and test",
        description="An image that has a part keeps it; new images are divided so that the whole fits the shares.",
        epilog="Example: segstudio project split street/ --method classes --validation 0.2 --test 0.1",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--method", choices=METHODS, default="random", help="folder: images of one folder together")
    parser.add_argument("--validation", type=float, default=0.15, metavar="SHARE")
    parser.add_argument("--test", type=float, default=0.0, metavar="SHARE")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--again", action="store_true", help="make every image's part anew")
    add_json(parser)
    parser.set_defaults(run=run_split)


def run_list(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_files import reading
    from segstudio.services.project_index import SortKey, select_images

    with reading(arguments.folder) as store:
        found = select_images(
            store,
            filter_from(arguments, store),
            sort=SortKey(arguments.sort),
            is_descending=arguments.descending,
        )
        if arguments.json:
            say_json([_as_json(record) for record in found])
            return 0
        rows = [
            (
                str(record.relative_path),
                "missing" if record.is_missing else record.status.value,
                record.split.value,
                "flag" if record.is_flagged else "",
                "" if record.uncertainty is None else f"{record.uncertainty:.3f}",
                record.note,
            )
            for record in found
        ]
    say_table(("image", "status", "split", "flag", "uncertainty", "note"), rows)
    return 0


def _as_json(record: ImageRecord) -> JsonValue:
    return {
        "path": str(record.relative_path),
        "width": record.width,
        "height": record.height,
        "status": record.status.value,
        "split": record.split.value,
        "flagged": record.is_flagged,
        "note": record.note,
        "uncertainty": record.uncertainty,
        "missing": record.is_missing,
    }


def run_mark(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_files import find_images, ids_of, writing

    wishes = (arguments.set_status, arguments.set_split, arguments.flag, arguments.note)
    if all(wish is None for wish in wishes):
        return fail("Say what to set: --set-status, --set-split, --flag, --no-flag or --note.")
    with writing(arguments.folder) as store:
        image_ids = ids_of(find_images(store, arguments.images))
        if arguments.set_status is not None:
            store.index.set_statuses(image_ids, ImageStatus(arguments.set_status))
        if arguments.set_split is not None:
            store.index.set_splits(dict.fromkeys(image_ids, Split(arguments.set_split)))
        if arguments.flag is not None:
            store.index.set_flags(image_ids, is_flagged=arguments.flag)
        if arguments.note is not None:
            for image_id in image_ids:
                store.index.set_note(image_id, arguments.note)
    say(f"{len(image_ids)} images marked.")
    return 0


def run_split(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_files import writing
    from segstudio.services.splits import SplitMethod, SplitPlan, make_split

    plan = SplitPlan(SplitMethod(arguments.method), arguments.validation, arguments.test, arguments.seed)
    with writing(arguments.folder) as store:
        report = make_split(store, plan, is_again=arguments.again)
    counts = {split.value: count for split, count in report.counts.items()}
    if arguments.json:
        say_json({"counts": counts, "kept": report.kept})
    else:
        say(", ".join(f"{count} {name}" for name, count in counts.items()) + f"; {report.kept} kept theirs.")
    return 0
