"""A band of pixels as it was before a huge write went over it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.domain.geometry import Rect
from segstudio.editing.before_tiles import Sealed
from segstudio.editing.patch import Patch


class BeforeBand:
    """Remembers one rectangle after the other, of at most ``most_pixels``.

    Unlike tiles, its rows are copied and compressed in one go, and always in the same few megabytes: fresh memory
    would cost more than the work in it.
    """

    def __init__(self, labels: LabelMap, origins: OriginMap, most_pixels: int) -> None:
        self._labels, self._origins = labels, origins
        self._old_labels, self._old_origins, self._new, self._differs = np.empty((4, most_pixels), np.uint8)
        self._rect = Rect(0, 0, 0, 0)

    def remember(self, rect: Rect) -> None:
        self._rect = rect
        _shaped(self._old_labels, rect)[...] = self._labels[rect.slices]
        _shaped(self._old_origins, rect)[...] = self._origins[rect.slices]

    def seal(self) -> Sealed | None:
        """What has changed since, compressed. None: nothing did."""
        old_labels, old_origins = _shaped(self._old_labels, self._rect), _shaped(self._old_origins, self._rect)
        labels, origins = self._labels[self._rect.slices], self._origins[self._rect.slices]
        new, differs = _shaped(self._new, self._rect), _shaped(self._differs, self._rect).view(np.bool_)
        np.not_equal(old_labels, labels, out=differs)
        np.not_equal(old_origins, origins, out=new.view(np.bool_))
        differs |= new.view(np.bool_)
        count = cv2.countNonZero(differs.view(np.uint8))
        if not count:
            return None
        corners = np.array([(self._rect.top, self._rect.left)], np.int32)
        before = Patch.of(corners, old_labels[None], old_origins[None])
        # The old pixels are compressed, so their memory is free for the new ones.
        np.copyto(old_labels, labels)
        np.copyto(old_origins, origins)
        return Sealed(before, Patch.of(corners, old_labels[None], old_origins[None]), self._rect, count)


def _shaped(buffer: NDArray[np.uint8], rect: Rect) -> NDArray[np.uint8]:
    return buffer[: rect.area].reshape(rect.height, rect.width)
