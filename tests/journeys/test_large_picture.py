"""A picture too large for memory: opened, zoomed, painted on, undone, closed, and opened again, by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.formats import image_source
from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.main_window import MainWindow
from segstudio.services import picture_loading
from segstudio.services.open_image import OpenImage
from segstudio.store.project_store import ProjectStore
from tests.pointer import move_pointer

WIDTH, HEIGHT = 2600, 2100
PATIENCE_MS = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of one tiled TIFF, green above and blue below; what counts as large is smaller than usual."""
    for module in (picture_loading, image_source):
        monkeypatch.setattr(module, "SMALL_PIXELS", 1_000_000)
    rgb = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    rgb[: HEIGHT // 2, :, 1] = 200
    rgb[HEIGHT // 2 :, :, 2] = 200
    folder = tmp_path / "fields"
    folder.mkdir()
    tifffile.imwrite(folder / "field.tif", rgb, photometric="rgb", tile=(256, 256), compression="zlib")
    return folder


def opened(qtbot: QtBot, window: MainWindow, path: Path) -> OpenImage:
    window.studio.segmentation.is_automatic = False
    window.open_path(path)
    qtbot.waitUntil(lambda: window.studio.workspace.current is not None, timeout=PATIENCE_MS)
    current = window.studio.workspace.current
    assert current is not None
    return current


def colour(canvas: CanvasView, place: QPoint) -> tuple[int, ...]:
    return tuple(canvas.grab().toImage().pixelColor(place * canvas.devicePixelRatioF()).getRgb()[:3])


def test_a_large_picture_is_painted_on_and_comes_back(
    qtbot: QtBot, window: MainWindow, folder: Path, screenshots: Path
) -> None:
    image, canvas = opened(qtbot, window, folder), window.canvas
    middle = QPoint(canvas.width() // 2, canvas.height() // 2)
    above = middle - QPoint(0, 60)
    qtbot.waitUntil(lambda: colour(canvas, above) == (0, 200, 0), timeout=PATIENCE_MS)

    window.actions_table["actual_size"].trigger()
    qtbot.waitUntil(lambda: canvas.view.scale == 1.0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: colour(canvas, above) == (0, 200, 0), timeout=PATIENCE_MS)
    for class_row in (0, 1):
        window.classes.choose(window.studio.workspace.label_set.active[class_row].id)
        start = middle + QPoint(-80, 40 * class_row)
        move_pointer(canvas, start)
        QTest.mousePress(canvas, LEFT, Qt.KeyboardModifier.NoModifier, start)
        move_pointer(canvas, start + QPoint(120, 10))
        QTest.mouseRelease(canvas, LEFT, Qt.KeyboardModifier.NoModifier, start + QPoint(120, 10))
    canvas.grab().save(str(screenshots / "large_painted.png"))
    labels = image.document.labels
    assert len(np.unique(labels)) == 3
    window.actions_table["undo"].trigger()
    assert len(np.unique(labels)) == 2
    painted = labels.copy()
    assert (image.document.origins[painted != IGNORE] == Origin.PERSON).all()

    project = window.studio.workspace.project
    window.actions_table["close_project"].trigger()
    qtbot.waitUntil(lambda: not window.studio.jobs.is_saving, timeout=PATIENCE_MS)
    assert project is not None
    with ProjectStore.open(project.folder) as store:
        np.testing.assert_array_equal(store.labels.load(store.records[0].id).labels, painted)

    again = opened(qtbot, window, folder)
    np.testing.assert_array_equal(again.document.labels, painted)
    qtbot.waitUntil(lambda: colour(canvas, above) == (0, 200, 0), timeout=PATIENCE_MS)
    canvas.grab().save(str(screenshots / "large_again.png"))
