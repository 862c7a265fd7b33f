"""Every tool of the canvas, chosen by its key and driven by the mouse, in the real window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.geometry import Point, Size
from segstudio.gui.main_window import MainWindow
from segstudio.scenes.scene import render_scene
from segstudio.services.open_image import OpenImage
from tests.pointer import move_pointer

ENGINE_MS = 120_000
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
Places = Sequence[tuple[float, float]]


@pytest.fixture
def street(tmp_path: Path) -> Path:
    folder = tmp_path / "street"
    folder.mkdir()
    rgb, _labels = render_scene(11, Size(640, 480))
    Image.fromarray(rgb).save(folder / "street.png")
    return folder


class Hands:
    """On keyboard and mouse; places are in image pixels."""

    def __init__(self, qtbot: QtBot, window: MainWindow, screenshots: Path) -> None:
        self.qtbot, self.window, self.canvas = qtbot, window, window.canvas
        self._screenshots = screenshots
        self.steps: list[str] = []
        self.canvas.stroke_committed.connect(lambda change: self.steps.append(change.name))

    @property
    def opened(self) -> OpenImage:
        current = self.window.studio.workspace.current
        assert current is not None
        return current

    @property
    def labels(self) -> NDArray[np.uint8]:
        return self.opened.document.labels

    def choose(self, tool: str) -> None:
        """By the key that the menu shows for it."""
        action = self.window.actions_table[f"tool_{tool}"]
        combination = action.shortcuts()[0][0]
        self.qtbot.keyClick(self.canvas, combination.key(), combination.keyboardModifiers())
        assert self.canvas.tools.tool_name == tool, f"{action.shortcuts()} doesn't choose {tool}"

    def at(self, place: tuple[float, float]) -> QPoint:
        shown = self.canvas.view.to_device(Point(*place))
        ratio = self.canvas.devicePixelRatioF()
        return QPoint(round(shown.x / ratio), round(shown.y / ratio))

    def drag(self, places: Places, button: Qt.MouseButton = LEFT) -> None:
        move_pointer(self.canvas, self.at(places[0]))
        self.qtbot.mousePress(self.canvas, button, pos=self.at(places[0]))
        for place in places[1:]:
            move_pointer(self.canvas, self.at(place))
        self.qtbot.mouseRelease(self.canvas, button, pos=self.at(places[-1]))

    def click_all(self, places: Places) -> None:
        for place in places:
            self.drag([place])

    def wait_for_step(self, count: int) -> None:
        self.qtbot.waitUntil(lambda: len(self.steps) >= count, timeout=20_000)

    def picture(self, name: str) -> None:
        self.window.grab().save(str(self._screenshots / f"{name}.png"))


@pytest.mark.journey
def test_every_tool_paints_one_step_that_can_be_undone(
    qtbot: QtBot, window: MainWindow, street: Path, screenshots: Path
) -> None:
    hands = Hands(qtbot, window, screenshots)
    window.open_path(street)
    qtbot.waitUntil(
        lambda: window.studio.workspace.current is not None and hands.opened.prediction is not None,
        timeout=ENGINE_MS,
    )
    hands.canvas.setFocus()
    qtbot.keyClick(hands.canvas, Qt.Key.Key_9)
    start = hands.labels.copy()

    drags: dict[str, Places] = {
        "brush": [(100, 100), (160, 130), (220, 100)],
        "eraser": [(120, 110), (180, 120)],
        "rectangle": [(300, 60), (380, 120)],
        "ellipse": [(400, 60), (480, 120)],
        "lasso": [(500, 60), (580, 60), (580, 120), (500, 120)],
        "fill": [(340, 90)],
        "wand": [(60, 440), (90, 440)],
        "smart": [(320, 440)],
        "grabcut": [(200, 180), (330, 330)],
    }
    clicks: dict[str, Places] = {
        "polygon": [(300, 300), (400, 300), (350, 380)],
        "scissors": [(420, 300), (520, 300), (520, 380), (420, 380)],
    }
    for tool, places in drags.items():
        before, count = hands.labels.copy(), len(hands.steps)
        hands.choose(tool)
        if tool == "fill":
            qtbot.keyClick(hands.canvas, Qt.Key.Key_1)
        hands.drag(places)
        if tool == "fill":
            qtbot.keyClick(hands.canvas, Qt.Key.Key_9)
        hands.wait_for_step(count + 1)
        assert (hands.labels != before).any(), tool
        window.actions_table["undo"].trigger()
        np.testing.assert_array_equal(hands.labels, before)
        window.actions_table["redo"].trigger()
    for tool, places in clicks.items():
        before, count = hands.labels.copy(), len(hands.steps)
        hands.choose(tool)
        hands.click_all(places)
        qtbot.keyClick(hands.canvas, Qt.Key.Key_Return)
        hands.wait_for_step(count + 1)
        assert (hands.labels != before).any(), tool
    hands.picture("canvas-1-tools")

    # The eraser left pixels that belong to nobody, the others a person's.
    origins = hands.opened.document.origins
    assert hands.labels[113, 150] == IGNORE and origins[113, 150] == Origin.NOBODY
    assert origins[90, 340] == Origin.PERSON

    # Nothing that was begun survives Escape.
    count = len(hands.steps)
    hands.choose("polygon")
    hands.click_all([(100, 300), (160, 300), (130, 360)])
    qtbot.keyClick(hands.canvas, Qt.Key.Key_Escape)
    assert len(hands.steps) == count

    # All of it can be taken back to what the model drew.
    for _ in range(len(hands.steps)):
        window.actions_table["undo"].trigger()
    np.testing.assert_array_equal(hands.labels, start)

    look_at_the_views(hands)


def look_at_the_views(hands: Hands) -> None:
    qtbot = hands.qtbot
    hands.choose("brush")
    hands.drag([(200, 200), (300, 260)], RIGHT)
    seen = []
    for key in (Qt.Key.Key_F5, Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_F8):
        qtbot.keyClick(hands.canvas, key)
        hands.picture(f"canvas-view-{len(seen) + 1}")
        seen.append(hands.canvas.grab().toImage())
    assert all(seen[i] != seen[j] for i in range(4) for j in range(i))
    qtbot.keyClick(hands.canvas, Qt.Key.Key_F5)
    qtbot.keyClick(hands.canvas, Qt.Key.Key_V)
    assert not hands.canvas.look.display.is_visible
    assert hands.canvas.grab().toImage() != seen[0]
