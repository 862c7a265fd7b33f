"""A region shown over the picture before it is painted."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from segstudio.domain.arrays import Mask
from segstudio.domain.classes import Color
from segstudio.domain.geometry import Rect
from segstudio.editing.region import NOTHING, Region
from segstudio.gui.canvas.outlines import border_pixels
from segstudio.gui.canvas.sampling import nearest_grid
from segstudio.gui.canvas.view_transform import ViewTransform

_TINT_ALPHA = 90
_EDGE = 0xFFFFFFFF
_EDGE_SHADOW = 0xB0000000


class RegionPreview:
    """Tints the region in a class's colour and draws a light line along its inside. Kept until the region or the
    view is another."""

    def __init__(self) -> None:
        self._region = NOTHING
        self._color: Color = (255, 255, 255)
        self._drawn_for: ViewTransform | None = None
        self._image = QImage()
        self._place = QPoint()

    @property
    def region(self) -> Region:
        return self._region

    def show(self, region: Region, color: Color) -> None:
        self._region, self._color, self._drawn_for = region, color, None

    def clear(self) -> None:
        self.show(NOTHING, self._color)

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        if self._region.rect.is_empty:
            return
        if self._drawn_for != view:
            self._draw(view)
            self._drawn_for = view
        if not self._image.isNull():
            painter.drawImage(self._place, self._image)

    def _draw(self, view: ViewTransform) -> None:
        device = view.device_rect(self._region.rect, margin=2).intersected(view.picture_area)
        self._image = QImage()
        if device.is_empty:
            return
        mask = _on_screen(self._region, view, device)
        red, green, blue = (part * _TINT_ALPHA // 255 for part in self._color)
        pixels = np.where(mask, np.uint32(_TINT_ALPHA << 24 | red << 16 | green << 8 | blue), np.uint32(0))
        border = border_pixels(mask.view(np.uint8), 1)
        pixels[border & mask] = _EDGE
        pixels[border & ~mask] = _EDGE_SHADOW
        wrapped = QImage(
            pixels.data, device.width, device.height, 4 * device.width, QImage.Format.Format_ARGB32_Premultiplied
        )
        self._image = wrapped.copy()
        self._place = QPoint(device.left, device.top)


def _on_screen(region: Region, view: ViewTransform, device: Rect) -> Mask:
    """The region at the device pixels of ``device``."""
    grid = nearest_grid(view, device, 0)
    shown = np.ascontiguousarray(region.within(grid.region)).view(np.uint8)
    return grid.read(shown).view(np.bool_)
