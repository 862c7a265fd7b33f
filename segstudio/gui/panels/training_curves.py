"""Loss and mean IoU of a run, drawn while it goes on. Imports pyqtgraph: load this file when it is first shown."""

from __future__ import annotations

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from segstudio.domain.training_log import TrainingLog
from segstudio.gui.panels.plot import plain_plot
from segstudio.gui.parts import column

LOSS_COLOR = "#e3ad4b"
IOU_COLOR = "#4cbf91"
HEIGHT = 132


class TrainingCurves(QWidget):
    """Two small plots over the epochs; the best epoch is marked."""

    def __init__(self) -> None:
        super().__init__()
        layout = column(self, spacing=6)
        self._loss_plot, self._loss = self._plot("Loss", LOSS_COLOR)
        self._iou_plot, self._iou = self._plot("Mean IoU, %", IOU_COLOR)
        self._iou_plot.setLabel("bottom", "Epoch")
        layout.addWidget(self._loss_plot)
        layout.addWidget(self._iou_plot)
        self._best = pyqtgraph.InfiniteLine(angle=90, pen=pyqtgraph.mkPen(IOU_COLOR, style=Qt.PenStyle.DashLine))
        self._best.setVisible(False)
        self._iou_plot.addItem(self._best)

    def show_log(self, log: TrainingLog) -> None:
        epochs = [record.epoch for record in log.epochs]
        self._loss.setData(epochs, [record.loss for record in log.epochs])
        measured = [record for record in log.epochs if record.mean_iou is not None]
        self._iou.setData(
            [record.epoch for record in measured], [100 * (record.mean_iou or 0.0) for record in measured]
        )
        for plot in (self._loss_plot, self._iou_plot):
            plot.setXRange(0, max(log.epochs_planned, 1), padding=0.03)
        self._best.setVisible(log.best_epoch is not None)
        if log.best_epoch is not None:
            self._best.setValue(log.best_epoch)

    @staticmethod
    def _plot(title: str, color: str) -> tuple[pyqtgraph.PlotWidget, pyqtgraph.PlotDataItem]:
        plot = plain_plot(title)
        plot.setFixedHeight(HEIGHT)
        pen = pyqtgraph.mkPen(color, width=2)
        return plot, plot.plot([], [], pen=pen, symbol="o", symbolSize=5, symbolBrush=color, symbolPen=None)
