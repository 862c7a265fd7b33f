"""From an RGB image to what the network reads: normalised, padded with the mean, channels last."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from segstudio.domain.arrays import RgbImage
from segstudio.domain.model_info import Normalization


def normalised(images: Tensor, normalization: Normalization) -> Tensor:
    """uint8 or float (N, 3, H, W) of 0 to 255, to float32 ``(x - mean) / deviation``."""
    mean = torch.tensor(normalization.mean, dtype=torch.float32, device=images.device).view(1, 3, 1, 1)
    deviation = torch.tensor(normalization.deviation, dtype=torch.float32, device=images.device).view(1, 3, 1, 1)
    return (images.to(torch.float32) - mean).div_(deviation)


def image_tensor(
    image: RgbImage, normalization: Normalization, *, stride: int, device: torch.device, scale: float = 1.0
) -> Tensor:
    """float32 (1, 3, H', W'), channels last; H' and W' are the next multiples of ``stride`` of the scaled image's.

    What is added at the bottom and on the right is the mean, which is 0 once normalised.
    """
    height, width = scaled_size(image, scale)
    # A copy, because torch warns of memory that can't be written to.
    pixels = torch.from_numpy(np.array(image)).to(device).permute(2, 0, 1).unsqueeze(0)
    if (height, width) != image.shape[:2]:
        pixels = functional.interpolate(pixels.float(), (height, width), mode="bilinear", align_corners=False)
    padded = torch.zeros(
        (1, 3, next_multiple(height, stride), next_multiple(width, stride)), dtype=torch.float32, device=device
    ).contiguous(memory_format=torch.channels_last)
    padded[:, :, :height, :width] = normalised(pixels, normalization)
    return padded


def scaled_size(image: RgbImage, scale: float) -> tuple[int, int]:
    """Height and width, at least 1."""
    return max(1, round(image.shape[0] * scale)), max(1, round(image.shape[1] * scale))


def next_multiple(size: int, stride: int) -> int:
    return -(-size // stride) * stride
