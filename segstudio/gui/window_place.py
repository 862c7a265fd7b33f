"""Where the window was and how its columns were divided, from one sitting to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QMainWindow, QSplitter

from segstudio.store.settings import Settings

GEOMETRY = "window_geometry"
SPLITTERS = "window_splitters"
FIRST_SIZE = QSize(1440, 900)


def restore_place(window: QMainWindow, settings: Settings) -> None:
    """The first time, a size that the screen can hold."""
    place = QByteArray.fromBase64(settings.get(GEOMETRY, "").encode())
    if place.isEmpty() or not window.restoreGeometry(place):
        window.resize(FIRST_SIZE.boundedTo(window.screen().availableSize()))


def restore_splitters(splitters: Sequence[QSplitter], settings: Settings) -> None:
    for splitter, text in zip(splitters, settings.get_list(SPLITTERS), strict=False):
        splitter.restoreState(QByteArray.fromBase64(text.encode()))


def keep_place(window: QMainWindow, splitters: Sequence[QSplitter], settings: Settings) -> None:
    settings.set(GEOMETRY, _text(window.saveGeometry()))
    settings.set(SPLITTERS, tuple(_text(splitter.saveState()) for splitter in splitters))


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode()
