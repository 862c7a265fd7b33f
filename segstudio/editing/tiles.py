"""The grid of tiles in which an edit remembers pixels."""

from __future__ import annotations

import numpy as np

from segstudio.domain.arrays import Mask
from segstudio.domain.geometry import Rect
from segstudio.editing.patch import Corners

TILE = 128
"""Width and height of a tile in pixels; the last row and column of tiles may be cut by the image's edge."""


def grid_shape(shape: tuple[int, ...]) -> tuple[int, int]:
    """Rows and columns of tiles over an array of shape (H, W)."""
    return -(-shape[0] // TILE), -(-shape[1] // TILE)


def grid_slices(rect: Rect) -> tuple[slice, slice]:
    """The part of the grid whose tiles touch ``rect``, which lies within the image."""
    return (
        slice(rect.top // TILE, -(-rect.bottom // TILE)),
        slice(rect.left // TILE, -(-rect.right // TILE)),
    )


def tile_count(rect: Rect) -> int:
    """How many tiles ``rect`` touches."""
    rows, columns = grid_slices(rect)
    count: int = (rows.stop - rows.start) * (columns.stop - columns.start)
    return count


def corners_of(is_wanted: Mask, part: tuple[slice, slice]) -> Corners:
    """The upper left pixels of the tiles that are wanted in this part of the grid."""
    first = np.array([part[0].start, part[1].start])
    corners: Corners = ((np.argwhere(is_wanted) + first) * TILE).astype(np.int32)
    return corners


def bounds_of(corners: Corners, shape: tuple[int, ...]) -> Rect:
    """The smallest rectangle that holds every tile of the list, within an array of shape (H, W)."""
    top, left = (int(part) for part in corners.min(axis=0))
    bottom, right = (int(part) + TILE for part in corners.max(axis=0))
    return Rect(left, top, right, bottom).intersected(Rect.of_shape(shape))
