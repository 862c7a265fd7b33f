"""The piece of one class that the model sees under a point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.geometry import Point, Rect
from segstudio.domain.prediction import Probabilities
from segstudio.editing.flood import connected_region
from segstudio.editing.probability import all_probabilities
from segstudio.editing.region import NOTHING, Region

_MOST_EXACT_PIXELS = 2_000_000
"""Larger pieces are shown cell by cell instead of pixel by pixel."""


class ModelPieces:
    """Which class the model finds likeliest in each cell, kept for as long as its probabilities."""

    def __init__(self, probabilities: Probabilities) -> None:
        self._probabilities = probabilities
        self._channels: NDArray[np.uint8] = probabilities.values.argmax(axis=0).astype(np.uint8)

    def piece_at(self, point: Point) -> Region:
        """The connected pixels of the likeliest class under ``point``; nothing outside the image."""
        size, cell = self._probabilities.image_size, self._probabilities.cell_width
        if not Rect(0, 0, size.width, size.height).contains(point):
            return NOTHING
        grid = Rect.of_shape(self._channels.shape)
        seed = Point(min(point.x // cell, grid.right - 1), min(point.y // cell, grid.bottom - 1))
        coarse = connected_region(self._channels, grid, seed)
        rect = _scaled(coarse.rect.expanded(1), cell).intersected(Rect(0, 0, size.width, size.height))
        if rect.area <= _MOST_EXACT_PIXELS:
            exact = all_probabilities(self._probabilities, rect).argmax(axis=0).astype(np.uint8)
            return connected_region(exact, rect, point)
        mask = np.repeat(np.repeat(coarse.mask, cell, axis=0), cell, axis=1)
        return Region(_scaled(coarse.rect, cell), mask).clipped(rect)

    def class_at(self, point: Point) -> int | None:
        """The class the model finds likeliest there; None outside."""
        cell = self._probabilities.cell_width
        row, column = int(point.y // cell), int(point.x // cell)
        height, width = self._channels.shape
        if not (0 <= row < height and 0 <= column < width):
            return None
        return self._probabilities.class_ids[int(self._channels[row, column])]


def _scaled(rect: Rect, factor: int) -> Rect:
    return Rect(rect.left * factor, rect.top * factor, rect.right * factor, rect.bottom * factor)
