"""Refine edge: borders that a drag goes over move to the edges of the picture."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from segstudio.domain.geometry import Point
from segstudio.domain.task import Progress, Task
from segstudio.editing.brush import segment_mask
from segstudio.editing.refine_edge import refined_edges
from segstudio.editing.region import NOTHING, Region, Relabelling
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.region_preview import RegionPreview
from segstudio.gui.canvas.tools import CursorKind, Tool
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench


class RefineTool(Tool):
    """Only what the brush went over changes; the release decides it anew by colour and probability."""

    name = "refine"
    cursor = CursorKind.RING

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._swept = NOTHING
        self._last: Point | None = None
        self._preview = RegionPreview()

    @property
    def is_busy(self) -> bool:
        return self._last is not None

    def press(self, pointer: Pointer) -> None:
        self._swept = NOTHING
        self._last = pointer.point
        self.drag(pointer)

    def drag(self, pointer: Pointer) -> None:
        if self._last is None:
            return
        brush = self.bench.settings.brush
        rect, mask = segment_mask(self._last, pointer.point, brush, self.bench.image_rect)
        self._last = pointer.point
        if not rect.is_empty:
            self._swept = self._swept.united(Region(rect, mask))
        self._preview.show(self._swept, (255, 255, 255))
        self.bench.show_preview()

    def release(self, pointer: Pointer) -> None:
        swept = self._swept
        self.cancel()
        bench = self.bench
        if bench.picture is None or bench.document is None or swept.rect.is_empty:
            return
        part, band = bench.picture_near(swept.rect), bench.settings.options.band_width
        labels = bench.document.labels[part.window.slices].copy()
        # The model's map is counted from the image's corner, so it serves only while the whole picture is at hand.
        probabilities = bench.probabilities if part.window == bench.image_rect else None

        def refine(_task: Task[Progress]) -> Relabelling:
            local = part.local_rect(swept.rect)
            found = refined_edges(part.rgb, labels, local, band=band, probabilities=probabilities)
            return Relabelling(part.region_in_image(found.region).common(swept), found.labels)

        def done(found: Relabelling) -> None:
            bench.relabel("Refine edge", found, pressed=pointer.point)

        bench.work.edit_later("Refine edge", refine, done)

    def cancel(self) -> None:
        self._swept, self._last = NOTHING, None
        self._preview.clear()
        self.bench.show_preview()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        self._preview.paint(painter, view)
