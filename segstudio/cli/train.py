"""`segstudio train`: learns a model from labelled images."""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.cli.arguments import add_device, add_sample_view, positive
from segstudio.cli.console import say, say_table, stopped_by_keyboard, warn
from segstudio.domain.geometry import Size
from segstudio.domain.model_info import TRUNKS
from segstudio.domain.task import Task
from segstudio.domain.training_log import TrainingLog
from segstudio.training.plan import LearningParts, OptimizerKind, ScheduleKind

if TYPE_CHECKING:
    from segstudio.training.loop import TrainingResult

EXAMPLE = """\
Example, the same folders and stems below images/ and labels/:
  segstudio train --images train/images --labels train/labels \\
      --val-images val/images --val-labels val/labels --classes classes.json --output street.safetensors

Run the same command again after a kill, and it goes on from its last epoch. To spread it over four GPUs:
  torchrun --nproc-per-node 4 -m segstudio train …"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "train",
        help="learn a model from labelled images",
        description="Learn a model from labelled images: from scratch, or starting from another model.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_data(parser)
    add_sample_view(parser)
    _add_network(parser)
    _add_recipe(parser)
    parser.set_defaults(run=run)


def _add_data(parser: argparse.ArgumentParser) -> None:
    data = parser.add_argument_group("what is learnt from")
    data.add_argument("--images", type=Path, metavar="DIR", help="folder of training images, sub-folders included")
    data.add_argument("--labels", type=Path, metavar="DIR", help="folder of their label maps, NAME.png")
    data.add_argument("--val-images", type=Path, metavar="DIR", help="images to measure on after each epoch")
    data.add_argument("--val-labels", type=Path, metavar="DIR", help="their label maps")
    data.add_argument("--val-name", metavar="TEXT", help="what the model calls them (the folder's path)")
    data.add_argument("--extra-images", type=Path, metavar="DIR", help="more images, mixed in at a fixed share")
    data.add_argument("--extra-labels", type=Path, metavar="DIR", help="their label maps")
    data.add_argument("--classes", type=Path, metavar="FILE", help="class file; other label values are ignored")
    data.add_argument(
        "--project", type=Path, metavar="DIR", help="learn from a project's corrected and verified images instead"
    )
    data.add_argument("--output", type=Path, metavar="FILE", required=True, help="where the best model is written")
    data.add_argument(
        "--state", type=Path, metavar="DIR", help="where the run's state is kept (default: OUTPUT.training/)"
    )


def _add_network(parser: argparse.ArgumentParser) -> None:
    network = parser.add_argument_group("the network (default: the base's, or as named here)")
    network.add_argument("--base", metavar="NAME_OR_FILE", help="a model to start from, bundled or a file")
    network.add_argument("--imagenet", action="store_true", help="start from ImageNet weights, downloaded once")
    network.add_argument("--trunk", choices=TRUNKS, metavar="NAME", help=f"{', '.join(TRUNKS)} (resnet18)")
    network.add_argument("--output-stride", type=int, choices=(8, 16), help="8 is finer, 16 is faster (8)")
    network.add_argument("--cell-width", type=positive, metavar="PIXELS", help="side of what one score covers (2)")
    network.add_argument("--aspp", type=int, choices=(0, 4, 6), help="dilated branches of the head (0)")
    network.add_argument("--dilations", metavar="NAME", help="HDC schedule, or rates: 1,2/5,9 (dilation-bigger)")
    network.add_argument("--allow-gridding", action="store_true", help="train although the schedule leaves holes")
    network.add_argument("--base-width", type=positive, metavar="CHANNELS", help="of the first stage (64)")


def _add_recipe(parser: argparse.ArgumentParser) -> None:
    recipe = parser.add_argument_group("how (with --project what isn't named follows the number of images)")
    recipe.add_argument("--learns", type=LearningParts, choices=tuple(LearningParts), help="of the network (all)")
    recipe.add_argument("--epochs", type=positive, help="times that every image is shown (100)")
    recipe.add_argument("--minutes", type=above_zero, help="let the schedule end after this time instead")
    recipe.add_argument("--batch-size", type=positive, help="images a step, in all processes together (8)")
    recipe.add_argument("--crop", type=crop_size, metavar="WxH", help="such as 320x240 (whole images)")
    recipe.add_argument("--whole-share", type=share, help="last share of the run that shows whole images (0)")
    recipe.add_argument("--extra-share", type=share, help="share of extra images (0.25)")
    recipe.add_argument("--optimizer", type=OptimizerKind, choices=tuple(OptimizerKind), help="(adamw)")
    recipe.add_argument("--schedule", type=ScheduleKind, choices=tuple(ScheduleKind), help="(poly)")
    recipe.add_argument("--learning-rate", type=above_zero, help="at its peak (sgd: 0.01, adamw: 0.001)")
    recipe.add_argument("--weight-decay", type=zero_or_more, help="(sgd: 0.0005, adamw: 0.02)")
    recipe.add_argument("--average-decay", type=share, help="of the weights' running average (0.998)")
    recipe.add_argument("--scales", type=two_numbers, metavar="LOW,HIGH", help="range of enlargement (0.5,2)")
    recipe.add_argument("--color", type=share, help="how far light and colour wander (0.5)")
    recipe.add_argument("--label-smoothing", type=share, help="(0)")
    recipe.add_argument("--class-balance", type=share, help="how much more rare classes weigh (0: not at all)")
    recipe.add_argument("--rare-share", type=share, help="share of crops around a class drawn evenly (0)")
    recipe.add_argument("--paste-share", type=share, help="share of crops with a class of another image in (0)")
    recipe.add_argument("--hard-share", type=above_zero, help="share of pixels, of the highest loss, used (1)")
    recipe.add_argument("--lovasz-share", type=share, help="of the loss: rewards mean IoU itself (0)")
    recipe.add_argument("--validate-every", type=positive, metavar="EPOCHS", help="(1)")
    recipe.add_argument("--patience", type=positive, help="stop after so many validations without a better one")
    recipe.add_argument("--seed", type=int, default=0)
    recipe.add_argument("--precision", default="auto", choices=("auto", "float32", "bfloat16", "float16"))
    recipe.add_argument("--threads", type=positive, help="of the processor (all)")
    recipe.add_argument("--name", help="the model's name (the output's)")
    recipe.add_argument("--licence", default="", help="written into the model")
    recipe.add_argument("--notes", default="", help="written into the model")
    recipe.add_argument("--plan", action="store_true", help="only say what would be done, and how long it takes")
    add_device(parser)


def run(arguments: argparse.Namespace) -> int:
    # torch takes seconds to import, which `--help` doesn't have to spare.
    from segstudio.cli.train_plan import plan_from
    from segstudio.cli.train_preview import tell_plan
    from segstudio.training.loop import train

    plan = plan_from(arguments)
    if arguments.plan:
        return tell_plan(plan)
    if arguments.threads:
        import torch

        torch.set_num_threads(arguments.threads)
    with _shown_progress() as task:
        result = train(plan, task)
    if os.environ.get("RANK", "0") == "0":  # Under torchrun one process speaks for all.
        _tell(result)
    return 0


def _tell(result: TrainingResult) -> None:
    say(f"{result.model}")
    if result.scores is None:
        return
    rows = [(name, f"{100 * iou:.1f}") for name, iou in result.scores.class_iou.items()]
    rows.append(("mean", f"{100 * result.scores.mean_iou:.1f}"))
    say_table(("class", "IoU"), rows)


@contextmanager
def _shown_progress() -> Iterator[Task[TrainingLog]]:
    """A bar that moves with each step, and a line for each epoch, on stderr."""
    # rich takes a tenth of a second to import, which `--help` doesn't have to spare.
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Bar(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        row = bar.add_task("preparing", total=None)

        def move(log: TrainingLog) -> None:
            loss = "" if log.recent_loss is None else f", loss {log.recent_loss:.3f}"
            text = f"epoch {len(log.epochs) + 1} of {log.epochs_planned}, {log.phase}{loss}"
            bar.update(row, completed=log.progress, total=1.0 if log.steps_done else None, description=text)

        with stopped_by_keyboard(Task(_both(move, _line_teller()))) as task:
            yield task


def _both(
    first: Callable[[TrainingLog], None], second: Callable[[TrainingLog], None]
) -> Callable[[TrainingLog], None]:
    def call(log: TrainingLog) -> None:
        first(log)
        second(log)

    return call


def _line_teller() -> Callable[[TrainingLog], None]:
    told_epochs: set[int] = set()
    told_remarks: set[str] = set()

    def tell(log: TrainingLog) -> None:
        for remark in log.remarks:
            if remark not in told_remarks:
                told_remarks.add(remark)
                warn(remark)
        for record in log.epochs:
            if record.epoch in told_epochs:
                continue
            told_epochs.add(record.epoch)
            score = "" if record.mean_iou is None else f"  mean IoU {100 * record.mean_iou:.2f}"
            best = "  best" if record.epoch == log.best_epoch else ""
            warn(
                f"epoch {record.epoch}  loss {record.loss:.4f}  rate {record.learning_rate:.2g}"
                f"  {record.seconds:.0f} s{score}{best}"
            )

    return tell


def above_zero(text: str) -> float:
    """Raises: argparse.ArgumentTypeError: not a number above 0."""
    value = zero_or_more(text)
    if value == 0.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def zero_or_more(text: str) -> float:
    """Raises: argparse.ArgumentTypeError: not a number of at least 0."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not (math.isfinite(value) and value >= 0.0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 0")
    return value


def share(text: str) -> float:
    """Raises: argparse.ArgumentTypeError: not a number from 0 to below 1."""
    value = zero_or_more(text)
    if value >= 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to below 1")
    return value


def crop_size(text: str) -> Size:
    """Raises: argparse.ArgumentTypeError: not WIDTHxHEIGHT of at least 32 pixels each."""
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and min(int(width), int(height)) >= 32):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 320x240, of at least 32 pixels a side")
    return Size(int(width), int(height))


def two_numbers(text: str) -> tuple[float, float]:
    """Raises: argparse.ArgumentTypeError: not two rising numbers above 0."""
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not two numbers such as 0.5,2") from None
    if not 0 < low <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not two rising numbers above 0")
    return low, high
