"""The row below the classes: what is to be ignored is no class, but painted like one."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QPushButton

from segstudio.gui.parts import push_button

_SWATCH = 14


def ignore_row() -> QPushButton:
    button = push_button("Ignore", kind="row")
    button.setCheckable(True)
    button.setIcon(_hatched())
    button.setIconSize(QSize(_SWATCH, _SWATCH))
    button.setToolTip("Pixels that count in no training and no score (label value 255)")
    return button


def _hatched() -> QIcon:
    """As the canvas shows it."""
    side = 2 * _SWATCH
    pixmap = QPixmap(side, side)
    pixmap.fill(QColor(90, 90, 90))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(216, 216, 216), 3))
    for start in range(-side, side, 9):
        painter.drawLine(start, side, start + side, 0)
    painter.end()
    return QIcon(pixmap)
