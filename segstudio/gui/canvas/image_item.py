"""The picture under the labels, as the screen shows it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from segstudio.domain.geometry import Rect
from segstudio.gui.canvas.layer_buffer import LayerBuffer
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.picture_display import PictureDisplay
from segstudio.gui.canvas.sampling import nearest_grid, smooth_grid
from segstudio.gui.canvas.view_transform import ViewTransform

NEAREST_FROM_SCALE = 2.0
BACKDROP = 0xFF2B2D31
HIDDEN_PICTURE = 0xFF101114


class ImageItem:
    """Draws a ``Picture``: smooth below 200 %, nearest neighbour from there on."""

    def __init__(self) -> None:
        self.buffer = LayerBuffer(QImage.Format.Format_RGB32)
        self._picture: Picture | None = None
        self._display = PictureDisplay()
        self._table: NDArray[np.uint8] | None = None
        self._backdrop = BACKDROP

    @property
    def picture(self) -> Picture | None:
        return self._picture

    def show_picture(self, picture: Picture | None) -> None:
        self._picture = picture
        self.buffer.invalidate_all()

    def show_display(self, display: PictureDisplay) -> None:
        self._display = display
        self._table = None if display.is_plain else display.table()
        self.buffer.invalidate_all()

    def show_backdrop(self, argb: int) -> None:
        self._backdrop = argb
        self.buffer.invalidate_all()

    def draw(self, painter: QPainter, view: ViewTransform, device: Rect) -> None:
        stale = self.buffer.take_stale()
        if not stale.is_empty:
            self._render(view, stale)
        self.buffer.draw(painter, device)

    def _render(self, view: ViewTransform, stale: Rect) -> None:
        area = stale.intersected(view.picture_area)
        if area != stale:
            self.buffer.pixels[stale.slices] = self._backdrop
        if area.is_empty or self._picture is None:
            return
        if not self._display.is_visible:
            self.buffer.pixels[area.slices] = HIDDEN_PICTURE
            return
        rgb = self._samples(self._picture, view, area)
        if self._table is not None:
            rgb = np.asarray(cv2.LUT(rgb, self._table), np.uint8)
        target = self.buffer.pixels[area.slices]
        target[...] = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA).view(np.uint32)[..., 0]

    @staticmethod
    def _samples(picture: Picture, view: ViewTransform, area: Rect) -> NDArray[np.uint8]:
        level = view.level
        if view.scale > NEAREST_FROM_SCALE or not picture.is_ready(level):
            level = 0 if not picture.is_ready(level) else level
            grid = nearest_grid(view, area, level)
        else:
            grid = smooth_grid(view, area, level)
        return grid.read(picture.read(level, grid.region))
