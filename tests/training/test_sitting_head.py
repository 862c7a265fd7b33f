"""The head that learns from finished images: the next one begins better."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.domain.errors import CancelledError
from segstudio.nn.network import Network, build_network
from segstudio.training.sitting_head import SittingHead, SittingRecipe
from training.small_plans import box_sample, small_network

KNOWN = ((0,), (1,))


def _network() -> Network:
    torch.manual_seed(0)
    return build_network(small_network()).eval()


def _pixels(index: int) -> torch.Tensor:
    pixels = torch.from_numpy(np.asarray(box_sample(index).image)).permute(2, 0, 1)[None].float()
    return (pixels - 120) / 58


def _features(network: Network, index: int) -> torch.Tensor:
    with torch.no_grad():
        return network.features(_pixels(index))


def _labels(index: int) -> LabelMap:
    return np.asarray(box_sample(index).labels)


def _share_right(network: Network, index: int) -> float:
    with torch.no_grad():
        found = network.logits(_pixels(index))[0].argmax(0).numpy().repeat(2, 0).repeat(2, 1)
    return float((found == _labels(index)).mean())


@pytest.mark.parametrize("sources", [KNOWN, ((), ())], ids=["known classes", "new classes"])
def test_an_image_that_was_not_seen_is_answered_better(sources: tuple[tuple[int, ...], ...]) -> None:
    network = _network()
    head = SittingHead(network, sources, recipe=SittingRecipe(learning_rate=3e-3))
    for index in range(3):
        assert head.add(_features(network, index), _labels(index))
        head.fit()
    assert _share_right(head.network(), 8) > max(0.85, _share_right(network, 8))


def test_before_the_first_lesson_it_answers_as_the_model_does() -> None:
    network = _network()
    with torch.no_grad():
        torch.testing.assert_close(SittingHead(network, KNOWN).network()(_pixels(0)), network(_pixels(0)))


def test_the_model_itself_stays_as_it_is() -> None:
    network = _network()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    head = SittingHead(network, KNOWN)
    head.add(_features(network, 0), _labels(0))
    head.fit()
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert not torch.equal(head.network().head.state_dict()["branches.0.weight"], before["head.branches.0.weight"])


def test_an_image_without_labels_teaches_nothing() -> None:
    network = _network()
    head = SittingHead(network, KNOWN)
    assert not head.add(_features(network, 0), np.full((64, 96), IGNORE, np.uint8))
    head.fit()
    assert torch.equal(
        head.network().head.state_dict()["branches.0.weight"], network.head.state_dict()["branches.0.weight"]
    )


def test_a_stop_leaves_the_head_as_it_was() -> None:
    network = _network()
    head = SittingHead(network, KNOWN)
    head.add(_features(network, 0), _labels(0))

    def stop() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        head.fit(stop)
    assert torch.equal(
        head.network().head.state_dict()["branches.0.weight"], network.head.state_dict()["branches.0.weight"]
    )


def test_old_images_make_room_for_new_ones() -> None:
    network = _network()
    head = SittingHead(network, KNOWN, recipe=SittingRecipe(most_bytes=1))
    for index in range(3):
        head.add(_features(network, index), _labels(index))
    assert len(head._lessons) == 1
