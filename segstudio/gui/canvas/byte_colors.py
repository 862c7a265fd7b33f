"""Bytes shown in the colours of a table, straight into the screen's pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE


def draw_colors(target: NDArray[np.uint32], values: NDArray[np.uint8], table: NDArray[np.uint32]) -> None:
    """Writes the colour of each value into ``target``; ``table`` is uint32, shape (256,).

    Half the time of Qt's conversion of an indexed image, which must then be copied, and a quarter of numpy's.
    """
    # OpenCV has no unsigned numbers of 32 bits; the bits are the same.
    cv2.LUT(values, table.view(np.int32), dst=target.view(np.int32))


def draw_colors_over(target: NDArray[np.uint32], values: NDArray[np.uint8], table: NDArray[np.uint32]) -> None:
    """As ``draw_colors``, but leaves ``target`` alone where the value is 255."""
    colors = cv2.LUT(values, table.view(np.int32))
    cv2.copyTo(colors, (values != IGNORE).view(np.uint8), target.view(np.int32))
