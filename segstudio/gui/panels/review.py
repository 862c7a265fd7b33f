"""Review: how far the project is, and where to look next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QSizePolicy, QSpinBox, QWidget

from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageStatus
from segstudio.gui.actions import Actions
from segstudio.gui.panels.differences_box import DifferencesBox
from segstudio.gui.panels.effort_chart import EffortChart, forecast_words
from segstudio.gui.panels.image_row import STATUS_COLORS, STATUS_WORDS
from segstudio.gui.panels.queue_box import QueueBox
from segstudio.gui.parts import column, push_button, row, text_label
from segstudio.services.effort import EffortReport

SHOWN_REGIONS = 30
ITEM_HEIGHT = 26


@dataclass(frozen=True, slots=True)
class UncertainPlace:
    """A place worth a look; ``words`` say why."""

    rect: Rect
    words: str


class ReviewPanel(QWidget):
    """Accept, flag, go on; the uncertain regions of the open image; the queue of images."""

    region_chosen = Signal(object)
    came_into_view = Signal()
    blind_changed = Signal(int)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        layout = column(self, margin=14, spacing=10)
        self._bar = _StatusBar()
        self._counts = text_label("", "small", wraps=True)
        layout.addWidget(self._bar)
        layout.addWidget(self._counts)
        layout.addWidget(text_label("Effort an image", "heading"))
        self.effort = EffortChart()
        self.effort.hide()
        self.forecast = text_label("", "small", wraps=True)
        layout.addWidget(self.effort)
        layout.addWidget(self.forecast)
        accept = push_button("Accept and go on", kind="primary", icon_name="")
        accept.clicked.connect(actions["accept"].trigger)
        layout.addWidget(accept)
        pair = row(spacing=8)
        for name, words in (("flag", "Flag for later"), ("next_uncertain", "Next to do")):
            button = push_button(words, kind="tight")
            button.setToolTip(actions[name].toolTip())
            button.clicked.connect(actions[name].trigger)
            pair.addWidget(button, 1)
        layout.addLayout(pair)
        layout.addSpacing(4)
        layout.addLayout(self._blind_row())
        layout.addWidget(text_label("Where the model is unsure", "heading"))
        self._regions = QListWidget()
        self._regions.setMinimumHeight(120)
        self._regions.setAccessibleName("Uncertain regions of this image")
        self._regions.itemClicked.connect(lambda item: self.region_chosen.emit(item.data(Qt.ItemDataRole.UserRole)))
        layout.addWidget(self._regions, 1)
        self._no_regions = text_label("Segment the image to see where it is unsure.", "small", wraps=True)
        layout.addWidget(self._no_regions)
        self.queue = QueueBox()
        layout.addWidget(self.queue)
        self.differences = DifferencesBox(actions)
        layout.addWidget(self.differences)
        self.show_places(())

    def _blind_row(self) -> QHBoxLayout:
        """How often an image is offered without its pre-label."""
        self._blind = QSpinBox()
        self._blind.setRange(0, 100)
        self._blind.setSpecialValueText("never")
        self._blind.setPrefix("every ")
        self._blind.setAccessibleName("Offer every so many images blind")
        self._blind.setToolTip(
            "Every so many images is offered without its pre-label, to measure whether too much is accepted"
        )
        self._blind.valueChanged.connect(self.blind_changed)
        line = row(spacing=8)
        line.addWidget(text_label("Offer one blind", "muted"))
        line.addWidget(self._blind, 1)
        return line

    def show_blind(self, every: int) -> None:
        with QSignalBlocker(self._blind):
            self._blind.setValue(every)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.came_into_view.emit()

    def show_counts(self, counts: dict[ImageStatus, int]) -> None:
        self._bar.show_counts(counts)
        done, total = counts.get(ImageStatus.VERIFIED, 0), sum(counts.values())
        rest = ", ".join(
            f"{counts[status]:,} {STATUS_WORDS[status].lower()}"
            for status in (ImageStatus.CORRECTED, ImageStatus.PRE_LABELLED, ImageStatus.NEW)
            if counts.get(status)
        )
        self._counts.setText(f"{done:,} of {total:,} verified" + (f"; {rest}" if rest else ""))

    def show_effort(self, report: EffortReport) -> None:
        self.effort.show_report(report)
        self.effort.setVisible(bool(report.images))
        self.forecast.setText(forecast_words(report.forecast))

    def show_places(self, places: Sequence[UncertainPlace]) -> None:
        self._regions.clear()
        for region in places[:SHOWN_REGIONS]:
            item = QListWidgetItem(region.words)
            item.setSizeHint(QSize(0, ITEM_HEIGHT))
            item.setData(Qt.ItemDataRole.UserRole, region.rect)
            self._regions.addItem(item)
        self._regions.setVisible(bool(places))
        self._no_regions.setVisible(not places)


class _StatusBar(QWidget):
    """A bar in the colours of the statuses, each as long as its share."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[ImageStatus, int] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: dict[ImageStatus, int]) -> None:
        self._counts = dict(counts)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Mid))
            painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
            total = sum(self._counts.values())
            left = 0.0
            for status in (ImageStatus.VERIFIED, ImageStatus.CORRECTED, ImageStatus.PRE_LABELLED):
                width = self.width() * self._counts.get(status, 0) / total if total else 0.0
                if width >= 1:
                    painter.setBrush(QColor(STATUS_COLORS[status]))
                    painter.drawRoundedRect(QRectF(left, 0, max(width - 1, 1), self.height()), 4, 4)
                left += width
