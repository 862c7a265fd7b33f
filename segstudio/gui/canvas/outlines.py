"""The borders between regions, as wide on screen at every zoom."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, Mask


def border_pixels(samples: NDArray[np.uint8], width: int) -> Mask:
    """Pixels that have a pixel of another value at most ``width`` columns and rows away."""
    border: Mask = _gradient(samples, width) > 0
    return border


def bordered_labels(samples: LabelMap, width: int) -> LabelMap:
    """The labels along the borders, and ignore, all of whose bits are set, everywhere else."""
    _, away = cv2.threshold(_gradient(samples, width), 0, 255, cv2.THRESH_BINARY_INV)
    return np.asarray(cv2.bitwise_or(samples, away), np.uint8)


def _gradient(samples: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    """0 where all values within ``width`` columns and rows are the same."""
    side = 2 * width + 1
    return np.asarray(cv2.morphologyEx(samples, cv2.MORPH_GRADIENT, np.ones((side, side), np.uint8)), np.uint8)
