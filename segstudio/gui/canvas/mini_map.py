"""A small picture of the whole image, with a frame round what is on screen."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from segstudio.domain.geometry import Point, Rect, Size
from segstudio.gui.canvas.picture import Picture, level_size
from segstudio.gui.canvas.view_transform import ViewTransform

_LONGEST = 168
_MARGIN = 12


class MiniMap(QWidget):
    """Shown in a corner of the canvas while part of the image is off screen; a click or drag goes there."""

    asked_for = Signal(object)
    """Point of the image to bring to the middle."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self._picture: Picture | None = None
        self._small = QImage()
        self._visible = QRectF()
        self._view: ViewTransform | None = None
        self._is_wanted = True
        self.setAccessibleName("The whole image")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def show_picture(self, picture: Picture | None) -> None:
        self._picture = picture
        self._small = QImage()

    def refresh(self) -> None:
        """The picture can be drawn better now."""
        if self.isVisible():
            self._small = QImage()
            self.update()

    def set_wanted(self, *, wanted: bool) -> None:
        self._is_wanted = wanted
        if self._view is not None:
            self.show_view(self._view)

    def show_view(self, view: ViewTransform) -> None:
        """Moves the frame; hides itself while everything is on screen."""
        self._view = view
        picture, visible = self._picture, view.visible
        is_part = visible != Rect(0, 0, view.image.width, view.image.height)
        if picture is None or not is_part or not self._is_wanted or visible.is_empty:
            self.hide()
            return
        factor = _LONGEST / max(view.image)
        size = Size(max(8, round(view.image.width * factor)), max(8, round(view.image.height * factor)))
        self._visible = QRectF(
            visible.left * factor, visible.top * factor, visible.width * factor, visible.height * factor
        )
        parent = self._canvas
        self.setGeometry(
            parent.width() - size.width - _MARGIN, parent.height() - size.height - _MARGIN, size.width, size.height
        )
        self.show()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._picture is not None and event.buttons() & Qt.MouseButton.LeftButton:
            factor = max(self._picture.size) / _LONGEST
            self.asked_for.emit(Point(event.position().x() * factor, event.position().y() * factor))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is not None and self._small.isNull():
            self._small = _thumbnail(self._picture)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(self.rect()), self._small, QRectF(self._small.rect()))
        painter.fillRect(self.rect(), QColor(0, 0, 0, 70))
        painter.drawImage(self._visible, self._small, self._scaled_to_small(self._visible))
        painter.setPen(QPen(QColor(0, 0, 0, 190), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.setPen(QPen(QColor(255, 255, 255, 240), 1.5))
        painter.drawRect(self._visible.adjusted(0.5, 0.5, -1, -1))
        painter.end()

    def _scaled_to_small(self, part: QRectF) -> QRectF:
        factor_x = self._small.width() / max(1, self.width())
        factor_y = self._small.height() / max(1, self.height())
        origin = QPointF(part.left() * factor_x, part.top() * factor_y)
        return QRectF(origin.x(), origin.y(), part.width() * factor_x, part.height() * factor_y)


def _thumbnail(picture: Picture) -> QImage:
    """From the coarsest level there is, but not from one smaller than the map."""
    level = 0
    while level + 1 < picture.level_count and max(level_size(picture.size, level + 1)) >= _LONGEST:
        level += 1
    size = level_size(picture.size, level)
    # Until that level has been made, every so manieth pixel must do: a mean would take all of them.
    step = max(1, max(size) // (8 * _LONGEST))
    rgb = picture.read(level, Rect(0, 0, size.width, size.height))[::step, ::step]
    factor = min(1.0, 2 * _LONGEST / max(size))
    target = (max(1, round(size.width * factor)), max(1, round(size.height * factor)))
    small = np.ascontiguousarray(cv2.resize(rgb, target, interpolation=cv2.INTER_AREA))
    return QImage(small.data, target[0], target[1], 3 * target[0], QImage.Format.Format_RGB888).copy()
