"""Labels of another image, such as the frame before, laid over this one."""

from __future__ import annotations

from collections.abc import Collection

import cv2
import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.domain.geometry import Rect, Size
from segstudio.editing.region import Region, Relabelling


def copied_labels(
    other: LabelMap, size: Size, rect: Rect, *, class_ids: Collection[int] | None = None
) -> Relabelling:
    """The part of ``other`` over ``rect``, of all classes or only of ``class_ids``; its ignored pixels stay behind.

    ``other`` is brought to ``size``, this image's, if it has another; each pixel takes its nearest.
    """
    if (size.height, size.width) != other.shape:
        other = cv2.resize(other, size, interpolation=cv2.INTER_NEAREST_EXACT).astype(np.uint8, copy=False)
    part = np.ascontiguousarray(other[rect.slices])
    mask = part != IGNORE if class_ids is None else np.isin(part, list(class_ids))
    return Relabelling(Region(rect, mask), part)
