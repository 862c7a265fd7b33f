"""`segstudio project differences`: where a model and the labels of finished images disagree."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.cli.arguments import add_device, add_json
from segstudio.cli.console import JsonValue, progress_bar, say, say_json, say_table

if TYPE_CHECKING:
    from segstudio.domain.classes import LabelSet
    from segstudio.services.review_differences import Difference


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add_differences(actions)


def _add_differences(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "differences",
        help="where a model and the labels of finished images disagree",
        description="Each region that finished labels call one thing and the model another: an error of one of the "
        "two, the most confident first. Images that the model learnt from are left out.",
        epilog="Example: segstudio project differences street/ --json > disagreements.json",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--model", metavar="NAME_OR_FILE", help="the model to compare with (the project's)")
    parser.add_argument(
        "--include-learnt", action="store_true", help="also images that the model learnt from, last"
    )
    parser.add_argument("--limit", type=int, default=100, metavar="N", help="list at most so many (100)")
    add_device(parser)
    add_json(parser)
    parser.set_defaults(run=run_differences)


def run_differences(arguments: argparse.Namespace) -> int:
    from segstudio.services.batch_predictions import project_predictor
    from segstudio.services.project_files import reading
    from segstudio.services.review_differences import find_differences
    from segstudio.services.reviewing_differences import report_words

    with reading(arguments.folder) as store, progress_bar("Comparing") as task:
        predictor = project_predictor(store, arguments.model or store.info.model, arguments.device)
        report = find_differences(store, predictor, task, includes_learnt=arguments.include_learnt)
        label_set = store.info.label_set
    listed = report.differences[: max(0, arguments.limit)]
    if arguments.json:
        say_json(
            {
                "images": report.images,
                "left_out": report.left_out,
                "differences": [_as_json(difference, label_set) for difference in listed],
            }
        )
        return 0
    say(report_words(report))
    rows = [
        (
            difference.path,
            f"{difference.rect.left},{difference.rect.top}",
            _name(label_set, difference.label),
            _name(label_set, difference.answer),
            f"{100 * difference.confidence:.0f}",
            str(difference.pixels),
            "learnt" if difference.is_learnt else "",
        )
        for difference in listed
    ]
    if rows:
        say_table(("image", "at", "label", "model", "sure %", "pixels", ""), rows)
    return 0


def _as_json(difference: Difference, label_set: LabelSet) -> JsonValue:
    rect = difference.rect
    return {
        "path": difference.path,
        "rect": [rect.left, rect.top, rect.right, rect.bottom],
        "label": _name(label_set, difference.label),
        "model": _name(label_set, difference.answer),
        "confidence": round(difference.confidence, 4),
        "pixels": difference.pixels,
        "learnt": difference.is_learnt,
    }


def _name(label_set: LabelSet, class_id: int) -> str:
    return label_set.by_id(class_id).name if class_id in label_set else str(class_id)
