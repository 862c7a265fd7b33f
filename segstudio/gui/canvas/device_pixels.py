"""Between a widget's logical pixels and the screen's own."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from segstudio.domain.geometry import Rect, Size


def device_size(widget: QWidget) -> Size:
    """The widget's size in device pixels."""
    ratio = widget.devicePixelRatioF()
    return Size(max(1, round(widget.width() * ratio)), max(1, round(widget.height() * ratio)))


def device_rect(part: QRect, ratio: float) -> Rect:
    """The device pixels that a rectangle of logical ones covers."""
    return Rect(
        math.floor(part.left() * ratio),
        math.floor(part.top() * ratio),
        math.ceil((part.left() + part.width()) * ratio),
        math.ceil((part.top() + part.height()) * ratio),
    )


def logical_rect(device: Rect, ratio: float) -> QRect:
    """The logical pixels that cover a rectangle of device pixels."""
    left, top = math.floor(device.left / ratio), math.floor(device.top / ratio)
    right, bottom = math.ceil(device.right / ratio), math.ceil(device.bottom / ratio)
    return QRect(left, top, right - left, bottom - top)
