"""Short training runs on CamVid that differ in one thing only: what the ablation and the curve have in common."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import torch

from segstudio.domain.geometry import Size
from segstudio.domain.model_info import NetworkConfig
from segstudio.domain.task import Task
from segstudio.domain.training_log import EpochRecord, TrainingLog
from segstudio.formats.class_file import read_classes
from segstudio.nn.dilation import Gridding
from segstudio.training.loop import train
from segstudio.training.plan import Recipe, TrainingPlan
from segstudio.training.samples import find_samples

CLASSES = Path(__file__).parent / "streets" / "classes.json"
CHANNELS = len(read_classes(CLASSES).active)
VALIDATIONS = 2


def add_recipe_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="CamVid: train/ and val/ with images/ and labels/")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--learning-rate", type=float, default=0.001)
    parser.add_argument("--threads", type=int, help="of the processor (all)")
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--crop", type=size_of, default=(320, 240), metavar="WxH")
    parser.add_argument("--frames", type=int, help="use so many frames only, to try the script out")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto")


def prepare(arguments: argparse.Namespace) -> None:
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    arguments.output.mkdir(parents=True, exist_ok=True)


def plan_of(
    arguments: argparse.Namespace, network: NetworkConfig, *, name: str, seed: int, folder: Path
) -> TrainingPlan:
    """From scratch by the options' recipe; the state goes to ``folder``, the model beside it."""
    data: Path = arguments.data
    folder.parent.mkdir(parents=True, exist_ok=True)
    return TrainingPlan(
        samples=find_samples(data / "train" / "images", data / "train" / "labels")[: arguments.frames],
        validation=find_samples(data / "val" / "images", data / "val" / "labels")[: arguments.frames],
        label_set=read_classes(CLASSES),
        network=network,
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
        name=name,
        device=arguments.device,
        precision=arguments.precision,
        validation_name="CamVid val",
        gridding=Gridding.ALLOW,
    )


def run(plan: TrainingPlan) -> tuple[EpochRecord, ...]:
    """All epochs, told on stderr as they end; goes on where an earlier run of the plan was killed."""
    return train(plan, Task(_teller(plan.folder.name))).log.epochs


def recipe_words(arguments: argparse.Namespace) -> dict[str, object]:
    """What was equal for all, to be printed above a table."""
    width, height = arguments.crop
    return {
        "epochs": arguments.epochs,
        "batch": arguments.batch_size,
        "AdamW, peak rate": arguments.learning_rate,
        "crop": f"{width} x {height}",
        "training frames": "all" if arguments.frames is None else arguments.frames,
    }


def _teller(name: str) -> Callable[[TrainingLog], None]:
    """One line for each epoch."""
    told = 0

    def tell(log: TrainingLog) -> None:
        nonlocal told
        for record in log.epochs[told:]:
            score = "" if record.mean_iou is None else f", mIoU {100 * record.mean_iou:.1f}"
            print(f"{name}: epoch {record.epoch}, loss {record.loss:.3f}{score}", file=sys.stderr, flush=True)
        told = len(log.epochs)

    return tell


def size_of(text: str) -> tuple[int, int]:
    """``WxH``."""
    width, _, height = text.partition("x")
    return int(width), int(height)
