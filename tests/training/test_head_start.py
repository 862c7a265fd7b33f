"""A head that knows none of the classes learns alone first, on features that are computed once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import CancelledError
from segstudio.domain.model_info import ChannelMap, ModelInfo, Normalization
from segstudio.domain.task import Task
from segstudio.nn.checkpoint import write_model
from segstudio.nn.network import build_network
from segstudio.training import loop
from segstudio.training.head_start import start_head
from segstudio.training.plan import TrainingPlan
from segstudio.training.samples import decode_sample
from segstudio.training.validation import predicted_channels
from training.small_plans import LABELS, box_sample, small_network, small_plan, small_recipe

CPU = torch.device("cpu")


def right_share(network: torch.nn.Module, index: int) -> float:
    sample = decode_sample(box_sample(index), LABELS.ids)
    found = predicted_channels(network.eval(), sample.image, Normalization(), CPU)  # type: ignore[arg-type]  # a Network
    return float((found == sample.targets).mean())


@pytest.mark.parametrize("rates", [(), (2, 4)])
def test_the_head_alone_finds_boxes_with_a_trunk_that_stays(rates: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    network = build_network(replace(small_network(), aspp_rates=rates)).train()
    trunk = {name: value.clone() for name, value in network.trunk.state_dict().items()}
    samples = [decode_sample(box_sample(index), LABELS.ids) for index in range(4)]
    steps = start_head(network, samples, Normalization(), device=CPU)
    assert steps > 100
    assert network.training
    assert all(torch.equal(value, trunk[name]) for name, value in network.trunk.state_dict().items())
    assert right_share(network, 11) > 0.9


def test_pixels_that_nobody_labelled_teach_nothing() -> None:
    network = build_network(small_network())
    before = network.head.state_dict()["branches.0.weight"].clone()
    samples = [decode_sample(box_sample(0, ignored=True), LABELS.ids)]
    assert start_head(network, samples, Normalization(), device=CPU) == 0
    assert torch.equal(network.head.state_dict()["branches.0.weight"], before)


def test_it_ends_in_time_and_when_it_is_stopped() -> None:
    network = build_network(small_network())
    samples = [decode_sample(box_sample(0), LABELS.ids)]
    assert 1 <= start_head(network, samples, Normalization(), device=CPU, seconds=0.01) < 300

    def stop() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        start_head(network, samples, Normalization(), device=CPU, check=stop)


def based(folder: Path, names: list[str]) -> TrainingPlan:
    """A short run on boxes from a base that knows ``names``."""
    label_set = LabelSet.from_names(names)
    torch.manual_seed(3)
    network = build_network(small_network()).eval()
    base = folder / "base.safetensors"
    write_model(base, network, ModelInfo("base", network.config, label_set, ChannelMap(label_set.ids)))
    return replace(small_plan(folder, small_recipe(1)), base=base)


def test_a_run_begins_so_where_the_base_knows_none_of_the_classes(tmp_path: Path) -> None:
    result = loop.train(based(tmp_path, ["cat", "dog"]), Task())
    assert any("learnt alone first" in remark for remark in result.log.remarks)
    assert result.scores is not None
    assert result.scores.mean_iou > 0.6


def test_a_run_whose_base_knows_a_class_begins_with_what_it_knows(tmp_path: Path) -> None:
    result = loop.train(based(tmp_path, ["ground", "dog"]), Task())
    assert not any("learnt alone first" in remark for remark in result.log.remarks)


def test_the_start_is_the_same_for_the_same_seed() -> None:
    samples = [decode_sample(box_sample(index), LABELS.ids) for index in range(2)]
    heads = []
    for _ in range(2):
        torch.manual_seed(0)
        network = build_network(small_network())
        start_head(network, samples, Normalization(), device=CPU, seed=5)
        heads.append(network.head.state_dict()["branches.0.weight"].numpy())
    assert np.array_equal(heads[0], heads[1])
