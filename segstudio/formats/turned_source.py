"""A source seen upright whose picture is stored turned or mirrored."""

from __future__ import annotations

from segstudio.domain.arrays import RgbImage, read_only
from segstudio.domain.geometry import Rect, Size
from segstudio.formats.image_source import ImageSource, require_inside
from segstudio.formats.orientation import SWAPS_SIDES, upright, upright_size

_FROM_RIGHT = frozenset({2, 3, 7, 8})
"""Forms in which stored columns count from the right, or the bottom, of what is seen."""

_FROM_BOTTOM = frozenset({3, 4, 6, 7})
"""Likewise stored rows."""


class TurnedSource:
    """``orientation``: the tag's value, 2 to 8."""

    def __init__(self, stored: ImageSource, orientation: int) -> None:
        self._stored = stored
        self._orientation = orientation

    @property
    def size(self) -> Size:
        return self.levels[0]

    @property
    def levels(self) -> tuple[Size, ...]:
        return tuple(upright_size(level, self._orientation) for level in self._stored.levels)

    def read_region(self, level: int, rect: Rect) -> RgbImage:
        require_inside(rect, self.levels[level])
        size = self._stored.levels[level]
        region = self._stored.read_region(level, stored_rect(rect, size, self._orientation))
        return read_only(upright(region, self._orientation))

    def prepare(self, level: int, rect: Rect, seconds: float) -> Rect:
        size = self._stored.levels[level]
        part = self._stored.prepare(level, stored_rect(rect, size, self._orientation), seconds)
        return part if part.is_empty else seen_rect(part, size, self._orientation)

    def close(self) -> None:
        self._stored.close()


def stored_rect(seen: Rect, stored_size: Size, orientation: int) -> Rect:
    """Where what is seen in ``seen`` lies in the stored picture."""
    left, top, right, bottom = seen.left, seen.top, seen.right, seen.bottom
    if orientation in SWAPS_SIDES:
        left, top, right, bottom = top, left, bottom, right
    if orientation in _FROM_RIGHT:
        left, right = stored_size.width - right, stored_size.width - left
    if orientation in _FROM_BOTTOM:
        top, bottom = stored_size.height - bottom, stored_size.height - top
    return Rect(left, top, right, bottom)


def seen_rect(stored: Rect, stored_size: Size, orientation: int) -> Rect:
    """Where what is stored in ``stored`` is seen: the way back from ``stored_rect``."""
    left, top, right, bottom = stored.left, stored.top, stored.right, stored.bottom
    if orientation in _FROM_RIGHT:
        left, right = stored_size.width - right, stored_size.width - left
    if orientation in _FROM_BOTTOM:
        top, bottom = stored_size.height - bottom, stored_size.height - top
    if orientation in SWAPS_SIDES:
        left, top, right, bottom = top, left, bottom, right
    return Rect(left, top, right, bottom)
