"""What the annotator sees: the true labels, what is wrong, and how much room a brush has."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, LabelMap, Mask
from segstudio.domain.geometry import Rect

Worth = NDArray[np.float32]
"""float32 (H, W): what painting a pixel gains, 1 where it becomes right, -1 where it becomes wrong, else 0."""


@dataclass(frozen=True, slots=True, eq=False)
class WrongRegion:
    """Connected wrong pixels of one true class: those of ``rect`` where ``mask`` is true."""

    class_id: int
    rect: Rect
    mask: Mask


class Truth:
    """True labels; 255 is not judged. Not to be written to afterwards."""

    def __init__(self, labels: LabelMap) -> None:
        self.labels = labels
        self.is_judged = labels != IGNORE
        self._judged = max(1, int(np.count_nonzero(self.is_judged)))
        self._class_ids = [int(class_id) for class_id in np.unique(labels) if class_id != IGNORE]
        self._clearance: dict[int, NDArray[np.float32]] = {}
        self._searched: dict[int, tuple[Mask, WrongRegion]] = {}

    def share_right(self, labels: LabelMap) -> float:
        """Of the judged pixels."""
        return int(np.count_nonzero((labels == self.labels) & self.is_judged)) / self._judged

    def clearance(self, class_id: int) -> NDArray[np.float32]:
        """float32 (H, W): pixels to the nearest pixel of another true class; a border of the image is none."""
        if class_id not in self._clearance:
            room = ((self.labels == class_id) | ~self.is_judged).view(np.uint8)
            # Without a single other pixel the distance isn't defined: the brush then has all the room.
            everywhere = np.full(room.shape, float(sum(room.shape)), np.float32)
            distance = everywhere if room.all() else cv2.distanceTransform(room, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
            self._clearance[class_id] = np.asarray(distance, np.float32)
        return self._clearance[class_id]

    def worth(self, labels: LabelMap, class_id: int) -> Worth:
        """What painting ``class_id`` would gain at each pixel."""
        is_right = labels == self.labels
        gained = ~is_right & (self.labels == class_id)
        spoiled = is_right & self.is_judged & (self.labels != class_id)
        worth: Worth = gained.astype(np.float32) - spoiled.astype(np.float32)
        return worth

    def largest_wrong_region(self, labels: LabelMap) -> WrongRegion | None:
        """None where all is right."""
        is_wrong = (labels != self.labels) & self.is_judged
        found, largest = None, 0
        for class_id in self._class_ids:
            wrong = is_wrong & (self.labels == class_id)
            if np.count_nonzero(wrong) <= largest:
                continue
            region = self._largest_of_class(class_id, wrong)
            if np.count_nonzero(region.mask) > largest:
                found, largest = region, int(np.count_nonzero(region.mask))
        return found

    def _largest_of_class(self, class_id: int, wrong: Mask) -> WrongRegion:
        """A stroke changes few classes, so the others' regions are those of the last search."""
        last = self._searched.get(class_id)
        if last is not None and np.array_equal(last[0], wrong):
            return last[1]
        _, numbers, stats, _ = cv2.connectedComponentsWithStats(wrong.view(np.uint8), connectivity=8)
        number = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
        left, top, width, height = (int(value) for value in stats[number, :4])
        rect = Rect(left, top, left + width, top + height)
        region = WrongRegion(class_id, rect, numbers[rect.slices] == number)
        self._searched[class_id] = wrong, region
        return region
