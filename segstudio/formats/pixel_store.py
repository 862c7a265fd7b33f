"""Where the decoded rows of a big picture are kept: in memory while they fit, in a nameless file otherwise."""

from __future__ import annotations

import mmap
import tempfile
import threading

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import RgbImage
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect, Size

MEMORY_BYTES = 300_000_000
_CHANNELS = 3


class PixelStore:
    """One level, written in bands from top to bottom; what was written may be read from any thread."""

    def __init__(self, size: Size, *, in_memory: bool) -> None:
        self._size = size
        self._row_bytes = size.width * _CHANNELS
        self._array: NDArray[np.uint8] | None = None
        self._moving = threading.Lock()
        if in_memory:
            self._array = _fresh(size)
        else:
            self._file = tempfile.TemporaryFile(prefix="segstudio-", suffix=".level")  # noqa: SIM115  until close()

    def write(self, top: int, band: RgbImage) -> None:
        """Raises: FormatError: the disk doesn't take it."""
        if self._array is not None:
            self._array[top : top + len(band)] = band
            return
        try:
            with self._moving:
                self._file.seek(top * self._row_bytes)
                self._file.write(np.ascontiguousarray(band).data)
        except OSError as error:
            raise FormatError(
                f"The picture's pixels can't be kept in {tempfile.gettempdir()} ({error.strerror or error}): "
                "make room there and open it again."
            ) from error

    def read(self, rect: Rect) -> RgbImage:
        if self._array is not None:
            return np.ascontiguousarray(self._array[rect.slices])
        if rect.width * 4 >= self._size.width:  # then reading whole rows costs less than asking row by row
            rows = np.empty((rect.height, self._size.width, _CHANNELS), np.uint8)
            self._fill(rows, rect.top, 0)
            return np.ascontiguousarray(rows[:, rect.left : rect.right])
        region = np.empty((rect.height, rect.width, _CHANNELS), np.uint8)
        for row in range(rect.height):
            self._fill(region[row], rect.top + row, rect.left)
        return region

    def close(self) -> None:
        if self._array is None:
            self._file.close()
        self._array = None

    def _fill(self, pixels: NDArray[np.uint8], row: int, column: int) -> None:
        """Writes into ``pixels`` what is stored from there on."""
        with self._moving:
            self._file.seek(row * self._row_bytes + column * _CHANNELS)
            self._file.readinto(pixels.data)


def _fresh(size: Size) -> NDArray[np.uint8]:
    """In the system's small pages: numpy asks for huge ones, and each takes 7 ms where memory is in pieces."""
    shape = (size.height, size.width, _CHANNELS)
    return np.frombuffer(mmap.mmap(-1, size.height * size.width * _CHANNELS), np.uint8).reshape(shape)
