"""A huge write in turns, each short enough for a window that must go on answering."""

from __future__ import annotations

from collections.abc import Iterator

from segstudio.domain.arrays import LabelMap, Mask
from segstudio.domain.geometry import Rect
from segstudio.domain.stroke import PaintRule
from segstudio.editing.edit import ANYTHING, Edit
from segstudio.editing.pixels import slices_within

_TURN_PIXELS = 4 << 20
"""About 25 ms of writing and compressing on one core."""


def written_in_turns(
    edit: Edit, rect: Rect, mask: Mask | None, labels: int | LabelMap, rule: PaintRule = ANYTHING
) -> Iterator[Rect]:
    """Writes as ``Edit.write`` does, some rows each time the next rectangle to redraw is asked for."""
    rows = max(1, _TURN_PIXELS // max(1, rect.width))
    for top in range(rect.top, rect.bottom, rows):
        band = Rect(rect.left, top, rect.right, min(top + rows, rect.bottom))
        part = slices_within(rect, band)
        band_mask = None if mask is None else mask[part]
        yield edit.write(band, band_mask, labels if isinstance(labels, int) else labels[part], rule)
