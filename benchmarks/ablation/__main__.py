"""Trains every variant with every seed, one after the other, and writes the table after each.

    python -m benchmarks.ablation --data ../shared/data/camvid --output ablation/ [--epochs 60] [--seeds 2]

Run the same command again after a kill: finished runs are skipped, the one that was under way goes on from its last
epoch. Models and states go to OUTPUT/runs/, scores to OUTPUT/outcomes.jsonl, the table to OUTPUT/table.md.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from benchmarks.ablation.table import Outcome, add_outcome, markdown, read_outcomes
from benchmarks.ablation.variants import VARIANTS, Variant
from segstudio.domain.geometry import Size
from segstudio.domain.task import Task
from segstudio.domain.training_log import TrainingLog
from segstudio.formats.class_file import read_classes
from segstudio.nn.dilation import Gridding
from segstudio.training.loop import train
from segstudio.training.plan import Recipe, TrainingPlan
from segstudio.training.samples import find_samples

CLASSES = Path(__file__).parents[1] / "streets" / "classes.json"
VALIDATIONS = 2


def main() -> None:
    arguments = _parser().parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    output: Path = arguments.output
    output.mkdir(parents=True, exist_ok=True)
    outcomes = output / "outcomes.jsonl"
    variants = [variant for variant in VARIANTS if not arguments.only or variant.name in arguments.only]
    # Seed by seed, so that a run that was cut short still compares all variants.
    for seed in range(arguments.seeds):
        for variant in variants:
            done = {outcome.variant: outcome for outcome in read_outcomes(outcomes) if outcome.seed == seed}
            if variant.name not in done:
                twins = [done[other.name] for other in VARIANTS if other.name in done and other.is_twin_of(variant)]
                outcome = replace(twins[0], variant=variant.name) if twins else _run(variant, seed, arguments)
                add_outcome(outcomes, outcome)
                (output / "table.md").write_text(markdown(variants, read_outcomes(outcomes), _settings(arguments)))
    print(markdown(variants, read_outcomes(outcomes), _settings(arguments)))


def _run(variant: Variant, seed: int, arguments: argparse.Namespace) -> Outcome:
    name = f"{variant.name.replace(', ', '-').replace(' ', '-')}-{seed}"
    folder: Path = arguments.output / "runs" / name
    plan = _plan(variant, seed, arguments, folder)
    result = train(plan, Task(_teller(name)))
    last = result.log.epochs[-1]
    scored = [record.mean_iou for record in result.log.epochs if record.mean_iou is not None]
    assert last.mean_iou is not None and last.pixel_accuracy is not None, "the last epoch is always validated"
    shutil.rmtree(folder)
    return Outcome(
        variant=variant.name,
        seed=seed,
        mean_iou=last.mean_iou,
        best_mean_iou=max(scored),
        pixel_accuracy=last.pixel_accuracy,
        seconds=sum(record.seconds for record in result.log.epochs),
    )


def _plan(variant: Variant, seed: int, arguments: argparse.Namespace, folder: Path) -> TrainingPlan:
    classes = read_classes(CLASSES)
    data: Path = arguments.data
    samples = find_samples(data / "train" / "images", data / "train" / "labels")
    validation = find_samples(data / "val" / "images", data / "val" / "labels")
    folder.parent.mkdir(parents=True, exist_ok=True)
    return TrainingPlan(
        samples=samples[: arguments.frames],
        validation=validation[: arguments.frames],
        label_set=classes,
        network=variant.config(
            trunk=arguments.trunk, channels=len(classes.active), base_width=arguments.base_width
        ),
        recipe=Recipe(
            epochs=arguments.epochs,
            batch_size=arguments.batch_size,
            crop=Size(*arguments.crop),
            learning_rate=arguments.learning_rate,
            validate_every=max(1, arguments.epochs // VALIDATIONS),
        ),
        folder=folder,
        output=folder.with_suffix(".safetensors"),
        seed=seed,
        name=variant.name,
        device=arguments.device,
        precision=arguments.precision,
        validation_name="CamVid val",
        gridding=Gridding.ALLOW,
    )


def _settings(arguments: argparse.Namespace) -> dict[str, object]:
    width, height = arguments.crop
    frames = "all" if arguments.frames is None else arguments.frames
    return {
        "trunk": f"{arguments.trunk} from scratch",
        "base width": arguments.base_width,
        "output stride": 8,
        "epochs": arguments.epochs,
        "batch": arguments.batch_size,
        "AdamW, peak rate": arguments.learning_rate,
        "crop": f"{width} x {height}",
        "training frames": frames,
    }


def _teller(name: str) -> Callable[[TrainingLog], None]:
    """One line for each epoch on stderr."""
    told = 0

    def tell(log: TrainingLog) -> None:
        nonlocal told
        for record in log.epochs[told:]:
            score = "" if record.mean_iou is None else f", mIoU {100 * record.mean_iou:.1f}"
            print(f"{name}: epoch {record.epoch}, loss {record.loss:.3f}{score}", file=sys.stderr, flush=True)
        told = len(log.epochs)

    return tell


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ablation", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="CamVid: train/ and val/ with images/ and labels/")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--only", nargs="+", choices=[variant.name for variant in VARIANTS], metavar="VARIANT")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--learning-rate", type=float, default=0.001)
    parser.add_argument("--threads", type=int, help="of the processor (all)")
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--crop", type=_size, default=(320, 240), metavar="WxH")
    parser.add_argument("--trunk", default="resnet18")
    parser.add_argument("--base-width", type=int, default=64)
    parser.add_argument("--frames", type=int, help="use so many frames only, to try the script out")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto")
    return parser


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


if __name__ == "__main__":
    main()
