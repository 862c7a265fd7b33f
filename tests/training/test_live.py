"""The head that learns from strokes: what a person painted changes, what was right stays."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from segstudio.domain.arrays import Origin
from segstudio.domain.errors import CancelledError
from segstudio.domain.model_info import NetworkConfig
from segstudio.nn.network import Network, build_network
from segstudio.training.live import LiveHead, LiveRecipe

SIDE = 64


def _network(aspp_rates: tuple[int, ...] = ()) -> Network:
    torch.manual_seed(0)
    config = NetworkConfig(
        trunk="resnet18",
        channels=3,
        output_stride=8,
        cell_width=2,
        dilations=((1, 2), (1, 2)),
        base_width=8,
        aspp_rates=aspp_rates,
    )
    return build_network(config).eval()


def _features(network: Network, seed: int = 0) -> torch.Tensor:
    torch.manual_seed(seed)
    images = torch.zeros(1, 3, SIDE, SIDE)
    images[..., SIDE // 2 :] = 2.0  # two halves that look different
    with torch.no_grad():
        return network.features(images + 0.1 * torch.randn(1, 3, SIDE, SIDE))


def _labels(network: Network, head: LiveHead) -> np.ndarray:
    return network.rearrange(head.cells())[0].argmax(0).numpy()


@pytest.mark.parametrize("rates", [(), (2, 4)])
def test_an_untaught_head_answers_as_the_model_does(rates: tuple[int, ...]) -> None:
    network = _network(rates)
    features = _features(network)
    head = LiveHead(network, (0, 1, 2))
    head.show(features)
    with torch.no_grad():
        torch.testing.assert_close(head.cells(), network.score(features), atol=1e-4, rtol=1e-4)


def test_one_stroke_teaches_all_that_looks_like_it() -> None:
    network = _network()
    head = LiveHead(network, (0, 1, 2), recipe=LiveRecipe(steps=60, learning_rate=3e-3, anchor_weight=0.05))
    head.show(_features(network))
    labels, origins = np.zeros((SIDE, SIDE), np.uint8), np.zeros((SIDE, SIDE), np.uint8)
    labels[8:20, 40:60], labels[8:20, 4:24] = 2, 1
    origins[8:20, 40:60] = origins[8:20, 4:24] = Origin.PERSON
    head.learn(labels, origins, lambda: None)
    answer = _labels(network, head)
    assert (answer[16:, 22:] == 2).mean() > 0.9
    assert (answer[16:, :10] == 1).mean() > 0.9


def test_without_strokes_nothing_moves() -> None:
    network = _network()
    head = LiveHead(network, (0, 1, 2))
    head.show(_features(network))
    before = head.cells()
    untouched = np.zeros((SIDE, SIDE), np.uint8)
    assert head.learn(untouched, untouched, lambda: None) == 0.0
    assert torch.equal(head.cells(), before)


def test_a_stronger_anchor_holds_the_old_answers_more() -> None:
    network = _network()
    labels, origins = np.full((SIDE, SIDE), 2, np.uint8), np.zeros((SIDE, SIDE), np.uint8)
    origins[:8, :8] = Origin.PERSON
    moved = []
    for anchor_weight in (0.0, 10.0):
        head = LiveHead(network, (0, 1, 2), recipe=LiveRecipe(steps=20, anchor_weight=anchor_weight))
        head.show(_features(network))
        before = network.rearrange(head.cells()).softmax(1)[..., SIDE // 4 :]
        head.learn(labels, origins, lambda: None)
        after = network.rearrange(head.cells()).softmax(1)[..., SIDE // 4 :]
        moved.append(float((after - before).abs().mean()))
    assert moved[1] < moved[0] / 2


def test_a_class_that_the_model_does_not_know_is_learnt_from_strokes() -> None:
    network = _network()
    head = LiveHead(network, (0, 1, 2, 9), recipe=LiveRecipe(steps=80, learning_rate=3e-3, anchor_weight=0.05))
    head.show(_features(network))
    assert not (_labels(network, head) == 3).any()
    labels, origins = np.full((SIDE, SIDE), 9, np.uint8), np.zeros((SIDE, SIDE), np.uint8)
    origins[8:30, 40:60] = Origin.PERSON
    head.learn(labels, origins, lambda: None)
    assert (_labels(network, head)[4:15, 21:29] == 3).mean() > 0.9


def test_forgetting_brings_the_model_back() -> None:
    network = _network()
    head = LiveHead(network, (0, 1, 2))
    head.show(_features(network))
    before = head.cells()
    painted = np.full((SIDE, SIDE), Origin.PERSON, np.uint8)
    head.learn(np.ones((SIDE, SIDE), np.uint8), painted, lambda: None)
    assert not torch.equal(head.cells(), before)
    head.forget()
    assert torch.equal(head.cells(), before)


def test_a_stop_ends_it_between_two_steps() -> None:
    network = _network()
    head = LiveHead(network, (0, 1, 2))
    head.show(_features(network))

    def stop() -> None:
        raise CancelledError

    painted = np.full((SIDE, SIDE), Origin.PERSON, np.uint8)
    with pytest.raises(CancelledError):
        head.learn(np.ones_like(painted), painted, stop)
