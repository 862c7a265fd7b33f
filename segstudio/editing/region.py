"""Some pixels of an image, and what is to become of them: what every tool hands to an edit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, Mask, Origin
from segstudio.domain.geometry import EMPTY, Point, Rect
from segstudio.domain.stroke import PaintRule
from segstudio.editing.edit import ANYTHING, Edit
from segstudio.editing.pixels import slices_within


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """The pixels of ``rect`` where ``mask``, bool of the shape of ``rect``, is true."""

    rect: Rect
    mask: Mask

    @classmethod
    def whole(cls, rect: Rect) -> Region:
        return cls(rect, np.ones((rect.height, rect.width), np.bool_))

    @property
    def pixel_count(self) -> int:
        return int(np.count_nonzero(self.mask))

    @property
    def is_empty(self) -> bool:
        return not self.mask.any()

    def contains(self, point: Point) -> bool:
        if not self.rect.contains(point):
            return False
        return bool(self.mask[int(point.y) - self.rect.top, int(point.x) - self.rect.left])

    def within(self, rect: Rect) -> Mask:
        """The region as a mask of the shape of ``rect``; what lies outside is cut, what is missing false."""
        if rect == self.rect:
            return self.mask
        mask = np.zeros((rect.height, rect.width), np.bool_)
        common = self.rect.intersected(rect)
        if not common.is_empty:
            mask[slices_within(rect, common)] = self.mask[slices_within(self.rect, common)]
        return mask

    def clipped(self, rect: Rect) -> Region:
        inside = self.rect.intersected(rect)
        return Region(inside, self.within(inside))

    def united(self, other: Region) -> Region:
        rect = self.rect.united(other.rect)
        return Region(rect, self.within(rect) | other.within(rect))

    def without(self, other: Region) -> Region:
        return Region(self.rect, self.mask & ~other.within(self.rect))

    def common(self, other: Region) -> Region:
        rect = self.rect.intersected(other.rect)
        return Region(rect, self.within(rect) & other.within(rect))

    def trimmed(self) -> Region:
        """The same pixels in the smallest rectangle that holds them."""
        rows, columns = np.flatnonzero(self.mask.any(axis=1)), np.flatnonzero(self.mask.any(axis=0))
        if not rows.size:
            return NOTHING
        top, left = self.rect.top + int(rows[0]), self.rect.left + int(columns[0])
        rect = Rect(left, top, self.rect.left + int(columns[-1]) + 1, self.rect.top + int(rows[-1]) + 1)
        return Region(rect, self.within(rect))


NOTHING = Region(EMPTY, np.zeros((0, 0), np.bool_))


@dataclass(frozen=True, slots=True, eq=False)
class Relabelling:
    """New ``labels`` for the pixels of ``region``; uint8 of the shape of its rectangle."""

    region: Region
    labels: LabelMap

    @classmethod
    def of_differences(cls, rect: Rect, old: LabelMap, new: LabelMap) -> Relabelling:
        """Only the pixels whose label is another, so that the others keep their origin."""
        return cls(Region(rect, old != new), new)

    @property
    def is_empty(self) -> bool:
        return self.region.is_empty


def paint_region(edit: Edit, region: Region, class_id: int, rule: PaintRule = ANYTHING) -> Rect:
    """Returns: the rectangle to redraw."""
    return EMPTY if region.rect.is_empty else edit.write(region.rect, region.mask, class_id, rule)


def relabel(edit: Edit, relabelling: Relabelling, rule: PaintRule = ANYTHING) -> Rect:
    """Where the new label is 255, the pixel becomes unlabelled: computed, it is nobody's decision to ignore it.
    Returns: the rectangle to redraw."""
    rect, mask, labels = relabelling.region.rect, relabelling.region.mask, relabelling.labels
    if rect.is_empty:
        return EMPTY
    is_erased = mask & (labels == IGNORE)
    if is_erased.any():
        edit.write(rect, is_erased, IGNORE, rule, origin=Origin.NOBODY)
        mask = mask & ~is_erased
    return edit.write(rect, mask, labels, rule)
