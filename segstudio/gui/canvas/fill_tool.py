"""The fill: a click paints the region of one class, or of like colour, that lies under it."""

from __future__ import annotations

from segstudio.domain.geometry import Rect
from segstudio.editing.flood import label_region
from segstudio.editing.wand import color_region
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.tools import Tool


class FillTool(Tool):
    name = "fill"

    def press(self, pointer: Pointer) -> None:
        document = self.bench.document
        if document is None or not document.rect.contains(pointer.point):
            return
        options = self.bench.settings.options
        if options.fill_by_color and self.bench.picture is not None:
            part = self.bench.picture_near(Rect.around((pointer.point,)))
            seed = part.local(pointer.point)
            found = color_region(part.rgb, seed, options.tolerance, contiguous=options.is_contiguous)
            region = part.region_in_image(found)
        else:
            region = label_region(document.labels, pointer.point, contiguous=options.is_contiguous)
        self.bench.paint("Fill", region, pressed=pointer.point, erasing=pointer.is_erasing)
