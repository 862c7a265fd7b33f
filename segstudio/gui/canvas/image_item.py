"""The picture under the labels, as the screen shows it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from segstudio.domain.arrays import RgbImage
from segstudio.domain.geometry import EMPTY, Rect
from segstudio.gui.canvas.layer_buffer import LayerBuffer
from segstudio.gui.canvas.picture import Picture, level_size
from segstudio.gui.canvas.picture_display import PictureDisplay
from segstudio.gui.canvas.sampling import nearest_grid
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
        for stale in self.buffer.take_stale():
            self._render(view, stale)
        shown = EMPTY if self._picture is None else device.intersected(view.picture_area)
        self.buffer.draw(painter, shown)
        for part in device.without(shown):
            painter.fillRect(part.left, part.top, part.width, part.height, QColor.fromRgba(self._backdrop))

    def _render(self, view: ViewTransform, stale: Rect) -> None:
        area = stale.intersected(view.picture_area)
        if area.is_empty or self._picture is None:
            return
        target = self.buffer.pixels[area.slices]
        if not self._display.is_visible:
            target[...] = HIDDEN_PICTURE
            return
        level = view.picture_level
        if view.scale >= NEAREST_FROM_SCALE or level >= self._picture.level_count:
            _draw_nearest(target, self._picture, view, area)
        else:
            self._draw_smoothly(self._picture, view, area, level)
        if self._table is not None:
            target[...] = _mapped(target, self._table)

    def _draw_smoothly(self, picture: Picture, view: ViewTransform, area: Rect, level: int) -> None:
        """Qt's bilinear painter over 32-bit pixels is four times as fast as OpenCV's maps."""
        if view.scale * (1 << level) == 1.0:
            _draw_one_to_one(self.buffer.pixels[area.slices], picture.read(level, _moved(area, view)))
            return
        size = level_size(picture.size, level)
        needed = _halved(view.image_rect(area), level).expanded(2).intersected(Rect(0, 0, *size))
        pixels = _pixels(picture.read(level, needed))
        source = QImage(pixels.data, needed.width, needed.height, 4 * needed.width, QImage.Format.Format_RGB32)
        painter = QPainter(self.buffer.image)
        painter.setClipRect(QRect(area.left, area.top, area.width, area.height))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(view.offset_x, view.offset_y)
        painter.scale(view.scale * (1 << level), view.scale * (1 << level))
        painter.drawImage(needed.left, needed.top, source)
        painter.end()


def _draw_one_to_one(target: NDArray[np.uint32], rgb: RgbImage) -> None:
    """Writes ``rgb`` into ``target``, of the same shape."""
    cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA, dst=target.view(np.uint8).reshape(*target.shape, 4))


def _moved(area: Rect, view: ViewTransform) -> Rect:
    """Device pixels as those of a level of which each is one pixel of the screen."""
    x, y = view.offset_x, view.offset_y
    return Rect(area.left - x, area.top - y, area.right - x, area.bottom - y)


def _draw_nearest(target: NDArray[np.uint32], picture: Picture, view: ViewTransform, area: Rect) -> None:
    grid = nearest_grid(view, area, 0)
    rgb = picture.read(0, grid.region)
    if view.scale > 1.0:
        grid.read_into(target, _pixels(rgb))
        return
    # Only until the level that is wanted has been made, so half a pixel to the side is near enough.
    target[...] = _pixels(
        np.asarray(cv2.resize(rgb, (area.width, area.height), interpolation=cv2.INTER_NEAREST), np.uint8)
    )


def _pixels(rgb: RgbImage) -> NDArray[np.uint32]:
    """0xFFRRGGBB, shape (H, W)."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA), np.uint8).view(np.uint32)[..., 0]


def _mapped(pixels: NDArray[np.uint32], table: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Red, green and blue through ``table``."""
    channels = np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, 4)
    return np.asarray(cv2.LUT(channels, table), np.uint8).view(np.uint32)[..., 0]


def _halved(rect: Rect, level: int) -> Rect:
    """The pixels of a level that touch ``rect``."""
    round_up = (1 << level) - 1
    return Rect(
        rect.left >> level, rect.top >> level, (rect.right + round_up) >> level, (rect.bottom + round_up) >> level
    )
