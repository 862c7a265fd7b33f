"""Reading an image at the pixels of the screen, exactly alike for a whole window and for any part of it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.geometry import Rect
from segstudio.gui.canvas.view_transform import ViewTransform

_FRACTIONS = 32  # what OpenCV's fixed-point maps divide a pixel into

_LONGEST_FOR_MAPS = 32_000  # a map's entries are 16-bit


@dataclass(frozen=True, slots=True, eq=False)
class SampleGrid:
    """Where the device pixels of a rectangle lie in a pyramid level: one index a column, one a row.

    ``region`` is the part of the level that is needed; ``columns`` and ``rows`` are int32 indices into it,
    ``column_parts`` and ``row_parts`` the way to the next pixel in 32nds (zeros for nearest neighbour).
    """

    region: Rect
    columns: NDArray[np.int32]
    rows: NDArray[np.int32]
    column_parts: NDArray[np.int32] | None
    row_parts: NDArray[np.int32] | None

    def read(self, region: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The samples, shape (rows, columns, ...), from the level's array cut to ``self.region``."""
        if max(self.region.width, self.region.height) > _LONGEST_FOR_MAPS:
            return region.take(self.rows, axis=0).take(self.columns, axis=1)
        places = np.bitwise_or.outer(self.rows << 16, self.columns & 0xFFFF)
        shape = (len(self.rows), len(self.columns))
        maps = places.view(np.int16).reshape(*shape, 2)
        if self.column_parts is None or self.row_parts is None:
            nearest = cv2.remap(region, maps, None, cv2.INTER_NEAREST)  # type: ignore[call-overload]  # None is a map
            return np.asarray(nearest, np.uint8)
        parts = np.add.outer(
            (self.row_parts * _FRACTIONS).astype(np.uint16), self.column_parts.astype(np.uint16), dtype=np.uint16
        )
        smooth = cv2.remap(region, maps, parts, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(smooth, np.uint8)


def nearest_grid(view: ViewTransform, device: Rect, level: int) -> SampleGrid:
    """The image pixel under each device pixel's centre; ``device`` lies within ``view.picture_area``."""
    columns = _nearest(device.left, device.right, view.offset_x, view.scale, view.image.width) >> level
    rows = _nearest(device.top, device.bottom, view.offset_y, view.scale, view.image.height) >> level
    region = Rect(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return SampleGrid(region, columns - region.left, rows - region.top, None, None)


def smooth_grid(view: ViewTransform, device: Rect, level: int) -> SampleGrid:
    """The four level pixels round each device pixel's centre, and their shares."""
    factor = view.scale * 2.0**level
    width, height = _level_side(view.image.width, level), _level_side(view.image.height, level)
    columns, column_parts = _between(device.left, device.right, view.offset_x, factor)
    rows, row_parts = _between(device.top, device.bottom, view.offset_y, factor)
    region = Rect(
        min(max(0, int(columns[0])), width - 1),
        min(max(0, int(rows[0])), height - 1),
        min(width, int(columns[-1]) + 2),
        min(height, int(rows[-1]) + 2),
    )
    return SampleGrid(region, columns - region.left, rows - region.top, column_parts, row_parts)


def _level_side(side: int, level: int) -> int:
    """Pixels along a side at a level: halved and rounded up, again and again."""
    return (side + (1 << level) - 1) >> level


def _nearest(start: int, stop: int, offset: int, scale: float, side: int) -> NDArray[np.int32]:
    centres = (np.arange(start, stop) + (0.5 - offset)) / scale
    return np.clip(centres.astype(np.int32), 0, side - 1)


def _between(start: int, stop: int, offset: int, factor: float) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    places = (np.arange(start, stop) + (0.5 - offset)) / factor - 0.5
    fixed = np.rint(places * _FRACTIONS).astype(np.int32)
    return fixed >> 5, fixed & (_FRACTIONS - 1)
