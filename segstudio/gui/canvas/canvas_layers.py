"""The layers of the canvas, from the picture up, and the view they are all drawn in."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Rect, Size
from segstudio.domain.prediction import Prediction
from segstudio.editing.document import LabelDocument
from segstudio.editing.label_pyramid import LabelPyramid
from segstudio.gui.canvas.chance_item import ChanceItem
from segstudio.gui.canvas.difference_item import DifferenceItem
from segstudio.gui.canvas.image_item import ImageItem
from segstudio.gui.canvas.label_display import LabelDisplay
from segstudio.gui.canvas.label_item import LabelItem
from segstudio.gui.canvas.layer_buffer import LayerBuffer
from segstudio.gui.canvas.pixel_grid import paint_pixel_grid
from segstudio.gui.canvas.uncertainty_item import UncertaintyItem
from segstudio.gui.canvas.view_mode import ViewMode
from segstudio.gui.canvas.view_transform import ViewTransform


class CanvasLayers:
    """Draws them into device pixels; a move by whole pixels shifts what is drawn already. A layer that isn't
    looked at costs nothing."""

    def __init__(self) -> None:
        self.view = ViewTransform(Size(1, 1), Size(1, 1))
        self.mode = ViewMode.LABELS
        self.beside: ViewMode | None = None
        self.split_at = 0
        self.image = ImageItem()
        self._labels = LabelItem()
        self._predicted = LabelItem()
        self._difference = DifferenceItem()
        self._uncertainty = UncertaintyItem()
        self.chance = ChanceItem()
        self.is_bare = False
        """The picture alone, whatever the mode is."""

    def show_document(self, document: LabelDocument | None) -> None:
        self._labels.show_labels(
            None if document is None else document.labels, None if document is None else document.origins
        )
        self._difference.show_labels(None if document is None else document.labels)

    def show_prediction(self, prediction: Prediction | None) -> None:
        labels = None if prediction is None else prediction.labels
        self._predicted.show_labels(labels)
        self._difference.show_prediction(labels)
        self._uncertainty.show_confidence(None if prediction is None else prediction.confidence)

    def use_pyramid(self, pyramid: LabelPyramid) -> None:
        """Halved labels for drawing zoomed out; taken if they are of the document or the prediction shown."""
        self._labels.use_pyramid(pyramid)
        self._predicted.use_pyramid(pyramid)

    def show_classes(self, label_set: LabelSet) -> None:
        self._labels.show_classes(label_set)
        self._predicted.show_classes(label_set)
        self._difference.show_classes(label_set)

    def show_display(self, display: LabelDisplay) -> None:
        self._labels.show_display(display)
        self._predicted.show_display(display)

    def labels_changed(self, rect: Rect) -> Rect:
        """Returns: the device pixels to draw anew."""
        device = self._labels.labels_changed(rect, self.view)
        self._difference.buffer.invalidate(device)
        return device

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
        if self.is_bare:
            pass
        elif self.beside is None:
            self._draw_mode(painter, device, self.mode)
        else:
            bounds = self.view.bounds
            left = Rect(0, 0, self.split_at, bounds.bottom)
            right = Rect(self.split_at, 0, bounds.right, bounds.bottom)
            self._draw_clipped(painter, device.intersected(left), self.mode)
            self._draw_clipped(painter, device.intersected(right), self.beside)
        paint_pixel_grid(painter, self.view, device)

    def _draw_clipped(self, painter: QPainter, device: Rect, mode: ViewMode) -> None:
        if device.is_empty:
            return
        painter.save()
        painter.setClipRect(QRect(device.left, device.top, device.width, device.height))
        self._draw_mode(painter, device, mode)
        painter.restore()

    def _draw_mode(self, painter: QPainter, device: Rect, mode: ViewMode) -> None:
        match mode:
            case ViewMode.LABELS:
                self._labels.draw(painter, self.view, device)
            case ViewMode.PREDICTION:
                self._predicted.draw(painter, self.view, device)
            case ViewMode.DIFFERENCE:
                self._difference.draw(painter, self.view, device)
            case ViewMode.UNCERTAINTY:
                self._uncertainty.draw(painter, self.view, device)
            case ViewMode.CHANCE:
                self.chance.draw(painter, self.view, device)
            case ViewMode.PICTURE:
                pass
            case _:
                assert_never(mode)

    def _buffers(self) -> tuple[LayerBuffer, ...]:
        items = (self.image, self._labels, self._predicted, self._difference, self._uncertainty, self.chance)
        return tuple(item.buffer for item in items)
