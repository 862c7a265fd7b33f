"""The line between two views of one picture, to be dragged."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

_WIDTH = 11


class SplitHandle(QWidget):
    """A child over the canvas; ``share`` is how much of the width lies left of it."""

    moved = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.share = 0.5
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAccessibleName("Line between two views")
        self.hide()

    @property
    def position(self) -> int:
        """The line's column in the parent's logical pixels."""
        return round(self.share * self._canvas.width())

    def place(self) -> None:
        """Where ``share`` says, over the parent's whole height."""
        self.setGeometry(self.position - _WIDTH // 2, 0, _WIDTH, self._canvas.height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            at = self.mapToParent(event.position())
            self.share = min(0.97, max(0.03, at.x() / max(1, self._canvas.width())))
            self.place()
            self.moved.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(_WIDTH // 2 - 1, 0, 3, self.height(), QColor(0, 0, 0, 120))
            painter.fillRect(_WIDTH // 2, 0, 1, self.height(), QColor(255, 255, 255, 235))
            middle = self.height() // 2
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(0, 0, 0, 140))
            painter.setBrush(QColor(255, 255, 255, 240))
            painter.drawRoundedRect(2, middle - 14, _WIDTH - 4, 28, 3, 3)
