"""`segstudio project survey|queue|find-class`: where to look next."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.cli.arguments import add_device, add_json
from segstudio.cli.console import JsonValue, progress_bar, say, say_json, say_table, warn
from segstudio.cli.project_filters import class_named

if TYPE_CHECKING:
    from segstudio.store.project_store import ProjectStore

ORDERS = ("both", "coverage", "uncertainty", "confusion", "random")
MOST_PAIRS = 10


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add_survey(actions)
    _add_queue(actions)
    _add_find_class(actions)


def _add_survey(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "survey",
        help="let the model look at every image once, for the queue's order",
        description="What each image resembles, how sure the model is of it, and between which classes it wavers. "
        "Kept in the project's cache; a survey that was stopped is gone on with.",
        epilog="Example: segstudio project survey street/ --json",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--model", metavar="NAME_OR_FILE", help="the model that looks (the project's)")
    add_device(parser)
    add_json(parser)
    parser.set_defaults(run=run_survey)


def _add_queue(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "queue",
        help="which images to do next",
        description="Images that nobody has finished, the most rewarding first; see also `project survey`.",
        epilog="Example: segstudio project queue street/ --order confusion --pair kerb pavement --json",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--order", choices=ORDERS, default="both", help="both: coverage first, then uncertainty")
    parser.add_argument("--pair", nargs=2, metavar="CLASS", help="for confusion (default: the most confused pair)")
    parser.add_argument("--model", metavar="NAME_OR_FILE", help="whose survey (the project's model)")
    parser.add_argument("--seed", type=int, default=0, help="for the random order")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="list at most so many (50)")
    add_json(parser)
    parser.set_defaults(run=run_queue)


def run_survey(arguments: argparse.Namespace) -> int:
    from segstudio.inference.models import load_model
    from segstudio.services.project_files import writing
    from segstudio.services.review_confusion import confused_pairs, pair_names, pair_words
    from segstudio.services.review_queue import unfinished
    from segstudio.services.review_survey import take_survey
    from segstudio.store.model_store import find_model

    with writing(arguments.folder) as store, progress_bar("Looking") as task:
        model = find_model(arguments.model or store.info.model, store.folder)
        wanted = [record.id for record in store.records if not record.is_missing]
        survey = take_survey(store, load_model(model, arguments.device), model, wanted, task)
        store.index.set_uncertainties({image_id: look.uncertainty for image_id, look in survey.looks.items()})
        pairs, label_set = confused_pairs(survey, unfinished(store)), store.info.label_set
    if arguments.json:
        told: list[JsonValue] = [
            {"pair": pair_names(found.pair, label_set), "share": found.share, "images": len(found.images)}
            for found in pairs
        ]
        say_json({"images": len(survey.looks), "confused": told})
        return 0
    say(f"{len(survey.looks)} images looked through.")
    for found in pairs[:MOST_PAIRS]:
        say(f"  {pair_words(found, label_set)}")
    return 0


def run_queue(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_files import reading
    from segstudio.services.review_queue import ReviewOrder, review_queue
    from segstudio.services.review_survey import load_survey
    from segstudio.store.model_store import find_model

    with reading(arguments.folder) as store:
        order = ReviewOrder(arguments.order)
        survey = load_survey(store, find_model(arguments.model or store.info.model, store.folder))
        if not survey and order not in (ReviewOrder.UNCERTAINTY, ReviewOrder.RANDOM):
            warn(
                f"The images haven't been looked through; uncertainty decides. First: {_survey_command(arguments)}"
            )
        queue = review_queue(store, order, survey=survey, pair=_pair(arguments, store), seed=arguments.seed)
        records = [store.record(image_id) for image_id in queue[: max(0, arguments.limit)]]
    if arguments.json:
        say_json([{"path": str(record.relative_path), "uncertainty": record.uncertainty} for record in records])
        return 0
    rows = [
        (str(record.relative_path), "" if record.uncertainty is None else f"{record.uncertainty:.3f}")
        for record in records
    ]
    say_table(("image", "uncertainty"), rows)
    return 0


def _survey_command(arguments: argparse.Namespace) -> str:
    return f"segstudio project survey {arguments.folder}"


def _pair(arguments: argparse.Namespace, store: ProjectStore) -> tuple[int, int] | None:
    """Raises: SegStudioError: no such class."""
    if arguments.pair is None:
        return None
    first, second = (class_named(store, name) for name in arguments.pair)
    return first, second


def _add_find_class(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "find-class",
        help="unfinished images that seem to hold a class that somebody has painted",
        description="By what it looks like to the model, which needn't know the class.",
        epilog="Example: segstudio project find-class street/ --class scooter --json",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--class", dest="name", required=True, metavar="NAME")
    parser.add_argument("--model", metavar="NAME_OR_FILE", help="the model that looks (the project's)")
    add_device(parser)
    add_json(parser)
    parser.set_defaults(run=run_find_class)


def run_find_class(arguments: argparse.Namespace) -> int:
    from segstudio.inference.models import load_model
    from segstudio.services.live_search import find_class
    from segstudio.services.project_files import reading
    from segstudio.services.review_queue import unfinished
    from segstudio.store.model_store import find_model

    with reading(arguments.folder) as store, progress_bar("Looking") as task:
        class_id = class_named(store, arguments.name)
        model = load_model(find_model(arguments.model or store.info.model, store.folder), arguments.device)
        found = find_class(store, model, class_id, unfinished(store), task)
        paths = [str(store.record(one.image_id).relative_path) for one in found]
    if arguments.json:
        say_json([{"path": path, "share": one.share} for path, one in zip(paths, found, strict=True)])
        return 0
    say_table(
        ("image", "area %"), [(path, f"{100 * one.share:.1f}") for path, one in zip(paths, found, strict=True)]
    )
    return 0
