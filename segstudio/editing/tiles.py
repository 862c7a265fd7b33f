"""The grid of tiles in which an edit remembers pixels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.geometry import Rect

TILE = 128
"""Width and height of a tile in pixels; the last row and column of tiles may be cut by the image's edge."""

TileList = NDArray[np.int32]
"""int32, shape (N, 2): row and column of each tile in the grid."""


def grid_shape(shape: tuple[int, ...]) -> tuple[int, int]:
    """Rows and columns of tiles over an array of shape (H, W)."""
    return -(-shape[0] // TILE), -(-shape[1] // TILE)


def grid_slices(rect: Rect) -> tuple[slice, slice]:
    """The part of the grid whose tiles touch ``rect``, which lies within the image."""
    return (
        slice(rect.top // TILE, -(-rect.bottom // TILE)),
        slice(rect.left // TILE, -(-rect.right // TILE)),
    )


def tile_rect(row: int, column: int, shape: tuple[int, ...]) -> Rect:
    """The pixels of a tile within an array of shape (H, W)."""
    top, left = row * TILE, column * TILE
    return Rect(left, top, min(left + TILE, shape[1]), min(top + TILE, shape[0]))


def bounds_of(tiles: TileList, shape: tuple[int, ...]) -> Rect:
    """The smallest rectangle that holds every tile of the list."""
    if not len(tiles):
        return Rect(0, 0, 0, 0)
    top, left = (int(part) for part in tiles.min(axis=0))
    bottom, right = (int(part) for part in tiles.max(axis=0))
    first, last = tile_rect(top, left, shape), tile_rect(bottom, right, shape)
    return first.united(last)


def gather(plane: NDArray[np.uint8], tiles: TileList, stack: NDArray[np.uint8]) -> None:
    """Writes the pixels of each tile into ``stack``, uint8 of shape (N, TILE, TILE); beyond the image's edge 0."""
    height, width = plane.shape
    for index, (row, column) in enumerate(tiles.tolist()):
        top, left = row * TILE, column * TILE
        if top + TILE <= height and left + TILE <= width:
            stack[index] = plane[top : top + TILE, left : left + TILE]
        else:
            _gather_cut(plane[top : top + TILE, left : left + TILE], stack[index])


def scatter(stack: NDArray[np.uint8], tiles: TileList, plane: NDArray[np.uint8]) -> None:
    """Writes the tiles of ``stack`` back into ``plane``."""
    height, width = plane.shape
    for pixels, (row, column) in zip(stack, tiles.tolist(), strict=True):
        top, left = row * TILE, column * TILE
        bottom, right = min(top + TILE, height), min(left + TILE, width)
        plane[top:bottom, left:right] = pixels[: bottom - top, : right - left]


def bands(rect: Rect, most_tiles: int) -> Iterator[Rect]:
    """``rect`` cut along the grid into bands of rows that touch at most ``most_tiles`` tiles each (or one row)."""
    across = -(-rect.right // TILE) - rect.left // TILE
    rows = max(1, most_tiles // max(1, across))
    top = rect.top
    while top < rect.bottom:
        bottom = min(rect.bottom, (top // TILE + rows) * TILE)
        yield Rect(rect.left, top, rect.right, bottom)
        top = bottom


def _gather_cut(pixels: NDArray[np.uint8], tile: NDArray[np.uint8]) -> None:
    tile[...] = 0
    tile[: pixels.shape[0], : pixels.shape[1]] = pixels
