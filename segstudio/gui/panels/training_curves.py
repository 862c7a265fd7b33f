"""Loss and mean IoU of a run, drawn while it goes on. Imports pyqtgraph, so it comes in off the window's thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyqtgraph
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from segstudio.domain.training_log import TrainingLog
from segstudio.gui.panels.plot import plain_plot
from segstudio.gui.parts import column

LOSS_COLOR = "#e3ad4b"
IOU_COLOR = "#4cbf91"
HEIGHT = 132
APART_MS = 20


class TrainingCurves(QWidget):
    """Two small plots over the epochs; the best epoch is marked.

    They are made and filled over several turns of the event loop, so that the window answers in between.
    """

    def __init__(self) -> None:
        super().__init__()
        self._column = column(self, spacing=6)
        self._log: TrainingLog | None = None
        self._losses: _Curve | None = None
        self._ious: _Curve | None = None
        self._turns: Iterator[bool] = iter(())
        self._best: pyqtgraph.InfiniteLine | None = None

    @property
    def losses(self) -> tuple[float, ...]:
        """Those that are drawn."""
        return () if self._losses is None else self._losses.values

    def show_log(self, log: TrainingLog) -> None:
        """Between two epochs nothing is drawn anew."""
        is_drawn = self._log is not None and self._log.epochs == log.epochs
        self._log = log
        if not is_drawn:
            self._turns = self._drawing(log)
            QTimer.singleShot(0, self, self._turn)

    def _turn(self) -> None:
        if next(self._turns, False):
            QTimer.singleShot(APART_MS, self, self._turn)

    def _drawing(self, log: TrainingLog) -> Iterator[bool]:
        if self._losses is None:
            self._losses = _Curve("Loss", LOSS_COLOR)
            yield True
            self._column.addWidget(self._losses.plot)
        self._losses.draw([(record.epoch, record.loss) for record in log.epochs], log.epochs_planned)
        yield True
        if self._ious is None:
            self._ious = _Curve("Mean IoU, %", IOU_COLOR)
            self._ious.plot.setLabel("bottom", "Epoch")
            yield True
            self._column.addWidget(self._ious.plot)
        measured = [(record.epoch, 100 * record.mean_iou) for record in log.epochs if record.mean_iou is not None]
        self._ious.draw(measured, log.epochs_planned)
        self._mark(self._ious.plot, log.best_epoch)

    def _mark(self, plot: pyqtgraph.PlotWidget, epoch: int | None) -> None:
        if self._best is None:
            pen = pyqtgraph.mkPen(IOU_COLOR, style=Qt.PenStyle.DashLine)
            self._best = pyqtgraph.InfiniteLine(angle=90, pen=pen)
            plot.addItem(self._best)
        self._best.setVisible(epoch is not None)
        if epoch is not None:
            self._best.setValue(epoch)


class _Curve:
    """One line in a plot of its own."""

    def __init__(self, title: str, color: str) -> None:
        self.values: tuple[float, ...] = ()
        self.plot = plain_plot(title)
        self.plot.setFixedHeight(HEIGHT)
        pen = pyqtgraph.mkPen(color, width=2)
        self._line = self.plot.plot([], [], pen=pen, symbol="o", symbolSize=5, symbolBrush=color, symbolPen=None)

    def draw(self, points: Sequence[tuple[int, float]], epochs_planned: int) -> None:
        self.values = tuple(value for _epoch, value in points)
        self._line.setData([epoch for epoch, _value in points], list(self.values))
        self.plot.setXRange(0, max(epochs_planned, 1), padding=0.03)
