"""The borders of the superpixels round the pointer, faint and one pixel of the screen wide."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from segstudio.editing.superpixels import Superpixels
from segstudio.gui.canvas.sampling import nearest_grid
from segstudio.gui.canvas.view_transform import ViewTransform

_LINE = 0x78787878
_SMALLEST_ON_SCREEN = 6.0


class SuperpixelLines:
    """Drawn anew when the pieces or the view change; nothing where the pieces would be too small to see."""

    def __init__(self) -> None:
        self._pieces: Superpixels | None = None
        self._drawn_for: tuple[int, ViewTransform] | None = None
        self._image = QImage()
        self._place = QPoint()

    def show(self, pieces: Superpixels) -> None:
        self._pieces = pieces

    def clear(self) -> None:
        self._pieces = None

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        pieces = self._pieces
        if pieces is None or pieces.cell * view.scale < _SMALLEST_ON_SCREEN:
            return
        if self._drawn_for != (id(pieces), view):
            self._draw(pieces, view)
            self._drawn_for = (id(pieces), view)
        if not self._image.isNull():
            painter.drawImage(self._place, self._image)

    def _draw(self, pieces: Superpixels, view: ViewTransform) -> None:
        device = view.device_rect(pieces.rect).intersected(view.picture_area)
        self._image = QImage()
        if device.is_empty:
            return
        grid = nearest_grid(view, device, 0)
        rows = np.clip(grid.rows + grid.region.top - pieces.rect.top, 0, pieces.rect.height - 1)
        columns = np.clip(grid.columns + grid.region.left - pieces.rect.left, 0, pieces.rect.width - 1)
        numbers = pieces.numbers.take(rows, axis=0).take(columns, axis=1)
        pixels = np.zeros(numbers.shape, np.uint32)
        pixels[:, 1:][numbers[:, 1:] != numbers[:, :-1]] = _LINE
        pixels[1:][numbers[1:] != numbers[:-1]] = _LINE
        height, width = device.height, device.width
        self._image = QImage(
            pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied
        ).copy()
        self._place = QPoint(device.left, device.top)
