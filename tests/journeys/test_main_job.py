"""The main job end to end in a real window, on real frames."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from segstudio.domain.arrays import Origin
from segstudio.domain.images import ImageStatus
from segstudio.gui.dialogs.export_labels import ExportDialog
from segstudio.gui.main_window import MainWindow
from segstudio.services.exchange_report import ExportReport
from segstudio.services.fine_tuning_plan import Choices
from segstudio.services.open_image import OpenImage
from tests.pointer import move_pointer

FRAMES = 3
CAR = 8
ENGINE_MS = 240_000
TRAINING_MS = 240_000


@pytest.fixture
def frames(camvid: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "frames"
    folder.mkdir()
    for path in sorted((camvid / "val" / "images").iterdir())[:FRAMES]:
        shutil.copy(path, folder)
    return folder


class Journey:
    """One window and the hands on it."""

    def __init__(self, qtbot: QtBot, window: MainWindow, screenshots: Path) -> None:
        self.qtbot = qtbot
        self.window = window
        self.workspace = window.studio.workspace
        self._screenshots = screenshots
        self.failures: list[str] = []
        window.signals.failed.connect(lambda change: self.failures.append(f"{change.sentence}\n{change.report}"))

    @property
    def opened(self) -> OpenImage:
        current = self.workspace.current
        assert current is not None
        return current

    def wait_for_answer(self) -> None:
        def is_answered() -> bool:
            assert self.failures == []
            return self.workspace.current is not None and self.workspace.current.prediction is not None

        self.qtbot.waitUntil(is_answered, timeout=ENGINE_MS)

    def press(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.window.canvas, key)

    def stroke(self) -> None:
        canvas = self.window.canvas
        middle = QPoint(canvas.width() // 2, canvas.height() // 2)
        self.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
        for step in range(8):
            move_pointer(canvas, middle + QPoint(10 * step, 4 * step))
        self.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(80, 32))

    def picture(self, name: str) -> None:
        self.window.grab().save(str(self._screenshots / f"{name}.png"))


@pytest.mark.journey
@pytest.mark.timeout(900)
def test_from_a_folder_of_frames_to_a_better_model(
    qtbot: QtBot, window: MainWindow, frames: Path, screenshots: Path, tmp_path: Path
) -> None:
    journey = Journey(qtbot, window, screenshots)
    window.open_path(frames)
    first = see_the_model_label_the_first_frame(journey)
    paint_undo_redo_and_ask_again(journey, first)
    accept_every_frame(journey)
    export_and_read_back_with_another_reader(journey, first, tmp_path / "out")
    train_adopt_and_go_back(journey)
    assert journey.failures == []


def see_the_model_label_the_first_frame(journey: Journey) -> OpenImage:
    journey.wait_for_answer()
    first = journey.opened
    assert (first.document.origins == Origin.MODEL).mean() > 0.9
    assert first.prediction is not None
    assert len(np.unique(first.prediction.labels)) >= 4
    journey.picture("1-pre-labelled")
    return first


def paint_undo_redo_and_ask_again(journey: Journey, first: OpenImage) -> None:
    """The model, asked again, leaves the stroke alone."""
    document, actions = first.document, journey.window.actions_table
    journey.press(Qt.Key.Key_9)
    before = document.labels.copy()
    journey.stroke()
    painted = document.origins == Origin.PERSON
    assert painted.sum() > 50
    assert (document.labels[painted] == CAR).all()
    actions["undo"].trigger()
    assert np.array_equal(document.labels, before)
    actions["redo"].trigger()
    assert (document.labels[painted] == CAR).all()
    actions["run_model"].trigger()
    journey.qtbot.waitUntil(lambda: not journey.window.studio.segmentation.is_running, timeout=ENGINE_MS)
    assert (document.labels[painted] == CAR).all()
    journey.picture("2-corrected")


def accept_every_frame(journey: Journey) -> None:
    """Enter accepts and goes on to the next one."""
    for number in range(FRAMES):
        accepted = journey.opened.record.id
        journey.press(Qt.Key.Key_Return)
        journey.qtbot.waitUntil(lambda image_id=accepted: status_of(journey, image_id) is ImageStatus.VERIFIED)
        if number < FRAMES - 1:
            journey.qtbot.waitUntil(lambda image_id=accepted: journey.opened.record.id != image_id, timeout=20_000)
            journey.wait_for_answer()


def export_and_read_back_with_another_reader(journey: Journey, first: OpenImage, output: Path) -> None:
    reports: list[ExportReport] = []
    project, window = journey.workspace.project, journey.window
    assert project is not None
    options = ExportDialog(project, window).options
    window.studio.transfer.export(window.images.model.shown_ids, "index-png", output, options, reports.append)
    journey.qtbot.waitUntil(lambda: bool(reports), timeout=30_000)
    assert reports[0].is_exact
    written = np.asarray(Image.open(next(output.rglob(f"{first.record.relative_path.stem}.png"))))
    assert np.array_equal(written, first.document.labels)
    classes = json.loads(next(output.rglob("classes.json")).read_text())
    assert classes["classes"][CAR]["name"] == "Car"


def train_adopt_and_go_back(journey: Journey) -> None:
    """On the corrections, with the panel watching."""
    window, workspace, tuning = journey.window, journey.workspace, journey.window.studio.fine_tuning
    window.tabs.show_page(window.training)
    assert tuning.readiness().missing == ()
    tuning.start(Choices(learns="head", minutes=0.05))
    journey.qtbot.waitUntil(
        lambda: tuning.gate.candidate is not None or bool(journey.failures), timeout=TRAINING_MS
    )
    assert journey.failures == []
    assert window.training.candidate.isVisibleTo(window.training)
    journey.picture("3-candidate")
    assert workspace.project is not None
    bundled = workspace.project.model
    window.training.candidate.adopt_asked.emit()
    journey.qtbot.waitUntil(lambda: tuning.gate.can_undo_adoption, timeout=20_000)
    assert workspace.project.model != bundled
    window.actions_table["undo_adoption"].trigger()
    journey.qtbot.waitUntil(lambda: not tuning.gate.can_undo_adoption, timeout=20_000)
    assert workspace.project.model == bundled


def status_of(journey: Journey, image_id: int) -> ImageStatus:
    store = journey.workspace.store
    assert store is not None
    return next(record.status for record in store.records if record.id == image_id)
