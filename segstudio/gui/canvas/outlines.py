"""The borders between regions, as wide on screen at every zoom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import Mask


def border_pixels(samples: NDArray[np.uint8], width: int) -> Mask:
    """Pixels that have a pixel of another value at most ``width`` columns or rows away."""
    border = np.zeros(samples.shape, np.bool_)
    for step in range(1, width + 1):
        differs = samples[:, step:] != samples[:, :-step]
        border[:, step:] |= differs
        border[:, :-step] |= differs
        differs = samples[step:] != samples[:-step]
        border[step:] |= differs
        border[:-step] |= differs
    return border
