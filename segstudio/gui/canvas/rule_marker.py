"""Marks, inside the brush's outline, the pixels that the paint rule or the tool itself keeps from it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from segstudio.domain.arrays import Mask
from segstudio.domain.geometry import EMPTY, Point, Rect
from segstudio.domain.stroke import PaintOver
from segstudio.editing.brush import segment_mask
from segstudio.editing.region import NOTHING, Region
from segstudio.editing.rules import allowed_pixels
from segstudio.gui.canvas.sampling import nearest_grid
from segstudio.gui.canvas.stripes import stripes
from segstudio.gui.canvas.tools import Tool
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench

_LIGHT = 0x78787878
_DARK = 0x58000000


class RuleMarker:
    """Stripes on what the tip covers and may not change."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def paint(self, painter: QPainter, view: ViewTransform, center: Point, tool: Tool, *, erasing: bool) -> None:
        kept = self._kept(center, None if erasing else tool)
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

    def _kept(self, center: Point, tool: Tool | None) -> Region:
        document = self._bench.document
        if document is None:
            return NOTHING
        brush = self._bench.settings.brush
        rect = Rect.around((center,), margin=brush.diameter / 2 + 1).intersected(document.rect)
        if rect.is_empty:
            return NOTHING
        by_tool = None if tool is None else tool.keeps(rect)
        found = [mask for mask in (self._by_rule(rect, center), by_tool) if mask is not None]
        if not found:
            return NOTHING
        tip = Region(*segment_mask(center, center, brush, document.rect)).within(rect)
        # A stroke that is under way has painted its own class, which some rules then keep: it isn't marked.
        own = document.labels[rect.slices] == self._bench.settings.class_id
        return Region(rect, tip & np.logical_or.reduce(found) & ~own)

    def _by_rule(self, rect: Rect, center: Point) -> Mask | None:
        """The pixels of ``rect`` that the paint rule keeps from every tool."""
        document, rule = self._bench.document, self._bench.settings.rule
        if document is None or (rule.over is PaintOver.ANYTHING and not rule.locked):
            return None
        pressed = self._pressed_class(center)
        if pressed is None and rule.over is PaintOver.CLASS_UNDER_PRESS:
            return None
        labels, origins = document.labels[rect.slices], document.origins[rect.slices]
        allowed = allowed_pixels(labels, origins, rule, pressed_class=pressed)
        return None if allowed is None else ~allowed

    def _pressed_class(self, center: Point) -> int | None:
        document = self._bench.document
        if document is not None and document.open_edit is not None:
            return document.open_edit.pressed_class
        return self._bench.label_at(center)
