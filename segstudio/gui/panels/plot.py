"""A calm plot in the colours of the theme. Imports pyqtgraph: load this file when a plot is first shown."""

from __future__ import annotations

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette


def plain_plot(title: str) -> pyqtgraph.PlotWidget:
    """Without menus and mouse: it shows, it isn't a tool."""
    plot = pyqtgraph.PlotWidget(enableMenu=False)  # a menu that is never shown takes most of the making
    plot.setBackground(QColor(0, 0, 0, 0))
    plot.setMouseEnabled(False, False)
    plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)  # the wheel scrolls the page behind it
    plot.hideButtons()
    plot.showGrid(x=True, y=True, alpha=0.15)
    palette = QGuiApplication.palette()
    plot.setTitle(title, color=palette.color(QPalette.ColorRole.WindowText).name(), size="9pt")
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(QColor(128, 128, 128, 110))
        axis.setTextPen(palette.color(QPalette.ColorRole.PlaceholderText))
    plot.getAxis("left").setWidth(42)
    return plot
