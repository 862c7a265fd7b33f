"""What the tools share that end in an area: it is painted, or the active class is cut by it."""

from __future__ import annotations

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import Color
from segstudio.domain.geometry import Point
from segstudio.editing.class_algebra import Combination, combined
from segstudio.editing.region import Region
from segstudio.gui.canvas.tools import Tool

_STEP_NAMES = {
    Combination.SUBTRACT: "Take from the class",
    Combination.INTERSECT: "Keep inside",
    Combination.EXCLUDE: "Reverse inside",
}


class AreaTool(Tool):
    """What the class loses becomes unlabelled. Erasing has no use for it: it takes every class."""

    def apply_area(self, name: str, region: Region, *, pressed: Point | None, erasing: bool) -> None:
        """One undo step, under the paint rule."""
        bench, how = self.bench, self.bench.settings.options.combination
        document, class_id = bench.document, bench.settings.class_id
        if erasing or how is Combination.ADD or document is None or region.rect.is_empty or class_id == IGNORE:
            bench.paint(name, region, pressed=pressed, erasing=erasing)
            return
        # Only what is kept inside reaches beyond the area.
        rect = document.rect if how is Combination.INTERSECT else region.rect
        cut = combined(document.labels, class_id, region, how, rect=rect, rest=IGNORE)
        bench.relabel(_STEP_NAMES[how], cut, pressed=pressed)

    def preview_color(self, *, erasing: bool) -> Color:
        takes = self.bench.settings.options.combination is Combination.SUBTRACT
        return super().preview_color(erasing=erasing or takes)
