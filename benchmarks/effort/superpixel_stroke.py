"""Plans one drag over superpixels: from the best one to neighbours that are worth it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from benchmarks.effort.hand import Hand
from benchmarks.effort.truth import Worth, WrongRegion
from segstudio.domain.arrays import RgbImage
from segstudio.domain.geometry import Rect
from segstudio.editing.slic import find_superpixels


@dataclass(frozen=True, slots=True)
class PlannedPieces:
    """``gain``: how many pixels become right, less those that become wrong."""

    numbers: tuple[int, ...]
    gain: float


class Pieces:
    """An image's superpixels, with who borders on whom."""

    def __init__(self, image: RgbImage) -> None:
        self.superpixels = find_superpixels(image, Rect.of_shape(image.shape))
        numbers = self.superpixels.numbers
        self._count = self.superpixels.count
        areas = np.maximum(np.bincount(numbers.ravel(), minlength=self._count), 1)
        rows, columns = np.indices(numbers.shape)
        self._rows = np.bincount(numbers.ravel(), rows.ravel(), self._count) / areas
        self._columns = np.bincount(numbers.ravel(), columns.ravel(), self._count) / areas
        self._neighbours: dict[int, set[int]] = {}
        for first, second in ((numbers[1:], numbers[:-1]), (numbers[:, 1:], numbers[:, :-1])):
            differ = first != second
            for one, other in np.unique(np.stack((first[differ], second[differ])), axis=1).T.tolist():
                self._neighbours.setdefault(one, set()).add(other)
                self._neighbours.setdefault(other, set()).add(one)

    def plan(self, region: WrongRegion, worth: Worth, hand: Hand) -> PlannedPieces:
        """``worth``: of the region's class."""
        numbers = self.superpixels.numbers
        gains = np.bincount(numbers.ravel(), worth.ravel(), self._count).astype(np.float64)
        touched = np.unique(numbers[region.rect.slices][region.mask])
        piece = int(touched[gains[touched].argmax()])
        if gains[piece] <= 0:
            return PlannedPieces((), 0.0)
        chosen, way = [piece], hand.reach
        while True:
            free = [other for other in self._neighbours.get(piece, ()) if other not in chosen and gains[other] > 0]
            if not free:
                break
            best = max(free, key=lambda other: float(gains[other]))
            way -= self._distance(piece, best)
            if way < 0:
                break
            chosen.append(best)
            piece = best
        return PlannedPieces(tuple(chosen), float(gains[chosen].sum()))

    def _distance(self, one: int, other: int) -> float:
        return math.hypot(self._rows[one] - self._rows[other], self._columns[one] - self._columns[other])
