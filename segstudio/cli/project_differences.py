"""`segstudio project differences`: where a model and finished labels disagree."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.cli.arguments import add_device, add_json
from segstudio.cli.console import JsonValue, progress_bar, say, say_json, say_table

if TYPE_CHECKING:
    from segstudio.domain.classes import LabelSet
    from segstudio.services.review_differences import Difference


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "differences",
        help="where a model and the labels of finished images disagree",
        description="Each region that finished labels call one thing and the model another: an error of one of the "
        "two, the likeliest label errors first. A model agrees with what it learnt, errors and all: images that it "
        "learnt from are left out, or judged out of fold, each by a head that learnt only from others.",
        epilog="Example: segstudio project differences street/ --learnt out-of-fold --json > disagreements.json",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--model", metavar="NAME_OR_FILE", help="the model to compare with (the project's)")
    parser.add_argument(
        "--learnt",
        choices=("leave-out", "out-of-fold", "include"),
        default="leave-out",
        help="images that the model learnt from: left out; judged by heads that learnt from the others, which "
        "takes longer; or compared with the model all the same, last (leave-out)",
    )
    parser.add_argument("--folds", type=int, default=4, metavar="K", help="for out-of-fold (4)")
    parser.add_argument("--limit", type=int, default=100, metavar="N", help="list at most so many (100)")
    add_device(parser)
    add_json(parser)
    parser.set_defaults(run=run_differences)


def run_differences(arguments: argparse.Namespace) -> int:
    from segstudio.inference.models import load_model
    from segstudio.services.project_files import reading
    from segstudio.services.review_comparison import compare, report_words
    from segstudio.services.review_differences import LearntImages
    from segstudio.store.model_store import find_model

    with reading(arguments.folder) as store, progress_bar("Comparing") as task:
        model = find_model(arguments.model or store.info.model, store.folder)
        predictor = load_model(model, arguments.device)
        report = compare(
            store, predictor, model, LearntImages(arguments.learnt), task, folds=max(2, arguments.folds)
        )
        label_set = store.info.label_set
    listed = report.differences[: max(0, arguments.limit)]
    if arguments.json:
        say_json(
            {
                "images": report.images,
                "out_of_fold": report.out_of_fold,
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
