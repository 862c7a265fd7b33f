"""Which of a project's images a command works on, and the classes that are named to it."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from segstudio.domain.errors import SegStudioError
from segstudio.domain.images import ImageStatus, Split

if TYPE_CHECKING:
    from segstudio.services.project_index import ImageFilter
    from segstudio.store.project_store import ProjectStore

STATUSES = tuple(status.value for status in ImageStatus)
SPLITS = tuple(split.value for split in Split)


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
        class_ids=frozenset(class_named(store, name) for name in arguments.classes),
        text=arguments.text,
        labelled_since=_day(arguments.since, 0) if arguments.since else None,
        labelled_until=_day(arguments.until, 1) if arguments.until else None,
        uncertain_above=arguments.uncertain_above,
        is_missing=True if arguments.missing else None,
        is_changed=True if arguments.changed else None,
    )


def class_named(store: ProjectStore, name: str) -> int:
    """Its id. Raises: SegStudioError: no such class."""
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
