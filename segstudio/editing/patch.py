"""The pixels of some rectangles at one moment, compressed: what undo, redo and the stroke journal put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.editing.run_lengths import decode_runs, encode_runs

Corners: TypeAlias = NDArray[np.int32]
"""int32, shape (N, 2): row and column of the upper left pixel of each rectangle."""

Stack: TypeAlias = NDArray[np.uint8]
"""uint8, shape (N, height, width): the pixels of N rectangles of one shape."""


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """N rectangles of ``height`` by ``width`` pixels; what reaches beyond the image counts for nothing.

    ``labels`` and ``origins`` are the run lengths of all their pixels, one rectangle after the other.
    """

    corners: Corners
    height: int
    width: int
    labels: bytes
    origins: bytes

    @classmethod
    def of(cls, corners: Corners, labels: Stack, origins: Stack) -> Patch:
        return cls(corners, labels.shape[1], labels.shape[2], encode_runs(labels), encode_runs(origins))

    @property
    def byte_count(self) -> int:
        return self.corners.nbytes + len(self.labels) + len(self.origins)

    @property
    def pixel_count(self) -> int:
        return len(self.corners) * self.height * self.width

    def apply(self, labels: LabelMap, origins: OriginMap) -> None:
        """Writes the pixels into ``labels`` and ``origins``. Raises: FormatError: damaged; nothing is written."""
        new_labels, new_origins = self.decoded()
        scatter(new_labels, self.corners, labels)
        scatter(new_origins, self.corners, origins)

    def decoded(self) -> tuple[Stack, Stack]:
        """Labels and origins. Raises: FormatError: damaged."""
        shape = (len(self.corners), self.height, self.width)
        labels = decode_runs(self.labels, self.pixel_count)
        return labels.reshape(shape), decode_runs(self.origins, self.pixel_count).reshape(shape)


def gather(plane: NDArray[np.uint8], corners: Corners, stack: Stack) -> None:
    """Writes the pixels of each rectangle into ``stack``; beyond the plane's edge 0."""
    height, width = stack.shape[1:]
    for pixels, (top, left) in zip(stack, corners.tolist(), strict=True):
        found = plane[top : top + height, left : left + width]
        if found.shape == pixels.shape:
            pixels[...] = found
        else:
            pixels[...] = 0
            pixels[: found.shape[0], : found.shape[1]] = found


def scatter(stack: Stack, corners: Corners, plane: NDArray[np.uint8]) -> None:
    """Writes the rectangles of ``stack`` back into ``plane``."""
    for pixels, (top, left) in zip(stack, corners.tolist(), strict=True):
        place = plane[top : top + pixels.shape[0], left : left + pixels.shape[1]]
        place[...] = pixels[: place.shape[0], : place.shape[1]]
