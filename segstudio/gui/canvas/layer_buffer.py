"""The screen's pixels of one layer: drawn once, kept, and drawn anew only where something changed."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter

from segstudio.domain.geometry import Rect, Size

_MOST_PARTS = 6


class LayerBuffer:
    """A viewport of 32-bit pixels that numpy and Qt both write, and the part of it that is stale.

    ``pixels`` is uint32, shape (H, W), 0xAARRGGBB with premultiplied alpha; ``image`` is the same memory.
    """

    def __init__(self, image_format: QImage.Format) -> None:
        self._format = image_format
        self.image = QImage()
        self.pixels: NDArray[np.uint32] = np.zeros((0, 0), np.uint32)
        self._stale: list[Rect] = []
        self.resize(Size(1, 1))

    @property
    def bounds(self) -> Rect:
        return Rect.of_shape(self.pixels.shape)

    def resize(self, viewport: Size) -> None:
        """Room for another viewport; all of it is stale."""
        width, height = max(1, viewport.width), max(1, viewport.height)
        if self.pixels.shape != (height, width):
            self.image = QImage(width, height, self._format)
            self.image.fill(0)
            self.pixels = np.frombuffer(self.image.bits(), np.uint32).reshape(height, width)
        self._stale = [self.bounds]

    def invalidate(self, device: Rect) -> None:
        """Near parts become one; parts that lie apart, such as the strips of a pan, stay apart."""
        part = device.intersected(self.bounds)
        if part.is_empty:
            return
        apart = []
        for stale in self._stale:
            if stale.intersected(part).is_empty:
                apart.append(stale)
            else:
                part = part.united(stale)
        self._stale = [*apart, part] if len(apart) < _MOST_PARTS else [self.bounds]

    def invalidate_all(self) -> None:
        self._stale = [self.bounds]

    def scroll(self, dx: int, dy: int) -> None:
        """Move what is drawn by whole pixels; the strips that come into sight are stale."""
        height, width = self.pixels.shape
        if abs(dx) >= width or abs(dy) >= height or self._stale == [self.bounds]:
            self.invalidate_all()
            return
        self._move(dy * width + dx)
        old, self._stale = self._stale, []
        for stale in old:
            self.invalidate(Rect(stale.left + dx, stale.top + dy, stale.right + dx, stale.bottom + dy))
        if dy:
            self.invalidate(Rect(0, 0, width, dy) if dy > 0 else Rect(0, height + dy, width, height))
        if dx:
            top, bottom = max(0, dy), height + min(0, dy)
            self.invalidate(Rect(0, top, dx, bottom) if dx > 0 else Rect(width + dx, top, width, bottom))

    def _move(self, count: int) -> None:
        """All pixels by ``count`` places. What runs over a row's end lands in a strip that is drawn anew.

        Numpy would copy it all twice.
        """
        start, kept = self.pixels.ctypes.data, (self.pixels.size - abs(count)) * 4
        ctypes.memmove(start + 4 * max(0, count), start + 4 * max(0, -count), kept)

    def take_stale(self) -> list[Rect]:
        """The parts that must be drawn anew; asking for them promises to draw them."""
        stale, self._stale = self._stale, []
        return stale

    def draw(self, painter: QPainter, device: Rect) -> None:
        """Blit ``device`` to the same place of a painter that works in device pixels."""
        part = device.intersected(self.bounds)
        if not part.is_empty:
            source = QRect(part.left, part.top, part.width, part.height)
            painter.drawImage(QPoint(part.left, part.top), self.image, source)
