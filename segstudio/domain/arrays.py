"""The arrays that travel between floors, and what each of their values means.

Arrays are indexed ``[row, column]``. An array that leaves its owner is read-only.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

RgbImage: TypeAlias = NDArray[np.uint8]
"""uint8, shape (H, W, 3), contiguous, orientation tag applied."""

LabelMap: TypeAlias = NDArray[np.uint8]
"""uint8, shape (H, W): one class id a pixel, 0 to 254; 255 is ``IGNORE``."""

OriginMap: TypeAlias = NDArray[np.uint8]
"""uint8, shape (H, W): an ``Origin`` a pixel."""

Mask: TypeAlias = NDArray[np.bool_]
"""bool, shape (H, W)."""

ConfidenceMap: TypeAlias = NDArray[np.uint8]
"""uint8, shape (H, W): the winning class's probability in 255ths."""

IGNORE = 255
"""The label of a pixel that has no class. With origin ``NOBODY`` it is unlabelled; a person's 255 is
"leave this out of training and scores"."""

MAX_CLASSES = 255


class Origin(IntEnum):
    """Who set a pixel."""

    NOBODY = 0
    MODEL = 1
    ACCEPTED = 2
    PERSON = 3


def read_only(array: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same memory, contiguous, as a view nobody can write through."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def require_label_map(array: NDArray[np.uint8], name: str = "label map") -> LabelMap:
    """Raises: ValueError: not uint8 of shape (H, W)."""
    if array.dtype != np.uint8 or array.ndim != 2:
        raise ValueError(f"A {name} is uint8 of shape (H, W), not {array.dtype} of {array.shape}.")
    return array


def require_rgb_image(array: NDArray[np.uint8]) -> RgbImage:
    """Raises: ValueError: not uint8 of shape (H, W, 3)."""
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3:
        raise ValueError(f"An image is uint8 of shape (H, W, 3), not {array.dtype} of {array.shape}.")
    return array


def unlabelled(labels: LabelMap) -> OriginMap:
    """A fresh origin map for ``labels``: nobody has set a pixel."""
    return np.zeros(labels.shape, np.uint8)  # ``Origin.NOBODY``; memory that is never written takes no room
