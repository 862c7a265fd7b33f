"""The model's doubt over the picture: clear where it was sure, from blue to yellow where it wavered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from segstudio.domain.arrays import ConfidenceMap
from segstudio.domain.geometry import Rect
from segstudio.gui.canvas.layer_buffer import LayerBuffer
from segstudio.gui.canvas.sampling import nearest_grid
from segstudio.gui.canvas.view_transform import ViewTransform

_STOPS = ((0.0, (38, 20, 90)), (0.35, (150, 36, 122)), (0.7, (240, 110, 66)), (1.0, (252, 226, 110)))
_STRONGEST_ALPHA = 0.82


class UncertaintyItem:
    """Draws 1 - confidence of a map of the picture's size."""

    def __init__(self) -> None:
        self.buffer = LayerBuffer(QImage.Format.Format_ARGB32_Premultiplied)
        self._confidence: ConfidenceMap | None = None
        self._table = _table()

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
            self.buffer.pixels[area.slices] = self._table[grid.read(confidence[grid.region.slices])]


def _table() -> NDArray[np.uint32]:
    """Premultiplied 0xAARRGGBB of each confidence."""
    doubt = 1.0 - np.arange(256) / 255.0
    alpha = _STRONGEST_ALPHA * np.minimum(1.0, doubt * 2.2)
    places = [place for place, _ in _STOPS]
    table = np.rint(alpha * 255).astype(np.uint32) << 24
    for part, shift in enumerate((16, 8, 0)):
        values = np.interp(np.minimum(1.0, doubt * 1.6), places, [color[part] for _, color in _STOPS])
        table |= np.rint(values * alpha).astype(np.uint32) << shift
    return np.asarray(table, np.uint32)
