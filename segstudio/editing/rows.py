"""Regions put together from stretches of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import Mask
from segstudio.domain.geometry import Rect
from segstudio.editing.region import Region


def mask_of_spans(left: NDArray[np.float64], right: NDArray[np.float64], rect: Rect) -> Mask:
    """One stretch a row: the pixels whose middle lies from ``left`` to ``right``, both included; none where left is
    above right."""
    first = np.clip(np.ceil(left - 0.5) - rect.left, 0, rect.width)
    last = np.clip(np.floor(right - 0.5) + 1 - rect.left, 0, rect.width)
    kind = np.uint16 if rect.width < 0xFFFF else np.uint32
    starts = first.astype(kind)[:, None]
    lengths = np.maximum(last - first, 0).astype(kind)[:, None]
    # Unsigned numbers wrap, so one comparison tests both ends.
    mask: Mask = (np.arange(rect.width, dtype=kind)[None] - starts) < lengths
    return mask


def region_of_spans(left: NDArray[np.float64], right: NDArray[np.float64], rect: Rect) -> Region:
    return Region(rect, mask_of_spans(left, right, rect))


def spans_as_region(
    rows: NDArray[np.int64], starts: NDArray[np.int64], stops: NDArray[np.int64], rect: Rect
) -> Region:
    """Any number of stretches a row, half-open, in rows and columns counted within ``rect``."""
    mask = np.zeros((rect.height, rect.width), np.bool_)
    for row, start, stop in zip(rows.tolist(), starts.tolist(), stops.tolist(), strict=True):
        mask[row, start:stop] = True
    return Region(rect, mask)
