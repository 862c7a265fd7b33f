"""The pixels an edit has touched, as they were before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.domain.geometry import Rect
from segstudio.editing.patch import Corners, Patch, Stack, gather, scatter
from segstudio.editing.tiles import TILE, bounds_of, corners_of, grid_shape, grid_slices

_FEWEST_TILES = 32

_TILES_AT_ONCE = 64
"""So many are compressed together: their pixels stay in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Sealed:
    """Pixels that have changed, compressed as they were and as they are."""

    before: Patch
    after: Patch
    rect: Rect
    pixels_changed: int


class BeforeTiles:
    """Saves each tile of labels and origins the first time it is about to change."""

    def __init__(self, labels: LabelMap, origins: OriginMap) -> None:
        self._labels, self._origins = labels, origins
        self._is_saved = np.zeros(grid_shape(labels.shape), np.bool_)
        self._corners: Corners = np.empty((0, 2), np.int32)
        self._old_labels: Stack = np.empty((0, TILE, TILE), np.uint8)
        self._old_origins: Stack = np.empty((0, TILE, TILE), np.uint8)
        self._count = 0

    @property
    def count(self) -> int:
        return self._count

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
        start, stop = self._count, self._count + len(new)
        self._make_room(stop)
        self._corners[start:stop] = new
        gather(self._labels, new, self._old_labels[start:stop])
        gather(self._origins, new, self._old_origins[start:stop])
        self._count = stop

    def put_back(self) -> None:
        """Writes the remembered pixels into the labels and origins, and forgets them."""
        corners, old_labels, old_origins = self._held()
        scatter(old_labels, corners, self._labels)
        scatter(old_origins, corners, self._origins)
        self._forget()

    def seal(self) -> Iterator[Sealed]:
        """What has changed since the tiles were saved, compressed, some tiles at a time; then forgets them."""
        corners, old_labels, old_origins = self._held()
        new_labels, new_origins = np.empty((2, min(len(corners), _TILES_AT_ONCE), TILE, TILE), np.uint8)
        for start in range(0, len(corners), _TILES_AT_ONCE):
            part = slice(start, start + _TILES_AT_ONCE)
            count = len(corners[part])
            gather(self._labels, corners[part], new_labels[:count])
            gather(self._origins, corners[part], new_origins[:count])
            sealed = _sealed(
                corners[part],
                (old_labels[part], old_origins[part]),
                (new_labels[:count], new_origins[:count]),
                self._labels.shape,
            )
            if sealed is not None:
                yield sealed
        self._forget()

    def _held(self) -> tuple[Corners, Stack, Stack]:
        return self._corners[: self._count], self._old_labels[: self._count], self._old_origins[: self._count]

    def _forget(self) -> None:
        held = self._corners[: self._count] // TILE
        self._is_saved[held[:, 0], held[:, 1]] = False
        self._count = 0

    def _make_room(self, wanted: int) -> None:
        room = len(self._corners)
        if wanted > room:
            grown = max(wanted, 2 * room, _FEWEST_TILES)
            # Filled with zeros only when they are first written: the system hands out empty pages.
            corners = np.zeros((grown, 2), np.int32)
            labels, origins = (np.zeros((grown, TILE, TILE), np.uint8) for _ in range(2))
            corners[:room], labels[:room], origins[:room] = self._corners, self._old_labels, self._old_origins
            self._corners, self._old_labels, self._old_origins = corners, labels, origins


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
