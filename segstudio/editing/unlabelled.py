"""Giving a class to what has none yet."""

from __future__ import annotations

from segstudio.domain.arrays import IGNORE, LabelMap, Mask, Origin, OriginMap
from segstudio.domain.geometry import Rect
from segstudio.editing.morphology import wide_parts
from segstudio.editing.nearest import nearest_labels
from segstudio.editing.region import Region, Relabelling


def unlabelled_region(labels: LabelMap, origins: OriginMap, rect: Rect) -> Region:
    """The pixels that nobody has set; a person's ignore is a label."""
    return Region(rect, is_unlabelled(labels[rect.slices], origins[rect.slices])).trimmed()


def filled_from_nearest(labels: LabelMap, origins: OriginMap, rect: Rect) -> Relabelling:
    """Every unlabelled pixel takes the class of the nearest labelled one in ``rect``; ignore isn't handed on."""
    part = labels[rect.slices]
    is_open = is_unlabelled(part, origins[rect.slices])
    return Relabelling(Region(rect, is_open), nearest_labels(part, wanted=is_open, known=part != IGNORE))


def closed_gaps(labels: LabelMap, origins: OriginMap, rect: Rect, *, most_width: int) -> Relabelling:
    """Unlabelled slits and specks up to ``most_width`` pixels wide take the class of the nearest labelled pixel."""
    part = labels[rect.slices]
    is_open = is_unlabelled(part, origins[rect.slices])
    is_slit = is_open & ~wide_parts(is_open, most_width + 1)
    return Relabelling(Region(rect, is_slit), nearest_labels(part, wanted=is_slit, known=part != IGNORE))


def is_unlabelled(labels: LabelMap, origins: OriginMap) -> Mask:
    mask: Mask = (labels == IGNORE) & (origins == Origin.NOBODY)
    return mask
