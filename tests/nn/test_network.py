"""The whole network: shapes of every configuration, and what can't be built."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import HeadKind, NetworkConfig, StemKind
from segstudio.nn.dilation import Gridding
from segstudio.nn.network import build_network
from tests.nn.networks import small_config, small_network

CONFIGURATIONS = [
    small_config(cell_width=1),
    small_config(cell_width=8),
    small_config(cell_width=4, aspp_rates=(6, 12, 18, 24)),
    small_config(output_stride=16, cell_width=4, trunk="resnet34"),
    small_config(output_stride=16, cell_width=1, trunk="resnet50", stem=StemKind.TUSIMPLE),
    small_config(head=HeadKind.BILINEAR, cell_width=1),
    small_config(head=HeadKind.BILINEAR, cell_width=2, aspp_rates=(6, 12)),
]


@pytest.mark.parametrize(
    "config", CONFIGURATIONS, ids=lambda c: f"{c.trunk}-{c.head}-{c.output_stride}-{c.cell_width}"
)
def test_scores_come_at_the_cell_width_and_labels_are_their_winners(config: NetworkConfig) -> None:
    network = small_network(config)
    with torch.inference_mode():
        cells = network(torch.randn(2, 3, 48, 64))
        scores = network.rearrange(cells)
        labels = network.label_cells(cells)
    assert scores.shape == (2, 5, 48 // config.cell_width, 64 // config.cell_width)
    assert cells.shape[2:] == (48 // config.output_stride, 64 // config.output_stride)
    assert labels.dtype == torch.uint8
    assert torch.equal(labels.long(), scores.argmax(1))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"trunk": "vgg16"}, "no trunk"),
        ({"output_stride": 4}, "output stride"),
        ({"cell_width": 3}, "must divide"),
        ({"cell_width": 0}, "must divide"),
        ({"channels": 0}, "255 classes"),
        ({"channels": 256}, "255 classes"),
        ({"base_width": 100_000}, "base width"),
        ({"dilations": ((1,), (1, 1))}, "blocks to dilate"),
        ({"dilations": ((1, 0), (1, 1))}, "rates"),
        ({"aspp_rates": (6,) * 17}, "ASPP"),
        ({"aspp_rates": (9999,)}, "rates"),
        ({"batch_norm_epsilon": float("nan")}, "epsilon"),
        ({"dilations": ((2, 4), (8, 8))}, "grid"),
    ],
)
def test_an_impossible_configuration_is_named(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        build_network(replace(small_config(), **change))  # type: ignore[arg-type]


def test_a_gridding_network_can_be_had_on_request() -> None:
    config = replace(small_config(), dilations=((2, 4), (8, 8)), schedule="custom")
    assert build_network(config, gridding=Gridding.ALLOW).config == config


def test_a_seed_gives_the_same_network() -> None:
    first, second = small_network(seed=7), small_network(seed=7)
    for name, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[name]), name


def test_a_few_steps_lower_the_loss() -> None:
    from segstudio.nn.losses import segmentation_loss

    torch.manual_seed(0)
    network = build_network(small_config(channels=2)).train()
    images = torch.randn(2, 3, 32, 32)
    labels = (images[:, 0] > 0).long()
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(25):
        loss = segmentation_loss(network.logits(images), labels, cell_width=2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]
