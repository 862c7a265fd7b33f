"""The pixels an edit has touched, as they were before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.domain.geometry import Rect
from segstudio.editing.patch import Corners, Patch, Stack, gather, scatter
from segstudio.editing.tiles import TILE, bounds_of, corners_of, grid_shape, grid_slices

TILES_AT_ONCE = 64
"""So many are remembered and compressed together: their pixels stay in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Sealed:
    """Pixels that have changed, compressed as they were and as they are."""

    before: Patch
    after: Patch
    rect: Rect
    pixels_changed: int


class _Chunk:
    """Room for some tiles as they were."""

    def __init__(self) -> None:
        self.corners: Corners = np.empty((TILES_AT_ONCE, 2), np.int32)
        self.labels, self.origins = np.empty((2, TILES_AT_ONCE, TILE, TILE), np.uint8)
        self.count = 0

    @property
    def room(self) -> int:
        return TILES_AT_ONCE - self.count


class BeforeTiles:
    """Saves each tile of labels and origins the first time it is about to change."""

    def __init__(self, labels: LabelMap, origins: OriginMap) -> None:
        self._labels, self._origins = labels, origins
        self._is_saved = np.zeros(grid_shape(labels.shape), np.bool_)
        self._chunks: deque[_Chunk] = deque()
        self._spare: list[_Chunk] = []
        self._new: Stack | None = None

    @property
    def count(self) -> int:
        return sum(chunk.count for chunk in self._chunks)

    def unsaved_count(self, rect: Rect) -> int:
        part = self._is_saved[grid_slices(rect)]
        return part.size - int(np.count_nonzero(part))

    def save(self, rect: Rect) -> None:
        """Remembers every tile that ``rect`` touches, unless it is remembered already."""
        slices = grid_slices(rect)
        part = self._is_saved[slices]
        if part.all():
            return
        new = corners_of(~part, slices)
        part[...] = True
        while len(new):
            chunk = self._chunk_with_room()
            taken, new = new[: chunk.room], new[chunk.room :]
            place = slice(chunk.count, chunk.count + len(taken))
            chunk.corners[place] = taken
            gather(self._labels, taken, chunk.labels[place])
            gather(self._origins, taken, chunk.origins[place])
            chunk.count += len(taken)

    def put_back(self) -> None:
        """Writes the remembered pixels into the labels and origins, and forgets them."""
        while self._chunks:
            chunk = self._chunks.popleft()
            corners = chunk.corners[: chunk.count]
            scatter(chunk.labels[: chunk.count], corners, self._labels)
            scatter(chunk.origins[: chunk.count], corners, self._origins)
            self._forget(chunk)

    def seal(self) -> Iterator[Sealed]:
        """Compresses and forgets all that is remembered."""
        while self._chunks:
            yield from self.seal_oldest()

    def seal_oldest(self) -> Iterator[Sealed]:
        """What has changed of the tiles that were remembered first, compressed; then forgets them."""
        chunk = self._chunks.popleft()
        if self._new is None:
            self._new = np.empty((2 * TILES_AT_ONCE, TILE, TILE), np.uint8)
        count, corners = chunk.count, chunk.corners[: chunk.count]
        new_labels, new_origins = self._new[:count], self._new[TILES_AT_ONCE : TILES_AT_ONCE + count]
        gather(self._labels, corners, new_labels)
        gather(self._origins, corners, new_origins)
        old = chunk.labels[:count], chunk.origins[:count]
        sealed = _sealed(corners, old, (new_labels, new_origins), self._labels.shape)
        self._forget(chunk)
        if sealed is not None:
            yield sealed

    def _chunk_with_room(self) -> _Chunk:
        if not self._chunks or not self._chunks[-1].room:
            self._chunks.append(self._spare.pop() if self._spare else _Chunk())
        return self._chunks[-1]

    def _forget(self, chunk: _Chunk) -> None:
        held = chunk.corners[: chunk.count] // TILE
        self._is_saved[held[:, 0], held[:, 1]] = False
        chunk.count = 0
        self._spare.append(chunk)


def _sealed(
    corners: Corners, old: tuple[Stack, Stack], new: tuple[Stack, Stack], shape: tuple[int, ...]
) -> Sealed | None:
    """``old`` and ``new`` are labels and origins of the tiles at ``corners``."""
    differs = old[0] != new[0]
    differs |= old[1] != new[1]
    keep = differs.any(axis=(1, 2))
    if not keep.any():
        return None
    changed = int(np.count_nonzero(differs))
    corners = corners[keep]
    if not keep.all():
        old, new = (old[0][keep], old[1][keep]), (new[0][keep], new[1][keep])
    return Sealed(Patch.of(corners, *old), Patch.of(corners, *new), bounds_of(corners, shape), changed)
