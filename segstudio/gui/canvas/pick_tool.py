"""Picks the class under the pointer."""

from __future__ import annotations

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.tools import CursorKind, Tool


class PickTool(Tool):
    """A click makes the class under it the active one."""

    name = "pick"
    cursor = CursorKind.DROPPER

    def press(self, pointer: Pointer) -> None:
        self.drag(pointer)

    def drag(self, pointer: Pointer) -> None:
        document, point = self.bench.document, pointer.point
        label = self.bench.label_at(point)
        if document is None or label is None:
            return
        if label == IGNORE and document.origins[int(point.y), int(point.x)] != Origin.PERSON:
            self.bench.class_picked.emit(None)
        elif label == IGNORE or label in self.bench.label_set:
            self.bench.class_picked.emit(label)
