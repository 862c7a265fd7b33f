"""A head for each fold: what an image is labelled doesn't show in the answer that it gets."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from segstudio.domain.arrays import LabelMap
from segstudio.domain.errors import CancelledError
from segstudio.nn.network import Network, build_network
from segstudio.training.held_out_heads import HeldOutHeads, folds_of
from training.small_plans import box_sample, small_network

SOURCES = ((0,), (1,))


def _network() -> Network:
    torch.manual_seed(0)
    return build_network(small_network()).eval()


def _features(network: Network, index: int) -> torch.Tensor:
    pixels = torch.from_numpy(np.asarray(box_sample(index).image)).permute(2, 0, 1)[None].float()
    with torch.no_grad():
        return network.features((pixels - 120) / 58)


def _answer(heads: HeldOutHeads, network: Network, image: int) -> LabelMap:
    cells = heads.cells(image, _features(network, image))
    found: LabelMap = network.rearrange(cells)[0].argmax(0).numpy().repeat(2, 0).repeat(2, 1).astype(np.uint8)
    return found


def test_images_are_dealt_out_in_turn_and_few_get_a_fold_each() -> None:
    assert folds_of(7, 3) == (0, 1, 2, 0, 1, 2, 0)
    assert folds_of(2, 4) == (0, 1)
    assert folds_of(0, 4) == ()


def test_a_wrong_label_is_not_repeated_for_its_own_image() -> None:
    network = _network()
    heads = HeldOutHeads(network, SOURCES, folds_of(5, 5))
    for index in range(5):
        labels = np.asarray(box_sample(index).labels).copy()
        if index == 2:
            labels = 1 - labels  # all of it wrong
        heads.add(index, _features(network, index), labels)
    for fold in range(5):
        heads.fit(fold)
    truth = np.asarray(box_sample(2).labels)
    assert (_answer(heads, network, 2) == truth).mean() > 0.9


def test_what_only_the_image_itself_shows_is_not_known() -> None:
    network = _network()
    heads = HeldOutHeads(network, SOURCES, folds_of(2, 2))
    heads.add(0, _features(network, 0), np.asarray(box_sample(0).labels))
    heads.add(1, _features(network, 1), np.zeros((64, 96), np.uint8))
    heads.fit(0)
    assert (_answer(heads, network, 0) == 0).all()


def test_fitting_can_be_stopped() -> None:
    network = _network()
    heads = HeldOutHeads(network, SOURCES, folds_of(2, 2))
    heads.add(1, _features(network, 1), np.asarray(box_sample(1).labels))

    def stop() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        heads.fit(0, stop)
