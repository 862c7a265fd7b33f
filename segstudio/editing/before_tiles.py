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
    """Pixels that have changed, as they were and as they are."""

    before: Patch
    after: Patch
    rect: Rect
    pixels_changed: int

    def cool(self) -> None:
        """Keeps run lengths alone."""
        self.before.cool()
        self.after.cool()


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
            self._forget(corners)

    def seal(self) -> Iterator[Sealed]:
        """Hands out and forgets all that is remembered."""
        while self._chunks:
            yield from self.seal_oldest()

    def seal_oldest(self) -> Iterator[Sealed]:
        """What has changed of the tiles that were remembered first; then forgets them."""
        chunk = self._chunks.popleft()
        corners = chunk.corners[: chunk.count]
        old = chunk.labels[: chunk.count], chunk.origins[: chunk.count]
        new = np.empty(old[0].shape, np.uint8), np.empty(old[1].shape, np.uint8)
        gather(self._labels, corners, new[0])
        gather(self._origins, corners, new[1])
        self._forget(corners)
        sealed = _sealed(corners, old, new, self._labels.shape)
        if sealed is not None:
            yield sealed

    def _chunk_with_room(self) -> _Chunk:
        if not self._chunks or not self._chunks[-1].room:
            self._chunks.append(_Chunk())
        return self._chunks[-1]

    def _forget(self, corners: Corners) -> None:
        held = corners // TILE
        self._is_saved[held[:, 0], held[:, 1]] = False


def _sealed(
    corners: Corners, old: tuple[Stack, Stack], new: tuple[Stack, Stack], shape: tuple[int, ...]
) -> Sealed | None:
    """``old`` and ``new`` are labels and origins of the tiles at ``corners``; they are taken over."""
    differs = old[0] != new[0]
    differs |= old[1] != new[1]
    keep = differs.any(axis=(1, 2))
    if not keep.any():
        return None
    changed = int(np.count_nonzero(differs))
    if not keep.all():
        new = new[0][keep], new[1][keep]
    if not keep.all() or len(corners) < TILES_AT_ONCE:
        # Not the whole chunk: only its tiles are kept, not the room for others.
        corners, old = corners[keep], (old[0][keep], old[1][keep])
    return Sealed(Patch.kept(corners, *old), Patch.kept(corners, *new), bounds_of(corners, shape), changed)
