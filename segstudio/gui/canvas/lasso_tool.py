"""The lasso: what a line drawn by hand goes round."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from segstudio.domain.geometry import Point
from segstudio.editing.shapes import lasso_region
from segstudio.gui.canvas.area_tool import AreaTool
from segstudio.gui.canvas.pens import contrast_path
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench


class LassoTool(AreaTool):
    """Closed by a straight line and painted at the release."""

    name = "lasso"

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._points: list[Point] = []
        self._erasing = False

    @property
    def is_busy(self) -> bool:
        return bool(self._points)

    def press(self, pointer: Pointer) -> None:
        self._points = [pointer.point]
        self._erasing = pointer.is_erasing

    def drag(self, pointer: Pointer) -> None:
        if self._points and math.dist(self._points[-1], pointer.point) > 0.3:
            self._points.append(pointer.point)
            self.bench.show_preview()

    def release(self, _pointer: Pointer) -> None:
        points, self._points = self._points, []
        if len(points) > 2:
            region = lasso_region(points, self.bench.image_rect)
            self.apply_area("Lasso", region, pressed=points[0], erasing=self._erasing)
        self.bench.show_preview()

    def cancel(self) -> None:
        self._points = []
        self.bench.show_preview()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        if len(self._points) < 2:
            return
        path = QPainterPath()
        path.addPolygon(QPolygonF([QPointF(*view.to_device(point)) for point in self._points]))
        contrast_path(painter, path, fill=self.preview_color(erasing=self._erasing))
