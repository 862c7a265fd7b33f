"""The magic wand: the pixels around a point that look like it."""

from __future__ import annotations

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage
from segstudio.domain.geometry import Point, Rect
from segstudio.editing.flood import connected_region, touches_inner_edge, windows_around
from segstudio.editing.region import NOTHING, Region


def color_region(
    image: RgbImage,
    seed: Point,
    tolerance: int,
    *,
    contiguous: bool = True,
    diagonal: bool = False,
    sample_radius: int = 1,
) -> Region:
    """Pixels none of whose colour parts differs by more than ``tolerance`` (0 to 255) from the mean colour around
    ``seed``: those connected with it, or all. The pixel at ``seed`` always belongs to it.

    Nothing where ``seed`` lies outside.
    """
    whole = Rect.of_shape(image.shape)
    if not whole.contains(seed):
        return NOTHING
    color = color_around(image, seed, sample_radius)
    if not contiguous:
        return Region(whole, _similar(image, whole, color, tolerance).view(np.bool_)).trimmed()
    for window in windows_around(seed, whole):
        similar = _similar(image, window, color, tolerance)
        similar[int(seed.y) - window.top, int(seed.x) - window.left] = 1
        region = connected_region(similar, window, seed, diagonal=diagonal)
        if not touches_inner_edge(region.rect, window, whole):
            break
    return region


def color_around(image: RgbImage, seed: Point, radius: int) -> tuple[float, float, float]:
    """The mean colour of the square of ``2 * radius + 1`` pixels around ``seed``, as far as it lies within."""
    x, y = int(seed.x), int(seed.y)
    rect = Rect(x - radius, y - radius, x + radius + 1, y + radius + 1).intersected(Rect.of_shape(image.shape))
    red, green, blue = image[rect.slices].reshape(-1, 3).mean(axis=0).tolist()
    return red, green, blue


def _similar(
    image: RgbImage, rect: Rect, color: tuple[float, float, float], tolerance: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """uint8, 1 where the colour is near enough."""
    low = np.ceil(np.clip(np.subtract(color, tolerance), 0, 255))
    high = np.floor(np.clip(np.add(color, tolerance), 0, 255))
    similar = cv2.inRange(image[rect.slices], low, high)
    return np.minimum(similar, 1, out=similar)
