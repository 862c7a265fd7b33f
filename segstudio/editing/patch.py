"""The pixels of some rectangles at one moment: what undo, redo and the stroke journal put back."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.editing.run_lengths import decode_runs, encode_runs

Corners: TypeAlias = NDArray[np.int32]
"""int32, shape (N, 2): row and column of the upper left pixel of each rectangle."""

Stack: TypeAlias = NDArray[np.uint8]
"""uint8, shape (N, height, width): the pixels of N rectangles of one shape."""


class Patch:
    """N rectangles of ``height`` by ``width`` pixels; what reaches beyond the image counts for nothing.

    ``labels`` and ``origins`` are the run lengths of all their pixels, one rectangle after the other. A patch that
    was made of pixels keeps them, so that putting them back costs no more than copying, until ``cool``; it is
    packed when somebody first asks for the run lengths, on whatever thread.
    """

    __slots__ = ("_packed", "_pixels", "corners", "height", "width")

    def __init__(self, corners: Corners, height: int, width: int, labels: bytes, origins: bytes) -> None:
        self.corners, self.height, self.width = corners, height, width
        self._pixels: tuple[Stack, Stack] | None = None
        self._packed: tuple[bytes, bytes] | None = (labels, origins)

    @classmethod
    def of(cls, corners: Corners, labels: Stack, origins: Stack) -> Patch:
        """Packed at once; nothing of the arrays is kept."""
        return cls(corners, labels.shape[1], labels.shape[2], encode_runs(labels), encode_runs(origins))

    @classmethod
    def kept(cls, corners: Corners, labels: Stack, origins: Stack) -> Patch:
        """Takes the arrays over; nobody may write to them any more."""
        patch = cls(corners, labels.shape[1], labels.shape[2], b"", b"")
        patch._pixels, patch._packed = (labels, origins), None
        return patch

    @property
    def labels(self) -> bytes:
        return self.pack()[0]

    @property
    def origins(self) -> bytes:
        return self.pack()[1]

    @property
    def byte_count(self) -> int:
        """What it holds now."""
        held = self._pixels or ()
        packed = self._packed or ()
        return self.corners.nbytes + sum(pixels.nbytes for pixels in held) + sum(map(len, packed))

    @property
    def pixel_count(self) -> int:
        return len(self.corners) * self.height * self.width

    def pack(self) -> tuple[bytes, bytes]:
        """The run lengths of labels and origins; made now if they aren't there."""
        # In this order: another thread lets go of the pixels only when it has packed them.
        pixels, packed = self._pixels, self._packed
        if packed is None:
            assert pixels is not None
            packed = self._packed = encode_runs(pixels[0]), encode_runs(pixels[1])
        return packed

    def cool(self) -> None:
        """Keeps the run lengths alone."""
        self.pack()
        self._pixels = None

    def apply(self, labels: LabelMap, origins: OriginMap) -> None:
        """Writes the pixels into ``labels`` and ``origins``. Raises: FormatError: damaged; nothing is written."""
        new_labels, new_origins = self.decoded()
        scatter(new_labels, self.corners, labels)
        scatter(new_origins, self.corners, origins)

    def decoded(self) -> tuple[Stack, Stack]:
        """Labels and origins, not to be written to. Raises: FormatError: damaged."""
        if (pixels := self._pixels) is not None:
            return pixels
        shape = (len(self.corners), self.height, self.width)
        packed_labels, packed_origins = self.pack()
        labels = decode_runs(packed_labels, self.pixel_count)
        return labels.reshape(shape), decode_runs(packed_origins, self.pixel_count).reshape(shape)


def gather(plane: NDArray[np.uint8], corners: Corners, stack: Stack) -> None:
    """Writes the pixels of each rectangle into ``stack``; beyond the plane's edge 0."""
    height, width = stack.shape[1:]
    for pixels, (top, left) in zip(stack, corners.tolist(), strict=True):
        found = plane[top : top + height, left : left + width]
        if found.shape != pixels.shape:
            pixels[...] = 0
        _copy(found, pixels[: found.shape[0], : found.shape[1]])


def scatter(stack: Stack, corners: Corners, plane: NDArray[np.uint8]) -> None:
    """Writes the rectangles of ``stack`` back into ``plane``."""
    for pixels, (top, left) in zip(stack, corners.tolist(), strict=True):
        place = plane[top : top + pixels.shape[0], left : left + pixels.shape[1]]
        _copy(pixels[: place.shape[0], : place.shape[1]], place)


def _copy(source: NDArray[np.uint8], target: NDArray[np.uint8]) -> None:
    """Row by row, in half of numpy's time."""
    cv2.copyTo(source, None, target)  # type: ignore[call-overload]  # no mask is None, which its stub doesn't know
