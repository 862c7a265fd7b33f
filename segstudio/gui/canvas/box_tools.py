"""Rectangle and ellipse: dragged from corner to corner, painted at the release."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath

from segstudio.domain.geometry import Point, Rect
from segstudio.editing.region import Region
from segstudio.editing.shapes import ellipse_region, rectangle_region
from segstudio.gui.canvas.area_tool import AreaTool
from segstudio.gui.canvas.pens import contrast_path
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench


class BoxTool(AreaTool):
    """Draws the outline while it is dragged; with Shift its sides are alike."""

    step_name = ""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._start: Point | None = None
        self._end = Point(0, 0)
        self._erasing = False

    @property
    def is_busy(self) -> bool:
        return self._start is not None

    def press(self, pointer: Pointer) -> None:
        self._start = self._end = pointer.point
        self._erasing = pointer.is_erasing

    def drag(self, pointer: Pointer) -> None:
        if self._start is not None:
            self._end = _squared(self._start, pointer.point) if pointer.is_straight else pointer.point
            self.bench.show_preview()

    def release(self, pointer: Pointer) -> None:
        if self._start is None:
            return
        self.drag(pointer)
        start, self._start = self._start, None
        self.apply(start, self._end, erasing=self._erasing)
        self.bench.show_preview()

    def cancel(self) -> None:
        self._start = None
        self.bench.show_preview()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        if self._start is None:
            return
        one, other = view.to_device(self._start), view.to_device(self._end)
        path = QPainterPath()
        self.add_outline(path, QRectF(QPointF(*one), QPointF(*other)).normalized())
        contrast_path(painter, path, fill=self.preview_color(erasing=self._erasing))

    def apply(self, start: Point, end: Point, *, erasing: bool) -> None:
        """What the box is for."""
        region = self.region(start, end, self.bench.image_rect)
        self.apply_area(self.step_name, region, pressed=start, erasing=erasing)

    def region(self, start: Point, end: Point, within: Rect) -> Region:
        """The pixels between two corners."""
        return rectangle_region(start, end, within)

    def add_outline(self, path: QPainterPath, box: QRectF) -> None:
        """The outline in device pixels."""
        path.addRect(box)


class RectangleTool(BoxTool):
    name = "rectangle"
    step_name = "Rectangle"


class EllipseTool(BoxTool):
    name = "ellipse"
    step_name = "Ellipse"

    def region(self, start: Point, end: Point, within: Rect) -> Region:
        return ellipse_region(start, end, within)

    def add_outline(self, path: QPainterPath, box: QRectF) -> None:
        path.addEllipse(box)


def _squared(start: Point, end: Point) -> Point:
    """``end`` moved so that both sides are as long as the longer one."""
    side = max(abs(end.x - start.x), abs(end.y - start.y))
    return Point(start.x + math.copysign(side, end.x - start.x), start.y + math.copysign(side, end.y - start.y))
