"""The screen's pixels of one layer: drawn once, kept, and drawn anew only where something changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter

from segstudio.domain.geometry import EMPTY, Rect, Size


class LayerBuffer:
    """A viewport of 32-bit pixels that numpy and Qt both write, and the part of it that is stale.

    ``pixels`` is uint32, shape (H, W), 0xAARRGGBB with premultiplied alpha; ``image`` is the same memory.
    """

    def __init__(self, image_format: QImage.Format) -> None:
        self._format = image_format
        self.image = QImage()
        self.pixels: NDArray[np.uint32] = np.zeros((0, 0), np.uint32)
        self._stale = EMPTY
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
        self._stale = self.bounds

    def invalidate(self, device: Rect) -> None:
        self._stale = self._stale.united(device.intersected(self.bounds))

    def invalidate_all(self) -> None:
        self._stale = self.bounds

    def scroll(self, dx: int, dy: int) -> None:
        """Move what is drawn by whole pixels; the strips that come into sight are stale."""
        height, width = self.pixels.shape
        if abs(dx) >= width or abs(dy) >= height or not self._stale.is_empty:
            self.invalidate_all()
            return
        kept = Rect(max(0, dx), max(0, dy), width + min(0, dx), height + min(0, dy))
        origin = Rect(kept.left - dx, kept.top - dy, kept.right - dx, kept.bottom - dy)
        self.pixels[kept.slices] = self.pixels[origin.slices]
        if dx:
            self.invalidate(Rect(0, 0, dx, height) if dx > 0 else Rect(width + dx, 0, width, height))
        if dy:
            self.invalidate(Rect(0, 0, width, dy) if dy > 0 else Rect(0, height + dy, width, height))

    def take_stale(self) -> Rect:
        """The part that must be drawn anew; asking for it promises to draw it."""
        stale, self._stale = self._stale, EMPTY
        return stale

    def draw(self, painter: QPainter, device: Rect) -> None:
        """Blit ``device`` to the same place of a painter that works in device pixels."""
        part = device.intersected(self.bounds)
        if not part.is_empty:
            source = QRect(part.left, part.top, part.width, part.height)
            painter.drawImage(QPoint(part.left, part.top), self.image, source)
