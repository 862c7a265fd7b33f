"""Loss and mean IoU of a run, drawn while it goes on."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from segstudio.domain.training_log import TrainingLog
from segstudio.gui.panels.curve import Curve
from segstudio.gui.parts import column

LOSS_COLOR = "#e3ad4b"
IOU_COLOR = "#4cbf91"


class TrainingCurves(QWidget):
    """Two small curves over the epochs; the best epoch is marked."""

    def __init__(self) -> None:
        super().__init__()
        layout = column(self, spacing=6)
        self._loss = Curve("Loss", LOSS_COLOR, digits=3)
        self._iou = Curve("Mean IoU, %", IOU_COLOR, digits=1)
        layout.addWidget(self._loss)
        layout.addWidget(self._iou)

    @property
    def losses(self) -> tuple[float, ...]:
        """Those that are drawn."""
        return self._loss.values

    def show_log(self, log: TrainingLog) -> None:
        end = log.epochs_planned
        self._loss.show_points([(record.epoch, record.loss) for record in log.epochs], end=end)
        measured = [(record.epoch, 100 * record.mean_iou) for record in log.epochs if record.mean_iou is not None]
        self._iou.setVisible(bool(measured))
        self._iou.show_points(measured, end=end, mark=log.best_epoch)
