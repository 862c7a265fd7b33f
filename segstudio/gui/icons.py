"""The program's own icons: line drawings in one colour, drawn sharp at any size."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from segstudio.store.locations import resources_folder


class _LineIconEngine(QIconEngine):
    """Draws ``name.svg`` with ``currentColor`` replaced: the palette's text colour unless one is given."""

    def __init__(self, name: str, color: str | None) -> None:
        super().__init__()
        self._name = name
        self._color = color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        _renderer(self._name, self._color or _text_color(mode)).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _LineIconEngine(self._name, self._color)


def icon(name: str, color: str | None = None) -> QIcon:
    """The drawing ``resources/icons/name.svg``; follows the theme unless a colour is given."""
    return QIcon(_LineIconEngine(name, color))


def icon_pixmap(name: str, side: int, color: str | None = None) -> QPixmap:
    """Sharp on the screen of the window: ``side`` is in device-independent pixels."""
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    pixmap = icon(name, color).pixmap(QSize(round(side * ratio), round(side * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def program_icon() -> QIcon:
    return QIcon(str(_folder() / "segstudio.svg"))


@cache
def _folder() -> Path:
    return resources_folder() / "icons"


def _text_color(mode: QIcon.Mode) -> str:
    disabled = mode == QIcon.Mode.Disabled
    group = QPalette.ColorGroup.Disabled if disabled else QPalette.ColorGroup.Active
    color: QColor = QGuiApplication.palette().color(group, QPalette.ColorRole.ButtonText)
    return color.name()


@lru_cache(maxsize=512)
def _renderer(name: str, color: str) -> QSvgRenderer:
    source = (_folder() / f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(source.replace("currentColor", color).encode()))
