"""A page that scrolls up and down when it is too tall."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QComboBox, QFrame, QScrollArea, QScrollBar, QWidget


def scrolling(page: QWidget) -> QScrollArea:
    """The wheel scrolls it whatever is under the pointer: numbers and choices turn where they have the keys."""
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    passing = _WheelPasses(area)
    for kind in (QAbstractSpinBox, QComboBox, QAbstractSlider):
        for value in page.findChildren(kind):
            if not isinstance(value, QScrollBar):
                passing.watch(value)
    return area


class _WheelPasses(QObject):
    """Hands the wheel on to the page behind a widget that hasn't the keys."""

    def watch(self, widget: QWidget) -> None:
        if widget.focusPolicy() == Qt.FocusPolicy.WheelFocus:
            widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_passed_on = event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus()
        if is_passed_on:
            event.ignore()
        return is_passed_on
