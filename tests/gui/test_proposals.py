"""The key for a proposal: first shown, then painted as one step, or left with Escape."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from segstudio.domain.arrays import IGNORE
from segstudio.domain.geometry import Rect
from segstudio.editing.region import Region
from segstudio.gui.main_window import MainWindow
from segstudio.services.open_image import OpenImage


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> OpenImage:
    """A black picture in the window, of two classes; no model is asked."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    cv2.imwrite(str(pictures / "a.png"), np.zeros((30, 40, 3), np.uint8))
    (pictures / "classes.txt").write_text("ground\nwater\n")
    window.studio.segmentation.is_automatic = False
    window.open_path(pictures)
    qtbot.waitUntil(lambda: window.studio.workspace.current is not None, timeout=15_000)
    current = window.studio.workspace.current
    assert current is not None
    return current


def test_the_first_press_shows_the_second_paints_and_escape_leaves(
    qtbot: QtBot, window: MainWindow, opened: OpenImage
) -> None:
    mask = np.zeros((30, 40), np.bool_)
    mask[5:15, 5:25] = True
    # The engine is left out: what it would answer is handed over.
    window.studio.proposals.propose = lambda _class_id, on_mask: on_mask(mask)  # type: ignore[method-assign]  # see above
    propose, offer = window.actions_table["propose_class"], window.canvas.tools.offer
    window.canvas.setFocus()
    propose.trigger()
    assert (opened.document.labels == 255).all()
    assert offer.preview.region.pixel_count == 200
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert offer.preview.region.is_empty
    propose.trigger()
    propose.trigger()
    assert (opened.document.labels == 0).sum() == 200
    window.actions_table["undo"].trigger()
    assert (opened.document.labels == 255).all()
    offer.propose(Region(Rect(0, 0, 4, 4), np.zeros((4, 4), np.bool_)))
    assert offer.preview.region.is_empty


@pytest.mark.usefixtures("opened")
def test_what_is_ignored_is_not_sought(window: MainWindow) -> None:
    window.actions_table["paint_ignore"].trigger()
    assert window.classes.view.active == IGNORE
    for name in ("propose_class", "find_class_images"):
        window.job_bar.tell("")
        window.actions_table[name].trigger()
        assert "Ignore has no look" in window.job_bar.told
