"""An image cut into overlapping tiles, so that memory stays bounded whatever its size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from segstudio.domain.geometry import Rect, Size


@dataclass(frozen=True, slots=True)
class Tile:
    """``read`` is given to the network; of what it says, only ``keep`` counts. Both in image pixels."""

    read: Rect
    keep: Rect


def tiles_of(size: Size, *, pixel_budget: int, margin: int, stride: int) -> list[Tile]:
    """Tiles of at most about ``pixel_budget`` pixels, margins included, whose ``keep`` cover every pixel once.

    Inside edges lie on multiples of ``stride``, so that the network's cells fall on the same pixels in each tile.
    An image within the budget is one tile.
    """
    if size.width * size.height <= pixel_budget:
        whole = Rect(0, 0, size.width, size.height)
        return [Tile(whole, whole)]
    side = max(stride, int(pixel_budget**0.5))
    height = min(size.height, side)
    width = min(size.width, max(stride, pixel_budget // height))
    height = min(size.height, max(stride, pixel_budget // width))
    return [
        Tile(Rect(left, top, right, bottom), Rect(keep_left, keep_top, keep_right, keep_bottom))
        for top, bottom, keep_top, keep_bottom in _spans(size.height, height, margin, stride)
        for left, right, keep_left, keep_right in _spans(size.width, width, margin, stride)
    ]


def _spans(length: int, wanted: int, margin: int, stride: int) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of what is read and what is kept, along one side."""
    if length <= wanted:
        yield 0, length, 0, length
        return
    margin = min(margin, wanted // 4) // stride * stride
    step = max(stride, (wanted - 2 * margin) // stride * stride)
    for keep_start in range(0, length, step):
        keep_end = min(length, keep_start + step)
        yield max(0, keep_start - margin), min(length, keep_end + margin), keep_start, keep_end
