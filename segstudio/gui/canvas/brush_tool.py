"""The brush and the eraser: what is under the tip, while the button is down."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from segstudio.domain.geometry import Point, Rect
from segstudio.domain.stroke import Brush
from segstudio.editing.brush import paint_segment
from segstudio.editing.edit import Edit
from segstudio.gui.canvas.pens import contrast_line
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.tools import CursorKind, Tool
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench


class BrushTool(Tool):
    """Paints from point to point. With Shift: a straight line from the press to the release, or, for a click,
    from where the last stroke ended."""

    name = "brush"
    cursor = CursorKind.RING
    always_erases = False

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._edit: Edit | None = None
        self._erasing = False
        self._last: Point | None = None
        self._line_start: Point | None = None
        self._line_end: Point | None = None

    @property
    def is_busy(self) -> bool:
        return self._edit is not None or self._line_start is not None

    def press(self, pointer: Pointer) -> None:
        self._erasing = self.always_erases or pointer.is_erasing
        if pointer.is_straight:
            self._line_start = self._line_end = pointer.point
            return
        self._edit = self.bench.begin(self._edit_name(), erasing=self._erasing)
        self._paint(pointer.point, pointer.point, pointer)

    def drag(self, pointer: Pointer) -> None:
        if self._line_start is not None:
            self._line_end = pointer.point
            self.bench.show_preview()
        elif self._edit is not None and self._last is not None:
            self._paint(self._last, pointer.point, pointer)

    def release(self, pointer: Pointer) -> None:
        if self._line_start is not None:
            self._paint_line(self._line_start, pointer)
        if self._edit is not None:
            edit, self._edit = self._edit, None
            self.bench.commit(edit)

    def hover(self, pointer: Pointer) -> None:
        shown = pointer.point if pointer.is_straight and self._last is not None else None
        if shown != self._line_end:
            self._line_end = shown
            self.bench.show_preview()

    def leave(self) -> None:
        self._line_end = None

    def cancel(self) -> None:
        edit, self._edit = self._edit, None
        self._line_start = self._line_end = None
        if edit is not None and edit.is_open:
            self.bench.cancel(edit)
        self.bench.show_preview()

    def image_changed(self) -> None:
        super().image_changed()
        self._last = None

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        start = self._line_start or self._last
        if self._line_end is None or start is None or self._edit is not None:
            return
        first, last = view.to_device(start), view.to_device(self._line_end)
        contrast_line(painter, [QPointF(first.x, first.y), QPointF(last.x, last.y)])

    def write(self, edit: Edit, start: Point, end: Point, brush: Brush) -> Rect:
        """Paints one segment. Returns: the rectangle to redraw."""
        class_id = self.bench.class_to_paint(erasing=self._erasing)
        return paint_segment(edit, start, end, brush, class_id, self.bench.settings.rule)

    def _edit_name(self) -> str:
        return "Erase" if self._erasing else "Brush"

    def _paint_line(self, start: Point, pointer: Pointer) -> None:
        end = pointer.point
        is_click = math.dist(start, end) < 2.0
        self._line_start = self._line_end = None
        self._edit = self.bench.begin(self._edit_name(), erasing=self._erasing)
        self._paint(self._last if is_click and self._last is not None else start, end, pointer)

    def _paint(self, start: Point, end: Point, pointer: Pointer) -> None:
        if self._edit is None:
            return
        self._last = end
        self.bench.show_painted(self.write(self._edit, start, end, self._brush(pointer)))

    def _brush(self, pointer: Pointer) -> Brush:
        settings = self.bench.settings
        if pointer.pressure >= 1.0 or not settings.options.pen_pressure:
            return settings.brush
        return replace(settings.brush, diameter=max(1.0, settings.brush.diameter * pointer.pressure))


class EraserTool(BrushTool):
    """A brush that leaves pixels unlabelled."""

    name = "eraser"
    always_erases = True
