"""The borders between regions, as wide on screen at every zoom."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import Mask


def border_pixels(samples: NDArray[np.uint8], width: int) -> Mask:
    """Pixels that have a pixel of another value at most ``width`` columns and rows away."""
    side = 2 * width + 1
    border: Mask = cv2.morphologyEx(samples, cv2.MORPH_GRADIENT, np.ones((side, side), np.uint8)) > 0
    return border
