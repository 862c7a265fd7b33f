"""A picture as the canvas reads it: regions of pyramid levels, some of which may come later."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage
from segstudio.domain.classes import Color
from segstudio.domain.geometry import Rect, Size

_BAND_PIXELS = 2_000_000


class Picture(Protocol):
    """Level 0 is the image; each further level halves it, rounding up."""

    @property
    def size(self) -> Size: ...

    @property
    def is_in_memory(self) -> bool:
        """Whether any region can be had at no cost."""
        ...

    def exact(self, region: Rect) -> RgbImage:
        """The image's own pixels of ``region``, whatever it takes to read them; not to be written to."""
        ...

    def color_at(self, column: int, row: int) -> Color | None:
        """Of one pixel of the image; None while it isn't known."""
        ...

    @property
    def level_count(self) -> int:
        """How many levels can be read by now; level 0 always can."""
        ...

    def read(self, level: int, region: Rect) -> RgbImage:
        """The pixels of ``region``, in the pixels of ``level``; not to be written to."""
        ...

    def work(self, seconds: float) -> bool:
        """Make further levels for about ``seconds``; true while there is more to do."""
        ...


def level_size(size: Size, level: int) -> Size:
    """Width and height of a level."""
    round_up = (1 << level) - 1
    return Size((size.width + round_up) >> level, (size.height + round_up) >> level)


def color_of(rgb: RgbImage, column: int, row: int) -> Color:
    red, green, blue = rgb[row, column]
    return int(red), int(green), int(blue)


class MemoryPicture:
    """A picture whose pixels are all in memory; halved in small steps, so that nobody waits for it, unless its
    ``halves`` are there already."""

    def __init__(self, rgb: RgbImage, halves: Sequence[RgbImage] = ()) -> None:
        self._levels = [rgb, *halves]
        self._growing: RgbImage | None = None
        self._rows_done = 0

    @property
    def size(self) -> Size:
        height, width = self._levels[0].shape[:2]
        return Size(width, height)

    @property
    def is_in_memory(self) -> bool:
        return True

    def exact(self, region: Rect) -> RgbImage:
        return self.read(0, region)

    def color_at(self, column: int, row: int) -> Color | None:
        return color_of(self._levels[0], column, row)

    @property
    def level_count(self) -> int:
        return len(self._levels)

    def read(self, level: int, region: Rect) -> RgbImage:
        return self._levels[level][region.slices]

    def work(self, seconds: float) -> bool:
        end = time.perf_counter() + seconds
        while self._has_more():
            self._halve_band()
            if time.perf_counter() > end:
                break
        return self._has_more()

    def _has_more(self) -> bool:
        height, width = self._levels[-1].shape[:2]
        return bool(max(height, width) > 256)

    def _halve_band(self) -> None:
        finest = self._levels[-1]
        height, width = finest.shape[:2]
        if self._growing is None:
            self._growing = np.empty(((height + 1) // 2, (width + 1) // 2, 3), np.uint8)
            self._rows_done = 0
        rows = max(1, _BAND_PIXELS // (2 * width))
        top = self._rows_done
        bottom = min(self._growing.shape[0], top + rows)
        _halve(finest[2 * top : min(height, 2 * bottom)], self._growing[top:bottom])
        self._rows_done = bottom
        if bottom == self._growing.shape[0]:
            self._levels.append(self._growing)
            self._growing = None


def _halve(rgb: RgbImage, target: RgbImage) -> None:
    """Writes every two by two pixels' mean into ``target``; an odd last row or column is averaged alone."""
    height, width = rgb.shape[:2]
    if height % 2 or width % 2:
        rgb = np.asarray(cv2.copyMakeBorder(rgb, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), np.uint8)
    cv2.resize(rgb, (target.shape[1], target.shape[0]), dst=target, interpolation=cv2.INTER_AREA)
