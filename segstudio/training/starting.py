"""The network that a run starts from: fresh, or a model whose classes may have changed since."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import HeadKind, ModelInfo
from segstudio.nn.checkpoint import read_model
from segstudio.nn.dilation import Gridding, gridding_fault
from segstudio.nn.imagenet import load_imagenet_weights
from segstudio.nn.model_header import read_model_info
from segstudio.nn.network import Network, build_network
from segstudio.training.plan import TrainingPlan


def starting_network(plan: TrainingPlan) -> tuple[Network, tuple[str, ...]]:
    """The network in training mode, its fresh weights drawn from the plan's seed, and remarks on what it kept.

    Raises: ModelError: the base can't be read or has another trunk, or no ImageNet weights are to be had.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        gridding = plan.gridding if plan.base is None else Gridding.ALLOW
        network = build_network(plan.network, gridding=gridding)
    if plan.base is not None:
        return network.train(), _take_over(network, plan, plan.base)
    fault = gridding_fault(*plan.network.dilations)
    remarks = () if fault is None else (fault,)
    if plan.uses_imagenet:
        return network.train(), (*remarks, f"The trunk starts from {load_imagenet_weights(network)}.")
    return network.train(), remarks


def _take_over(network: Network, plan: TrainingPlan, path: Path) -> tuple[str, ...]:
    base, info = read_model(path)
    try:
        network.trunk.load_state_dict(base.trunk.state_dict())
    except RuntimeError as error:
        raise ModelError(
            f"{path} can't be the base: its trunk is {base.config.trunk} of base width {base.config.base_width}, "
            f"this run's {plan.network.trunk} of {plan.network.base_width}."
        ) from error
    if not _same_head(network, base):
        return ("The base has another head, which was not taken over: this one starts afresh.",)
    sources = channel_sources(plan.label_set, info, plan.class_sources)
    for own, old in zip(network.head.branches, base.head.branches, strict=True):
        assert isinstance(own, nn.Conv2d) and isinstance(old, nn.Conv2d)
        _grow(own, old, sources)
    return _remarks(plan.label_set, sources)


def _same_head(network: Network, base: Network) -> bool:
    return (
        network.cells_a_class == base.cells_a_class
        and (network.config.head is HeadKind.BILINEAR) == (base.config.head is HeadKind.BILINEAR)
        and len(network.config.aspp_rates) == len(base.config.aspp_rates)
    )


def channel_sources(
    label_set: LabelSet, base: ModelInfo, class_sources: tuple[tuple[int, tuple[int, ...]], ...] | None
) -> tuple[tuple[int, ...], ...]:
    """For each active class the channels of ``base`` that it goes on from: none for a new class.

    ``class_sources`` pairs a class id with the base's class ids it was made of (one if it was renamed, several
    if they were merged); a class that it doesn't name goes on from the base's class of the same name.
    """
    channel_of_class = {class_id: channel for channel, class_id in enumerate(base.channel_map.class_ids)}
    told = dict(class_sources or ())
    sources = []
    for spec in label_set.active:
        if spec.id in told:
            old_ids = told[spec.id]
        else:
            same = base.label_set.by_name(spec.name)
            old_ids = () if same is None else (same.id,)
        sources.append(tuple(channel_of_class[i] for i in old_ids if i in channel_of_class))
    return tuple(sources)


def knows_none_of_the_classes(plan: TrainingPlan) -> bool:
    """True where the run starts from a model that has to learn every class anew."""
    if plan.base is None:
        return False
    return not any(channel_sources(plan.label_set, read_model_info(plan.base), plan.class_sources))


def _grow(own: nn.Conv2d, old: nn.Conv2d, sources: tuple[tuple[int, ...], ...]) -> None:
    """Writes into ``own`` the scores of ``old``, class by class; a new class starts as their mean.

    The mean of all scores hardly ever wins, so that a new class leaves the answers of the others as they were.
    """
    with torch.no_grad():
        for new, before in zip(_parameters(own), _parameters(old), strict=True):
            new.copy_(grown(before, sources, cells=new.shape[0] // len(sources)))


def grown(before: Tensor, sources: Sequence[tuple[int, ...]], *, cells: int) -> Tensor:
    """Weights or biases of a head for other classes; the first axis goes class by class, ``cells`` rows each."""
    by_class = before.reshape(-1, cells, *before.shape[1:])
    parts = [(by_class[list(kept)] if kept else by_class).mean(dim=0) for kept in sources]
    return torch.cat(parts)


def _parameters(convolution: nn.Conv2d) -> tuple[Tensor, Tensor]:
    assert convolution.bias is not None
    return convolution.weight, convolution.bias


def _remarks(label_set: LabelSet, sources: tuple[tuple[int, ...], ...]) -> tuple[str, ...]:
    new = [spec.name for spec, kept in zip(label_set.active, sources, strict=True) if not kept]
    return (f"New to the base model: {', '.join(new)}.",) if new else ()
