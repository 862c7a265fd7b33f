"""Moves the border between two classes: both follow the drag, without gap or overlap."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from segstudio.domain.geometry import Point
from segstudio.editing.edit import Edit
from segstudio.editing.region import relabel
from segstudio.editing.shared_border import SharedBorder, border_at, dragged
from segstudio.gui.canvas.pens import handle
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.tools import CursorKind, Tool
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench, rule_after_press

_REACH_PIXELS = 14.0
_NAME = "Move border"


class BorderTool(Tool):
    """The press takes hold of the nearest border within reach; the brush's ring is how far the pull is felt."""

    name = "border"
    cursor = CursorKind.RING

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._border: SharedBorder | None = None
        self._edit: Edit | None = None
        self._offset = Point(0, 0)
        self._hot: Point | None = None
        self._scale = 1.0

    @property
    def is_busy(self) -> bool:
        return self._border is not None

    def press(self, pointer: Pointer) -> None:
        self._border = self._found(pointer.point)
        if self._border is None:
            self.bench.say("There is no border within reach.")
            return
        grip = self._border.grip
        self._offset = Point(grip.x - pointer.point.x, grip.y - pointer.point.y)
        self._hot = grip

    def drag(self, pointer: Pointer) -> None:
        document = self.bench.document
        if self._border is None or document is None:
            return
        self._put_back()
        target = Point(pointer.point.x + self._offset.x, pointer.point.y + self._offset.y)
        radius = max(4.0, self.bench.settings.brush.diameter / 2)
        moved = dragged(document.labels, self._border, target, radius=radius)
        self._edit = self.bench.begin(_NAME)
        if self._edit is not None:
            self._edit.press_at(self._border.grip)
            rule = rule_after_press(self.bench.settings.rule, self._edit)
            self.bench.show_painted(relabel(self._edit, moved, rule))
        self._hot = target
        self.bench.show_preview()

    def release(self, _pointer: Pointer) -> None:
        edit, self._edit = self._edit, None
        self._border = None
        if edit is not None:
            self.bench.commit(edit)

    def hover(self, pointer: Pointer) -> None:
        border = self._found(pointer.point)
        hot = None if border is None else border.grip
        if hot != self._hot:
            self._hot = hot
            self.bench.show_preview()

    def leave(self) -> None:
        self._hot = None
        self.bench.show_preview()

    def cancel(self) -> None:
        self._put_back()
        self._border = self._hot = None
        self.bench.show_preview()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        self._scale = view.scale
        if self._hot is not None:
            handle(painter, QPointF(*view.to_device(self._hot)), size=9, is_hot=self.is_busy)

    def _found(self, point: Point) -> SharedBorder | None:
        document = self.bench.document
        reach = max(2, round(_REACH_PIXELS / self._scale))
        return None if document is None else border_at(document.labels, point, reach=min(reach, 200))

    def _put_back(self) -> None:
        edit, self._edit = self._edit, None
        if edit is not None and edit.is_open:
            self.bench.cancel(edit)
