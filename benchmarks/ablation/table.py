"""The table of an ablation: means over the seeds, their spread, the paper's figure beside them."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.ablation.variants import Variant


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one run, fractions of 1: the last epoch's scores on the validation frames, and the best epoch's."""

    variant: str
    seed: int
    mean_iou: float
    best_mean_iou: float
    pixel_accuracy: float
    seconds: float


def read_outcomes(path: Path) -> list[Outcome]:
    if not path.is_file():
        return []
    return [Outcome(**json.loads(line)) for line in path.read_text().splitlines() if line.strip()]


def add_outcome(path: Path, outcome: Outcome) -> None:
    with path.open("a") as file:
        file.write(json.dumps(asdict(outcome)) + "\n")


def markdown(variants: Sequence[Variant], outcomes: Sequence[Outcome], settings: Mapping[str, object]) -> str:
    """What was not run shows a dash."""
    lines = [
        "Everything else equal: " + ", ".join(f"{key} {value}" for key, value in settings.items()) + ".",
        "",
        "mIoU in percent on CamVid val after the last epoch, mean over the seeds, with the lowest and the highest; "
        "*paper*: Wang et al. on Cityscapes.",
        "",
        "| variant | mIoU | lowest to highest | seeds | pixel accuracy | *paper* | claim |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for variant in variants:
        found = [outcome for outcome in outcomes if outcome.variant == variant.name]
        paper = "-" if variant.paper is None else f"{variant.paper:.1f}"
        if not found:
            lines.append(f"| {variant.name} | - | - | 0 | - | {paper} | {variant.claim} |")
            continue
        scores = [100 * outcome.mean_iou for outcome in found]
        accuracy = 100 * statistics.mean(outcome.pixel_accuracy for outcome in found)
        spread = f"{min(scores):.1f} to {max(scores):.1f}"
        mean = statistics.mean(scores)
        cells = (variant.name, f"{mean:.1f}", spread, str(len(found)), f"{accuracy:.1f}", paper, variant.claim)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
