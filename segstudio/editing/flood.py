"""Flood fill: the pixels around a point that are of its class."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, Mask
from segstudio.domain.geometry import Point, Rect
from segstudio.editing.region import NOTHING, Region

_FIRST_WINDOW = 512
_GROWTH = 8
"""Most regions are small, so the first look is into a small window; a huge one takes few looks more."""


def label_region(labels: LabelMap, seed: Point, *, contiguous: bool = True, diagonal: bool = False) -> Region:
    """The pixels of the class at ``seed``: those connected with it (``diagonal``: by corners too), or all.

    Nothing where ``seed`` lies outside.
    """
    whole = Rect.of_shape(labels.shape)
    if not whole.contains(seed):
        return NOTHING
    if not contiguous:
        return Region(whole, labels == labels[int(seed.y), int(seed.x)]).trimmed()
    for window in windows_around(seed, whole):
        part = labels[window.slices]
        values = part if part.flags.writeable and part.flags.c_contiguous else part.copy()
        region = connected_region(values, window, seed, diagonal=diagonal)
        if not touches_inner_edge(region.rect, window, whole):
            break
    return region


def connected_region(values: NDArray[np.uint8], window: Rect, seed: Point, *, diagonal: bool = False) -> Region:
    """The pixels connected with ``seed`` that have its value; ``values``, writable, cover ``window``."""
    filled = np.zeros((window.height + 2, window.width + 2), np.uint8)
    start = int(seed.x) - window.left, int(seed.y) - window.top
    flags = (8 if diagonal else 4) | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    _, _, _, (left, top, width, height) = cv2.floodFill(values, filled, start, 0, 0, 0, flags)
    mask: Mask = filled[1 + top : 1 + top + height, 1 + left : 1 + left + width].view(np.bool_)
    left, top = left + window.left, top + window.top
    return Region(Rect(left, top, left + width, top + height), mask)


def windows_around(seed: Point, whole: Rect) -> Iterator[Rect]:
    """Growing windows with ``seed`` in their middle; the last is the whole image."""
    reach = _FIRST_WINDOW
    while True:
        x, y = int(seed.x), int(seed.y)
        window = Rect(x - reach, y - reach, x + reach, y + reach).intersected(whole)
        yield window
        if window == whole:
            return
        reach *= _GROWTH


def touches_inner_edge(rect: Rect, window: Rect, whole: Rect) -> bool:
    """Whether ``rect`` reaches a side of ``window`` behind which the image goes on."""
    return (
        (rect.left == window.left > whole.left)
        or (rect.top == window.top > whole.top)
        or (rect.right == window.right < whole.right)
        or (rect.bottom == window.bottom < whole.bottom)
    )
