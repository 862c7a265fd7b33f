"""Intelligent scissors: the way along edges from one point to another (E. N. Mortensen, W. A. Barrett, 1995)."""

from __future__ import annotations

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage
from segstudio.domain.geometry import Point, Rect

DEFAULT_REACH = 192
"""Fixing a point then takes about 40 ms on one core."""


class Scissors:
    """Follows edges around the last fixed point; a way never leads further than ``reach`` pixels from it, so that
    fixing a point takes as long on any image."""

    def __init__(self, image: RgbImage, *, reach: int = DEFAULT_REACH) -> None:
        self._image = image
        self._reach = reach
        self._whole = Rect.of_shape(image.shape)
        self._window = Rect(0, 0, 0, 0)
        self._finder: cv2.segmentation.IntelligentScissorsMB | None = None

    @property
    def window(self) -> Rect:
        """Where the way may lead from the last fixed point; empty before there is one."""
        return self._window

    def fix(self, point: Point) -> None:
        """The next way starts here."""
        x, y = self._nearest_pixel(point, self._whole)
        reach = self._reach
        self._window = Rect(x - reach, y - reach, x + reach + 1, y + reach + 1).intersected(self._whole)
        finder = cv2.segmentation.IntelligentScissorsMB()
        finder.setEdgeFeatureCannyParameters(32, 100)
        finder.setGradientMagnitudeMaxLimit(200)
        finder.applyImage(np.ascontiguousarray(self._image[self._window.slices]))
        finder.buildMap((x - self._window.left, y - self._window.top))
        self._finder = finder

    def way_to(self, point: Point) -> tuple[Point, ...]:
        """The middles of the pixels along the best way from the fixed point, both ends included.

        Raises: ValueError: no point was fixed.
        """
        if self._finder is None:
            raise ValueError("A way needs a point to start from.")
        x, y = self._nearest_pixel(point, self._window)
        way = self._finder.getContour((x - self._window.left, y - self._window.top))
        pixels = np.asarray(way).reshape(-1, 2).tolist()
        return tuple(Point(self._window.left + px + 0.5, self._window.top + py + 0.5) for px, py in pixels)

    @staticmethod
    def _nearest_pixel(point: Point, rect: Rect) -> tuple[int, int]:
        return (
            min(max(int(point.x), rect.left), rect.right - 1),
            min(max(int(point.y), rect.top), rect.bottom - 1),
        )
