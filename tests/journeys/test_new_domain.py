"""The loop in a real window: the bundled model knows none of the classes, learns them from five images, and the
next images cost less.

What is painted by hand is decided by the true labels, as a person would decide by looking: the largest wrong place
of the class that lacks most, until three quarters of it are right or the patience for one image is used up. So
the first five images are finished in part only; what is left of four of them is brought in from label files before
the training.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from segstudio.domain.arrays import Origin
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Point
from segstudio.domain.images import ImageStatus
from segstudio.formats.exchange import ReadOptions
from segstudio.gui.dialogs.changed_places import ChangedPlacesDialog
from segstudio.gui.dialogs.new_project import FROM_NAMES, NewProjectDialog
from segstudio.gui.main_window import MainWindow
from segstudio.services.project_exchange import ImportSummary
from segstudio.services.workspace import OpenImage
from tests.pointer import move_pointer

TAUGHT, AFTER = 5, 3
SLICES = (0, 1, 2, 3, 4, 10, 15, 20)
MEMBRANE, CELL = 0, 1
ENOUGH_RIGHT = 0.75
MOST_STROKES = 16
MINUTES = 0.5
ENGINE_MS = 300_000


@dataclass
class Hand:
    """On mouse and keys, with an eye on what is right."""

    qtbot: QtBot
    window: MainWindow
    truths: dict[str, NDArray[np.uint8]]
    pictures: Path

    @property
    def opened(self) -> OpenImage:
        current = self.window.studio.workspace.current
        assert current is not None
        return current

    @property
    def truth(self) -> NDArray[np.uint8]:
        return self.truths[self.opened.record.relative_path.stem]

    @property
    def right(self) -> float:
        return float((self.opened.document.labels == self.truth).mean())

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window.canvas, key)

    def correct(self) -> None:
        """The largest wrong place of one class after the other; the class is chosen only when it changes."""
        chosen = None
        for _ in range(MOST_STROKES):
            if self.right >= ENOUGH_RIGHT:
                return
            class_id, points, width = self._worst()
            if class_id != chosen:
                self.press(Qt.Key.Key_1 if class_id == MEMBRANE else Qt.Key.Key_2)
                chosen = class_id
            self._take_brush(width)
            self._drag(points)

    def _take_brush(self, width: int) -> None:
        """By the keys for larger and smaller, to the largest that isn't wider than wanted."""
        options = self.window.options
        while options.brush.diameter < width:
            self.press(Qt.Key.Key_BracketRight)
        while options.brush.diameter > width:
            self.press(Qt.Key.Key_BracketLeft)

    def _worst(self) -> tuple[int, list[Point], int]:
        """Class, path and width of the stroke that a person would make next."""
        wrong = self.opened.document.labels != self.truth
        lacking = {class_id: float(wrong[self.truth == class_id].mean()) for class_id in (MEMBRANE, CELL)}
        class_id = max(lacking, key=lacking.__getitem__)
        place = (self.truth == class_id).astype(np.uint8)
        todo = cv2.distanceTransform((wrong & (place > 0)).astype(np.uint8), cv2.DIST_L2, 3)
        room = cv2.distanceTransform(place, cv2.DIST_L2, 3)
        y, x = np.unravel_index(int(todo.argmax()), todo.shape)
        width = max(3, round(2 * float(room[y, x])) - 1)
        return class_id, _path(room, wrong, (int(x), int(y)), width / 2), width

    def _drag(self, points: list[Point]) -> None:
        canvas = self.window.canvas
        places = [self._at(point) for point in points]
        move_pointer(canvas, places[0])
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            move_pointer(canvas, place)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])

    def _at(self, point: Point) -> QPoint:
        canvas = self.window.canvas
        shown, ratio = canvas.view.to_device(point), canvas.devicePixelRatioF()
        return QPoint(round(shown.x / ratio), round(shown.y / ratio))

    def picture(self, name: str) -> None:
        self.window.grab().save(str(self.pictures / f"{name}.png"))


def _path(room: NDArray[np.float32], wrong: NDArray[np.bool_], start: tuple[int, int], reach: float) -> list[Point]:
    """From ``start`` step by step to where most is wrong, over places wide enough for the brush."""
    left = wrong.astype(np.float32)
    x, y = start
    points = [Point(x + 0.5, y + 0.5)]
    step = max(4, round(reach))
    for _ in range(40):
        cv2.circle(left, (x, y), max(1, round(reach)), 0.0, -1)
        best, gain = None, 0.0
        for angle in np.linspace(0, 2 * np.pi, 16, endpoint=False):
            u, v = round(x + step * np.cos(angle)), round(y + step * np.sin(angle))
            if 0 <= u < left.shape[1] and 0 <= v < left.shape[0] and room[v, u] >= 0.8 * reach:
                r = max(1, round(reach))
                found = float(left[max(0, v - r) : v + r + 1, max(0, u - r) : u + r + 1].sum())
                if found > gain:
                    best, gain = (u, v), found
        if best is None or gain < reach:
            break
        x, y = best
        points.append(Point(x + 0.5, y + 0.5))
    return points


