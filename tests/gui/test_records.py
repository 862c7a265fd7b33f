"""Notes, earlier labels, statistics and models in the window."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtWidgets import QDialog, QInputDialog, QWidget
from pytestqt.qtbot import QtBot

from segstudio.domain.classes import LabelSet
from segstudio.domain.images import ImageId
from segstudio.gui.dialogs.models import ModelsDialog
from segstudio.gui.dialogs.statistics import StatisticsDialog
from segstudio.gui.dialogs.versions import VersionsDialog
from segstudio.gui.main_window import MainWindow
from segstudio.gui.panels.effort_chart import EffortChart, forecast_words
from segstudio.services.effort import EffortReport, Forecast, ImageEffort
from segstudio.store.model_store import list_models
from segstudio.store.project_store import ProjectStore
from segstudio.store.versions import Reason, Version


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    cv2.imwrite(str(pictures / "a.png"), np.zeros((30, 40, 3), np.uint8))
    (pictures / "classes.txt").write_text("ground\nwater\n")
    window.studio.segmentation.is_automatic = False
    window.open_path(pictures)
    qtbot.waitUntil(lambda: window.studio.workspace.current is not None, timeout=15_000)
    return window


def paint(window: MainWindow, class_id: int) -> None:
    current = window.studio.workspace.current
    assert current is not None
    edit = current.document.begin_edit("Test")
    edit.write(current.document.rect, None, class_id)
    window.studio.workspace.committed(edit.commit())


def shown(qtbot: QtBot, window: MainWindow, kind: type[QDialog]) -> QDialog:
    qtbot.waitUntil(lambda: any(found.isVisible() for found in window.findChildren(kind)), timeout=15_000)
    return next(found for found in window.findChildren(kind) if found.isVisible())


def test_a_note_is_kept_with_its_image(qtbot: QtBot, opened: MainWindow) -> None:
    opened.actions_table["note"].trigger()
    dialog = shown(qtbot, opened, QInputDialog)
    assert isinstance(dialog, QInputDialog)
    dialog.setTextValue("strange light")
    dialog.accept()
    store = opened.studio.workspace.store
    assert store is not None
    qtbot.waitUntil(lambda: store.records[0].note == "strange light")


def test_earlier_labels_come_back(qtbot: QtBot, opened: MainWindow) -> None:
    workspace = opened.studio.workspace
    store = workspace.store
    assert store is not None
    image_id = store.records[0].id
    for class_id in (0, 1):
        labels = np.full((30, 40), class_id, np.uint8)
        store.labels.save(image_id, labels, np.full((30, 40), 3, np.uint8), reason=Reason.RESTORED)
    workspace.reread()
    qtbot.waitUntil(lambda: workspace.current is not None, timeout=15_000)
    opened.actions_table["versions"].trigger()
    dialog = shown(qtbot, opened, VersionsDialog)
    assert isinstance(dialog, VersionsDialog)
    dialog.list.setCurrentRow(dialog.list.count() - 1)
    dialog._on_restore()
    qtbot.waitUntil(
        lambda: workspace.current is not None and bool((workspace.current.document.labels == 0).all()),
        timeout=15_000,
    )


def test_the_statistics_are_drawn(qtbot: QtBot, opened: MainWindow) -> None:
    paint(opened, 1)
    opened.actions_table["statistics"].trigger()
    dialog = shown(qtbot, opened, StatisticsDialog)
    assert not dialog.grab().isNull()
    dialog.reject()


@pytest.mark.parametrize(
    ("forecast", "words"),
    [
        (None, "What is left can be estimated after the first finished image."),
        (Forecast(1, 4, 10.0, 2.0, 90.0, 30.0), "1 image left: about 2 min ± 30 s, going by 4 finished."),
        (Forecast(20, 1, 10.0, None, 3600.0, None), "20 images left: about 1 h, going by 1 finished."),
    ],
)
def test_the_forecast_reads_as_a_sentence(forecast: Forecast | None, words: str) -> None:
    assert forecast_words(forecast) == words


def test_the_bar_after_the_last_image_says_that_it_is_expected(qtbot: QtBot) -> None:
    chart = EffortChart()
    qtbot.addWidget(chart)
    image = ImageEffort(ImageId(1), "town/7.png", 0.0, "streets", 9, 3, 500, 90.0, 0.9)
    left = Forecast(4, 3, 88.0, 20.0, 360.0, 60.0, next_actions=22.0, next_actions_error=29.4)
    chart.show_report(EffortReport((image,), (), left))
    assert chart.words_of(0) == "town/7.png: 12 actions, 2 min, pre-labelled by streets"
    assert chart.words_of(1) == "The next image: about 22 actions ± 29 (19 times of 20), going by 3 finished"
    assert chart.words_of(2) == ""


def empty_project(place: Path) -> ProjectStore:
    (place / "images").mkdir()
    return ProjectStore.create(place / "project", place / "images", LabelSet.from_names(["ground"]), "streets")


def test_a_model_is_added_renamed_and_deleted(qtbot: QtBot, tmp_path: Path) -> None:
    bundled = [model for model in list_models() if model.is_bundled]
    if not bundled:
        pytest.skip("NOT TESTED: no model is bundled with this checkout.")
    parent = QWidget()
    qtbot.addWidget(parent)
    with empty_project(tmp_path) as store:
        dialog = ModelsDialog(store, parent)
        copy = tmp_path / "copy.safetensors"
        dialog.export_model(bundled[0], copy)
        dialog.add_model(copy)
        dialog.rename_model("copy", "mine")
        dialog.note_about_model("mine", "good at night")
        (own,) = (model for model in list_models(store.folder) if not model.is_bundled)
        assert (own.name, own.info.notes) == ("mine", "good at night")
        store.set_model("mine")
        dialog.delete_model("mine")
        assert "choose another model" in dialog._words.text()
        store.set_model("streets")
        dialog.delete_model("mine")
        assert [model.name for model in list_models(store.folder) if not model.is_bundled] == []


def test_a_file_that_is_no_model_is_refused_with_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    with empty_project(tmp_path) as store:
        dialog = ModelsDialog(store, parent)
        fake = tmp_path / "fake.safetensors"
        fake.write_bytes(b"no model")
        dialog.add_model(fake)
        assert dialog._words.text() != ""
        assert dialog._words.property("kind") == "bad"


def test_without_versions_there_is_nothing_to_restore(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    asked: list[int] = []
    dialog = VersionsDialog((), lambda _version: np.zeros((2, 2), np.uint8), LabelSet(()), parent)
    dialog.restore_asked.connect(asked.append)
    dialog._on_restore()
    assert asked == []
    version = Version(7, ImageId(1), time.time(), Reason.RESTORED, 10)
    dialog = VersionsDialog((version,), lambda _version: np.zeros((2, 2), np.uint8), LabelSet(()), parent)
    dialog.restore_asked.connect(asked.append)
    dialog._on_restore()
    assert asked == [7]
