"""A small picture of the whole image, with a frame round what is on screen."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from segstudio.domain.geometry import Point, Rect, Size
from segstudio.gui.canvas.device_pixels import device_size
from segstudio.gui.canvas.picture import Picture, level_size
from segstudio.gui.canvas.view_transform import ViewTransform

_LONGEST = 168
_MARGIN = 12
_FORMAT = QImage.Format.Format_RGB32
_DIMMED = QColor(0, 0, 0, 70)


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

    @property
    def _bright(self) -> Rect:
        """The part that is on screen, in whole pixels."""
        seen = self._visible.toAlignedRect().intersected(self.rect())
        return Rect(seen.left(), seen.top(), seen.left() + seen.width(), seen.top() + seen.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._picture is not None and event.buttons() & Qt.MouseButton.LeftButton:
            factor = max(self._picture.size) / _LONGEST
            self.asked_for.emit(Point(event.position().x() * factor, event.position().y() * factor))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is not None and self._small.isNull():
            self._small = _thumbnail(self._picture, device_size(self))
            self._small.setDevicePixelRatio(self.devicePixelRatioF())
        painter = QPainter(self)
        painter.drawImage(0, 0, self._small)
        for part in Rect(0, 0, self.width(), self.height()).without(self._bright):
            painter.fillRect(part.left, part.top, part.width, part.height, _DIMMED)
        painter.setPen(QPen(QColor(0, 0, 0, 190), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.setPen(QPen(QColor(255, 255, 255, 240), 1.5))
        painter.drawRect(self._visible.adjusted(0.5, 0.5, -1, -1))
        painter.end()


def _thumbnail(picture: Picture, wanted: Size) -> QImage:
    """Of the size that is wanted, from the coarsest level there is, but not from a smaller one."""
    level = 0
    while level + 1 < picture.level_count and max(level_size(picture.size, level + 1)) >= max(wanted):
        level += 1
    size = level_size(picture.size, level)
    # Until that level has been made, every so manieth pixel must do: a mean would take all of them.
    step = max(1, max(size) // (8 * max(wanted)))
    rgb = picture.read(level, Rect(0, 0, size.width, size.height))[::step, ::step]
    small = np.ascontiguousarray(cv2.resize(rgb, wanted, interpolation=cv2.INTER_AREA))
    return QImage(small.data, *wanted, 3 * wanted.width, QImage.Format.Format_RGB888).convertToFormat(_FORMAT)
