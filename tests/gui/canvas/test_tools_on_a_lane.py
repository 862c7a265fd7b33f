"""Tools whose work is done on a lane: what comes back, and when."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.domain.stroke import Brush
from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.delivery import Delivery
from segstudio.services.jobs import JobRunner, Lane, Urgency
from tests.gui.canvas.hands import CAR, CLASSES, Hands, document, picture


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[JobRunner]:
    delivery = Delivery()
    runner = JobRunner(delivery)
    yield runner
    runner.shut_down()
    delivery.close()


@pytest.fixture
def hands(qtbot: QtBot, jobs: JobRunner) -> Hands:
    canvas = CanvasView(jobs=jobs)
    qtbot.addWidget(canvas)
    canvas.resize(560, 420)
    opened = document()
    canvas.content.show_image(picture())
    canvas.content.show_document(opened, CLASSES)
    canvas.tools.set_active_class(CAR)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.setFocus()
    return Hands(canvas, opened)


class Gate:
    """Holds the reading lane until it is opened."""

    def __init__(self, jobs: JobRunner) -> None:
        self._open = threading.Event()
        jobs.submit(
            Lane.READ, "Waiting", lambda _task: self._open.wait(20), on_result=print, on_error=print,
            urgency=Urgency.NOW,
        )  # fmt: skip

    def open(self) -> None:
        self._open.set()


@pytest.mark.parametrize("tool", ["grabcut", "refine"])
def test_escape_takes_back_what_is_still_being_worked_out(
    qtbot: QtBot, hands: Hands, jobs: JobRunner, tool: str
) -> None:
    gate = Gate(jobs)
    before = hands.labels.copy()
    hands.canvas.tools.set_tool(tool)
    hands.drag([(30, 40), (90, 80)])
    assert "Escape" in hands.messages[-1]
    assert hands.canvas.tools.cancel()
    gate.open()
    idle: list[int] = []
    jobs.submit(
        Lane.READ, "Last", lambda _task: 1, on_result=idle.append, on_error=print, urgency=Urgency.BACKGROUND
    )
    qtbot.waitUntil(lambda: bool(idle))
    np.testing.assert_array_equal(hands.labels, before)
    assert not hands.canvas.tools.cancel()


def test_superpixels_are_shown_as_soon_as_they_are_known(qtbot: QtBot, hands: Hands) -> None:
    hands.canvas.tools.set_brush(Brush(3))
    hands.canvas.tools.set_tool("superpixel")
    before = hands.pixels()
    hands.hover(60, 60)
    place = hands.at(63, 60)
    qtbot.waitUntil(lambda: bool((hands.pixels() != before)[place.y(), place.x()].any()), timeout=10_000)
    hands.drag([(60, 60), (64, 60)])
    assert (hands.labels == CAR).any()


def test_a_result_for_another_image_is_dropped(qtbot: QtBot, hands: Hands, jobs: JobRunner) -> None:
    gate = Gate(jobs)
    hands.canvas.tools.set_tool("grabcut")
    hands.drag([(35, 47), (86, 75)])
    other = document()
    hands.canvas.content.show_document(other, CLASSES)
    gate.open()
    qtbot.waitUntil(lambda: not jobs.running, timeout=10_000)
    QApplication.processEvents()
    assert not (other.labels == CAR).any()
    assert not (hands.labels == CAR).any()


def test_a_result_waits_for_the_end_of_a_stroke(qtbot: QtBot, hands: Hands, jobs: JobRunner) -> None:
    gate = Gate(jobs)
    hands.canvas.tools.set_tool("grabcut")
    hands.drag([(35, 47), (86, 75)])
    hands.canvas.tools.set_tool("brush")
    hands.press(10, 10)
    gate.open()
    qtbot.waitUntil(lambda: not jobs.running, timeout=10_000)
    qtbot.wait(120)
    assert hands.changes == []
    hands.release(10, 10)
    qtbot.waitUntil(lambda: [change.name for change in hands.changes] == ["Brush", "GrabCut"], timeout=10_000)


def test_an_escape_on_the_keyboard_reaches_the_tool_before_the_window(hands: Hands) -> None:
    hands.canvas.tools.set_tool("lasso")
    hands.press(20, 20)
    hands.move(40, 20)
    hands.key(Qt.Key.Key_Escape)
    hands.move(40, 40)
    hands.release(40, 40)
    np.testing.assert_array_equal(hands.labels, document().labels)


def test_a_command_on_a_large_area_is_worked_out_on_a_lane(
    qtbot: QtBot, hands: Hands, jobs: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segstudio.gui.canvas.area_search.AT_ONCE_PIXELS", 0)
    gate = Gate(jobs)
    hands.canvas.tools.commands.swap(0, 1)
    assert hands.document.revision == 0
    gate.open()
    qtbot.waitUntil(lambda: hands.document.revision == 1, timeout=20_000)
    assert hands.labels[0, 0] == 1
    assert hands.labels[80, 0] == 0


def test_a_command_is_void_when_the_labels_changed_meanwhile(
    qtbot: QtBot, hands: Hands, jobs: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segstudio.gui.canvas.area_search.AT_ONCE_PIXELS", 0)
    gate = Gate(jobs)
    hands.canvas.tools.commands.swap(0, 1)
    hands.document.begin_edit("Paint").write(hands.document.rect, None, CAR)
    assert hands.document.open_edit is not None
    hands.document.open_edit.commit()
    gate.open()
    qtbot.waitUntil(lambda: any("changed meanwhile" in message for message in hands.messages), timeout=20_000)
    assert set(np.unique(hands.labels)) == {CAR}
