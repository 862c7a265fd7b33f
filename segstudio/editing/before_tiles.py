"""The pixels an edit has touched, as they were before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.domain.geometry import Rect
from segstudio.editing.patch import Corners, Patch, Stack, gather, scatter
from segstudio.editing.tiles import TILE, bounds_of, corners_of, grid_shape, grid_slices

_FEWEST_TILES = 32


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

    def seal(self) -> Sealed | None:
        """What has changed since the tiles were saved, compressed; then forgets them. None: nothing did."""
        if not self._count:
            return None
        corners, old_labels, old_origins = self._held()
        new_labels, new_origins = np.empty_like(old_labels), np.empty_like(old_origins)
        gather(self._labels, corners, new_labels)
        gather(self._origins, corners, new_origins)
        self._forget()
        differs = (old_labels != new_labels) | (old_origins != new_origins)
        keep = differs.any(axis=(1, 2))
        if not keep.any():
            return None
        corners = corners[keep]
        if not keep.all():
            old_labels, old_origins = old_labels[keep], old_origins[keep]
            new_labels, new_origins = new_labels[keep], new_origins[keep]
        return Sealed(
            Patch.of(corners, old_labels, old_origins),
            Patch.of(corners, new_labels, new_origins),
            bounds_of(corners, self._labels.shape),
            int(np.count_nonzero(differs)),
        )

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
