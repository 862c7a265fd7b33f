"""The window as a whole: opens, shows a folder's images, paints, undoes, closes."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from segstudio.domain.images import ImageStatus
from segstudio.gui.main_window import MainWindow


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(3):
        picture = np.full((60, 80, 3), 40 * (number + 1), np.uint8)
        cv2.imwrite(str(folder / f"{number}.png"), picture)
    (folder / "classes.txt").write_text("ground\nwater\n")
    return folder


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, pictures: Path) -> MainWindow:
    window.studio.segmentation.is_automatic = False
    window.open_path(pictures)
    qtbot.waitUntil(lambda: window.studio.workspace.current is not None, timeout=10_000)
    return window


def stroke(qtbot: QtBot, window: MainWindow) -> None:
    canvas = window.canvas
    centre = QPoint(canvas.width() // 2, canvas.height() // 2)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=centre)
    qtbot.mouseMove(canvas, centre + QPoint(40, 0))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=centre + QPoint(40, 0))


def test_the_window_begins_with_the_welcome_page(window: MainWindow) -> None:
    assert not window.frame.shows_desk
    assert window.windowTitle() == "SegStudio"


def test_a_folder_opens_with_its_images_and_classes(opened: MainWindow) -> None:
    assert opened.frame.shows_desk
    assert opened.images.model.rowCount() == 3
    assert [spec.name for spec in opened.classes.label_set.active] == ["ground", "water"]
    assert opened.welcome is not None


def test_a_stroke_paints_the_active_class_and_undo_takes_it_back(qtbot: QtBot, opened: MainWindow) -> None:
    current = opened.studio.workspace.current
    assert current is not None
    qtbot.keyClick(opened.canvas, Qt.Key.Key_2)
    stroke(qtbot, opened)
    assert (current.document.labels == 1).any()
    assert opened.actions_table["undo"].isEnabled()
    opened.actions_table["undo"].trigger()
    assert (current.document.labels == 255).all()
    opened.actions_table["redo"].trigger()
    assert (current.document.labels == 1).any()


def test_keys_go_to_the_next_image_and_back(qtbot: QtBot, opened: MainWindow) -> None:
    workspace = opened.studio.workspace
    qtbot.keyClick(opened.canvas, Qt.Key.Key_D)
    qtbot.waitUntil(
        lambda: workspace.current is not None and workspace.current.record.relative_path.name == "1.png"
    )
    qtbot.keyClick(opened.canvas, Qt.Key.Key_A)
    qtbot.waitUntil(
        lambda: workspace.current is not None and workspace.current.record.relative_path.name == "0.png"
    )


def test_enter_accepts_the_image_and_goes_on(qtbot: QtBot, opened: MainWindow) -> None:
    workspace = opened.studio.workspace
    assert workspace.store is not None
    first = workspace.store.records[0].id
    stroke(qtbot, opened)
    qtbot.keyClick(opened.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: workspace.current is not None and workspace.current.record.id != first)
    qtbot.waitUntil(lambda: workspace.store.record(first).status is ImageStatus.VERIFIED)


def test_what_was_painted_is_there_when_the_project_is_opened_again(
    qtbot: QtBot, opened: MainWindow, pictures: Path
) -> None:
    stroke(qtbot, opened)
    current = opened.studio.workspace.current
    assert current is not None
    painted = current.document.labels.copy()
    opened.actions_table["close_project"].trigger()
    assert not opened.frame.shows_desk
    opened.open_path(pictures)
    qtbot.waitUntil(lambda: opened.studio.workspace.current is not None, timeout=10_000)
    again = opened.studio.workspace.current
    assert again is not None
    assert np.array_equal(again.document.labels, painted)


def test_the_class_shares_are_counted(qtbot: QtBot, opened: MainWindow) -> None:
    stroke(qtbot, opened)
    model = opened.classes._model
    qtbot.waitUntil(lambda: (model.share_of(0) or 0) > 0)


def test_the_look_can_be_changed_and_is_kept(window: MainWindow) -> None:
    before = window.palette().window().color().lightness()
    window.actions_table["dark_theme"].trigger()
    assert window.palette().window().color().lightness() != before
