"""The polygon: corners set by clicks, moved by drags, painted when it is closed."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from segstudio.domain.geometry import Point
from segstudio.editing.shapes import polygon_region
from segstudio.gui.canvas.area_tool import AreaTool
from segstudio.gui.canvas.pens import contrast_path, handle
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench

GRIP_PIXELS = 9.0


class PolygonTool(AreaTool):
    """Enter, a double click or a click on the first corner closes it; Backspace takes the last corner back.

    If its first corner was set while erasing, closing it erases.
    """

    name = "polygon"

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._corners: list[Point] = []
        self._hover: Point | None = None
        self._held: int | None = None
        self._erasing = False
        self._scale = 1.0

    @property
    def is_busy(self) -> bool:
        return bool(self._corners)

    def press(self, pointer: Pointer) -> None:
        if pointer.is_double:
            self.finish()
            return
        grip = self._grip_at(pointer.point)
        if grip == 0 and len(self._corners) > 2:
            self.finish()
            return
        if grip is None:
            if not self._corners:
                self._erasing = pointer.is_erasing
            self._corners.append(pointer.point)
            grip = len(self._corners) - 1
        self._held = grip
        self.bench.show_preview()

    def drag(self, pointer: Pointer) -> None:
        if self._held is not None and self._held < len(self._corners):
            self._corners[self._held] = self._hover = pointer.point
            self.bench.show_preview()

    def release(self, _pointer: Pointer) -> None:
        self._held = None

    def hover(self, pointer: Pointer) -> None:
        self._hover = pointer.point
        if self._corners:
            self.bench.show_preview()

    def leave(self) -> None:
        self._hover = None

    def cancel(self) -> None:
        self._corners, self._held = [], None
        self.bench.show_preview()

    def finish(self) -> bool:
        corners = self._corners
        self.cancel()
        if len(corners) < 3:
            return bool(corners)
        region = polygon_region(corners, self.bench.image_rect)
        self.apply_area("Polygon", region, pressed=corners[0], erasing=self._erasing)
        return True

    def step_back(self) -> bool:
        if not self._corners:
            return False
        self._corners.pop()
        self.bench.show_preview()
        return True

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        self._scale = view.scale
        if not self._corners:
            return
        outline = [*self._corners, *([self._hover] if self._hover is not None and self._held is None else [])]
        path = QPainterPath()
        path.addPolygon(QPolygonF([QPointF(*view.to_device(point)) for point in outline]))
        contrast_path(painter, path, fill=self.preview_color(erasing=self._erasing))
        hot = None if self._hover is None else self._grip_at(self._hover)
        for index, corner in enumerate(self._corners):
            handle(painter, QPointF(*view.to_device(corner)), is_hot=index == hot)

    def _grip_at(self, point: Point) -> int | None:
        """The corner within reach of the pointer, the nearest on screen."""
        reach = GRIP_PIXELS / self._scale
        for index, corner in enumerate(self._corners):
            if abs(corner.x - point.x) <= reach and abs(corner.y - point.y) <= reach:
                return index
        return None
