"""The engine runs the same network: folded, and in the precision that the device is made for."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from segstudio.domain.model_info import StemKind
from segstudio.inference.engines import Engine
from segstudio.nn.devices import has_bfloat16
from segstudio.nn.folding import folded
from tests.nn.networks import small_config, small_network

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    "config",
    [small_config(), small_config(trunk="resnet50", base_width=4), small_config(stem=StemKind.TUSIMPLE)],
    ids=["basic", "bottleneck", "tusimple"],
)
def test_a_folded_network_answers_the_same_without_batch_norms(config) -> None:  # type: ignore[no-untyped-def]
    network = small_network(config)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    quick = folded(network)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in quick.modules())
    x = torch.randn(1, 3, 48, 64)
    with torch.inference_mode():
        torch.testing.assert_close(quick(x), network(x), rtol=1e-4, atol=1e-5)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_the_precision_follows_from_the_device_alone() -> None:
    expected = torch.bfloat16 if has_bfloat16(CPU) else torch.float32
    assert {Engine(small_network(small_config()), CPU).precision for _ in range(3)} == {expected}


def test_a_precision_that_was_asked_for_is_taken() -> None:
    assert Engine(small_network(small_config()), CPU, torch.float32).precision is torch.float32
