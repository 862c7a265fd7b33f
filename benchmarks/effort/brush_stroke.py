"""Plans one brush stroke over a wrong region: the largest brush that fits, dragged where it repairs most."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.effort.hand import Hand
from benchmarks.effort.truth import Truth, Worth, WrongRegion
from segstudio.domain.geometry import Point
from segstudio.domain.stroke import Brush, Stroke

_DIRECTIONS = [(math.cos(angle), math.sin(angle)) for angle in np.arange(16) * (math.tau / 16)]
_LOOKS = (1, 2, 4)
"""Where nothing is gained one step ahead, the hand looks two and four steps ahead before it stops."""


@dataclass(frozen=True, slots=True)
class PlannedStroke:
    """``gain``: about how many pixels become right, less those that become wrong."""

    stroke: Stroke
    gain: float


def plan_brush_stroke(truth: Truth, region: WrongRegion, worth: Worth, hand: Hand) -> PlannedStroke:
    """``worth``: of the region's class. Gains a pixel at least."""
    clearance = truth.clearance(region.class_id)
    roomiest = float(clearance[region.rect.slices][region.mask].max()) - 0.5 + hand.overspill
    largest = min(max(roomiest, 0.5), hand.largest_diameter / 2)
    radii = sorted({max(0.5, largest * share) for share in hand.diameters} | {0.5}, reverse=True)
    plans = (_Walk(clearance, region, worth, radius, hand).plan() for radius in radii)
    return max(plans, key=lambda plan: plan.gain)


class _Walk:
    """One brush on its way; works on the part of the image that it can reach."""

    def __init__(
        self, clearance: NDArray[np.float32], region: WrongRegion, worth: Worth, radius: float, hand: Hand
    ) -> None:
        self._radius = radius
        self._margin = math.ceil(radius) + 1
        self._class_id = region.class_id
        self._left = hand.longest(2 * radius)
        overspill = hand.overspill if radius > 0.5 else 0.0
        self._room = clearance >= radius + 0.5 - overspill
        margin = self._margin
        self._worth: Worth = np.pad(worth, margin)
        steps = np.arange(2 * margin + 1) - margin
        self._disc = (steps[:, None] ** 2 + steps[None] ** 2 <= radius**2).astype(np.float32)
        self._region = region

    def plan(self) -> PlannedStroke:
        place = self._start()
        if place is None:
            return PlannedStroke(Stroke((Point(0.5, 0.5),), Brush(1.0), self._class_id), 0.0)
        gain, places = self._take(*place), [place]
        while (step := self._next(*places[-1])) is not None:
            (column, row), length = step
            gain += self._sweep(places[-1], (column, row))
            places.append((column, row))
            self._left -= length
        points = tuple(Point(column + 0.5, row + 0.5) for column, row in places)
        return PlannedStroke(Stroke(points, Brush(2 * self._radius), self._class_id), gain)

    def _start(self) -> tuple[int, int] | None:
        """Where the tip has room and the square around it holds most of what is to be repaired."""
        rect = self._region.rect
        inside = self._region.mask & self._room[rect.slices]
        if not inside.any():
            return None
        side, margin = 2 * self._margin - 1, self._margin
        around = self._worth[rect.top : rect.bottom + 2 * margin, rect.left : rect.right + 2 * margin]
        sums = cv2.boxFilter(around, -1, (side, side), normalize=False)[margin:-margin, margin:-margin]
        row, column = divmod(int(np.where(inside, sums, -np.inf).argmax()), rect.width)
        return rect.left + column, rect.top + row

    def _next(self, column: int, row: int) -> tuple[tuple[int, int], float] | None:
        step = max(1.5, 0.8 * self._radius)
        for look in _LOOKS:
            if look * step > self._left:
                return None
            best, found = 0.0, None
            for right, down in _DIRECTIONS:
                place = round(column + look * step * right), round(row + look * step * down)
                if place != (column, row) and self._has_room((column, row), place):
                    gain = self._gain(*place)
                    if gain > best:
                        best, found = gain, place
            if found is not None:
                return found, math.dist((column, row), found)
        return None

    def _has_room(self, start: tuple[int, int], end: tuple[int, int]) -> bool:
        height, width = self._room.shape
        if not (0 <= end[0] < width and 0 <= end[1] < height) or not self._room[end[1], end[0]]:
            return False
        return all(self._room.item(row, column) for column, row in _between(start, end))

    def _gain(self, column: int, row: int) -> float:
        return float(np.einsum("ij,ij->", self._under(column, row), self._disc))

    def _take(self, column: int, row: int) -> float:
        """Counts what lies under the tip, once."""
        under = self._under(column, row)
        gain = float(np.einsum("ij,ij->", under, self._disc))
        under *= 1.0 - self._disc
        return gain

    def _sweep(self, start: tuple[int, int], end: tuple[int, int]) -> float:
        return sum(self._take(*place) for place in (*_between(start, end), end))

    def _under(self, column: int, row: int) -> Worth:
        side = 2 * self._margin + 1
        return self._worth[row : row + side, column : column + side]


def _between(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """Some pixels on the way, without its ends."""
    count = max(2, math.ceil(math.dist(start, end) / 3))
    return [
        (
            round(start[0] + (end[0] - start[0]) * part / count),
            round(start[1] + (end[1] - start[1]) * part / count),
        )
        for part in range(1, count)
    ]
