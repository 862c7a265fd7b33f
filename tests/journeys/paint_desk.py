"""A window with a small image open whose labels, picture and model's answer are known to the pixel; and hands."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QListView

from segstudio.domain.arrays import Origin
from segstudio.domain.changes import PredictionChanged
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Point, Size
from segstudio.domain.prediction import Prediction, Probabilities
from segstudio.editing.document import LabelDocument
from segstudio.formats.class_file import write_classes
from segstudio.gui.main_window import MainWindow
from segstudio.gui.panels.class_row import Spot
from segstudio.services.jobs import Lane, Urgency
from tests.pointer import move_pointer

WIDTH, HEIGHT = 120, 90
SKY, ROAD, CAR = 0, 1, 2
CLASSES = LabelSet.from_names(["sky", "road", "car"])
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
PATIENCE_SECONDS = 20.0
Places = Sequence[tuple[float, float]]
CAR_IN_PICTURE = (slice(50, 70), slice(40, 80))


class PaintDesk:
    """Sky above row 45 and road below, all by the model; in the picture, and in the model's mind, a red car stands
    on the road. ``reset`` brings all of it back."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window, self.canvas, self.tools = window, window.canvas, window.canvas.tools
        self.steps: list[str] = []
        self.messages: list[str] = []
        self.canvas.stroke_committed.connect(lambda change: self.steps.append(change.name))
        self.tools.tool_message.connect(self.messages.append)
        write_picture(folder / "street.png")
        write_classes(folder / "classes.json", CLASSES)
        window.studio.segmentation.is_automatic = False
        window.open_path(folder)
        self.wait_until(lambda: window.studio.workspace.current is not None)
        self._label_by_model()

    @property
    def document(self) -> LabelDocument:
        opened = self.window.studio.workspace.current
        assert opened is not None
        return opened.document

    @property
    def labels(self) -> NDArray[np.uint8]:
        return self.document.labels

    def reset(self) -> None:
        """As it was in the beginning: tools, rules, classes and labels."""
        self.tools.cancel()
        while self.steps:
            self.window.actions_table["undo"].trigger()
            self.steps.pop()
        self.messages.clear()
        self.window.classes.show_classes(CLASSES)
        for class_id in sorted(self.window.classes.view.locked):
            self.click_lock(class_id)
        self.window.classes.choose(CAR)
        self.use_rule("Anything")
        self.set_size(20)
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window)
        self.canvas.setFocus()

    # Hands

    def choose(self, tool: str) -> None:
        """By the key that the menu shows for it."""
        combination = self.window.actions_table[f"tool_{tool}"].shortcuts()[0][0]
        self.key(combination.key(), combination.keyboardModifiers())
        assert self.tools.tool_name == tool

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.canvas, key, modifiers)
        QApplication.processEvents()

    def press(self, place: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
        move_pointer(self.canvas, self.at(place))
        QTest.mousePress(self.canvas, button, NONE, self.at(place))

    def move(self, place: tuple[float, float]) -> None:
        move_pointer(self.canvas, self.at(place))

    def release(self, place: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseRelease(self.canvas, button, NONE, self.at(place))
        QApplication.processEvents()

    def drag(self, places: Places, button: Qt.MouseButton = LEFT) -> None:
        self.press(places[0], button)
        for place in places[1:]:
            self.move(place)
        self.release(places[-1], button)

    def at(self, place: tuple[float, float]) -> QPoint:
        shown, ratio = self.canvas.view.to_device(Point(*place)), self.canvas.devicePixelRatioF()
        return QPoint(round(shown.x / ratio), round(shown.y / ratio))

    def use_rule(self, words: str) -> None:
        """By its key, until the bar says so."""
        for _ in range(6):
            if self._rule_box.currentText() == words:
                return
            self.window.actions_table["paint_rule"].trigger()
        raise AssertionError(words)

    def click_lock(self, class_id: int) -> None:
        """On the lock in the class list."""
        view = self.window.classes.findChild(QListView)
        assert view is not None
        place = Spot.LOCK.rect(view.visualRect(view.model().index(class_id, 0))).center()
        QTest.mouseClick(view.viewport(), LEFT, NONE, place)
        QApplication.processEvents()

    def set_size(self, diameter: int) -> None:
        self.tools.scale_brush(diameter / self.tools.brush.diameter)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < end, "It didn't happen."
            QTest.qWait(5)

    def settle(self) -> None:
        """Whatever the reading lane had to do for the tools is done."""
        done: list[int] = []
        self.window.studio.jobs.submit(
            Lane.READ, "Last", lambda _task: 1, on_result=done.append, on_error=print, urgency=Urgency.BACKGROUND
        )
        self.wait_until(lambda: bool(done))

    @property
    def _rule_box(self) -> QComboBox:
        boxes = self.window.options.findChildren(QComboBox)
        return next(box for box in boxes if box.accessibleName() == "Paint over")

    def _label_by_model(self) -> None:
        opened = self.window.studio.workspace.current
        assert opened is not None
        opened.prediction = prediction()
        edit = opened.document.begin_edit("Segment", origin=Origin.MODEL)
        edit.write(opened.document.rect, None, opened.prediction.labels)
        self.window.studio.workspace.committed(edit.commit(), by_person=False)
        self.window.studio.workspace.announce(PredictionChanged(0.0))


def write_picture(path: Path) -> None:
    rgb = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    rgb[:45], rgb[45:] = (70, 120, 220), (110, 110, 110)
    rgb[CAR_IN_PICTURE] = (200, 30, 30)
    Image.fromarray(rgb).save(path)


def prediction() -> Prediction:
    """Its labels know no car; its probabilities do, in cells of 2 x 2 pixels."""
    labels = np.full((HEIGHT, WIDTH), SKY, np.uint8)
    labels[45:] = ROAD
    values = np.zeros((3, HEIGHT // 2, WIDTH // 2), np.uint8)
    values[SKY, :23], values[ROAD, 23:] = 250, 250
    values[CAR, 25:35, 20:40], values[ROAD, 25:35, 20:40], values[SKY, 25:35, 20:40] = 180, 60, 15
    probabilities = Probabilities(values, (SKY, ROAD, CAR), Size(WIDTH, HEIGHT), 2)
    confidence = np.full(labels.shape, 200, np.uint8)
    return Prediction(labels, confidence, "by hand", "none", 0.0, probabilities)
