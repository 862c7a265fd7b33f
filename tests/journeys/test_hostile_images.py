"""Damaged, lying and unusual images in a real window: a sentence for each bad one, and on to the next."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from pytestqt.qtbot import QtBot

from segstudio.formats.orientation import upright
from segstudio.gui.failures import FailureDialog
from segstudio.gui.main_window import MainWindow
from segstudio.services.workspace import Workspace
from tests.formats.test_image_files import bmp_promising, jpeg_of_many_scans, png_promising, tiff_promising

pytestmark = pytest.mark.journey
PATIENCE_MS = 30_000
WIDTH, HEIGHT = 96, 64
RGB = np.random.default_rng(4).integers(0, 256, (HEIGHT // 8, WIDTH // 8, 3), np.uint8).repeat(8, 0).repeat(8, 1)


def encoded(kind: str, mode: str = "RGB") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(RGB).convert(mode).save(buffer, kind)
    return buffer.getvalue()


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


BAD: dict[str, Callable[[], bytes]] = {
    "cut.jpg": lambda: half(encoded("JPEG")),
    "cut.png": lambda: half(encoded("PNG")),
    "cut.tif": lambda: half(encoded("TIFF")),
    "empty.jpg": lambda: b"",
    "gigapixels.bmp": lambda: bmp_promising(500_000, 200_000),
    "gigapixels.png": lambda: png_promising(500_000, 200_000),
    "gigapixels.tif": lambda: tiff_promising(500_000, 200_000),
    "less-of-a-lie.png": lambda: png_promising(60_000, 60_000),
    "passes.jpg": jpeg_of_many_scans,
    "text.png": lambda: b"hello",
}
UNUSUAL: dict[str, Callable[[], bytes]] = {
    "cmyk.jpg": lambda: encoded("JPEG", "CMYK"),
    "cmyk.tif": lambda: encoded("TIFF", "CMYK"),
    "grey-and-alpha.png": lambda: encoded("PNG", "LA"),
    "palette.png": lambda: encoded("PNG", "P"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "images"
    made.mkdir()
    Image.fromarray(RGB).save(made / "a-good-one.png")
    for name, content in {**BAD, **UNUSUAL}.items():
        (made / name).write_bytes(content())
    tifffile.imwrite(made / "deep.tif", RGB[..., 0].astype(np.uint16) * 200)
    tifffile.imwrite(made / "float.tif", RGB[..., 0].astype(np.float32) / 255)
    tifffile.imwrite(made / "pages.tif", np.stack([RGB, 255 - RGB]), photometric="rgb")
    for orientation in range(1, 9):
        image = Image.fromarray(RGB)
        exif = image.getexif()
        exif[274] = orientation
        image.save(made / f"turned-{orientation}.png", exif=exif)
    return made


class Viewer:
    """Opens one image after the other and reads what the window says."""

    def __init__(self, qtbot: QtBot, window: MainWindow, folder: Path) -> None:
        self._qtbot, self._window = qtbot, window
        self._failures: list[str] = []
        window.signals.failed.connect(lambda change: self._failures.append(change.sentence))
        window.studio.segmentation.is_automatic = False
        window.open_path(folder)
        qtbot.waitUntil(lambda: self._workspace.current is not None, timeout=PATIENCE_MS)

    @property
    def _workspace(self) -> Workspace:
        return self._window.studio.workspace

    def open(self, name: str) -> str:
        """Returns: what was said if it failed, nothing if it is shown."""
        self._failures.clear()
        wanted = self._workspace.store.find(name)
        self._workspace.open_image(wanted.id)
        self._qtbot.waitUntil(
            lambda: bool(self._failures) or self._workspace.is_current(wanted.id), timeout=PATIENCE_MS
        )
        if not self._failures:
            return ""
        self._qtbot.waitUntil(lambda: self._window.findChild(FailureDialog) is not None)
        self._window.findChild(FailureDialog).close()
        self._qtbot.waitUntil(lambda: self._window.findChild(FailureDialog) is None)
        return self._failures[0]

    @property
    def picture(self) -> np.ndarray:
        return np.asarray(self._workspace.current.image)

    @property
    def labels(self) -> np.ndarray:
        return self._workspace.current.document.labels


def test_each_bad_image_is_a_sentence_and_the_next_one_opens(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    viewer = Viewer(qtbot, window, folder)
    good = ["a-good-one.png", *UNUSUAL, "deep.tif", "float.tif", "pages.tif"]
    for number, name in enumerate(BAD):
        said = viewer.open(name)
        assert name in said
        assert "Traceback" not in said
        assert viewer.open(good[number % len(good)]) == "", name
    for name in good:
        assert viewer.open(name) == ""
        assert viewer.picture.shape == (HEIGHT, WIDTH, 3)
        assert viewer.labels.shape == (HEIGHT, WIDTH)
    for orientation in range(1, 9):
        assert viewer.open(f"turned-{orientation}.png") == ""
        assert np.array_equal(viewer.picture, upright(RGB, orientation))
        assert viewer.labels.shape == viewer.picture.shape[:2]
