"""The table of a curve: accuracy beside cost, and who is beaten in both."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from benchmarks.ablation.table import Outcome
from benchmarks.curve.cost import Cost


def markdown(
    names: Sequence[str],
    outcomes: Sequence[Outcome],
    costs: Mapping[str, Cost],
    settings: Mapping[str, object],
    processor: str,
) -> str:
    """In the order of time; what was not measured shows a dash."""
    scores = {name: _mean(name, outcomes) for name in names}
    ordered = sorted(names, key=lambda name: costs[name].milliseconds if name in costs else 0.0)
    lines = [
        "Everything else equal: " + ", ".join(f"{key} {value}" for key, value in settings.items()) + ".",
        f"mIoU on CamVid val after the last epoch; time: one image in float32, {processor}.",
        "",
        "| network | mIoU % | pixels % | M parameters | GFLOP | ms | beaten in both by |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    return "\n".join([*lines, *(_row(name, scores, outcomes, costs) for name in ordered)]) + "\n"


def _row(
    name: str, scores: Mapping[str, float | None], outcomes: Sequence[Outcome], costs: Mapping[str, Cost]
) -> str:
    score, cost = scores[name], costs.get(name)
    accuracies = [outcome.pixel_accuracy for outcome in outcomes if outcome.variant == name]
    cells = [
        name,
        "-" if score is None else f"{100 * score:.1f}",
        f"{100 * statistics.mean(accuracies):.1f}" if accuracies else "-",
        *(
            ("-", "-", "-")
            if cost is None
            else (f"{cost.parameters / 1e6:.1f}", f"{cost.gflop:.0f}", f"{cost.milliseconds:.0f}")
        ),
        ", ".join(_better_in_both(name, scores, costs)),
    ]
    return f"| {' | '.join(cells)} |"


def _better_in_both(name: str, scores: Mapping[str, float | None], costs: Mapping[str, Cost]) -> list[str]:
    score = scores[name]
    if score is None or name not in costs:
        return []
    return [
        other
        for other, its_score in scores.items()
        if its_score is not None
        and other in costs
        and its_score > score
        and costs[other].milliseconds < costs[name].milliseconds
    ]


def _mean(name: str, outcomes: Sequence[Outcome]) -> float | None:
    found = [outcome.mean_iou for outcome in outcomes if outcome.variant == name]
    return statistics.mean(found) if found else None
