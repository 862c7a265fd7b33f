"""Classes against classes and regions: merged, swapped, cut."""

from __future__ import annotations

from enum import StrEnum

from segstudio.domain.arrays import LabelMap
from segstudio.domain.geometry import Rect
from segstudio.editing.region import Region, Relabelling


class Combination(StrEnum):
    """What becomes of a class and a region."""

    ADD = "add"
    SUBTRACT = "subtract"
    INTERSECT = "intersect"
    EXCLUDE = "exclude"


def class_region(labels: LabelMap, class_id: int, rect: Rect) -> Region:
    """The pixels of the class within ``rect``."""
    return Region(rect, labels[rect.slices] == class_id)


def combined(
    labels: LabelMap, class_id: int, region: Region, how: Combination, *, rect: Rect, rest: int
) -> Relabelling:
    """The class within ``rect`` becomes its union with the region, what lies outside it, what they share, or what
    exactly one of them has. What the class loses becomes ``rest``."""
    part = labels[rect.slices]
    is_class, is_region = part == class_id, region.within(rect)
    match how:
        case Combination.ADD:
            wanted = is_class | is_region
        case Combination.SUBTRACT:
            wanted = is_class & ~is_region
        case Combination.INTERSECT:
            wanted = is_class & is_region
        case Combination.EXCLUDE:
            wanted = is_class ^ is_region
    new = part.copy()
    new[is_class & ~wanted] = rest
    new[wanted] = class_id
    return Relabelling.of_differences(rect, part, new)


def merged(labels: LabelMap, source: int, target: int, rect: Rect) -> Relabelling:
    """All of ``source`` within ``rect`` becomes ``target``."""
    part = labels[rect.slices]
    new = part.copy()
    new[part == source] = target
    return Relabelling.of_differences(rect, part, new)


def swapped(labels: LabelMap, one: int, other: int, rect: Rect) -> Relabelling:
    """Within ``rect`` each of two classes becomes the other."""
    part = labels[rect.slices]
    new = part.copy()
    new[part == one], new[part == other] = other, one
    return Relabelling.of_differences(rect, part, new)
