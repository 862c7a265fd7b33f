"""The pointer over the canvas: its shape, the ring of the brush round it, and what lies under it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from segstudio.domain.geometry import Point
from segstudio.gui.canvas.canvas_input import CanvasInput
from segstudio.gui.canvas.hover import hover_info
from segstudio.gui.canvas.pointer_marks import PointerMarks
from segstudio.gui.canvas.tool_keeper import ToolKeeper
from segstudio.gui.canvas.view_keeper import ViewKeeper
from segstudio.gui.canvas.workbench import Workbench


class CanvasPointer(QObject):
    """Follows the input; where it was and where it is are drawn anew, nothing else."""

    hovered = Signal(object)
    """HoverInfo, or None off the image."""
    stale = Signal(object)
    """Rect of device pixels that look different."""

    def __init__(
        self, canvas: QWidget, bench: Workbench, tools: ToolKeeper, views: ViewKeeper, hand_events: CanvasInput
    ) -> None:
        super().__init__(canvas)
        self._canvas, self._bench = canvas, bench
        self._tools, self._views, self._input = tools, views, hand_events
        self._marks = PointerMarks(bench)
        hand_events.pointer_moved.connect(self._on_moved)
        hand_events.hand_changed.connect(self.update_shape)
        tools.tool_changed.connect(lambda _name: self.update_shape())
        tools.settings_changed.connect(self._show_ring)

    def update_shape(self) -> None:
        if self._input.is_panning:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._input.may_pan:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._tools.shows_ring:
            shape = Qt.CursorShape.BlankCursor
        else:
            shape = Qt.CursorShape.CrossCursor
        self._canvas.setCursor(shape)
        self._show_ring()

    def paint(self, painter: QPainter) -> None:
        self._marks.paint(painter, self._views.view, self._tools.hand.tool)

    def _on_moved(self, point: Point | None) -> None:
        self._views.pointer = point
        self._show_ring()
        self.hovered.emit(None if point is None else hover_info(self._bench, point))

    def _show_ring(self) -> None:
        is_shown = self._tools.shows_ring and not self._input.is_panning
        center = self._views.pointer if is_shown else None
        erasing = self._input.is_erasing or self._tools.tool_name == "eraser"
        for device in self._marks.move(center, self._tools.brush, self._views.view, erasing=erasing):
            self.stale.emit(device)
