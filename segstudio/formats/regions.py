"""Regions of one class each, and the label map they make when they are laid over one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, Mask, read_only
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect, Size
from segstudio.formats.exchange import OverlapOrder

_MOST_COVERED_PIXELS = 2_000_000_000
_MOST_TIMES_COVERED = 20


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Pixels of one class: ``mask`` covers the picture from ``left``, ``top`` on."""

    class_id: int
    mask: Mask
    left: int = 0
    top: int = 0

    @property
    def rect(self) -> Rect:
        height, width = self.mask.shape
        return Rect(self.left, self.top, self.left + width, self.top + height)

    def whole(self, size: Size) -> Mask:
        """The mask of the whole picture."""
        canvas = np.zeros((size.height, size.width), bool)
        canvas[self.rect.slices] = self.mask
        return canvas


def regions_of(
    labels: LabelMap, *, one_per_class: bool = False, by_corners: bool = True, with_ignore: bool = False
) -> Iterator[Region]:
    """Of every class that occurs its connected parts, or all as one.

    ``by_corners``: pixels that share a corner only are one part, too. ``with_ignore``: 255 counts as a class.
    """
    present = np.flatnonzero(np.bincount(labels.reshape(-1), minlength=256))
    for class_id in present.tolist():
        if class_id == IGNORE and not with_ignore:
            continue
        left, top, width, height = cv2.boundingRect((labels == class_id).view(np.uint8))
        mask = labels[top : top + height, left : left + width] == class_id
        if one_per_class:
            yield Region(class_id, mask, left, top)
        else:
            yield from _parts(Region(class_id, mask, left, top), 8 if by_corners else 4)


def paint(
    regions: Sequence[Region],
    size: Size,
    *,
    order: OverlapOrder | None,
    label_set: LabelSet,
    uncovered: int = IGNORE,
    path: Path,
    place: str | None = None,
) -> LabelMap:
    """The label map that ``regions`` make. With no ``order`` two classes must not cover the same pixel.

    Raises: FormatError: they do, a region leaves the picture, or they cover it more often than makes sense.
    """
    if order is None and not are_apart(regions, size, path=path, place=place):
        raise FormatError(
            "Shapes of different classes overlap: choose which goes on top (listed, small-over-large or "
            "class-priority).",
            path=path,
            place=place,
        )
    _require_area(regions, size, path, place)
    labels = np.full((size.height, size.width), uncovered, np.uint8)
    for region in _ordered(regions, order, label_set):
        labels[region.rect.slices][region.mask] = region.class_id
    return read_only(labels)


def _parts(region: Region, connectivity: int) -> Iterator[Region]:
    count, parts, boxes, _ = cv2.connectedComponentsWithStats(
        region.mask.view(np.uint8), connectivity=connectivity, ltype=cv2.CV_32S
    )
    for part in range(1, count):
        x, y, width, height = (int(value) for value in boxes[part][:4])
        mask = parts[y : y + height, x : x + width] == part
        yield Region(region.class_id, mask, region.left + x, region.top + y)


def _ordered(regions: Sequence[Region], order: OverlapOrder | None, label_set: LabelSet) -> Iterable[Region]:
    match order:
        case None | OverlapOrder.LISTED:
            return regions
        case OverlapOrder.SMALL_OVER_LARGE:
            return sorted(regions, key=lambda region: -int(np.count_nonzero(region.mask)))
        case OverlapOrder.CLASS_PRIORITY:
            ranks = {spec.id: rank for rank, spec in enumerate(label_set.classes)}
            return sorted(regions, key=lambda region: -ranks.get(region.class_id, -1))


def _require_area(regions: Sequence[Region], size: Size, path: Path, place: str | None) -> None:
    whole = Rect(0, 0, size.width, size.height)
    if any(region.rect.intersected(whole) != region.rect for region in regions if region.mask.size):
        raise FormatError("A region leaves the picture.", path=path, place=place)
    covered = sum(region.mask.size for region in regions)
    if covered > max(_MOST_COVERED_PIXELS, _MOST_TIMES_COVERED * whole.area):
        raise FormatError(
            f"The regions cover {covered} pixels: that is more than makes sense.", path=path, place=place
        )


def are_apart(regions: Sequence[Region], size: Size, *, path: Path, place: str | None = None) -> bool:
    """Whether no pixel is covered by two classes.

    Raises: FormatError: a region leaves the picture, or they cover it more often than makes sense.
    """
    _require_area(regions, size, path, place)
    owner = np.full((size.height, size.width), -1, np.int16)
    for region in regions:
        below = owner[region.rect.slices]
        if bool(((below >= 0) & (below != region.class_id) & region.mask).any()):
            return False
        below[region.mask] = region.class_id
    return True
