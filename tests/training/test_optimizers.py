"""The optimiser: parts that learn, rates of trunk and head, weights of classes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from segstudio.domain.task import Task
from segstudio.nn.network import build_network
from segstudio.training import loop
from segstudio.training.optimizers import build_optimizer, class_weights, set_rate, train_mode
from segstudio.training.plan import LearningParts, OptimizerKind, Recipe
from segstudio.training.run_state import load_state
from training.small_plans import small_network, small_plan, small_recipe


@pytest.mark.parametrize(
    ("parts", "learning"),
    [
        (LearningParts.HEAD, {"head"}),
        (LearningParts.HEAD_AND_LAST_STAGE, {"head", "layer4"}),
        (LearningParts.ALL, {"head", "conv1", "bn1", "layer1", "layer2", "layer3", "layer4"}),
    ],
)
def test_only_the_chosen_parts_learn(parts: LearningParts, learning: set[str]) -> None:
    network = build_network(small_network())
    build_optimizer(network, Recipe(learning_parts=parts))
    found = {
        name.removeprefix("trunk.").split(".")[0]
        for name, parameter in network.named_parameters()
        if parameter.requires_grad
    }
    assert found == learning


def test_the_head_alone_learns_and_the_trunk_stays_bit_for_bit(tmp_path: Path) -> None:
    recipe = replace(small_recipe(1), learning_parts=LearningParts.HEAD, freeze_batch_norm=True)
    plan = small_plan(tmp_path, recipe)
    loop.train(plan, Task())
    state = load_state(plan.folder, plan)
    assert state is not None
    fresh, _ = loop.build_learner(plan, loop.build_fabric("cpu", "float32"), None)
    same = {name: torch.equal(value, state.weights[name]) for name, value in fresh.network.state_dict().items()}
    assert all(is_same for name, is_same in same.items() if name.startswith("trunk."))
    assert not any(is_same for name, is_same in same.items() if name.startswith("head."))


def test_trunk_and_head_have_their_own_rates() -> None:
    network = build_network(small_network())
    optimizer = build_optimizer(network, Recipe(learning_rate=0.1, trunk_rate=0.2))
    assert set_rate(optimizer, 0.5) == pytest.approx(0.05)
    head = next(iter(network.head.parameters()))
    rates = {any(p is head for p in group["params"]): group["lr"] for group in optimizer.param_groups[::2]}
    assert rates == pytest.approx({True: 0.05, False: 0.01})


@pytest.mark.parametrize("kind", list(OptimizerKind))
def test_batch_norms_and_biases_are_not_decayed(kind: OptimizerKind) -> None:
    optimizer = build_optimizer(build_network(small_network()), Recipe(optimizer=kind))
    for group in optimizer.param_groups:
        assert (group["weight_decay"] > 0) == (group["params"][0].ndim > 1)


def test_frozen_batch_norms_keep_their_statistics() -> None:
    network = build_network(small_network())
    train_mode(network, freeze_batch_norm=True)
    before = network.trunk.bn1.running_mean.clone()
    network(torch.randn(2, 3, 32, 32))
    assert torch.equal(network.trunk.bn1.running_mean, before)
    assert network.head.training


def test_rarer_classes_weigh_more_within_bounds() -> None:
    recipe = Recipe(class_balance=0.5, class_weight_limit=3.0)
    weights = class_weights(torch.tensor([900_000, 90_000, 10, 0]), recipe)
    assert weights is not None
    assert weights[0] < weights[1] < weights[2]
    assert weights[2] == 3.0
    assert weights[0] >= 1 / 3
    assert weights[3] == 1.0


def test_without_balance_no_class_is_weighed() -> None:
    assert class_weights(torch.tensor([5, 1]), Recipe()) is None
