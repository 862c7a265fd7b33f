"""How likely the model finds the active class, over the picture: clear where it can't be, from blue to yellow."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from segstudio.domain.geometry import Rect
from segstudio.domain.prediction import Probabilities
from segstudio.gui.canvas.heat import heat_table
from segstudio.gui.canvas.layer_buffer import LayerBuffer
from segstudio.gui.canvas.view_transform import ViewTransform

_GAIN = 1.4


class ChanceItem:
    """Draws one class's cells, smooth between their middles; nothing where the model doesn't know the class."""

    def __init__(self) -> None:
        self.buffer = LayerBuffer(QImage.Format.Format_ARGB32_Premultiplied)
        self._probabilities: Probabilities | None = None
        self._class_id = -1
        self._table = heat_table(np.arange(256) / 255.0, gain=_GAIN)

    def show(self, probabilities: Probabilities | None, class_id: int) -> bool:
        """Returns: whether that is another thing to draw."""
        if probabilities is self._probabilities and class_id == self._class_id:
            return False
        self._probabilities, self._class_id = probabilities, class_id
        self.buffer.invalidate_all()
        return True

    def draw(self, painter: QPainter, view: ViewTransform, device: Rect) -> None:
        found = self._probabilities
        if found is None or self._class_id not in found.class_ids:
            return
        for stale in self.buffer.take_stale():
            self._render(found, view, stale)
        self.buffer.draw(painter, device)

    def _render(self, found: Probabilities, view: ViewTransform, stale: Rect) -> None:
        self.buffer.pixels[stale.slices] = 0
        area = stale.intersected(view.picture_area)
        if area.is_empty:
            return
        cell = found.cell_width
        # Zoomed far out, cells are left out: no more of them are coloured than there are pixels on screen.
        step = max(1, int(1.0 / (view.scale * cell)))
        plane = found.values[found.class_ids.index(self._class_id), ::step, ::step]
        side = cell * step
        needed = _cells_under(view.image_rect(area), side).intersected(Rect.of_shape(plane.shape))
        if needed.is_empty:
            return
        pixels = np.ascontiguousarray(self._table[plane[needed.slices]])
        image = QImage(
            pixels.data, needed.width, needed.height, 4 * needed.width, QImage.Format.Format_ARGB32_Premultiplied
        )
        with QPainter(self.buffer.image) as painter:
            painter.setClipRect(QRect(area.left, area.top, area.width, area.height))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.translate(view.offset_x, view.offset_y)
            painter.scale(view.scale * side, view.scale * side)
            painter.drawImage(needed.left, needed.top, image)


def _cells_under(rect: Rect, side: int) -> Rect:
    """With two more on each side, so that the smoothing has its neighbours."""
    return Rect(rect.left // side - 2, rect.top // side - 2, rect.right // side + 3, rect.bottom // side + 3)
