"""`segstudio train --plan`: what a run would do, how long it would take and why, without doing it."""

from __future__ import annotations

from segstudio.cli.console import say, warn
from segstudio.services.fine_tuning_plan import summary_of
from segstudio.training.plan import TrainingPlan


def tell_plan(plan: TrainingPlan) -> int:
    """What the window says above *Train on my corrections*. Returns: the command's exit status."""
    summary = summary_of(plan)
    for remark in summary.remarks:
        warn(remark)
    images = f"{summary.images} image{'' if summary.images == 1 else 's'}"
    say(f"Learns from {images}, measured on {summary.held_out}: about {_length(summary.seconds)}.")
    say(summary.reason)
    return 0


def _length(seconds: float) -> str:
    return f"{max(1, round(seconds))} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"
