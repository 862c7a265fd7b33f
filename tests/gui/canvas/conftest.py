"""A canvas on screen for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.gui.canvas.canvas_view import CanvasView
from tests.gui.canvas.hands import CAR, CLASSES, Hands, document, picture


@pytest.fixture
def hands(qtbot: QtBot) -> Iterator[Hands]:
    """Shown at exactly four screen pixels an image pixel, active class: car."""
    canvas = CanvasView()
    qtbot.addWidget(canvas)
    canvas.resize(560, 420)
    opened = document()
    canvas.content.show_image(picture())
    canvas.content.show_document(opened, CLASSES)
    canvas.tools.set_active_class(CAR)
    canvas.mini_map.set_wanted(wanted=False)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.setFocus()
    canvas.show_view(canvas.view.zoomed(4.0, 280, 210))
    QApplication.processEvents()
    yield Hands(canvas, opened)
    canvas.close()
