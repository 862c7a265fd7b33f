"""Where labels and prediction disagree: stripes of both classes' colours; all else is dimmed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Rect
from segstudio.gui.canvas.layer_buffer import LayerBuffer
from segstudio.gui.canvas.sampling import nearest_grid
from segstudio.gui.canvas.stripes import light_stripes
from segstudio.gui.canvas.view_transform import ViewTransform

_DIMMED = 0x70000000


class DifferenceItem:
    """Pixels without a label on either side don't count as a difference."""

    def __init__(self) -> None:
        self.buffer = LayerBuffer(QImage.Format.Format_ARGB32_Premultiplied)
        self._labels: LabelMap | None = None
        self._predicted: LabelMap | None = None
        self._colors = np.zeros(256, np.uint32)

    def show_labels(self, labels: LabelMap | None) -> None:
        self._labels = labels
        self.buffer.invalidate_all()

    def show_prediction(self, predicted: LabelMap | None) -> None:
        self._predicted = predicted
        self.buffer.invalidate_all()

    def show_classes(self, label_set: LabelSet) -> None:
        red, green, blue = label_set.color_table().astype(np.uint32).T
        self._colors = 0xFF000000 | red << 16 | green << 8 | blue
        self.buffer.invalidate_all()

    def draw(self, painter: QPainter, view: ViewTransform, device: Rect) -> None:
        if self._labels is None or self._predicted is None or self._labels.shape != self._predicted.shape:
            return
        for stale in self.buffer.take_stale():
            self._render(self._labels, self._predicted, view, stale)
        self.buffer.draw(painter, device)

    def _render(self, labels: LabelMap, predicted: LabelMap, view: ViewTransform, stale: Rect) -> None:
        self.buffer.pixels[stale.slices] = 0
        area = stale.intersected(view.picture_area)
        if area.is_empty:
            return
        grid = nearest_grid(view, area, 0)
        ours, theirs = grid.read(labels[grid.region.slices]), grid.read(predicted[grid.region.slices])
        differs = (ours != theirs) & (ours != IGNORE) & (theirs != IGNORE)
        target: NDArray[np.uint32] = self.buffer.pixels[area.slices]
        target[...] = _DIMMED
        shown = np.where(light_stripes(area, view), ours, theirs)
        target[differs] = self._colors[shown[differs]]
