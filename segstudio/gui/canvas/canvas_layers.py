"""The layers of the canvas, from the picture up, and the view they are all drawn in."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from segstudio.domain.geometry import Rect, Size
from segstudio.gui.canvas.image_item import ImageItem
from segstudio.gui.canvas.label_item import LabelItem
from segstudio.gui.canvas.layer_buffer import LayerBuffer
from segstudio.gui.canvas.view_transform import ViewTransform


class CanvasLayers:
    """Draws them into device pixels; a move by whole pixels shifts what is drawn already."""

    def __init__(self) -> None:
        self.view = ViewTransform(Size(1, 1), Size(1, 1))
        self.image = ImageItem()
        self.labels = LabelItem()

    def show_view(self, view: ViewTransform) -> None:
        old, self.view = self.view, view
        is_moved = old.scale == view.scale and old.viewport == view.viewport and old.image == view.image
        for buffer in self._buffers():
            if is_moved:
                buffer.scroll(view.offset_x - old.offset_x, view.offset_y - old.offset_y)
            else:
                buffer.resize(view.viewport)

    def invalidate_all(self) -> None:
        for buffer in self._buffers():
            buffer.invalidate_all()

    def draw(self, painter: QPainter, device: Rect) -> None:
        self.image.draw(painter, self.view, device)
        self.labels.draw(painter, self.view, device)

    def _buffers(self) -> tuple[LayerBuffer, ...]:
        return self.image.buffer, self.labels.buffer
