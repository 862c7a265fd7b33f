"""Regions of one class each, and the label map they make when they are laid over one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, Mask, read_only
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect, Size
from segstudio.formats.exchange import OverlapOrder

_MOST_COVERED_PIXELS = 1_000_000_000
_MOST_TIMES_COVERED = 10
_PIXELS_A_CROSSING = 50
"""What a polygon costs for each row that it crosses, in pixels looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Pixels of one class: ``mask`` covers the picture from ``left``, ``top`` on.

    ``work``: what it took beside looking at each pixel of the mask: the rows that a polygon crosses, and what
    unpacking a picture costs (``unpacked``).
    """

    class_id: int
    mask: Mask
    left: int = 0
    top: int = 0
    work: int = 0

    @classmethod
    def unpacked(cls, class_id: int, mask: Mask, left: int, top: int) -> Region:
        """From a small picture, whose unpacking costs as much as painting it does."""
        return cls(class_id, mask, left, top, mask.size // _PIXELS_A_CROSSING)

    @property
    def rect(self) -> Rect:
        height, width = self.mask.shape
        return Rect(self.left, self.top, self.left + width, self.top + height)

    def whole(self, size: Size) -> Mask:
        """The mask of the whole picture."""
        canvas = np.zeros((size.height, size.width), bool)
        canvas[self.rect.slices] = self.mask
        return canvas


def present_labels(labels: LabelMap) -> list[int]:
    """The labels that occur, 255 among them, in rising order."""
    counts = cv2.calcHist([labels], [0], None, [256], [0, 256])
    return [int(label) for label in np.flatnonzero(counts)]


RegionMaker = Callable[[], Region]
"""Makes a region when it is needed: decodes its runs, or fills its polygon."""


def regions_of(
    labels: LabelMap, *, one_per_class: bool = False, by_corners: bool = True, with_ignore: bool = False
) -> Iterator[Region]:
    """Of every class that occurs its connected parts, or all as one.

    ``by_corners``: pixels that share a corner only are one part, too. ``with_ignore``: 255 counts as a class.
    """
    for class_id in present_labels(labels):
        if class_id == IGNORE and not with_ignore:
            continue
        left, top, width, height = cv2.boundingRect((labels == class_id).view(np.uint8))
        mask = labels[top : top + height, left : left + width] == class_id
        if one_per_class:
            yield Region(class_id, mask, left, top)
        else:
            yield from _parts(Region(class_id, mask, left, top), 8 if by_corners else 4)


def paint(
    makers: Sequence[RegionMaker],
    size: Size,
    *,
    order: OverlapOrder | None,
    label_set: LabelSet,
    uncovered: int = IGNORE,
    path: Path,
    place: str | None = None,
) -> LabelMap:
    """The label map that regions make. With no ``order`` two classes must not cover the same pixel.

    Regions are made one at a time: a file of a few bytes can describe more of them than any memory holds.
    Raises: FormatError: they overlap, one leaves the picture, or they cover it more often than makes sense.
    """
    if order is None and not are_apart(makers, size, path=path, place=place):
        raise FormatError(
            "Shapes of different classes overlap: choose which goes on top (listed, small-over-large or "
            "class-priority).",
            path=path,
            place=place,
        )
    labels = np.full((size.height, size.width), uncovered, np.uint8)
    for region in made(_ordered(makers, order, label_set, size, path, place), size, path, place):
        np.copyto(labels[region.rect.slices], np.uint8(region.class_id), where=region.mask)
    return read_only(labels)


def are_apart(makers: Sequence[RegionMaker], size: Size, *, path: Path, place: str | None = None) -> bool:
    """Whether no pixel is covered by two classes.

    Raises: FormatError: a region leaves the picture, or they cover it more often than makes sense.
    """
    owner = np.full((size.height, size.width), -1, np.int16)
    for region in made(makers, size, path, place):
        below = owner[region.rect.slices]
        if bool(((below >= 0) & (below != region.class_id) & region.mask).any()):
            return False
        np.copyto(below, np.int16(region.class_id), where=region.mask)
    return True


def made(makers: Iterable[RegionMaker], size: Size, path: Path, place: str | None) -> Iterator[Region]:
    """One region after the other. Raises: FormatError: as ``are_apart``."""
    left = max(_MOST_COVERED_PIXELS, _MOST_TIMES_COVERED * size.width * size.height)
    for make in makers:
        region = _made(make, path, place)
        if region.mask.size == 0:
            continue
        height, width = region.mask.shape
        fits_across = 0 <= region.left <= size.width - width
        if not fits_across or not 0 <= region.top <= size.height - height:
            raise FormatError("A region leaves the picture.", path=path, place=place)
        left -= region.mask.size + _PIXELS_A_CROSSING * region.work
        if left < 0:
            raise FormatError("The regions cover the picture more often than makes sense.", path=path, place=place)
        yield region


def _made(make: RegionMaker, path: Path, place: str | None) -> Region:
    try:
        return make()
    except FormatError as error:
        if error.path is not None:
            raise
        raise FormatError(str(error), path=path, place=error.place or place) from error


def _parts(region: Region, connectivity: int) -> Iterator[Region]:
    _, parts, boxes, _ = cv2.connectedComponentsWithStats(
        region.mask.view(np.uint8), connectivity=connectivity, ltype=cv2.CV_32S
    )
    for part, (x, y, width, height, _) in enumerate(boxes[1:].tolist(), start=1):
        mask = parts[y : y + height, x : x + width] == part
        yield Region(region.class_id, mask, region.left + x, region.top + y)


def _ordered(
    makers: Sequence[RegionMaker],
    order: OverlapOrder | None,
    label_set: LabelSet,
    size: Size,
    path: Path,
    place: str | None,
) -> Iterable[RegionMaker]:
    match order:
        case None | OverlapOrder.LISTED:
            return makers
        case OverlapOrder.SMALL_OVER_LARGE:
            keys = [-int(np.count_nonzero(region.mask)) for region in _each(makers, size, path, place)]
        case OverlapOrder.CLASS_PRIORITY:
            ranks = {spec.id: rank for rank, spec in enumerate(label_set.classes)}
            keys = [-ranks.get(region.class_id, len(ranks)) for region in _each(makers, size, path, place)]
    ranked = sorted(zip(keys, range(len(makers)), strict=True))
    return [makers[number] for _, number in ranked]


def _each(makers: Sequence[RegionMaker], size: Size, path: Path, place: str | None) -> Iterator[Region]:
    """Of every maker just one region, also an empty one."""
    nothing = Region(IGNORE, np.zeros((0, 0), np.bool_))
    for make in makers:
        yield next(made([make], size, path, place), nothing)
