"""The network's probabilities at image resolution, for the pixels that are needed and no others."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.geometry import Rect
from segstudio.domain.prediction import Probabilities


def class_probability(probabilities: Probabilities, class_id: int, rect: Rect) -> NDArray[np.uint8]:
    """uint8, shape of ``rect``, in 255ths; bilinear between the middles of the cells. ``rect`` lies within the
    image. A class that the model doesn't know has no chance anywhere."""
    if class_id not in probabilities.class_ids:
        return np.zeros((rect.height, rect.width), np.uint8)
    return _enlarged(probabilities.values[probabilities.class_ids.index(class_id)], probabilities.cell_width, rect)


def all_probabilities(probabilities: Probabilities, rect: Rect) -> NDArray[np.uint8]:
    """uint8, shape (channels, height, width) of ``rect``, in 255ths."""
    return np.stack([_enlarged(plane, probabilities.cell_width, rect) for plane in probabilities.values])


def _enlarged(plane: NDArray[np.uint8], cell: int, rect: Rect) -> NDArray[np.uint8]:
    """Enlarges the cells under ``rect`` and one more on each side; beyond the last cell its value goes on."""
    rows, columns = plane.shape
    top, left = max(0, rect.top // cell - 1), max(0, rect.left // cell - 1)
    bottom, right = min(rows, (rect.bottom - 1) // cell + 2), min(columns, (rect.right - 1) // cell + 2)
    top, left = min(top, rows - 1), min(left, columns - 1)
    cells = np.ascontiguousarray(plane[top:bottom, left:right])
    size = cells.shape[1] * cell, cells.shape[0] * cell
    pixels = cells if cell == 1 else cv2.resize(cells, size, interpolation=cv2.INTER_LINEAR)
    first_row, first_column = rect.top - top * cell, rect.left - left * cell
    missing = max(0, first_row + rect.height - pixels.shape[0]), max(0, first_column + rect.width - pixels.shape[1])
    if any(missing):
        pixels = cv2.copyMakeBorder(pixels, 0, missing[0], 0, missing[1], cv2.BORDER_REPLICATE)
    part = pixels[first_row : first_row + rect.height, first_column : first_column + rect.width]
    return np.ascontiguousarray(part, np.uint8)
