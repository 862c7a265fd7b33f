"""GrabCut: a box round an object, and the object in it is painted."""

from __future__ import annotations

import numpy as np

from segstudio.domain.geometry import Point
from segstudio.domain.task import Progress, Task
from segstudio.editing.grab_cut import grab_cut
from segstudio.editing.probability import class_probability
from segstudio.editing.region import Region
from segstudio.editing.shapes import rectangle_region
from segstudio.gui.canvas.box_tools import BoxTool


class GrabCutTool(BoxTool):
    """Where the model knows the active class, its probabilities guide the cut."""

    name = "grabcut"

    def apply(self, start: Point, end: Point, *, erasing: bool) -> None:
        bench = self.bench
        box = rectangle_region(start, end, bench.image_rect).rect
        if bench.picture is None or box.width < 2 or box.height < 2:
            return
        part = bench.picture_near(box)
        chance = None
        probabilities, class_id = bench.probabilities, bench.settings.class_id
        if probabilities is not None and class_id in probabilities.class_ids:
            chance = class_probability(probabilities, class_id, box).astype(np.float32) / np.float32(255.0)

        def cut(_task: Task[Progress]) -> Region:
            return part.region_in_image(grab_cut(part.rgb, part.local_rect(box), probability=chance))

        def done(region: Region) -> None:
            self.apply_area("GrabCut", region, pressed=start, erasing=erasing)

        bench.work.edit_later("GrabCut", cut, done)
