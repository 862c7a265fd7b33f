"""Points and half-open rectangles in image pixels; points are (x, y)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Point(NamedTuple):
    """A position in image pixels; the centre of the first pixel is (0.5, 0.5)."""

    x: float
    y: float


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Rect:
    """Pixels with ``left <= x < right`` and ``top <= y < bottom``; empty where nothing fits."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of_shape(cls, shape: tuple[int, ...]) -> Rect:
        """The whole of an array of shape (H, W, ...)."""
        return cls(0, 0, shape[1], shape[0])

    @classmethod
    def around(cls, points: Iterable[Point], margin: float = 0.0) -> Rect:
        """The smallest rectangle that holds every point widened by ``margin`` pixels."""
        listed = list(points)
        if not listed:
            return EMPTY
        return cls(
            math.floor(min(p.x for p in listed) - margin),
            math.floor(min(p.y for p in listed) - margin),
            math.ceil(max(p.x for p in listed) + margin) + 1,
            math.ceil(max(p.y for p in listed) + margin) + 1,
        )

    @property
    def width(self) -> int:
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        return max(0, self.bottom - self.top)

    @property
    def area(self) -> int:
        return self.width * self.height

    @property
    def is_empty(self) -> bool:
        return self.left >= self.right or self.top >= self.bottom

    @property
    def slices(self) -> tuple[slice, slice]:
        """For ``array[rect.slices]``: rows, then columns."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def intersected(self, other: Rect) -> Rect:
        rect = Rect(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )
        return EMPTY if rect.is_empty else rect

    def united(self, other: Rect) -> Rect:
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Rect(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def expanded(self, margin: int) -> Rect:
        if self.is_empty:
            return self
        return Rect(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)

    def without(self, inner: Rect) -> Iterator[Rect]:
        """What is left of it, in up to four parts, when ``inner``, which lies within, is cut out."""
        if inner.is_empty:
            inner = Rect(self.left, self.top, self.left, self.top)
        parts = (
            Rect(self.left, self.top, self.right, inner.top),
            Rect(self.left, inner.top, inner.left, inner.bottom),
            Rect(inner.right, inner.top, self.right, inner.bottom),
            Rect(self.left, inner.bottom, self.right, self.bottom),
        )
        return (part for part in parts if not part.is_empty)

    def contains(self, point: Point) -> bool:
        return self.left <= point.x < self.right and self.top <= point.y < self.bottom


EMPTY = Rect(0, 0, 0, 0)
