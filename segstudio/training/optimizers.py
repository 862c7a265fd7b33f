"""The optimiser of a recipe, over the parts of the network that learn."""

from __future__ import annotations

from itertools import chain

import torch
from lightning_fabric.wrappers import _FabricOptimizer
from torch import nn
from torch.optim import SGD, AdamW, Optimizer

from segstudio.nn.network import Network
from segstudio.training.plan import LearningParts, OptimizerKind, Recipe

DEFAULT_RATE = {OptimizerKind.SGD: 0.01, OptimizerKind.ADAMW: 0.001}
DEFAULT_DECAY = {OptimizerKind.SGD: 5e-4, OptimizerKind.ADAMW: 0.02}
MOMENTUM = 0.9


def build_optimizer(network: Network, recipe: Recipe) -> Optimizer:
    """An optimiser whose groups know their own peak rate as ``peak``; what doesn't learn is frozen in ``network``.

    Batch norms and biases are not decayed: they are few, and pulling them to 0 shrinks what they scale.
    """
    freeze(network, recipe.learning_parts)
    peak = recipe.learning_rate or DEFAULT_RATE[recipe.optimizer]
    decay = DEFAULT_DECAY[recipe.optimizer] if recipe.weight_decay is None else recipe.weight_decay
    groups = []
    for module, rate in ((network.trunk, peak * recipe.trunk_rate), (network.head, peak)):
        learning = [parameter for parameter in module.parameters() if parameter.requires_grad]
        for is_decayed in (True, False):
            chosen = [parameter for parameter in learning if (parameter.ndim > 1) == is_decayed]
            if chosen:
                groups.append({"params": chosen, "peak": rate, "lr": rate, "weight_decay": decay * is_decayed})
    if recipe.optimizer is OptimizerKind.SGD:
        return SGD(groups, lr=peak, momentum=MOMENTUM)
    return AdamW(groups, lr=peak)


def freeze(network: Network, parts: LearningParts) -> None:
    """Only ``parts`` of ``network`` want gradients from now on."""
    learning: list[nn.Module] = [network.head]
    if parts is LearningParts.HEAD_AND_LAST_STAGE:
        learning.append(network.trunk.layer4)
    network.requires_grad_(parts is LearningParts.ALL)
    for parameter in chain.from_iterable(module.parameters() for module in learning):
        parameter.requires_grad_(True)


def train_mode(network: nn.Module, *, freeze_batch_norm: bool) -> None:
    """Training mode; with frozen batch norms these keep to the statistics that they have."""
    network.train()
    if freeze_batch_norm:
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()


def set_rate(optimizer: Optimizer | _FabricOptimizer, factor: float) -> float:
    """Sets every group to ``factor`` of its peak; the highest of them."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * factor
    return max(float(group["lr"]) for group in optimizer.param_groups)


def class_weights(counts: torch.Tensor, recipe: Recipe) -> torch.Tensor | None:
    """float32 (channels,): rarer classes weigh more, within bounds; None where all weigh the same.

    ``counts``: pixels of each channel. The mean weight of a pixel is 1; a class that doesn't occur weighs 1.
    """
    if recipe.class_balance == 0:
        return None
    share = counts.double() / counts.sum().clamp(min=1)
    weights = torch.where(share > 0, share.clamp(min=1e-12) ** -recipe.class_balance, torch.nan)
    weights = weights / (share * weights.nan_to_num()).sum()
    limit = recipe.class_weight_limit
    return weights.nan_to_num(1.0).clamp(1.0 / limit, limit).float()
