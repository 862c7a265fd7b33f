"""The table of a run: actions and pixels painted, arm by arm, over the same images."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from benchmarks.effort.annotator import GOALS, Effort
from benchmarks.effort.arms import ARMS
from benchmarks.effort.outcomes import Outcome, goal_name


def markdown(outcomes: Sequence[Outcome]) -> str:
    """Means over the images that every arm has finished, so that arms are compared on the same ones."""
    arms = sorted({outcome.arm for outcome in outcomes})
    if not arms:
        return "Nothing was measured.\n"
    common = set.intersection(*({_key(o) for o in outcomes if o.arm == arm} for arm in arms))
    goals = [goal_name(goal) for goal in GOALS]
    lines = [
        f"{len(common)} images. Means of one image; in brackets, strokes and class changes.",
        "",
        "| arm | right at the start | " + " | ".join(f"actions to {goal} % | pixels" for goal in goals) + " |",
        "| --- | ---: | " + " | ".join("---: | ---:" for _ in goals) + " |",
    ]
    for arm in arms:
        chosen = [outcome for outcome in outcomes if outcome.arm == arm and _key(outcome) in common]
        cells = " | ".join(_cells([outcome.reached[goal] for outcome in chosen]) for goal in goals)
        start = 100 * fmean(outcome.start for outcome in chosen) if chosen else 0.0
        lines.append(f"| {arm} {ARMS[arm].name} | {start:.1f} % | {cells} |")
    return "\n".join(lines) + "\n"


def _key(outcome: Outcome) -> tuple[str, int]:
    return outcome.image, outcome.seed


def _cells(efforts: Sequence[Effort | None]) -> str:
    reached = [effort for effort in efforts if effort is not None]
    if not reached:
        return "never | "
    missed = len(efforts) - len(reached)
    actions = fmean(effort.actions for effort in reached)
    parts = f"({fmean(e.strokes for e in reached):.0f} + {fmean(e.class_changes for e in reached):.0f})"
    note = f", {missed} never" if missed else ""
    return f"{actions:.0f} {parts}{note} | {fmean(effort.pixels for effort in reached):.0f}"
