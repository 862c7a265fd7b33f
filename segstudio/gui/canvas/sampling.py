"""Reading an image at the pixels of the screen, exactly alike for a whole window and for any part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.geometry import Rect
from segstudio.gui.canvas.view_transform import ViewTransform

Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class SampleGrid:
    """Where the device pixels of a rectangle lie in a pyramid level: one index a column, one a row.

    ``region`` is the part of the level that is needed; ``columns`` and ``rows`` count from its corner.
    """

    region: Rect
    columns: NDArray[np.intp]
    rows: NDArray[np.intp]

    def read(self, region: NDArray[Value]) -> NDArray[Value]:
        """The samples, shape (rows, columns), from the level's array cut to ``self.region``; not to be written to:
        they may be the array itself.

        Columns are the dear ones, so they are taken where there are fewer rows. Two takes are twice as fast as one
        ``cv2.remap``, and need no second thread, which waits for its turn while a training run has the cores.
        """
        if self._is_one_to_one:
            return region
        if self.rows.size > self.region.height:
            return _columns(region, self.columns).take(self.rows, axis=0)
        return _columns(region.take(self.rows, axis=0), self.columns)

    def read_into(self, target: NDArray[Value], region: NDArray[Value]) -> None:
        """Writes the samples into ``target``."""
        if self._is_one_to_one or self.rows.size <= self.region.height or not target.flags.c_contiguous:
            target[...] = self.read(region)
        else:
            np.take(_columns(region, self.columns), self.rows, axis=0, out=target, mode="clip")

    @property
    def _is_one_to_one(self) -> bool:
        """Neighbours never lie more than a pixel apart here and less there, so the ends tell."""
        return self.rows.size == self.region.height and self.columns.size == self.region.width


def _columns(array: NDArray[Value], wanted: NDArray[np.intp]) -> NDArray[Value]:
    """Bytes are turned on their side and back: rows are copied whole, in half the time of single bytes."""
    if array.dtype != np.uint8:
        return array.take(wanted, axis=1)
    turned = np.asarray(cv2.transpose(array.view(np.uint8)), np.uint8)
    return np.asarray(cv2.transpose(turned.take(wanted, axis=0)), array.dtype)


def nearest_grid(view: ViewTransform, device: Rect, level: int) -> SampleGrid:
    """The image pixel under each device pixel's centre; ``device`` lies within ``view.picture_extent``."""
    columns = _nearest(device.left, device.right, view.offset_x, view.scale, view.image.width) >> level
    rows = _nearest(device.top, device.bottom, view.offset_y, view.scale, view.image.height) >> level
    region = Rect(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return SampleGrid(region, columns - region.left, rows - region.top)


def level_samples(levels: Sequence[NDArray[Value]], view: ViewTransform, device: Rect) -> NDArray[Value]:
    """From the level that suits the zoom, or the coarsest there is; not to be written to."""
    level = min(view.level, len(levels) - 1)
    grid = nearest_grid(view, device, level)
    return grid.read(levels[level][grid.region.slices])


def _nearest(start: int, stop: int, offset: int, scale: float, side: int) -> NDArray[np.intp]:
    centres = (np.arange(start, stop) + (0.5 - offset)) / scale
    places: NDArray[np.intp] = np.clip(centres.astype(np.intp), 0, side - 1)
    return places
