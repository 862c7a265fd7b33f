"""The label map over the picture, as the screen shows it."""

from __future__ import annotations

from PySide6.QtGui import QImage, QPainter

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import EMPTY, Rect
from segstudio.editing.label_pyramid import LabelPyramid
from segstudio.gui.canvas.byte_colors import draw_colors, draw_colors_over
from segstudio.gui.canvas.hatching import hatch_ignored
from segstudio.gui.canvas.label_display import LabelDisplay
from segstudio.gui.canvas.layer_buffer import LayerBuffer
from segstudio.gui.canvas.outlines import bordered_labels
from segstudio.gui.canvas.sampling import level_samples
from segstudio.gui.canvas.view_transform import ViewTransform

OUTLINE_WIDTH = 2
MOST_PIXELS_AT_ONCE = 8_000_000
"""A larger map takes too long to be halved, or drawn from its full size, while the window waits."""


class LabelItem:
    """Draws a label map that lies elsewhere, without ever converting it: only the screen's pixels get a colour.

    The pixels of the screen are looked up in the pyramid level nearest to the zoom, coloured through a table, and
    kept until something under them changes.
    """

    def __init__(self) -> None:
        self.buffer = LayerBuffer(QImage.Format.Format_ARGB32_Premultiplied)
        self._labels: LabelMap | None = None
        self._pyramid: LabelPyramid | None = None
        self._painted_since = EMPTY
        self._origins: OriginMap | None = None
        self._label_set = LabelSet(())
        self._display = LabelDisplay()
        self._make_tables()

    @property
    def display(self) -> LabelDisplay:
        return self._display

    def show_labels(self, labels: LabelMap | None, origins: OriginMap | None = None) -> None:
        """Wraps both maps; whoever writes into ``labels`` calls ``labels_changed``. Until ``use_pyramid`` a large
        map is seen from 100 % on."""
        self._labels, self._origins = labels, origins
        self._pyramid = None
        self._painted_since = EMPTY
        self.buffer.invalidate_all()

    def use_pyramid(self, pyramid: LabelPyramid) -> None:
        """The pyramid of the labels that are shown; what was painted since they were is brought up to date."""
        if self._labels is pyramid.levels[0]:
            pyramid.update(self._painted_since)
            self._pyramid = pyramid
            self.buffer.invalidate_all()

    def show_classes(self, label_set: LabelSet) -> None:
        self._label_set = label_set
        self._make_tables()

    def show_display(self, display: LabelDisplay) -> None:
        self._display = display
        self._make_tables()

    def labels_changed(self, rect: Rect, view: ViewTransform) -> Rect:
        """Brings the pyramid up to date. Returns: the device pixels that show ``rect``."""
        if self._pyramid is None:
            self._painted_since = self._painted_since.united(rect)
        else:
            self._pyramid.update(rect)
        device = view.device_rect(rect.expanded(1 << view.level), margin=OUTLINE_WIDTH)
        self.buffer.invalidate(device)
        return device

    def draw(self, painter: QPainter, view: ViewTransform, device: Rect) -> None:
        pyramid = self._pyramid_for(view)
        if not self._display.is_visible or pyramid is None:
            return
        for stale in self.buffer.take_stale():
            self._render(pyramid, view, stale)
        self.buffer.draw(painter, device.intersected(view.picture_area))

    def _pyramid_for(self, view: ViewTransform) -> LabelPyramid | None:
        """The full size alone where that will do: magnified, or where there isn't much of it."""
        if self._pyramid is not None or self._labels is None:
            return self._pyramid
        will_do = view.level == 0 or self._labels.size <= MOST_PIXELS_AT_ONCE
        return LabelPyramid(self._labels, self._origins, level_count=1) if will_do else None

    def _make_tables(self) -> None:
        self._fill_table = self._display.fill_table(self._label_set)
        self._outline_table = self._display.outline_table(self._label_set)
        self.buffer.invalidate_all()

    def _render(self, pyramid: LabelPyramid, view: ViewTransform, stale: Rect) -> None:
        area = stale.intersected(view.picture_area)
        if area.is_empty:
            return
        margin = OUTLINE_WIDTH if self._display.has_outline else 0
        wide = area.expanded(margin).intersected(view.picture_extent)
        sampled = level_samples(pyramid.levels, view, wide)
        inner = Rect(area.left - wide.left, area.top - wide.top, area.right - wide.left, area.bottom - wide.top)
        labels = sampled[inner.slices]
        target = self.buffer.pixels[area.slices]
        if self._display.has_fill:
            draw_colors(target, labels, self._fill_table)
        if self._display.has_outline:
            lines = bordered_labels(sampled, OUTLINE_WIDTH)[inner.slices]
            draw = draw_colors_over if self._display.has_fill else draw_colors
            draw(target, lines, self._outline_table)
        hatch_ignored(target, labels, pyramid.origin_levels, view, area, self._display)
