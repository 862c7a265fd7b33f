"""The hand on the mouse or pen: which of its moves belong to the tool, and what they mean to it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QTabletEvent

from segstudio.gui.canvas.pick_tool import PickTool
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.tools import Tool
from segstudio.gui.canvas.view_transform import ViewTransform

_TOOL_BUTTONS = Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton


class Hand:
    """Follows one press to its release and tells the tool. Alt or the right button erase, Shift makes straight
    lines, Ctrl with a click picks the class whatever the tool."""

    def __init__(self, tool: Tool, picker: PickTool) -> None:
        self._tool = tool
        self._picker = picker
        self._held: Qt.MouseButton | None = None
        self._target: Tool = tool
        self._pressed_erasing = False

    @property
    def is_down(self) -> bool:
        return self._held is not None

    @property
    def tool(self) -> Tool:
        return self._tool

    def leave(self) -> None:
        """The pointer is no longer over the canvas."""
        if self._held is None:
            self._tool.leave()

    def take(self, tool: Tool) -> None:
        """Another tool from now on; what the old one had begun is taken back."""
        self.drop()
        self._tool.cancel()
        self._tool = self._target = tool
        tool.settings_changed()

    def drop(self) -> None:
        """Forget a button that is down."""
        self._held = None

    def press(self, event: QMouseEvent, view: ViewTransform, ratio: float) -> bool:
        if self._held is not None or not event.button() & _TOOL_BUTTONS:
            return False
        self._held = event.button()
        picks = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier) and not self._tool.is_busy
        self._target = self._picker if picks else self._tool
        self._pressed_erasing = self._erases(event)
        self._target.press(self._pointer(event, view, ratio, erasing=self._pressed_erasing))
        return True

    def move(self, event: QMouseEvent, view: ViewTransform, ratio: float) -> None:
        if self._held is None:
            self._tool.hover(self._pointer(event, view, ratio, erasing=self._erases(event)))
        else:
            self._target.drag(self._pointer(event, view, ratio, erasing=self._pressed_erasing))

    def release(self, event: QMouseEvent, view: ViewTransform, ratio: float) -> None:
        if event.button() != self._held:
            return
        self._held = None
        self._target.release(self._pointer(event, view, ratio, erasing=self._pressed_erasing))

    def tablet(self, event: QTabletEvent, view: ViewTransform, ratio: float) -> None:
        """A pen: its pressure, and its other end erases."""
        erasing = self._erases(event) or event.pointerType() == event.pointerType().Eraser
        pointer = self._pointer(event, view, ratio, erasing=erasing, pressure=event.pressure())
        match event.type():
            case QEvent.Type.TabletPress:
                self._held, self._target, self._pressed_erasing = event.button(), self._tool, erasing
                self._tool.press(pointer)
            case QEvent.Type.TabletMove if self._held is not None:
                self._target.drag(pointer)
            case QEvent.Type.TabletMove:
                self._tool.hover(pointer)
            case QEvent.Type.TabletRelease if self._held is not None:
                self._held = None
                self._target.release(pointer)

    def _erases(self, event: QMouseEvent | QTabletEvent) -> bool:
        is_right = event.button() == Qt.MouseButton.RightButton or self._held == Qt.MouseButton.RightButton
        return is_right or bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)

    @staticmethod
    def _pointer(
        event: QMouseEvent | QTabletEvent,
        view: ViewTransform,
        ratio: float,
        *,
        erasing: bool,
        pressure: float = 1.0,
    ) -> Pointer:
        at: QPointF = event.position() * ratio
        return Pointer(
            view.to_image(at.x(), at.y()),
            is_erasing=erasing,
            is_straight=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier),
            is_double=event.type() == QEvent.Type.MouseButtonDblClick,
            pressure=pressure,
        )
