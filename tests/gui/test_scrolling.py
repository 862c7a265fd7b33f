"""The wheel scrolls a page; it changes a number only where the keys are."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QScrollArea, QSlider, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from segstudio.gui.panels.plot import plain_plot
from segstudio.gui.scrolling import scrolling


@pytest.fixture
def area(qtbot: QtBot) -> QScrollArea:
    """300 pixels of a page of 1300: a number, a choice and a slider are at its top."""
    page = QWidget()
    layout = QVBoxLayout(page)
    choice = QComboBox()
    choice.addItems(["one", "two", "three"])
    for widget in (QDoubleSpinBox(), choice, QSlider(Qt.Orientation.Horizontal)):
        layout.addWidget(widget)
    layout.addSpacing(1000)
    found = scrolling(page)
    qtbot.addWidget(found)
    found.resize(300, 300)
    found.show()
    qtbot.waitExposed(found)
    return found


def turn(widget: QWidget) -> None:
    """One step towards the page's end."""
    window = widget.window()
    QTest.wheelEvent(
        window.windowHandle(), widget.mapTo(window, widget.rect().center()).toPointF(), QPoint(0, -120)
    )
    QApplication.processEvents()


def test_a_plot_lets_the_wheel_through(qtbot: QtBot, area: QScrollArea) -> None:
    plot = plain_plot("Loss")
    layout = area.widget().layout()
    assert isinstance(layout, QVBoxLayout)
    plot.setFixedSize(200, 100)
    layout.insertWidget(0, plot)
    qtbot.waitUntil(lambda: plot.isVisible() and plot.geometry().bottom() < 150)
    turn(plot)
    assert area.verticalScrollBar().value() > 0


@pytest.mark.parametrize("kind", [QDoubleSpinBox, QComboBox, QSlider])
def test_the_wheel_goes_on_to_the_page(area: QScrollArea, kind: type[QWidget]) -> None:
    (widget,) = area.widget().findChildren(kind)
    widget.clearFocus()
    if isinstance(widget, QDoubleSpinBox | QSlider):
        widget.setValue(5)
    turn(widget)
    assert area.verticalScrollBar().value() > 0
    assert not widget.hasFocus()
    if isinstance(widget, QDoubleSpinBox | QSlider):
        assert widget.value() == 5
    if isinstance(widget, QComboBox):
        assert widget.currentIndex() == 0


def test_a_number_that_has_the_keys_turns(qtbot: QtBot, area: QScrollArea) -> None:
    (number,) = area.widget().findChildren(QDoubleSpinBox)
    area.activateWindow()
    number.setValue(5)
    number.setFocus()
    qtbot.waitUntil(number.hasFocus)
    turn(number)
    assert number.value() == 4
    assert area.verticalScrollBar().value() == 0
