"""From image to tensor."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from segstudio.domain.model_info import Normalization
from segstudio.nn.preprocessing import image_tensor, next_multiple

CPU = torch.device("cpu")
NORMALIZATION = Normalization((100.0, 110.0, 120.0), (10.0, 20.0, 40.0))


def test_an_image_is_normalised_and_padded_with_the_mean() -> None:
    image = np.random.default_rng(0).integers(0, 256, (5, 13, 3), np.uint8)
    tensor = image_tensor(image, NORMALIZATION, stride=8, device=CPU)
    assert tensor.shape == (1, 3, 8, 16)
    assert tensor.is_contiguous(memory_format=torch.channels_last)
    wanted = (image - np.array(NORMALIZATION.mean)) / np.array(NORMALIZATION.deviation)
    np.testing.assert_allclose(tensor[0, :, :5, :13].numpy().transpose(1, 2, 0), wanted, rtol=1e-6)
    assert not tensor[:, :, 5:].any()
    assert not tensor[..., 13:].any()


def test_a_read_only_image_is_taken_without_a_warning() -> None:
    image = np.zeros((8, 8, 3), np.uint8)
    image.flags.writeable = False
    assert image_tensor(image, NORMALIZATION, stride=8, device=CPU).shape == (1, 3, 8, 8)


@pytest.mark.parametrize(("scale", "shape"), [(0.5, (8, 8)), (1.5, (8, 16)), (0.01, (8, 8))])
def test_a_scaled_image_is_padded_after_scaling(scale: float, shape: tuple[int, int]) -> None:
    tensor = image_tensor(np.full((4, 7, 3), 255, np.uint8), NORMALIZATION, stride=8, device=CPU, scale=scale)
    assert tensor.shape[2:] == shape
    assert float(tensor.max()) == pytest.approx(15.5)


@pytest.mark.parametrize(("size", "wanted"), [(1, 8), (8, 8), (9, 16)])
def test_next_multiple(size: int, wanted: int) -> None:
    assert next_multiple(size, 8) == wanted
