"""A hand on the mouse over a canvas, counting in image pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from segstudio.domain.arrays import Origin
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Point
from segstudio.editing.change import DocumentChange
from segstudio.editing.document import LabelDocument
from segstudio.gui.canvas.canvas_view import CanvasView

WIDTH, HEIGHT = 120, 90
CLASSES = LabelSet.from_names(["sky", "road", "car"])
SKY, ROAD, CAR = 0, 1, 2
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NONE = Qt.KeyboardModifier.NoModifier


class Hands:
    """A canvas of 120 x 90 pixels: sky (blue) above, road (grey) below row 45; and a hand on its mouse."""

    def __init__(self, canvas: CanvasView, document: LabelDocument) -> None:
        self.canvas = canvas
        self.document = document
        self.changes: list[DocumentChange] = []
        self.messages: list[str] = []
        canvas.stroke_committed.connect(self.changes.append)
        canvas.tools.tool_message.connect(self.messages.append)

    @property
    def labels(self) -> NDArray[np.uint8]:
        return self.document.labels

    def at(self, x: float, y: float) -> QPoint:
        """The widget's position of an image position."""
        place, ratio = self.canvas.view.to_device(Point(x, y)), self.canvas.devicePixelRatioF()
        return QPoint(round(place.x / ratio), round(place.y / ratio))

    def press(self, x: float, y: float, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.mousePress(self.canvas, button, keys, self.at(x, y))

    def move(self, x: float, y: float, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
        """With ``button`` held; ``NoButton`` hovers."""
        place = QPointF(self.at(x, y))
        kind, nothing = QEvent.Type.MouseMove, Qt.MouseButton.NoButton
        event = QMouseEvent(kind, place, self.canvas.mapToGlobal(place), nothing, button, keys)
        QApplication.sendEvent(self.canvas, event)
        QApplication.processEvents()

    def hover(self, x: float, y: float, keys: Qt.KeyboardModifier = NONE) -> None:
        self.move(x, y, Qt.MouseButton.NoButton, keys)

    def release(self, x: float, y: float, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseRelease(self.canvas, button, keys, self.at(x, y))
        QApplication.processEvents()

    def drag(
        self,
        points: Sequence[tuple[float, float]],
        button: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NONE,
    ) -> None:
        self.press(*points[0], button, keys)
        for point in points[1:]:
            self.move(*point, button, keys)
        self.release(*points[-1], button, keys)

    def click(self, x: float, y: float, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
        self.hover(x, y, keys)
        self.drag([(x, y)], button, keys)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.canvas, key, keys)
        QApplication.processEvents()

    def pixels(self) -> NDArray[np.uint8]:
        """What is on screen, shape (H, W, 3)."""
        image = self.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        return flat[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def picture() -> NDArray[np.uint8]:
    rgb = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    rgb[:45], rgb[45:] = (70, 120, 220), (110, 110, 110)
    rgb[50:70, 40:80] = (200, 30, 30)
    return rgb


def document() -> LabelDocument:
    labels = np.full((HEIGHT, WIDTH), SKY, np.uint8)
    labels[45:] = ROAD
    return LabelDocument(labels, np.full(labels.shape, Origin.MODEL, np.uint8))
