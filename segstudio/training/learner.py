"""Everything that learns in a run: network, its average, optimiser; and how to save and restore it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from lightning_fabric import Fabric
from lightning_fabric.wrappers import _FabricOptimizer

from segstudio.nn.network import Network
from segstudio.training.averaging import WeightAverage
from segstudio.training.batches import Batch
from segstudio.training.optimizers import build_optimizer, set_rate, train_mode
from segstudio.training.plan import Recipe, TrainingPlan
from segstudio.training.run_state import RunState
from segstudio.training.schedule import rate_factor
from segstudio.training.starting import starting_network
from segstudio.training.step import Stepper


class BadNumbersError(Exception):
    """The loss or a gradient is not a finite number; whoever called goes back to the last good state."""


@dataclass(slots=True)
class Learner:
    """``rate_scale`` and ``crop_scale`` are what earlier troubles left of the recipe's."""

    recipe: Recipe
    network: Network
    average: WeightAverage
    optimizer: _FabricOptimizer
    stepper: Stepper
    rate_scale: float = 1.0
    crop_scale: float = 1.0

    def start_epoch(self) -> None:
        train_mode(self.network, freeze_batch_norm=self.recipe.freeze_batch_norm)

    def learn(self, batch: Batch, progress: float) -> tuple[float, float]:
        """The batch's loss and the learning rate at this ``progress``, 0 to 1, of the run.

        Raises: BadNumbersError, OutOfMemoryError.
        """
        factor = rate_factor(progress, self.recipe.schedule, warm_up_share=self.recipe.warm_up_share)
        rate = set_rate(self.optimizer, self.rate_scale * factor)
        loss = self.stepper.step(batch)
        if not math.isfinite(loss):
            raise BadNumbersError
        self.average.update(self.network)
        return loss, rate

    def kept(self) -> Mapping[str, Any]:  # Any: torch's own nested structure of the optimiser's state
        """The fields of a ``RunState`` that belong to the learner."""
        return {
            "weights": self.network.state_dict(),
            "average": self.average.state(),
            "optimizer": self.optimizer.optimizer.state_dict(),
            "rate_scale": self.rate_scale,
            "crop_scale": self.crop_scale,
            "parts": self.stepper.parts,
        }

    def restore(self, state: RunState) -> None:
        self.network.load_state_dict(dict(state.weights))
        self.average.restore(dict(state.average))
        # The peaks are the recipe's, which may have changed since.
        peaks = [(group["peak"], group["weight_decay"]) for group in self.optimizer.param_groups]
        self.optimizer.optimizer.load_state_dict(dict(state.optimizer))
        for group, (peak, decay) in zip(self.optimizer.param_groups, peaks, strict=True):
            group["peak"], group["weight_decay"] = peak, decay
        self.rate_scale, self.crop_scale = state.rate_scale, state.crop_scale
        self.stepper.parts = state.parts


def build_learner(
    plan: TrainingPlan, fabric: Fabric, class_weights: torch.Tensor | None
) -> tuple[Learner, tuple[str, ...]]:
    """The learner at the start of a plan, and remarks on what its base gave it.

    Raises: ModelError: the base can't be read or doesn't fit.
    """
    network, remarks = starting_network(plan)
    network = network.to(memory_format=torch.channels_last)
    model, optimizer = fabric.setup(network, build_optimizer(network, plan.recipe))
    stepper = Stepper(
        fabric=fabric,
        model=model,
        network=network,
        optimizer=optimizer,
        recipe=plan.recipe,
        normalization=plan.normalization,
        class_weights=None if class_weights is None else class_weights.to(fabric.device),
    )
    average = WeightAverage(network, plan.recipe.average_decay)
    return Learner(plan.recipe, network, average, optimizer, stepper), remarks
