"""How the canvas shows what lies on it: the labels, the view that lies over the picture, and the picture."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from segstudio.gui.canvas.canvas_layers import CanvasLayers
from segstudio.gui.canvas.label_display import LabelDisplay
from segstudio.gui.canvas.picture_display import PictureDisplay
from segstudio.gui.canvas.split_handle import SplitHandle
from segstudio.gui.canvas.view_mode import ViewMode


class CanvasLook(QObject):
    """Only what is on screen is coloured anew by a change."""

    display_changed = Signal(object)
    """LabelDisplay: by ``cycle_display_mode`` or ``toggle_labels``."""
    changed = Signal()
    """Everything is to be drawn again."""

    def __init__(self, layers: CanvasLayers, split: SplitHandle, parent: QObject) -> None:
        super().__init__(parent)
        self._layers, self._split = layers, split
        self._display = LabelDisplay()
        split.moved.connect(self.place_split)

    @property
    def display(self) -> LabelDisplay:
        return self._display

    def set_display(self, display: LabelDisplay) -> None:
        self._display = display
        self._layers.show_display(display)
        self.changed.emit()

    def cycle_display_mode(self) -> None:
        self._change_display(self._display.with_next_mode())

    def toggle_labels(self) -> None:
        self._change_display(replace(self._display, is_visible=not self._display.is_visible))

    def peek(self, is_peeking: bool) -> None:  # noqa: FBT001  # a slot
        """The bare picture in any view, as long as a key is held."""
        if is_peeking != self._layers.is_bare:
            self._layers.is_bare = is_peeking
            self.changed.emit()

    def set_view_mode(self, mode: ViewMode, beside: ViewMode | None = None) -> None:
        """What lies over the picture; with ``beside``, that lies over its right side, behind a line to drag."""
        self._layers.mode, self._layers.beside = mode, beside
        self._split.setVisible(beside is not None)
        self.place_split()

    def set_picture_display(self, display: PictureDisplay) -> None:
        self._layers.image.show_display(display)
        self.changed.emit()

    def set_backdrop(self, color: QColor) -> None:
        """The colour round the picture."""
        self._layers.image.show_backdrop(color.rgba())
        self.changed.emit()

    def place_split(self) -> None:
        """The line between two views goes where its share of the window's width says."""
        self._split.place()
        self._layers.split_at = round(self._split.position * self._split.devicePixelRatioF())
        self.changed.emit()

    def _change_display(self, display: LabelDisplay) -> None:
        self.set_display(display)
        self.display_changed.emit(display)
