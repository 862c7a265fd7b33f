"""The pixels an edit has touched, as they were before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.domain.geometry import Rect
from segstudio.editing.patch import TilePatch
from segstudio.editing.tiles import TILE, TileList, bounds_of, gather, grid_shape, grid_slices, scatter

MOST_TILES = 1024
"""So many tiles are kept uncompressed at once: 32 MB of labels and origins."""

_FEWEST_TILES = 32


@dataclass(frozen=True, slots=True, eq=False)
class SealedTiles:
    """Tiles that differ, compressed as they were and as they are."""

    before: TilePatch
    after: TilePatch
    rect: Rect
    pixels_changed: int


class BeforeTiles:
    """Saves each tile of labels and origins the first time it is about to change."""

    def __init__(self, labels: LabelMap, origins: OriginMap) -> None:
        self._labels, self._origins = labels, origins
        self._is_saved = np.zeros(grid_shape(labels.shape), np.bool_)
        self._tiles: TileList = np.empty((0, 2), np.int32)
        self._old_labels = np.empty((0, TILE, TILE), np.uint8)
        self._old_origins = np.empty((0, TILE, TILE), np.uint8)
        self._count = 0

    @property
    def count(self) -> int:
        return self._count

    def unsaved_count(self, rect: Rect) -> int:
        part = self._is_saved[grid_slices(rect)]
        return part.size - int(np.count_nonzero(part))

    def save(self, rect: Rect) -> None:
        """Remembers every tile that ``rect`` touches, unless it is remembered already."""
        rows, columns = grid_slices(rect)
        part = self._is_saved[rows, columns]
        if part.all():
            return
        new = np.argwhere(~part).astype(np.int32) + np.array([rows.start, columns.start], np.int32)
        part[...] = True
        start, stop = self._count, self._count + len(new)
        self._make_room(stop)
        self._tiles[start:stop] = new
        gather(self._labels, new, self._old_labels[start:stop])
        gather(self._origins, new, self._old_origins[start:stop])
        self._count = stop

    def put_back(self) -> None:
        """Writes the remembered pixels into the labels and origins, and forgets them."""
        tiles, old_labels, old_origins = self._held()
        scatter(old_labels, tiles, self._labels)
        scatter(old_origins, tiles, self._origins)
        self._forget()

    def seal(self) -> SealedTiles | None:
        """What has changed since the tiles were saved, compressed; then forgets them. None: nothing did."""
        if not self._count:
            return None
        tiles, old_labels, old_origins = self._held()
        new_labels, new_origins = np.empty_like(old_labels), np.empty_like(old_origins)
        gather(self._labels, tiles, new_labels)
        gather(self._origins, tiles, new_origins)
        differs = (old_labels != new_labels).reshape(len(tiles), -1)
        differs |= (old_origins != new_origins).reshape(len(tiles), -1)
        keep = differs.any(axis=1)
        sealed = None
        if keep.any():
            changed = int(np.count_nonzero(differs))
            if not keep.all():
                tiles, old_labels, old_origins = tiles[keep], old_labels[keep], old_origins[keep]
                new_labels, new_origins = new_labels[keep], new_origins[keep]
            tiles = tiles.copy()
            before = TilePatch.of(tiles, old_labels, old_origins)
            after = TilePatch.of(tiles, new_labels, new_origins)
            sealed = SealedTiles(before, after, bounds_of(tiles, self._labels.shape), changed)
        self._forget()
        return sealed

    def _held(self) -> tuple[TileList, NDArray[np.uint8], NDArray[np.uint8]]:
        return self._tiles[: self._count], self._old_labels[: self._count], self._old_origins[: self._count]

    def _forget(self) -> None:
        held = self._tiles[: self._count]
        self._is_saved[held[:, 0], held[:, 1]] = False
        self._count = 0

    def _make_room(self, wanted: int) -> None:
        room = len(self._tiles)
        if wanted <= room:
            return
        grown = max(wanted, 2 * room, _FEWEST_TILES)
        self._tiles = _grown(self._tiles, grown)
        self._old_labels = _grown(self._old_labels, grown)
        self._old_origins = _grown(self._old_origins, grown)


def _grown(array: NDArray[np.generic], length: int) -> NDArray:  # type: ignore[type-arg]
    bigger = np.empty((length, *array.shape[1:]), array.dtype)
    bigger[: len(array)] = array
    return bigger
