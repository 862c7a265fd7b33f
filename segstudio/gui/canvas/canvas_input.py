"""Sends the canvas's events to where they belong: the view, the tool, or the keys that are held."""

from __future__ import annotations

import math
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QTabletEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QWidget

from segstudio.domain.geometry import Point
from segstudio.gui.canvas.hand import Hand
from segstudio.gui.canvas.navigation import Navigator
from segstudio.gui.canvas.tools import Tool
from segstudio.gui.canvas.view_transform import ViewTransform

_HELD_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_QuoteLeft, Qt.Key.Key_Alt)
_PIXELS_A_FACTOR = 120.0
"""So many pixels to the right, with Ctrl and the right button held, make the brush 2.7 times as large."""

_FINISH_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Viewed(Protocol):
    """What the input needs of the canvas."""

    @property
    def view(self) -> ViewTransform: ...

    def show_view(self, view: ViewTransform) -> None: ...

    def devicePixelRatioF(self) -> float: ...


class CanvasInput(QObject):
    """An event filter on the canvas. Keys are taken only while held (Space pans, ` peeks, Alt erases) or while a
    tool is busy (Escape, Enter, Backspace); all others are the window's. Ctrl and the right button drag the brush's
    size."""

    pointer_moved = Signal(object)
    """Point in the image, or None when it left the canvas."""
    brush_stepped = Signal(float)
    brush_dragged = Signal(float)
    """By what factor the brush is larger than a moment ago."""
    peeked = Signal(bool)
    density_changed = Signal()
    """The window came to a screen with other pixels."""
    hand_changed = Signal()
    """Panning, erasing or what the cursor should look like changed."""

    def __init__(self, canvas: QWidget, viewed: Viewed, hand: Hand) -> None:
        super().__init__(canvas)
        self._viewed = viewed
        self._hand = hand
        self._navigator = Navigator(lambda: viewed.view, viewed.show_view)
        self._space_is_held = False
        self._sizing_at: float | None = None
        self.is_erasing = False
        canvas.installEventFilter(self)
        canvas.setMouseTracking(True)
        canvas.setTabletTracking(True)
        canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        canvas.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        canvas.grabGesture(Qt.GestureType.PinchGesture)

    @property
    def is_panning(self) -> bool:
        return self._navigator.is_panning

    @property
    def may_pan(self) -> bool:
        return self._space_is_held

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        match event:
            case QMouseEvent():
                self._mouse(event)
            case QWheelEvent():
                self._wheel(event)
            case QTabletEvent():
                self._tablet(event)
            case QNativeGestureEvent():
                return self._navigator.native_gesture(event, self._ratio)
            case QGestureEvent():
                return self._navigator.gesture(event, self._ratio)
            case QKeyEvent():
                return self._key(event)
            case _:
                self._other(event)
                return False
        event.accept()
        return True

    @property
    def _ratio(self) -> float:
        return self._viewed.devicePixelRatioF()

    @property
    def _tool(self) -> Tool:
        return self._hand.tool

    def _mouse(self, event: QMouseEvent) -> None:
        match event.type():
            case QEvent.Type.MouseMove:
                self._move(event)
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseButtonDblClick:
                self._press(event)
            case QEvent.Type.MouseButtonRelease:
                self._release(event)

    def _other(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.Leave:
            self._hand.leave()
            self.pointer_moved.emit(None)
        elif event.type() == QEvent.Type.FocusOut:
            self._let_go()
        elif event.type() == QEvent.Type.DevicePixelRatioChange:
            self.density_changed.emit()

    def _press(self, event: QMouseEvent) -> None:
        pans = event.button() == Qt.MouseButton.MiddleButton
        if pans or (self._space_is_held and event.button() == Qt.MouseButton.LeftButton):
            if not self._hand.is_down:
                self._navigator.begin_pan(event)
                self.hand_changed.emit()
            return
        if event.button() == Qt.MouseButton.RightButton and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._sizing_at = event.position().x()
            return
        self._note_modifiers(event.modifiers(), event.buttons())
        self._hand.press(event, self._viewed.view, self._ratio)

    def _move(self, event: QMouseEvent) -> None:
        if self._sizing_at is not None:
            # The ring stays where it was pressed, so that its edge follows the hand.
            self.brush_dragged.emit(math.exp((event.position().x() - self._sizing_at) / _PIXELS_A_FACTOR))
            self._sizing_at = event.position().x()
            return
        if self._navigator.is_panning:
            self._navigator.pan(event, self._ratio)
        else:
            self._note_modifiers(event.modifiers(), event.buttons())
            self._hand.move(event, self._viewed.view, self._ratio)
        self.pointer_moved.emit(self._point(event))

    def _release(self, event: QMouseEvent) -> None:
        if self._sizing_at is not None:
            self._sizing_at = None
            return
        if self._navigator.is_panning:
            self._navigator.end_pan()
            self.hand_changed.emit()
            return
        self._hand.release(event, self._viewed.view, self._ratio)
        self._note_modifiers(event.modifiers(), event.buttons())

    def _wheel(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            turned = event.angleDelta().y() or event.angleDelta().x()
            self.brush_stepped.emit(turned / 120.0)
        else:
            self._navigator.wheel(event, self._ratio)
            self.pointer_moved.emit(self._point(event))

    def _tablet(self, event: QTabletEvent) -> None:
        self._hand.tablet(event, self._viewed.view, self._ratio)
        self.pointer_moved.emit(self._point(event))

    def _point(self, event: QMouseEvent | QWheelEvent | QTabletEvent) -> Point:
        at = event.position() * self._ratio
        return self._viewed.view.to_image(at.x(), at.y())

    def _takes_key(self, event: QKeyEvent) -> bool:
        if event.key() in _HELD_KEYS:
            return True
        return self._tool.is_busy and event.key() in (*_FINISH_KEYS, Qt.Key.Key_Escape, Qt.Key.Key_Backspace)

    def _key(self, event: QKeyEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            if self._takes_key(event):
                event.accept()
            return False
        if event.isAutoRepeat() and event.key() in _HELD_KEYS:
            return True
        is_down = event.type() == QEvent.Type.KeyPress
        match event.key():
            case Qt.Key.Key_Space:
                self._space_is_held = is_down
                self.hand_changed.emit()
            case Qt.Key.Key_QuoteLeft:
                self.peeked.emit(is_down)
            case Qt.Key.Key_Alt:
                self._note_erasing(erasing=is_down)
            case Qt.Key.Key_Escape if is_down and self._tool.is_busy:
                self._hand.drop()
                self._tool.cancel()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if is_down and self._tool.is_busy:
                return self._tool.finish()
            case Qt.Key.Key_Backspace if is_down and self._tool.is_busy:
                return self._tool.step_back()
            case _:
                return False
        return True

    def _note_modifiers(self, modifiers: Qt.KeyboardModifier, buttons: Qt.MouseButton) -> None:
        by_key = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        self._note_erasing(erasing=by_key or bool(buttons & Qt.MouseButton.RightButton))

    def _note_erasing(self, *, erasing: bool) -> None:
        if erasing != self.is_erasing:
            self.is_erasing = erasing
            self.hand_changed.emit()

    def _let_go(self) -> None:
        """Another window has the keys: whatever was held is held no longer."""
        self._space_is_held = False
        self._sizing_at = None
        self._navigator.end_pan()
        self._note_erasing(erasing=False)
        self.peeked.emit(False)
