"""The guided filter: smooths a map within the edges of a picture (K. He, J. Sun, X. Tang, PAMI 35(6), 2013)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import RgbImage

Floats = NDArray[np.float32]


class GuidedFilter:
    """Prepared for one picture, then applied to any number of maps of its size.

    ``radius``: of the square window in pixels; ``softness``: the paper's epsilon, for colours from 0 to 1: edges
    with a variance well above it are kept.
    """

    def __init__(self, image: RgbImage, *, radius: int, softness: float = 1e-3) -> None:
        self._side = 2 * radius + 1
        self._color = image.astype(np.float32) / np.float32(255.0)
        self._mean = self._blurred(self._color)
        self._inverse = _inverse(self._covariance(), softness)

    def apply(self, values: Floats) -> Floats:
        """float32, shape (H, W), of a map of that shape."""
        mean = self._blurred(values)
        covariance = self._blurred(self._color * values[..., None]) - self._mean * mean[..., None]
        slope = np.stack([(row * covariance).sum(axis=2) for row in self._inverse], axis=2)
        offset = mean - (slope * self._mean).sum(axis=2)
        filtered: Floats = (self._blurred(slope) * self._color).sum(axis=2) + self._blurred(offset)
        return filtered

    def _covariance(self) -> list[Floats]:
        """Of red red, red green, red blue, green green, green blue, blue blue."""
        pairs = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
        color, mean = self._color, self._mean
        return [self._blurred(color[..., i] * color[..., j]) - mean[..., i] * mean[..., j] for i, j in pairs]

    def _blurred(self, values: Floats) -> Floats:
        blurred = cv2.boxFilter(values, cv2.CV_32F, (self._side, self._side), borderType=cv2.BORDER_REFLECT)
        return np.asarray(blurred, np.float32)


def _inverse(covariance: list[Floats], softness: float) -> list[Floats]:
    """The rows, each of shape (H, W, 3), of the inverses of the symmetric matrices plus ``softness``."""
    rr, rg, rb, gg, gb, bb = covariance
    rr, gg, bb = rr + softness, gg + softness, bb + softness
    a, b, c = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg
    d, e, f = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    scale = np.float32(1.0) / (rr * a + rg * b + rb * c)
    return [np.stack(row, axis=2) * scale[..., None] for row in ((a, b, c), (b, d, e), (c, e, f))]
