"""A picture decoded once, from top to bottom and only as far as somebody looks; all its levels grow with it."""

from __future__ import annotations

import math
import threading
import time
from typing import Protocol

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage, read_only
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect, Size
from segstudio.formats.image_source import halved_levels, require_inside
from segstudio.formats.pixel_store import MEMORY_BYTES, PixelStore

_BAND_ROWS = 256
BAND_PIXELS = 2_000_000
_FEWEST_ROWS = 16
"""Of a wide picture, so that a band takes a few hundredths of a second."""

_SMALLEST_SIDE = 256
_DIRECT_LEVELS = 3
"""A tile on the screen at a quarter of the size is four by four in the file: a twentieth of a second."""


class Bands(Protocol):
    """A picture that is read in bands of rows, from top to bottom."""

    @property
    def size(self) -> Size: ...

    def read(self, rect: Rect) -> RgbImage:
        """Raises: FormatError: the file is damaged there."""
        ...


class StreamedSource:
    """``direct``: reads any part of the file, so that the finest levels are made of it where somebody looks, and
    needn't be stored. ``overview_only``: only the last level is stored, and without ``direct`` no other can
    be read. ``band_pixels``: so many are decoded in a few hundredths of a second."""

    def __init__(
        self,
        bands: Bands,
        *,
        direct: Bands | None = None,
        overview_only: bool = False,
        band_pixels: int = BAND_PIXELS,
    ) -> None:
        self._bands = bands
        self._band_rows = min(_BAND_ROWS, max(_FEWEST_ROWS, band_pixels // bands.size.width))
        self._direct = direct
        self._levels = halved_levels(bands.size)
        last = len(self._levels) - 1
        first = last if overview_only else 0 if direct is None else min(_DIRECT_LEVELS, last)
        in_memory = sum(3 * level.width * level.height for level in self._levels[first:]) <= MEMORY_BYTES
        self._stores = [
            None if number < first else PixelStore(level, in_memory=in_memory)
            for number, level in enumerate(self._levels)
        ]
        self._rows = [0] * len(self._levels)
        self._odd_rows: list[RgbImage | None] = [None] * len(self._levels)
        self._decoding = threading.Lock()
        self._is_closed = False

    @property
    def size(self) -> Size:
        return self._levels[0]

    @property
    def levels(self) -> tuple[Size, ...]:
        return self._levels

    def read_region(self, level: int, rect: Rect) -> RgbImage:
        require_inside(rect, self._levels[level])
        store = self._stores[level]
        if store is None:
            return read_only(self._read_direct(level, rect))
        self._decode_to(level, rect.bottom)
        return read_only(store.read(rect))

    def prepare(self, level: int, rect: Rect, seconds: float) -> Rect:
        if self._stores[level] is None:
            return rect
        if seconds > 0.0:
            self._decode_to(level, rect.bottom, until=time.perf_counter() + seconds)
        return rect.intersected(Rect(0, 0, self._levels[level].width, self._rows[level]))

    def close(self) -> None:
        with self._decoding:
            self._is_closed = True
            for store in self._stores:
                if store is not None:
                    store.close()

    def _read_direct(self, level: int, rect: Rect) -> RgbImage:
        """The pixels that the level would have if it had been made of the whole picture."""
        assert self._direct is not None  # or the level would be stored
        scale = 1 << level
        under = Rect(rect.left * scale, rect.top * scale, rect.right * scale, rect.bottom * scale)
        with self._decoding:
            pixels = self._direct.read(under.intersected(Rect(0, 0, *self.size)))
        for _ in range(level):
            pixels = halved(pixels)
        return pixels

    def _decode_to(self, level: int, row: int, until: float = math.inf) -> None:
        while self._rows[level] < row:
            with self._decoding:
                if self._is_closed:
                    raise FormatError("The picture was closed while it was being read.")
                if self._rows[level] < row:
                    self._decode_band()
            if time.perf_counter() > until:
                return

    def _decode_band(self) -> None:
        top = self._rows[0]
        bottom = min(top + self._band_rows, self.size.height)
        band = self._bands.read(Rect(0, top, self.size.width, bottom))
        self._put(0, band)

    def _put(self, level: int, band: RgbImage) -> None:
        """Stores rows of a level and, two by two, those of the levels below."""
        store = self._stores[level]
        if store is not None:
            store.write(self._rows[level], band)
        self._rows[level] += len(band)
        if level + 1 == len(self._levels):
            return
        held = self._odd_rows[level]
        rows = band if held is None else np.concatenate((held, band))
        is_last = self._rows[level] == self._levels[level].height
        even = len(rows) if is_last else len(rows) // 2 * 2
        self._odd_rows[level] = rows[even:].copy() if even < len(rows) else None
        if even:
            self._put(level + 1, halved(rows[:even]))


def halvings(image: RgbImage) -> tuple[RgbImage, ...]:
    """Its half, the half of that, and so on, until the longer side is 256 or less; read-only."""
    levels = [image]
    while max(levels[-1].shape[:2]) > _SMALLEST_SIDE:
        levels.append(read_only(halved(levels[-1])))
    return tuple(levels[1:])


def halved(image: RgbImage) -> RgbImage:
    """Half as wide and high, rounded up: each pixel the mean of four; an odd last row or column counts twice."""
    height, width = image.shape[:2]
    if height % 2 or width % 2:
        image = cv2.copyMakeBorder(image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE).astype(np.uint8)
    size = (image.shape[1] // 2, image.shape[0] // 2)
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
