"""Commands on whole classes in the window: clean-up with chosen numbers, one class given to another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QListView, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from segstudio.domain.geometry import Rect
from segstudio.gui.main_window import MainWindow
from segstudio.gui.panels.class_menu import ClassMenu
from segstudio.gui.panels.cleanup import CleanupPanel

SIDE = 60


@pytest.fixture
def labels(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> NDArray[np.uint8]:
    """Of the open image: class 0, with a square of 20 pixels and a speck of 5 of class 1; class 1 is active."""
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.fromarray(np.zeros((SIDE, SIDE, 3), np.uint8)).save(folder / "a.png")
    window.studio.segmentation.is_automatic = False
    window.open_path(folder)
    qtbot.waitUntil(lambda: window.studio.workspace.current is not None)
    document = window.studio.workspace.current.document
    edit = document.begin_edit("Start")
    edit.write(document.rect, None, 0)
    edit.write(Rect(10, 10, 30, 30), None, 1)
    edit.write(Rect(50, 50, 55, 55), None, 1)
    window.studio.workspace.committed(edit.commit())
    window.classes.choose(1)
    return document.labels


def cleanup(window: MainWindow, step: str, number: int | None) -> None:
    """By the popup: a number typed, a button pressed."""
    window.actions_table["clean_up"].trigger()
    panel = window.findChild(CleanupPanel)
    assert panel.isVisible()
    button = next(found for found in panel.findChildren(QPushButton) if found.text() == step)
    if number is not None:
        box = next(box for box in panel.findChildren(QSpinBox) if box.accessibleName().startswith(step))
        box.setValue(number)
    button.click()
    assert panel.isVisible()
    panel.close()


@pytest.mark.parametrize(("most", "is_kept"), [(25, True), (26, False)])
def test_islands_below_the_chosen_size_go(
    window: MainWindow, labels: NDArray[np.uint8], most: int, is_kept: bool
) -> None:
    cleanup(window, "Remove islands", most)
    assert (labels[50:55, 50:55] == (1 if is_kept else 0)).all()
    assert (labels[10:30, 10:30] == 1).all()


def test_growing_and_shrinking_go_by_the_chosen_pixels(window: MainWindow, labels: NDArray[np.uint8]) -> None:
    cleanup(window, "Grow", 3)
    assert labels[20, 7] == 1 and labels[20, 6] == 0
    cleanup(window, "Shrink", 3)
    assert labels[20, 10] == 1 and labels[20, 9] == 0
    window.actions_table["grow"].trigger()
    assert labels[20, 7] == 1, "the menu uses the number of the popup"


def test_each_clean_up_is_undone_by_one_key(window: MainWindow, labels: NDArray[np.uint8]) -> None:
    before = labels.copy()
    for step in ("Keep the largest", "Smooth", "Fill holes", "Grow"):
        cleanup(window, step, None)
        changed = labels.copy()
        if (changed != before).any():
            window.actions_table["undo"].trigger()
            np.testing.assert_array_equal(labels, before)


def test_a_pointer_on_a_step_shows_what_it_would_change(window: MainWindow, labels: NDArray[np.uint8]) -> None:
    window.actions_table["clean_up"].trigger()
    panel, preview = window.findChild(CleanupPanel), window.canvas.tools.offer.preview
    button = next(found for found in panel.findChildren(QPushButton) if found.text() == "Grow")
    before = labels.copy()
    QApplication.sendEvent(button, QEnterEvent(QPointF(3, 3), QPointF(3, 3), QPointF(3, 3)))
    shown = preview.region.pixel_count
    assert shown > 0
    box = next(box for box in panel.findChildren(QSpinBox) if box.accessibleName().startswith("Grow"))
    box.setValue(4)
    assert preview.region.pixel_count > shown
    QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))
    assert preview.region.is_empty
    box.setValue(1)
    assert preview.region.pixel_count == shown
    panel.close()
    assert preview.region.is_empty
    np.testing.assert_array_equal(labels, before)


def class_menu(qtbot: QtBot, window: MainWindow, row: int) -> ClassMenu:
    view = window.classes.findChild(QListView)
    place = view.visualRect(view.model().index(row, 0)).center()
    view.customContextMenuRequested.emit(place)
    menu = window.findChild(ClassMenu)
    qtbot.waitUntil(menu.isVisible)
    return menu


def choose(qtbot: QtBot, menu: ClassMenu, words: str) -> None:
    action = next(action for action in menu.actions() if action.text().startswith(words))
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_all_of_a_class_is_given_to_the_active_one(
    qtbot: QtBot, window: MainWindow, labels: NDArray[np.uint8]
) -> None:
    choose(qtbot, class_menu(qtbot, window, 0), "All ")
    assert (labels == 1).all()
    window.actions_table["undo"].trigger()
    assert (labels == 0).any()


def test_two_classes_are_swapped(qtbot: QtBot, window: MainWindow, labels: NDArray[np.uint8]) -> None:
    before = labels.copy()
    choose(qtbot, class_menu(qtbot, window, 0), "Swap ")
    np.testing.assert_array_equal(labels, 1 - before)


def test_the_active_class_has_nothing_to_be_swapped_with(
    qtbot: QtBot, window: MainWindow, labels: NDArray[np.uint8]
) -> None:
    menu = class_menu(qtbot, window, 1)
    assert [action.text() for action in menu.actions()] == ["Edit classes…"]
    menu.close()


def test_a_right_click_beside_the_classes_does_nothing(window: MainWindow, labels: NDArray[np.uint8]) -> None:
    view = window.classes.findChild(QListView)
    view.customContextMenuRequested.emit(QPoint(5, 5000))
    assert window.findChild(ClassMenu) is None
