"""The table of the accuracy/time curve."""

from __future__ import annotations

import torch

from benchmarks.ablation.table import Outcome
from benchmarks.curve.candidates import CANDIDATES
from benchmarks.curve.cost import Cost, costs
from benchmarks.curve.table import markdown
from segstudio.domain.geometry import Size


def test_a_network_is_beaten_only_by_one_that_is_faster_and_more_accurate() -> None:
    scores = {"small": 0.5, "good": 0.6, "bad": 0.4}
    outcomes = [Outcome(name, 0, score, score, 0.9, 1.0) for name, score in scores.items()]
    found = {"small": Cost(1, 1.0, 10.0), "good": Cost(3, 3.0, 30.0), "bad": Cost(2, 2.0, 20.0)}
    rows = markdown(list(scores), outcomes, found, {}, "a processor").splitlines()[-3:]
    assert [row.split(" | ")[0].strip("| ") for row in rows] == ["small", "bad", "good"]
    assert [row.split(" | ")[-1].strip(" |") for row in rows] == ["", "small", ""]


def test_a_cost_counts_parameters_and_arithmetic() -> None:
    slim = next(candidate for candidate in CANDIDATES if candidate.base_width == 32)
    torch.manual_seed(0)
    networks = {"slim": slim.network(11).eval()}
    found = costs(networks, Size(64, 48), rounds=1)["slim"]
    assert found.parameters == sum(parameter.numel() for parameter in networks["slim"].parameters())
    # Of a 3x3 convolution from 256 to 176 channels on 8 x 6 places alone:
    assert found.gflop > 2 * 9 * 256 * 176 * 48 / 1e9
    assert found.milliseconds > 0
