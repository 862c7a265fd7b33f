"""Reads tiles of exact halvings from a source whose levels may be of any size."""

from __future__ import annotations

import math

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage
from segstudio.domain.geometry import Rect, Size
from segstudio.formats.image_source import ImageSource
from segstudio.gui.canvas.picture import level_size


def read_tile(source: ImageSource, level: int, rect: Rect) -> RgbImage:
    """``rect`` in the pixels of the image halved ``level`` times, rounding up.

    Raises: FormatError: the file is damaged there.
    """
    wanted = level_size(source.size, level)
    stored = _finest_needed(source.levels, wanted)
    has = source.levels[stored]
    if has == wanted:
        return source.read_region(stored, rect)
    x, y = has.width / wanted.width, has.height / wanted.height
    around = Rect(
        math.floor(rect.left * x), math.floor(rect.top * y), math.ceil(rect.right * x), math.ceil(rect.bottom * y)
    ).intersected(Rect(0, 0, *has))
    found = source.read_region(stored, around)
    return np.asarray(cv2.resize(found, (rect.width, rect.height), interpolation=cv2.INTER_AREA), np.uint8)


def _finest_needed(levels: tuple[Size, ...], wanted: Size) -> int:
    """The smallest level that is no smaller than ``wanted``."""
    return max(index for index, size in enumerate(levels) if size.width >= wanted.width)
