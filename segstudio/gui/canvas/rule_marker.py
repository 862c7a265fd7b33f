"""Marks, inside the brush's outline, the pixels that the paint rule is keeping from it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from segstudio.domain.geometry import EMPTY, Point
from segstudio.domain.stroke import PaintOver
from segstudio.editing.brush import segment_mask
from segstudio.editing.region import NOTHING, Region
from segstudio.editing.rules import allowed_pixels
from segstudio.gui.canvas.sampling import nearest_grid
from segstudio.gui.canvas.stripes import stripes
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench

_LIGHT = 0x78787878
_DARK = 0x58000000


class RuleMarker:
    """Stripes on what the tip covers and may not change."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def paint(self, painter: QPainter, view: ViewTransform, center: Point) -> None:
        kept = self._kept(center)
        device = view.device_rect(kept.rect).intersected(view.picture_area) if not kept.rect.is_empty else EMPTY
        if device.is_empty:
            return
        grid = nearest_grid(view, device, 0)
        mask = grid.read(np.ascontiguousarray(kept.within(grid.region)).view(np.uint8)).view(np.bool_)
        pixels = np.where(mask, stripes(device, view, _LIGHT, _DARK), np.uint32(0))
        image = QImage(
            pixels.data, device.width, device.height, 4 * device.width, QImage.Format.Format_ARGB32_Premultiplied
        )
        painter.drawImage(QPoint(device.left, device.top), image)

    def _kept(self, center: Point) -> Region:
        document, rule = self._bench.document, self._bench.settings.rule
        if document is None or (rule.over is PaintOver.ANYTHING and not rule.locked):
            return NOTHING
        # A stroke that is under way has painted its own class, which some rules then keep: it isn't marked.
        rect, tip = segment_mask(center, center, self._bench.settings.brush, document.rect)
        if rect.is_empty:
            return NOTHING
        pressed = self._pressed_class(center)
        if pressed is None and rule.over is PaintOver.CLASS_UNDER_PRESS:
            return NOTHING
        allowed = allowed_pixels(
            document.labels[rect.slices], document.origins[rect.slices], rule, pressed_class=pressed
        )
        if allowed is None:
            return NOTHING
        own = document.labels[rect.slices] == self._bench.settings.class_id
        return Region(rect, tip & ~allowed & ~own)

    def _pressed_class(self, center: Point) -> int | None:
        document = self._bench.document
        if document is not None and document.open_edit is not None:
            return document.open_edit.pressed_class
        return self._bench.label_at(center)
