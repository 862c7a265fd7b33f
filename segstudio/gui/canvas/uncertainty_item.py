"""The model's doubt over the picture: clear where it was sure, from blue to yellow where it wavered."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage, QPainter

from segstudio.domain.arrays import ConfidenceMap
from segstudio.domain.geometry import Rect
from segstudio.gui.canvas.byte_colors import draw_colors
from segstudio.gui.canvas.heat import heat_table
from segstudio.gui.canvas.layer_buffer import LayerBuffer
from segstudio.gui.canvas.sampling import nearest_grid
from segstudio.gui.canvas.view_transform import ViewTransform

_GAIN = 1.6


class UncertaintyItem:
    """Draws 1 - confidence of a map of the picture's size."""

    def __init__(self) -> None:
        self.buffer = LayerBuffer(QImage.Format.Format_ARGB32_Premultiplied)
        self._confidence: ConfidenceMap | None = None
        self._table = heat_table(1.0 - np.arange(256) / 255.0, gain=_GAIN)

    def show_confidence(self, confidence: ConfidenceMap | None) -> None:
        self._confidence = confidence
        self.buffer.invalidate_all()

    def draw(self, painter: QPainter, view: ViewTransform, device: Rect) -> None:
        if self._confidence is None:
            return
        for stale in self.buffer.take_stale():
            self._render(self._confidence, view, stale)
        self.buffer.draw(painter, device)

    def _render(self, confidence: ConfidenceMap, view: ViewTransform, stale: Rect) -> None:
        self.buffer.pixels[stale.slices] = 0
        area = stale.intersected(view.picture_area)
        if not area.is_empty:
            grid = nearest_grid(view, area, 0)
            draw_colors(self.buffer.pixels[area.slices], grid.read(confidence[grid.region.slices]), self._table)
