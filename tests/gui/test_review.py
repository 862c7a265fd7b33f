"""The review panel in the window: disagreements decided by keys, the queue's order, images offered blind."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from segstudio.domain.changes import ReviewChanged
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId
from segstudio.gui.main_window import MainWindow
from segstudio.services.review_differences import Difference, DifferenceReport
from segstudio.services.review_queue import ReviewOrder
from segstudio.services.review_survey import ImageLook, Survey


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    """Three pictures, the first all ground; the panel in view."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name in "abc":
        cv2.imwrite(str(pictures / f"{name}.png"), np.zeros((60, 80, 3), np.uint8))
    (pictures / "classes.txt").write_text("ground\nwater\n")
    window.studio.segmentation.is_automatic = False
    window.open_path(pictures)
    workspace = window.studio.workspace
    qtbot.waitUntil(lambda: workspace.current is not None, timeout=15_000)
    assert workspace.current is not None
    edit = workspace.current.document.begin_edit("Paint")
    edit.write(workspace.current.document.rect, None, 0)
    workspace.committed(edit.commit())
    window.tabs.show_page(window.review)
    return window


def ids(window: MainWindow) -> list[ImageId]:
    store = window.studio.workspace.store
    assert store is not None
    return [record.id for record in store.records]


def disagreement(image_id: ImageId, path: str, rect: Rect) -> Difference:
    mask = np.ones((rect.height, rect.width), np.bool_)
    return Difference(image_id, path, rect, 0, 1, rect.area, 0.9, is_learnt=False, mask=mask)


def test_each_disagreement_is_shown_and_decided_by_one_key(qtbot: QtBot, opened: MainWindow) -> None:
    service, box, canvas = opened.studio.differences, opened.review.differences, opened.canvas
    first, second = (disagreement(ids(opened)[0], "a.png", Rect(left, 10, left + 20, 30)) for left in (5, 40))
    service.report = DifferenceReport((first, second), 1, 0)
    service._waiting = [first, second]
    opened.studio.workspace.announce(ReviewChanged())
    assert box.list.count() == 2
    assert "ground, or water? 90% sure" in box.list.item(0).text()
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.tools.offer.preview.region.rect == first.rect
    labels = opened.studio.workspace.current.document.labels  # type: ignore[union-attr]  # one is open
    qtbot.keyClick(canvas, Qt.Key.Key_Y)
    assert (labels[first.rect.slices] == 1).all()
    assert canvas.tools.offer.preview.region.rect == second.rect
    qtbot.keyClick(canvas, Qt.Key.Key_J)
    assert (labels[second.rect.slices] == 1).all()
    qtbot.keyClick(canvas, Qt.Key.Key_K)
    assert (labels[second.rect.slices] == 0).all()
    assert box.list.count() == 0
    assert canvas.tools.offer.preview.region.is_empty


def test_a_confused_pair_queues_its_images(qtbot: QtBot, opened: MainWindow) -> None:
    reviewing, queue = opened.studio.reviewing, opened.review.queue
    looks = {
        image_id: ImageLook(np.eye(3, dtype=np.float32)[number], 0.5, {(0, 1): share})
        for number, (image_id, share) in enumerate(zip(ids(opened), (0.0, 0.1, 0.4), strict=True))
    }
    reviewing.survey.survey = Survey(looks)
    opened.studio.workspace.announce(ReviewChanged())
    qtbot.waitUntil(lambda: queue.pairs.count() == 1, timeout=15_000)
    assert queue.pairs.item(0).text() == "ground and water: 1 image would help most"
    queue.pairs.setCurrentRow(0)
    queue.pair_chosen.emit(0)
    qtbot.waitUntil(lambda: queue.images.count() == 2 and "c.png" in queue.images.item(0).text(), timeout=15_000)
    assert queue.order.currentData() == ReviewOrder.CONFUSION
    assert not queue.survey.isVisible()
    opened.canvas.setFocus()
    qtbot.keyClick(opened.canvas, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: opened.studio.workspace.is_current(ids(opened)[2]), timeout=15_000)


def test_how_often_one_is_offered_blind_is_remembered(opened: MainWindow) -> None:
    opened.review.blind_changed.emit(10)
    assert opened.studio.reviewing.blind.every == 10
    assert opened.settings.get("blind_every", 0) == 10


def test_the_panel_fits_the_width_it_is_given(opened: MainWindow) -> None:
    opened.review.differences.show_differences(["road, or car? 90% sure, 1,234 pixels, a/long/path.png"], 0)
    opened.review.queue.show_pairs(["kerb and pavement: 14 images would help most"])
    assert opened.review.minimumSizeHint().width() <= opened.tabs.width()
