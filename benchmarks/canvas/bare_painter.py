"""The least a canvas could do: a disc written into the labels, and Qt's painter over an indexed image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget


class BarePainter(QWidget):
    """Draws picture and labels at one scale, and paints class 1 with a round tip at each mouse move.

    No undo, no rules, no outline, no pyramid, no cursor: the limit to compare with.
    """

    def __init__(self, rgb: NDArray[np.uint8], labels: NDArray[np.uint8], colors: list[int]) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._rgb, self._labels = rgb, labels
        height, width = labels.shape
        self._picture = QImage(rgb.data, width, height, width * 3, QImage.Format.Format_RGB888)
        self._overlay = QImage(labels.data, width, height, width, QImage.Format.Format_Indexed8)
        self._overlay.setColorTable(colors)
        self._tip = np.zeros((0, 0), np.bool_)
        self._scale, self._offset = 1.0, QPointF(0, 0)
        self.use_radius(40)

    def use_radius(self, radius: int) -> None:
        """In image pixels."""
        rows, columns = np.ogrid[-radius : radius + 1, -radius : radius + 1]
        self._tip = rows**2 + columns**2 <= radius**2

    def look_like(self, scale: float, offset_x: int, offset_y: int) -> None:
        """Shows the same part of the picture as another view."""
        self._scale, self._offset = scale, QPointF(offset_x, offset_y)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = (event.position() - self._offset) / self._scale
        side = self._tip.shape[0]
        left, top = int(at.x()) - side // 2, int(at.y()) - side // 2
        clip_left, clip_top = max(0, left), max(0, top)
        part = self._labels[clip_top : top + side, clip_left : left + side]
        part[self._tip[clip_top - top :, clip_left - left :][: part.shape[0], : part.shape[1]]] = 1
        shown = QRectF(left, top, side, side)
        self.update(
            QRect(
                int(shown.left() * self._scale + self._offset.x()) - 1,
                int(shown.top() * self._scale + self._offset.y()) - 1,
                int(side * self._scale) + 3,
                int(side * self._scale) + 3,
            )
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.translate(self._offset)
        painter.scale(self._scale, self._scale)
        painter.drawImage(0, 0, self._picture)
        painter.drawImage(0, 0, self._overlay)
        painter.end()
