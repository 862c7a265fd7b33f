"""The pixels of some tiles at one moment, compressed: what undo, redo and the stroke journal put back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.editing.run_lengths import decode_runs, encode_runs
from segstudio.editing.tiles import TILE, TileList, scatter


@dataclass(frozen=True, slots=True, eq=False)
class TilePatch:
    """``labels`` and ``origins`` are the run lengths of the tiles' pixels, tile after tile."""

    tiles: TileList
    labels: bytes
    origins: bytes

    @classmethod
    def of(cls, tiles: TileList, labels: NDArray[np.uint8], origins: NDArray[np.uint8]) -> TilePatch:
        """From stacks of uint8, shape (N, TILE, TILE)."""
        return cls(tiles, encode_runs(labels), encode_runs(origins))

    @property
    def byte_count(self) -> int:
        return self.tiles.nbytes + len(self.labels) + len(self.origins)

    def apply(self, labels: LabelMap, origins: OriginMap) -> None:
        """Writes the tiles into ``labels`` and ``origins``. Raises: FormatError: damaged; nothing is written."""
        new_labels, new_origins = self.decoded()
        scatter(new_labels, self.tiles, labels)
        scatter(new_origins, self.tiles, origins)

    def decoded(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Labels and origins, each of shape (N, TILE, TILE). Raises: FormatError: damaged."""
        size = len(self.tiles) * TILE * TILE
        labels, origins = decode_runs(self.labels, size), decode_runs(self.origins, size)
        return labels.reshape(-1, TILE, TILE), origins.reshape(-1, TILE, TILE)
