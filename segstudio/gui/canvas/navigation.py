"""Zooming and panning with wheel, touchpad, fingers and mouse."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

from segstudio.gui.canvas.view_transform import ViewTransform

_NOTCH = 120.0
_PIXELS_A_STEP = 60.0


class Navigator:
    """Turns events into views. ``ratio`` in its methods is the screen's device pixels a logical pixel."""

    def __init__(self, view: Callable[[], ViewTransform], show: Callable[[ViewTransform], None]) -> None:
        self._view = view
        self._show = show
        self._pan_from: QPointF | None = None
        self._pan_view: ViewTransform | None = None

    @property
    def is_panning(self) -> bool:
        return self._pan_from is not None

    def begin_pan(self, event: QMouseEvent) -> None:
        self._pan_from = event.position()
        self._pan_view = self._view()

    def pan(self, event: QMouseEvent, ratio: float) -> None:
        if self._pan_from is None or self._pan_view is None:
            return
        way = (event.position() - self._pan_from) * ratio
        view = self._view()
        start = self._pan_view
        self._show(view.panned(start.offset_x + way.x() - view.offset_x, start.offset_y + way.y() - view.offset_y))

    def end_pan(self) -> None:
        self._pan_from = self._pan_view = None

    def wheel(self, event: QWheelEvent, ratio: float) -> None:
        """A wheel zooms at the cursor; two fingers on a touchpad pan, with Ctrl they zoom."""
        at = event.position() * ratio
        zooms = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if _is_touchpad(event):
            way = event.pixelDelta()
            if zooms:
                self._show(self._view().stepped(_fractional(way.y() / _PIXELS_A_STEP), at.x(), at.y()))
            else:
                self._show(self._view().panned(way.x() * ratio, way.y() * ratio))
            return
        steps = event.angleDelta().y() / _NOTCH
        if steps:
            self._show(self._view().stepped(steps, at.x(), at.y()))

    def native_gesture(self, event: QNativeGestureEvent, ratio: float) -> bool:
        """A pinch on a touchpad. Returns: whether it was one."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        at = event.position() * ratio
        view = self._view()
        self._show(view.zoomed(view.scale * (1.0 + event.value()), at.x(), at.y()))
        return True

    def gesture(self, event: QGestureEvent, ratio: float) -> bool:
        """A pinch on a touch screen; its middle drags the picture along. Returns: whether it was one."""
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        widget = event.widget()
        at = QPointF(widget.mapFromGlobal(pinch.centerPoint().toPoint())) * ratio
        way = (pinch.centerPoint() - pinch.lastCenterPoint()) * ratio
        view = self._view()
        zoomed = view.panned(way.x(), way.y()).zoomed(view.scale * pinch.scaleFactor(), at.x(), at.y())
        self._show(zoomed)
        return True


def _is_touchpad(event: QWheelEvent) -> bool:
    if event.pixelDelta().isNull():
        return False
    is_pad = event.device().type() == QInputDevice.DeviceType.TouchPad
    return is_pad or event.phase() != Qt.ScrollPhase.NoScrollPhase


def _fractional(steps: float) -> float:
    """Never a whole number, so that a touchpad's zoom isn't snapped to the wheel's notches."""
    return steps + 1e-4 if float(steps).is_integer() else steps


GESTURE_EVENTS = (QEvent.Type.Gesture, QEvent.Type.NativeGesture)
