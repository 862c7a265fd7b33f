"""A real window for the journeys: under a display where there is one, offscreen otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from pytestqt.qtbot import QtBot

from segstudio.gui.main_window import MainWindow
from segstudio.gui.sitting import begin
from segstudio.store.locations import HOME_VARIABLE
from segstudio.store.settings import Settings


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Where pictures of the journey go: ``SEGSTUDIO_SCREENSHOTS``, or they are thrown away."""
    folder = Path(os.environ.get("SEGSTUDIO_SCREENSHOTS", tmp_path / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """Started as the program starts it, the engine in the background."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    made = MainWindow(Settings())
    made.resize(1366, 768)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    # Keys reach only the active window, and under Xvfb no window manager makes it so.
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=20_000)
    begin(made, None)
    yield made
    made.studio.fine_tuning.cancel()
    made.close()
