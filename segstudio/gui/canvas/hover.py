"""What lies under the pointer."""

from __future__ import annotations

from dataclasses import dataclass

from segstudio.domain.arrays import Origin
from segstudio.domain.classes import Color
from segstudio.domain.geometry import Point
from segstudio.gui.canvas.workbench import Workbench


@dataclass(frozen=True, slots=True)
class HoverInfo:
    """``column`` and ``row`` of the pixel, its colour, label and origin; None for what isn't there.
    ``confidence`` is the model's for that label, a fraction of 1."""

    column: int
    row: int
    color: Color | None = None
    label: int | None = None
    origin: Origin | None = None
    confidence: float | None = None


def hover_info(bench: Workbench, point: Point) -> HoverInfo | None:
    """None outside the image."""
    size = bench.image_size
    if size is None or not (0 <= point.x < size.width and 0 <= point.y < size.height):
        return None
    column, row = int(point.x), int(point.y)
    color = None if bench.picture is None else bench.picture.color_at(column, row)
    if bench.document is None:
        return HoverInfo(column, row, color)
    label = int(bench.document.labels[row, column])
    origin = Origin(int(bench.document.origins[row, column]))
    return HoverInfo(column, row, color, label, origin, bench.probability_at(column, row, label))
