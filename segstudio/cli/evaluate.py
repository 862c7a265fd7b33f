"""`segstudio evaluate`: how right a model is on labelled images."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.cli.arguments import (
    add_device,
    add_json,
    add_model,
    add_sample_view,
    add_test_time,
    sample_view_from,
)
from segstudio.cli.console import progress_bar, say, say_json, say_table

if TYPE_CHECKING:
    from segstudio.inference.evaluation import Evaluation
    from segstudio.inference.predictor import Predictor


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "evaluate",
        help="measure a model on labelled images",
        description="Per-class IoU, mean IoU, pixel accuracy and frames a second. A label is found by the image's "
        "path below --images, with the suffix .png; values without a class of the model are left out.",
        epilog="Example: segstudio evaluate --images val/images --labels val/labels --model streets",
    )
    parser.add_argument("--images", required=True, type=Path, metavar="DIR")
    parser.add_argument("--labels", required=True, type=Path, metavar="DIR")
    parser.add_argument(
        "--classes",
        type=Path,
        metavar="FILE",
        help="the labels' classes, matched to the model's by name (default: the ids are the model's)",
    )
    add_model(parser)
    add_test_time(parser)
    add_sample_view(parser)
    add_device(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    # torch takes seconds to import, which `--help` doesn't have to spare.
    from segstudio.inference.models import load_model
    from segstudio.services.evaluating import evaluate_files, find_pairs, read_matching

    pairs = find_pairs(arguments.images, arguments.labels)
    predictor = load_model(arguments.model, arguments.device)
    matching = read_matching(arguments.classes, predictor.info.label_set)
    with progress_bar("Evaluating") as task:
        evaluation = evaluate_files(
            predictor,
            pairs,
            matching,
            task,
            scales=arguments.scales,
            mirror=arguments.mirror,
            view=sample_view_from(arguments),
        )
    if arguments.json:
        say_json(_as_json(evaluation, predictor))
    else:
        _print(evaluation, predictor)
    return 0


def _print(evaluation: Evaluation, predictor: Predictor) -> None:
    scores = evaluation.scores
    rows = [(name, f"{100 * iou:.1f}") for name, iou in scores.class_iou.items()]
    say_table(("class", "IoU %"), [*rows, ("mean IoU", f"{100 * scores.mean_iou:.1f}")])
    say(f"pixel accuracy {100 * scores.pixel_accuracy:.1f} %")
    say(f"{evaluation.images} images, {evaluation.images_a_second:.2f} frames a second on {predictor.device_name}")


def _as_json(evaluation: Evaluation, predictor: Predictor) -> dict[str, str | int | float | dict[str, float]]:
    scores = evaluation.scores
    return {
        "model": predictor.info.name,
        "data": scores.data,
        "images": evaluation.images,
        "mean_iou": scores.mean_iou,
        "pixel_accuracy": scores.pixel_accuracy,
        "class_iou": dict(scores.class_iou),
        "frames_per_second": evaluation.images_a_second,
        "device": predictor.device_name,
    }
