"""Slanting stripes that stay with the image when it is moved."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import Mask
from segstudio.domain.geometry import Rect
from segstudio.gui.canvas.view_transform import ViewTransform

PERIOD = 10


def light_stripes(area: Rect, view: ViewTransform) -> Mask:
    """bool, shape of ``area``: every other stripe."""
    columns = np.arange(area.left - view.offset_x, area.right - view.offset_x)
    rows = np.arange(area.top - view.offset_y, area.bottom - view.offset_y)
    is_light: Mask = np.add.outer(rows, columns) % PERIOD < PERIOD // 2
    return is_light


def stripes(area: Rect, view: ViewTransform, light: int, dark: int) -> NDArray[np.uint32]:
    """uint32, shape of ``area``: premultiplied pixels, ``light`` and ``dark`` in turns."""
    return np.where(light_stripes(area, view), np.uint32(light), np.uint32(dark))
