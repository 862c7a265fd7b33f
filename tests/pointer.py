"""The mouse pointer of a real screen, which arrives when the display server says so."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QCursor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

TRIES = 50
SECONDS_A_TRY = 0.2


def move_pointer(widget: QWidget, place: QPoint) -> None:
    """Returns when the widget has got the move: under X the event takes its way through the server, and a button
    that ``QTest`` presses meanwhile would overtake it. A pointer that lies there already sends nothing."""
    if QCursor.pos() == widget.mapToGlobal(place):
        return
    watch = _Watch(place)
    widget.installEventFilter(watch)
    try:
        for _ in range(TRIES):
            QTest.mouseMove(widget, place)
            if watch.sees_it_soon():
                break
            # A tool tip, say, took the event: come from the pixel beside it.
            QTest.mouseMove(widget, place + QPoint(1, 0))
        else:
            raise AssertionError(f"The pointer never came to {place}.")
    finally:
        widget.removeEventFilter(watch)
    QApplication.processEvents()


class _Watch(QObject):
    def __init__(self, place: QPoint) -> None:
        super().__init__()
        self._place = place
        self._has_come = False

    def sees_it_soon(self) -> bool:
        end = time.monotonic() + SECONDS_A_TRY
        while not self._has_come and time.monotonic() < end:
            QTest.qWait(1)
        return self._has_come

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            self._has_come = self._has_come or event.position().toPoint() == self._place
        return super().eventFilter(watched, event)
