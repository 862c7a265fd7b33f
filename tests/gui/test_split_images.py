"""Dividing the images in the window: what would come of it is shown, and an image that has a part keeps it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from segstudio.domain.images import Split
from segstudio.gui.dialogs.split_images import SplitImagesDialog
from segstudio.gui.main_window import MainWindow
from segstudio.services.splits import SplitMethod, SplitPlan
from segstudio.store.project_store import ProjectStore


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    for number in range(10):
        path = tmp_path / "pictures" / f"{number % 2}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.zeros((30, 40, 3), np.uint8))
    (tmp_path / "pictures" / "classes.txt").write_text("ground\nwater\n")
    window.studio.segmentation.is_automatic = False
    window.open_path(tmp_path / "pictures")
    qtbot.waitUntil(lambda: window.studio.workspace.current is not None, timeout=15_000)
    return window


def store_of(window: MainWindow) -> ProjectStore:
    store = window.studio.workspace.store
    assert store is not None
    return store


def dialog_of(window: MainWindow) -> SplitImagesDialog:
    window.actions_table["split_images"].trigger()
    (dialog,) = window.findChildren(SplitImagesDialog)
    assert isinstance(dialog, SplitImagesDialog)
    return dialog


def test_the_images_are_divided_and_keep_their_part(qtbot: QtBot, opened: MainWindow) -> None:
    first = store_of(opened).records[0]
    opened.images.split_asked.emit((first.id,), Split.TEST)
    qtbot.waitUntil(lambda: store_of(opened).record(first.id).split is Split.TEST)
    dialog = dialog_of(opened)
    dialog.validation.setValue(30)
    dialog.test.setValue(10)
    qtbot.waitUntil(lambda: "6 images to train on, 3 to validate on, 1 for the test" in dialog._verdict.text())
    assert "1 of them keep" in dialog._verdict.text()
    dialog.divide.click()
    qtbot.waitUntil(lambda: all(record.split is not Split.NONE for record in store_of(opened).records))
    assert store_of(opened).record(first.id).split is Split.TEST


def test_shares_that_leave_nothing_to_train_on_are_told(qtbot: QtBot, opened: MainWindow) -> None:
    dialog = dialog_of(opened)
    dialog.validation.setValue(60)
    dialog.test.setValue(40)
    qtbot.waitUntil(lambda: "leave nothing to train on" in dialog._verdict.text())
    assert not dialog.divide.isEnabled()
    dialog.reject()


def test_method_shares_and_seed_are_what_was_chosen(qtbot: QtBot) -> None:
    dialog = SplitImagesDialog()
    qtbot.addWidget(dialog)
    for number, method in enumerate((SplitMethod.RANDOM, SplitMethod.FOLDER, SplitMethod.CLASSES)):
        button = dialog.methods.button(number)
        assert button is not None
        button.click()
        dialog.seed.setValue(7)
        assert dialog.plan == SplitPlan(method, 0.15, 0.0, 7)
