"""A line of JSON for each image and arm, so that a run that was cut short goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.effort.annotator import Effort


@dataclass(frozen=True, slots=True)
class Outcome:
    """``position``: the image's place in the arm's order, from 0. ``start``: the share right before the first
    stroke. ``model``: whose pre-label it was, empty for none. ``reached``: by goal in percent."""

    arm: int
    seed: int
    position: int
    image: str
    model: str
    start: float
    reached: Mapping[str, Effort | None]
    seconds: float


def add_outcome(path: Path, outcome: Outcome) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(outcome)) + "\n")


def read_outcomes(path: Path) -> list[Outcome]:
    """Empty where there is no file; a last line that was cut off is left out."""
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            fields = json.loads(line)
        except ValueError:
            continue
        reached = {goal: effort and Effort(**effort) for goal, effort in fields.pop("reached").items()}
        found.append(Outcome(**fields, reached=reached))
    return found


def goal_name(goal: float) -> str:
    """``95`` for 0.95."""
    return f"{100 * goal:g}"
