"""The effort chart, and the hand's work that the window tells the meter of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from segstudio.domain.images import ImageId
from segstudio.gui.main_window import MainWindow
from segstudio.gui.panels.effort_chart import MOST_BARS, EffortChart
from segstudio.services.effort import EffortReport, Forecast, ImageEffort

ONE = ImageEffort(ImageId(1), "a.png", 1.0, "", 20, 4, 900, 60.0, None)


def report(*actions: int) -> EffortReport:
    images = tuple(
        replace(ONE, image_id=ImageId(n), strokes=count, class_changes=0) for n, count in enumerate(actions)
    )
    return EffortReport(images, (), Forecast(5, 3, 50.0, 9.0, 60.0, 9.0, 10.0, 4.0))


def test_a_bar_stands_for_each_image_and_the_newest_are_shown(qtbot: QtBot) -> None:
    chart = EffortChart()
    qtbot.addWidget(chart)
    chart.show_report(report(30, 20, 10))
    assert chart.heights == (30, 20, 10)
    chart.show_report(report(*range(1, MOST_BARS + 11)))
    assert len(chart.heights) == MOST_BARS
    assert chart.heights[-1] == MOST_BARS + 10


def test_bars_fall_and_the_expected_one_has_an_error_bar(qtbot: QtBot) -> None:
    chart = EffortChart()
    qtbot.addWidget(chart)
    chart.resize(200, 96)
    chart.show_report(report(40, 10))
    tall, low, expected = (chart._bar(number, actions) for number, actions in enumerate((40, 10, 10.0)))
    assert tall.height() > 3 * low.height()
    with_error = chart.grab().toImage()
    assert chart._forecast is not None
    chart._forecast = replace(chart._forecast, next_actions_error=None)
    chart.update()
    assert chart.grab().toImage() != with_error
    assert expected.left() > low.right()


def test_the_window_counts_class_changes_and_time(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name in "ab":
        cv2.imwrite(str(pictures / f"{name}.png"), np.zeros((30, 40, 3), np.uint8))
    (pictures / "classes.txt").write_text("ground\nwater\nsky\n")
    window.studio.segmentation.is_automatic = False
    workspace = window.studio.workspace
    window.open_path(pictures)
    qtbot.waitUntil(lambda: workspace.current is not None, timeout=15_000)
    window.canvas.setFocus()
    for key in (Qt.Key.Key_2, Qt.Key.Key_3):
        qtbot.keyClick(window.canvas, key)
        qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=window.canvas.rect().center())
    store = workspace.store
    assert store is not None
    workspace.open_image(store.records[1].id)
    qtbot.waitUntil(lambda: bool(store.effort.entries()), timeout=15_000)
    entry = store.effort.entries()[0]
    assert (entry.strokes, entry.class_changes) == (2, 2)
    assert entry.active_seconds > 0
    window.tabs.show_page(window.review)
    qtbot.waitUntil(lambda: window.review.effort.heights == (4,), timeout=15_000)
