"""Superpixels: small pieces of one colour, painted by hovering."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.geometry import Point, Rect
from segstudio.editing.region import NOTHING, Region

_REACH = 2
"""A piece stays within so many cells of its own; see ``slic.with_connected_pieces``."""


@dataclass(frozen=True, slots=True, eq=False)
class Superpixels:
    """``numbers``: int32, shape (height, width) of ``rect``; piece n began in cell n of a grid of ``columns``."""

    rect: Rect
    numbers: NDArray[np.int32]
    cell: int
    columns: int

    @property
    def count(self) -> int:
        return int(self.numbers.max()) + 1

    def number_at(self, point: Point) -> int | None:
        if not self.rect.contains(point):
            return None
        return int(self.numbers[int(point.y) - self.rect.top, int(point.x) - self.rect.left])

    def region_at(self, point: Point) -> Region:
        """The piece under a point; nothing outside."""
        number = self.number_at(point)
        return NOTHING if number is None else self.region(number)

    def region(self, number: int) -> Region:
        """Looks only at the cells the piece can have reached."""
        row, column = divmod(number, self.columns)
        left, top = self.rect.left + (column - _REACH) * self.cell, self.rect.top + (row - _REACH) * self.cell
        side = (2 * _REACH + 1) * self.cell
        rect = Rect(left, top, left + side, top + side).intersected(self.rect)
        part = self.numbers[rect.top - self.rect.top : rect.bottom - self.rect.top]
        mask = part[:, rect.left - self.rect.left : rect.right - self.rect.left] == number
        return Region(rect, mask).trimmed()

    def regions_under(self, region: Region) -> Iterator[Region]:
        """Every piece that the region, such as a brush's, touches."""
        inside = region.clipped(self.rect)
        if inside.rect.is_empty:
            return
        top, left = inside.rect.top - self.rect.top, inside.rect.left - self.rect.left
        part = self.numbers[top : top + inside.rect.height, left : left + inside.rect.width]
        for number in np.unique(part[inside.mask]):
            yield self.region(int(number))
