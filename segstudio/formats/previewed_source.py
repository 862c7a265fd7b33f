"""A source whose small levels come from a quicker reading of the same file."""

from __future__ import annotations

import math

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage, read_only
from segstudio.domain.geometry import EMPTY, Rect, Size
from segstudio.formats.image_source import ImageSource


class PreviewedSource:
    """``small`` is ``full`` reduced as far as its level ``first``, but for a pixel of rounding; what is zoomed out
    never needs ``full``."""

    def __init__(self, full: ImageSource, small: ImageSource, first: int) -> None:
        self._full, self._small, self._first = full, small, first

    @property
    def size(self) -> Size:
        return self._full.size

    @property
    def levels(self) -> tuple[Size, ...]:
        return self._full.levels

    def read_region(self, level: int, rect: Rect) -> RgbImage:
        if not self._is_small(level):
            return self._full.read_region(level, rect)
        there = self._there(level, rect)
        pixels = self._small.read_region(level - self._first, there)
        if (there.width, there.height) == (rect.width, rect.height):
            return pixels
        resized = cv2.resize(pixels, (rect.width, rect.height), interpolation=cv2.INTER_LINEAR)
        return read_only(np.asarray(resized, np.uint8))

    def prepare(self, level: int, rect: Rect, seconds: float) -> Rect:
        if not self._is_small(level):
            return self._full.prepare(level, rect, seconds)
        there = self._there(level, rect)
        ready = self._small.prepare(level - self._first, there, seconds)
        if ready == there:
            return rect
        rows = max(0, math.floor(ready.height / there.height * rect.height) - 1)
        return Rect(rect.left, rect.top, rect.right, rect.top + rows) if rows else EMPTY

    def close(self) -> None:
        self._full.close()
        self._small.close()

    def _is_small(self, level: int) -> bool:
        return 0 <= level - self._first < len(self._small.levels)

    def _there(self, level: int, rect: Rect) -> Rect:
        """Where ``rect`` lies in the small picture."""
        size, other = self.levels[level], self._small.levels[level - self._first]
        if size == other:
            return rect
        x, y = other.width / size.width, other.height / size.height
        left, top = min(round(rect.left * x), other.width - 1), min(round(rect.top * y), other.height - 1)
        right, bottom = max(left + 1, round(rect.right * x)), max(top + 1, round(rect.bottom * y))
        return Rect(left, top, min(right, other.width), min(bottom, other.height))
