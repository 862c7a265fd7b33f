"""Intelligent scissors: an outline that clings to the picture's edges between clicks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from segstudio.domain.geometry import Point, Rect
from segstudio.editing.scissors import Scissors
from segstudio.editing.shapes import lasso_region
from segstudio.gui.canvas.area_tool import AreaTool
from segstudio.gui.canvas.pens import contrast_path, handle
from segstudio.gui.canvas.picture_part import PicturePart
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench

_GRIP_PIXELS = 9.0


class ScissorsTool(AreaTool):
    """A click fixes the way so far; Shift makes it straight; Enter, a double click or a click on the first point
    closes and paints; Backspace takes the last piece back."""

    name = "scissors"

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._part: PicturePart | None = None
        self._scissors: Scissors | None = None
        self._ways: list[tuple[Point, ...]] = []
        self._next: tuple[Point, ...] = ()
        self._erasing = False
        self._scale = 1.0

    @property
    def is_busy(self) -> bool:
        return bool(self._ways)

    def press(self, pointer: Pointer) -> None:
        if self.bench.picture is None or not self.bench.image_rect.contains(pointer.point):
            return
        if pointer.is_double or (len(self._ways) > 1 and self._is_at_start(pointer.point)):
            self.finish()
            return
        if not self._ways:
            self._erasing = pointer.is_erasing
            self._ways = [(pointer.point,)]
        else:
            self._ways.append(self._way(pointer))
        self._fix(self._ways[-1][-1])

    def hover(self, pointer: Pointer) -> None:
        if self._ways:
            self._next = self._way(pointer)
            self.bench.show_preview()

    def leave(self) -> None:
        self._next = ()

    def cancel(self) -> None:
        self._part = self._scissors = None
        self._ways, self._next = [], ()
        self.bench.show_preview()

    def finish(self) -> bool:
        if not self._ways:
            return False
        start = self._ways[0][0]
        if len(self._ways) > 1:
            self._ways.append(self._way_to(start))
        points, erasing = [point for way in self._ways for point in way], self._erasing
        self.cancel()
        if len(points) > 2:
            self.apply_area("Scissors", lasso_region(points, self.bench.image_rect), pressed=start, erasing=erasing)
        return True

    def step_back(self) -> bool:
        if not self._ways:
            return False
        self._ways.pop()
        if self._ways:
            self._fix(self._ways[-1][-1])
        else:
            self.cancel()
        return True

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        self._scale = view.scale
        if not self._ways:
            return
        fixed = [point for way in self._ways for point in way]
        path = QPainterPath()
        path.addPolygon(_polygon([*fixed, *self._next], view))
        contrast_path(painter, path, fill=self.preview_color(erasing=self._erasing))
        for way in self._ways:
            handle(painter, QPointF(*view.to_device(way[-1])), size=6)

    def _way(self, pointer: Pointer) -> tuple[Point, ...]:
        return (pointer.point,) if pointer.is_straight else self._way_to(pointer.point)

    def _way_to(self, point: Point) -> tuple[Point, ...]:
        """Along the edges, or straight where they are too far away to be followed."""
        part, scissors = self._part, self._scissors
        if part is None or scissors is None or not scissors.window.contains(part.local(point)):
            return (point,)
        return tuple(part.in_image(place) for place in scissors.way_to(part.local(point)))

    def _fix(self, point: Point) -> None:
        self._part = self.bench.picture_near(Rect.around((point,)))
        self._scissors = Scissors(self._part.rgb)
        self._scissors.fix(self._part.local(point))
        self._next = ()
        self.bench.show_preview()

    def _is_at_start(self, point: Point) -> bool:
        start, reach = self._ways[0][0], _GRIP_PIXELS / self._scale
        return abs(start.x - point.x) <= reach and abs(start.y - point.y) <= reach


def _polygon(points: Sequence[Point], view: ViewTransform) -> QPolygonF:
    return QPolygonF([QPointF(*view.to_device(point)) for point in points])