@pytest.fixture
def slices(membrane: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "slices"
    folder.mkdir()
    for number in SLICES:
        shutil.copy(membrane / "images" / f"{number:02d}.png", folder)
    return folder


@pytest.mark.journey
@pytest.mark.timeout(600)
def test_five_images_of_a_new_domain_make_the_next_ones_cheaper(
    qtbot: QtBot, window: MainWindow, slices: Path, membrane: Path, screenshots: Path
) -> None:
    truths = {path.stem: np.asarray(Image.open(path)) for path in (membrane / "labels").glob("*.png")}
    hand = Hand(qtbot, window, truths, screenshots)
    failures: list[str] = []
    told: list[str] = []
    window.signals.failed.connect(lambda change: failures.append(f"{change.sentence}\n{change.report}"))
    window.signals.told.connect(lambda change: told.append(change.sentence))
    # What a training brings is looked at here; finished images would teach the head before it.
    window.studio.sitting.switch(is_on=False)
    make_the_project(hand, slices)
    qtbot.waitUntil(
        lambda: any("knows none of this project's classes" in words for words in told), timeout=ENGINE_MS
    )
    for _ in range(TAUGHT):
        correct_and_accept(hand)
    hand.picture("loop-1-corrected")
    bring_in_the_rest(hand, membrane, slices.parent)
    train(hand, failures)
    adopt(hand)
    qtbot.waitUntil(lambda: hand.opened.prediction is not None, timeout=ENGINE_MS)
    for _ in range(AFTER):
        qtbot.waitUntil(lambda: hand.opened.prediction is not None, timeout=ENGINE_MS)
        assert (hand.opened.document.origins == Origin.MODEL).mean() > 0.9
        correct_and_accept(hand)
    look_at_the_chart(hand)
    assert failures == []


def make_the_project(hand: Hand, slices: Path) -> None:
    """File > New project, the class names typed in."""
    window = hand.window
    window.actions_table["new_project"].trigger()
    hand.qtbot.waitUntil(lambda: window.findChild(NewProjectDialog) is not None, timeout=20_000)
    dialog = window.findChild(NewProjectDialog)
    assert isinstance(dialog, NewProjectDialog)
    dialog.images.setText(str(slices))
    dialog.source.setCurrentIndex(FROM_NAMES)
    dialog.names.setPlainText("membrane\ncell")
    dialog._on_create()
    hand.qtbot.waitUntil(lambda: window.studio.workspace.current is not None, timeout=20_000)
    window.canvas.setFocus()


def correct_and_accept(hand: Hand) -> None:
    opened = hand.opened
    hand.correct()
    print(f"{opened.record.relative_path}: {hand.right:.1%} right when it was accepted")
    hand.press(Qt.Key.Key_Return)
    store = hand.window.studio.workspace.store
    assert store is not None
    hand.qtbot.waitUntil(lambda: store.record(opened.record.id).status is ImageStatus.VERIFIED, timeout=20_000)
    if opened.record.relative_path.stem != f"{SLICES[-1]:02d}":
        hand.qtbot.waitUntil(lambda: hand.opened.record.id != opened.record.id, timeout=20_000)


def bring_in_the_rest(hand: Hand, membrane: Path, place: Path) -> None:
    """Painting whole slices takes minutes each: what is left of the first four comes from label files."""
    folder = place / "labels-of-four"
    folder.mkdir()
    for number in SLICES[:4]:
        shutil.copy(membrane / "labels" / f"{number:02d}.png", folder)
    summaries: list[ImportSummary] = []
    options = ReadOptions(label_set=LabelSet.from_names(["membrane", "cell"]))
    hand.window.studio.transfer.take_in("index-png", folder, options, summaries.append)
    hand.qtbot.waitUntil(lambda: bool(summaries), timeout=20_000)
    assert summaries[0].images == 4


def train(hand: Hand, failures: list[str]) -> None:
    """In the panel Train: the head alone, for half a minute."""
    window, panel = hand.window, hand.window.training
    window.tabs.show_page(panel)
    panel.show_choices(minutes=MINUTES, learns="head")
    hand.qtbot.waitUntil(panel.start_button.isEnabled, timeout=20_000)
    panel.start_button.click()
    tuning = window.studio.fine_tuning
    hand.qtbot.waitUntil(lambda: tuning.gate.candidate is not None or bool(failures), timeout=ENGINE_MS)
    assert failures == []


def adopt(hand: Hand) -> None:
    """Through the gate, after a look at the pictures."""
    window, card = hand.window, hand.window.training.candidate
    assert card.isVisibleTo(window.training)
    assert "knows none of these classes" in card.words
    hand.picture("loop-2-gate")
    card.places_asked.emit()
    dialog = window.findChild(ChangedPlacesDialog)
    assert isinstance(dialog, ChangedPlacesDialog)
    dialog.grab().save(str(hand.pictures / "loop-3-changes.png"))
    dialog.reject()
    card.adopt_button.click()
    hand.qtbot.waitUntil(lambda: window.studio.fine_tuning.gate.can_undo_adoption, timeout=20_000)
    assert "slices-model" in window.studio.workspace.project.model  # type: ignore[union-attr]  # one is open


def look_at_the_chart(hand: Hand) -> None:
    window, panel = hand.window, hand.window.review
    window.tabs.show_page(panel)
    # The sitting on the last image ends when it is left.
    first = window.studio.workspace.store.records[0].id  # type: ignore[union-attr]  # one is open
    window.studio.workspace.open_image(first)
    hand.qtbot.waitUntil(lambda: len(panel.effort.heights) >= TAUGHT + AFTER, timeout=20_000)
    hand.picture("loop-4-effort")
    before, after = panel.effort.heights[:TAUGHT], panel.effort.heights[TAUGHT : TAUGHT + AFTER]
    print(f"Actions before the model learnt: {before}; after: {after}")
    assert np.mean(after) < 0.7 * np.mean(before)
    assert "left" in panel.forecast.text()
