"""Superpixels: small pieces of one colour (SLIC), painted by hovering.

R. Achanta et al., "SLIC Superpixels Compared to State-of-the-art Superpixel Methods", PAMI 34(11), 2012. A pixel
chooses among the nine pieces whose cells are nearest, which makes every step one operation over all pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import RgbImage
from segstudio.domain.geometry import Point, Rect
from segstudio.domain.task import Progress, Task
from segstudio.editing.region import NOTHING, Region

_REACH = 2
"""A piece stays within so many cells of its own; see ``_connected``."""


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


def find_superpixels(
    image: RgbImage,
    rect: Rect,
    *,
    cell: int = 16,
    compactness: float = 10.0,
    rounds: int = 5,
    task: Task[Progress] | None = None,
) -> Superpixels:
    """The pieces of ``rect``, each about ``cell`` pixels wide; needs about 100 bytes a pixel while it works.

    ``compactness`` weighs nearness against likeness of colour (in CIELAB): 1 follows colours, 40 makes squares.
    Raises: CancelledError: the task was stopped.
    """
    lab = _lab_in_cells(image[rect.slices], cell)
    grid_rows, grid_columns = lab.shape[0] // cell, lab.shape[1] // cell
    features = np.dstack((lab, _positions(lab.shape[0], lab.shape[1]) * np.float32(compactness / cell)))
    blocks = features.reshape(grid_rows, cell, grid_columns, cell, 5)
    centers = blocks[:, cell // 2, :, cell // 2].copy()
    numbers = np.zeros(lab.shape[:2], np.int32)
    for done in range(rounds):
        if task is not None:
            task.report(Progress(done, rounds, "Finding superpixels"))
        numbers = _nearest_centers(blocks, centers)
        centers = _means(features, numbers, centers)
    numbers = np.ascontiguousarray(numbers[: rect.height, : rect.width])
    return Superpixels(rect, _connected(numbers, grid_columns), cell, grid_columns)


def _lab_in_cells(image: RgbImage, cell: int) -> NDArray[np.float32]:
    """CIELAB, L from 0 to 100, with rows and columns repeated at the end to fill whole cells."""
    height, width = image.shape[:2]
    smooth = cv2.GaussianBlur(image, (0, 0), 0.7)
    padded = cv2.copyMakeBorder(smooth, 0, -height % cell, 0, -width % cell, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(padded.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB), np.float32)


def _positions(height: int, width: int) -> NDArray[np.float32]:
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    return np.dstack((rows, columns))


def _nearest_centers(blocks: NDArray[np.float32], centers: NDArray[np.float32]) -> NDArray[np.int32]:
    rows, cell, columns, _, _ = blocks.shape
    best = np.full(blocks.shape[:4], np.inf, np.float32)
    numbers = np.zeros(blocks.shape[:4], np.int32)
    own = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    padded = np.pad(centers, ((1, 1), (1, 1), (0, 0)), constant_values=np.float32(1e6))
    for down in range(3):
        for right in range(3):
            center = padded[down : down + rows, right : right + columns][:, None, :, None]
            distance = np.zeros_like(best)
            for part in range(5):
                difference = blocks[..., part] - center[..., part]
                difference *= difference
                distance += difference
            is_nearer = distance < best
            np.copyto(best, distance, where=is_nearer)
            number = (own + ((down - 1) * columns + right - 1))[:, None, :, None]
            np.copyto(numbers, number, where=is_nearer)
    return numbers.reshape(rows * cell, columns * cell)


def _means(
    features: NDArray[np.float32], numbers: NDArray[np.int32], centers: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The mean features of each piece; an empty one keeps its centre."""
    flat, count = numbers.reshape(-1), centers.shape[0] * centers.shape[1]
    sizes = np.bincount(flat, minlength=count)
    sums = [np.bincount(flat, features[..., part].reshape(-1), count) for part in range(5)]
    means = (np.stack(sums, axis=1) / np.maximum(sizes, 1)[:, None]).astype(np.float32)
    return np.where((sizes > 0)[:, None], means, centers.reshape(-1, 5)).reshape(centers.shape)


def _connected(numbers: NDArray[np.int32], columns: int) -> NDArray[np.int32]:
    """Each piece keeps its largest part; the rest goes to the nearest piece.

    A piece lies in its own cell and the eight around it, so pieces four cells apart never touch: sixteen
    searches find the parts of all.
    """
    row, column = np.divmod(numbers, columns)
    family = (row % 4 * 4 + column % 4).astype(np.uint8)
    is_kept = np.zeros(numbers.shape, np.bool_)
    for index in range(16):
        count, parts = cv2.connectedComponents((family == index).view(np.uint8), connectivity=4)
        areas = np.bincount(parts.reshape(-1), minlength=count)
        owners = np.zeros(count, np.int32)
        owners[parts] = numbers
        order = np.lexsort((-areas[1:], owners[1:])) + 1
        is_first = np.ones(order.size, np.bool_)
        is_first[1:] = owners[order][1:] != owners[order][:-1]
        is_largest = np.zeros(count, np.bool_)
        is_largest[order[is_first]] = True
        is_kept |= is_largest[parts]
    _, nearest = cv2.distanceTransformWithLabels(
        (~is_kept).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, np.int32)
    table[nearest[is_kept]] = numbers[is_kept]
    connected: NDArray[np.int32] = table[nearest]
    return connected
