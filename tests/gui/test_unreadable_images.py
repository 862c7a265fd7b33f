"""An image that can't be read stands in nobody's way."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from segstudio.domain.images import ImageId
from segstudio.gui.failures import FailureDialog
from segstudio.gui.main_window import MainWindow

GOOD = np.full((60, 80, 3), 90, np.uint8)


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("a.png", "d.png"):
        cv2.imwrite(str(folder / name), GOOD)
    (folder / "b.png").write_bytes(b"no picture")
    (folder / "c.png").write_bytes(b"")
    window.studio.segmentation.is_automatic = False
    window.open_path(folder)
    qtbot.waitUntil(lambda: open_name(window) == "a.png", timeout=20_000)
    return window


def open_name(window: MainWindow) -> str:
    current = window.studio.workspace.current
    return "" if current is None else current.record.relative_path.name


def id_of(window: MainWindow, name: str) -> ImageId:
    store = window.studio.workspace.store
    assert store is not None
    record = store.find(name)
    assert record is not None
    return record.id


@pytest.mark.parametrize("key", [Qt.Key.Key_D, Qt.Key.Key_Return])
def test_a_walk_goes_past_it_and_the_list_marks_it(qtbot: QtBot, opened: MainWindow, key: Qt.Key) -> None:
    qtbot.mouseClick(opened.canvas, Qt.MouseButton.LeftButton)  # what has no labels can't be accepted
    qtbot.keyClick(opened.canvas, key)
    qtbot.waitUntil(lambda: open_name(opened) == "d.png", timeout=20_000)
    model = opened.images.model
    assert [model.is_unreadable(id_of(opened, name)) for name in ("a.png", "b.png", "c.png", "d.png")] == [
        False,
        True,
        True,
        False,
    ]
    assert "not a picture" in model.data(model.index_of(id_of(opened, "b.png")), Qt.ItemDataRole.ToolTipRole)
    assert opened.findChild(FailureDialog) is None


def test_at_the_end_of_the_list_the_open_one_stays(qtbot: QtBot, opened: MainWindow) -> None:
    store = opened.studio.workspace.store
    assert store is not None
    store.image_path(id_of(opened, "d.png")).write_bytes(b"no picture either")
    qtbot.keyClick(opened.canvas, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: opened.images.model.is_unreadable(id_of(opened, "d.png")), timeout=20_000)
    assert open_name(opened) == "a.png"
    assert opened.images.model.open_id == id_of(opened, "a.png")


def test_whoever_asks_for_it_is_told_why_it_does_not_come(qtbot: QtBot, opened: MainWindow) -> None:
    opened.images.image_chosen.emit(id_of(opened, "b.png"))
    qtbot.waitUntil(lambda: opened.findChild(FailureDialog) is not None, timeout=20_000)
    dialog = opened.findChild(FailureDialog)
    assert dialog is not None
    assert "b.png" in dialog.sentence.text()
    dialog.close()
    assert open_name(opened) == "a.png"


def test_mended_it_opens(qtbot: QtBot, opened: MainWindow) -> None:
    store = opened.studio.workspace.store
    assert store is not None
    qtbot.keyClick(opened.canvas, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: open_name(opened) == "d.png", timeout=20_000)
    cv2.imwrite(str(store.image_path(id_of(opened, "b.png"))), GOOD)
    opened.images.image_chosen.emit(id_of(opened, "b.png"))
    qtbot.waitUntil(lambda: open_name(opened) == "b.png", timeout=20_000)
    assert not opened.images.model.is_unreadable(id_of(opened, "b.png"))
