"""`segstudio project list|mark|scan|split`: a project's images."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.cli.arguments import add_json
from segstudio.cli.console import JsonValue, fail, progress_bar, say, say_json, say_table, warn
from segstudio.domain.errors import SegStudioError
from segstudio.domain.images import ImageRecord, ImageStatus, Split

if TYPE_CHECKING:
    from segstudio.services.project_index import ImageFilter
    from segstudio.store.project_store import ProjectStore

STATUSES = tuple(status.value for status in ImageStatus)
SPLITS = tuple(split.value for split in Split)
SORT_KEYS = ("name", "status", "split", "flag", "class", "date", "uncertainty")
METHODS = ("random", "folder", "classes")


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add_list(actions)
    _add_mark(actions)
    _add_scan(actions)
    _add_split(actions)


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The conditions that choose images, for every command that works on some of them."""
    group = parser.add_argument_group("which images (all conditions must hold)")
    group.add_argument("--status", action="append", choices=STATUSES, default=[], help="may be repeated")
    group.add_argument("--split", action="append", choices=SPLITS, default=[], help="may be repeated")
    group.add_argument("--flagged", action="store_true")
    group.add_argument("--class", dest="classes", action="append", default=[], metavar="NAME", help="class present")
    group.add_argument("--text", default="", help="in the path or the note")
    group.add_argument("--since", metavar="YYYY-MM-DD", help="labels saved on that day or later")
    group.add_argument("--until", metavar="YYYY-MM-DD", help="labels saved on that day or earlier")
    group.add_argument("--uncertain-above", type=float, metavar="X", help="where the model has been run")
    group.add_argument("--missing", action="store_true", help="images whose file is gone")
    group.add_argument("--changed", action="store_true", help="images whose file isn't the one that was labelled")


def filter_from(arguments: argparse.Namespace, store: ProjectStore) -> ImageFilter:
    """Raises: SegStudioError: no such class, or not a date."""
    from segstudio.services.project_index import ImageFilter

    return ImageFilter(
        statuses=frozenset(map(ImageStatus, arguments.status)),
        splits=frozenset(map(Split, arguments.split)),
        is_flagged=True if arguments.flagged else None,
        class_ids=frozenset(_class_id(store, name) for name in arguments.classes),
        text=arguments.text,
        labelled_since=_day(arguments.since, 0) if arguments.since else None,
        labelled_until=_day(arguments.until, 1) if arguments.until else None,
        uncertain_above=arguments.uncertain_above,
        is_missing=True if arguments.missing else None,
        is_changed=True if arguments.changed else None,
    )


def _class_id(store: ProjectStore, name: str) -> int:
    spec = store.info.label_set.by_name(name)
    if spec is None:
        known = ", ".join(spec.name for spec in store.info.label_set.active)
        raise SegStudioError(f"The project has no class {name!r}; it has {known}.")
    return spec.id


def _day(text: str, days_later: int) -> float:
    from segstudio.services.project_index import day_begins

    try:
        year, month, day, *_ = time.strptime(text, "%Y-%m-%d")
    except ValueError as error:
        raise SegStudioError(f"{text!r} is not a day such as 2026-01-31.") from error
    return day_begins(year, month, day + days_later)


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


def _add_scan(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "scan",
        help="look for new, moved, changed and missing images",
        epilog="Example: segstudio project scan street/ --images /mnt/new-disk/photos",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--images", type=Path, metavar="DIR", help="the image folder lies here now")
    parser.add_argument("--hash", action="store_true", help="read every image, so that moved ones are known again")
    add_json(parser)
    parser.set_defaults(run=run_scan)


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


def run_scan(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_files import writing

    with writing(arguments.folder) as store:
        if arguments.images is not None:
            store.set_image_folder(arguments.images)
        with progress_bar("Looking for images") as task:
            report = store.scan(task)
        if arguments.hash:
            with progress_bar("Reading images") as task:
                store.hash_images(task)
    if arguments.json:
        say_json(
            {
                "images": report.images,
                "added": report.added,
                "moved": [{"from": old, "to": new} for old, new in report.moved],
                "changed": list(report.changed),
                "missing": list(report.missing),
                "back": report.back,
                "unusable": list(report.unusable),
                "seconds": report.seconds,
            }
        )
        return 0
    for old, new in report.moved:
        say(f"Moved: {old} is {new} now.")
    for title, paths in (("Changed", report.changed), ("Missing", report.missing), ("Unusable", report.unusable)):
        for path in paths:
            warn(f"{title}: {path}")
    say(f"{report.images} images, {report.added} of them new, {report.back} back again.")
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
