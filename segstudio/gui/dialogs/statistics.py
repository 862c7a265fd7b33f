"""Numbers about the project as charts: classes, progress, effort and what is left. Imports pyqtgraph."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QSizePolicy, QTabWidget, QWidget

from segstudio.domain.classes import LabelSet
from segstudio.domain.images import ImageStatus
from segstudio.gui.panels.durations import duration
from segstudio.gui.panels.effort_chart import forecast_words
from segstudio.gui.panels.image_row import STATUS_COLORS, STATUS_WORDS
from segstudio.gui.panels.plot import plain_plot
from segstudio.gui.parts import column, row, text_label
from segstudio.gui.scrolling import scrolling
from segstudio.services.effort import EffortReport
from segstudio.services.effort_bias import bias_words
from segstudio.services.statistics import ClassFigures, ProjectStatistics

LINE_HEIGHT = 28


class StatisticsDialog(QDialog):
    """Three pages: classes, progress, effort."""

    def __init__(
        self,
        statistics: ProjectStatistics,
        effort: EffortReport,
        label_set: LabelSet,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Statistics")
        self.resize(720, 560)
        layout = column(self, margin=20, spacing=14)
        layout.addLayout(_figures(statistics))
        pages = QTabWidget()
        pages.addTab(scrolling(_ClassBars(statistics.classes, label_set)), "Classes")
        pages.addTab(_progress_page(statistics), "Progress")
        pages.addTab(_effort_page(effort), "Effort")
        layout.addWidget(pages, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)


class _ClassBars(QWidget):
    """One line a class: its colour, name, images, and share of the labelled pixels as a bar."""

    def __init__(self, classes: Sequence[ClassFigures], label_set: LabelSet) -> None:
        super().__init__()
        self._classes = classes
        self._label_set = label_set
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(400, LINE_HEIGHT * max(1, len(self._classes)) + 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            largest = max((figures.share for figures in self._classes), default=0.0) or 1.0
            for line, figures in enumerate(self._classes):
                self._paint_line(painter, 8 + line * LINE_HEIGHT, figures, largest)

    def _paint_line(self, painter: QPainter, top: int, figures: ClassFigures, largest: float) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        left, bars, right = 12, 170, self.width() - 184
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        name = painter.fontMetrics().elidedText(figures.name, Qt.TextElideMode.ElideRight, bars - left - 10)
        painter.drawText(QRectF(left, top, bars - left, LINE_HEIGHT), middle, name)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        words = f"{figures.share:.1%} of pixels, {figures.images:,} image{'' if figures.images == 1 else 's'}"
        painter.drawText(QRectF(right + 10, top, 160, LINE_HEIGHT), middle, words)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*self._label_set.by_id(figures.id).color))
        width = max(2.0, (right - bars) * figures.share / largest) if figures.pixels else 0.0
        painter.drawRoundedRect(QRectF(bars, top + 7, width, LINE_HEIGHT - 14), 4, 4)


def _figures(statistics: ProjectStatistics) -> QHBoxLayout:
    line = row(spacing=28)
    for number, words in (
        (f"{statistics.images:,}", "images"),
        (f"{statistics.statuses.get('verified', 0):,}", "verified"),
        (f"{statistics.labelled_pixels / 1e6:,.1f} M", "labelled pixels"),
        (f"{statistics.balance:.2f}", "class balance, 0 to 1"),
    ):
        pair = QWidget()
        lines = column(pair, spacing=0)
        lines.addWidget(text_label(number, "figure"))
        lines.addWidget(text_label(words, "small"))
        line.addWidget(pair)
    line.addStretch(1)
    return line


def _progress_page(statistics: ProjectStatistics) -> QWidget:
    """How many images had each status at the end of each day."""
    page = QWidget()
    layout = column(page, margin=12, spacing=8)
    if not statistics.progress:
        layout.addWidget(text_label("Nothing has been done yet.", "muted"))
        layout.addStretch(1)
        return page
    plot = plain_plot("Images by status at the end of each day")
    days = list(range(len(statistics.progress)))
    series = (
        (ImageStatus.VERIFIED, [day.verified for day in statistics.progress]),
        (ImageStatus.CORRECTED, [day.corrected for day in statistics.progress]),
        (ImageStatus.PRE_LABELLED, [day.pre_labelled for day in statistics.progress]),
    )
    for status, values in series:
        color = STATUS_COLORS[status]
        pen = pyqtgraph.mkPen(color, width=2)
        plot.plot(days, values, pen=pen, symbol="o", symbolSize=6, symbolBrush=color, symbolPen=None)
        legend = text_label(f"●  {STATUS_WORDS[status]}", "small")
        legend.setStyleSheet(f"color: {color}")
        layout.addWidget(legend)
    names = [(index, day.day) for index, day in enumerate(statistics.progress)]
    plot.getAxis("bottom").setTicks([names[:: max(1, len(names) // 6)]])
    layout.addWidget(plot, 1)
    return page


def _effort_page(effort: EffortReport) -> QWidget:
    """Actions for each image in the order they were worked on, by model, and what is left."""
    page = QWidget()
    layout = column(page, margin=12, spacing=8)
    layout.addWidget(text_label(forecast_words(effort.forecast), wraps=True))
    if effort.bias is not None:
        layout.addWidget(text_label(bias_words(effort.bias), wraps=True))
    if effort.images:
        plot = plain_plot("Strokes and class changes for each image, in the order of work")
        actions = [image.actions for image in effort.images]
        bars = pyqtgraph.BarGraphItem(
            x=list(range(len(actions))), height=actions, width=0.7, brush="#5b95f5", pen=None
        )
        plot.addItem(bars)
        layout.addWidget(plot, 1)
    for model in effort.models:
        kept = "" if model.kept_share is None else f", {model.kept_share:.1%} of the pre-label kept"
        words = (
            f"{model.model or 'Without a model'}: {model.actions:.1f} actions and {duration(model.active_seconds)}"
        )
        layout.addWidget(text_label(f"{words} an image over {model.images} images{kept}", "small", wraps=True))
    layout.addStretch(0 if effort.images else 1)
    return page
