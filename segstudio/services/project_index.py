"""The image list: what of it is shown, and in which order."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.images import ImageId, ImageStatus, Split
from segstudio.store.image_table import CHANGED, MISSING, SPLIT_CODES, STATUS_CODES, ImageTable, Records
from segstudio.store.project_store import ProjectStore


class SortKey(StrEnum):
    """What the list is ordered by; ties keep the order of the names."""

    NAME = "name"
    STATUS = "status"
    SPLIT = "split"
    FLAG = "flag"
    CLASS = "class"
    """By the pixels of the classes that the filter asks for; nothing to go by where it asks for none."""
    DATE = "date"
    """When the labels were saved last; images without labels come last."""
    UNCERTAINTY = "uncertainty"
    """Images that the model hasn't seen come last."""


@dataclass(frozen=True, slots=True)
class ImageFilter:
    """Every condition that is set must hold; within a set of statuses, splits or classes one is enough.

    ``text`` is looked for in path and note, upper and lower case alike. Dates are seconds since 1970 and
    stand for the last saving of the labels. Uncertainty from ``uncertain_above`` on. ``only`` these images at most.
    """

    statuses: frozenset[ImageStatus] = frozenset()
    splits: frozenset[Split] = frozenset()
    is_flagged: bool | None = None
    class_ids: frozenset[int] = frozenset()
    text: str = ""
    labelled_since: float | None = None
    labelled_until: float | None = None
    uncertain_above: float | None = None
    is_missing: bool | None = None
    is_changed: bool | None = None
    only: frozenset[ImageId] | None = None


EVERYTHING = ImageFilter()


def day_begins(year: int, month: int, day: int) -> float:
    """Local midnight, in seconds since 1970; ``day`` may lie beyond the end of its month."""
    return time.mktime((year, month, day, 0, 0, 0, 0, 0, -1))


def select_images(
    store: ProjectStore,
    image_filter: ImageFilter = EVERYTHING,
    *,
    sort: SortKey = SortKey.NAME,
    is_descending: bool = False,
) -> Records:
    """The images that fit, in order."""
    table = store.table
    rows = np.flatnonzero(_fits(store, table, image_filter))
    if sort is not SortKey.NAME:
        values = _sort_values(store, table, image_filter, sort)[rows]
        # What has no value comes last in either direction.
        ranks = np.where(np.isnan(values), np.inf, -values if is_descending else values)
        rows = rows[np.argsort(ranks, kind="stable")]
    elif is_descending:
        rows = rows[::-1]
    return Records(table, rows)


def _fits(store: ProjectStore, table: ImageTable, wanted: ImageFilter) -> NDArray[np.bool_]:
    fits = np.ones(len(table), np.bool_)
    if wanted.statuses:
        fits &= np.isin(table.statuses, [STATUS_CODES.index(status) for status in wanted.statuses])
    if wanted.splits:
        fits &= np.isin(table.splits, [SPLIT_CODES.index(split) for split in wanted.splits])
    if wanted.is_flagged is not None:
        fits &= table.flags == wanted.is_flagged
    if wanted.is_missing is not None:
        fits &= (table.file_states == MISSING) == wanted.is_missing
    if wanted.is_changed is not None:
        fits &= (table.file_states == CHANGED) == wanted.is_changed
    if wanted.only is not None:
        fits &= np.isin(table.ids, list(wanted.only))
    # NaN, for images without labels or uncertainty, fits no bound.
    if wanted.labelled_since is not None:
        fits &= table.labelled_at >= wanted.labelled_since
    if wanted.labelled_until is not None:
        fits &= table.labelled_at <= wanted.labelled_until
    if wanted.uncertain_above is not None:
        fits &= table.uncertainties >= wanted.uncertain_above
    if wanted.class_ids:
        fits &= _has_class(store, table, wanted.class_ids)
    if wanted.text.strip():
        fits &= _has_text(table, wanted.text.strip().casefold())
    return fits


def _has_text(table: ImageTable, text: str) -> NDArray[np.bool_]:
    found = np.fromiter((text in path.casefold() for path in table.paths), np.bool_, len(table))
    for row, note in tuple(table.notes.items()):
        found[row] |= text in note.casefold()
    return found


def _has_class(store: ProjectStore, table: ImageTable, class_ids: frozenset[int]) -> NDArray[np.bool_]:
    found = np.zeros(len(table), np.bool_)
    rows = table.rows_of(store.figures.images_with(class_ids))
    found[rows[rows >= 0]] = True
    return found


def _pixels_of(store: ProjectStore, table: ImageTable, class_ids: frozenset[int]) -> NDArray[np.float64]:
    pixels = np.full(len(table), np.nan)
    for class_id in class_ids:
        image_ids, counts = store.figures.class_pixels(class_id)
        rows = table.rows_of(image_ids)
        is_known = rows >= 0
        pixels[rows[is_known]] = np.nan_to_num(pixels[rows[is_known]]) + counts[is_known]
    return pixels


def _sort_values(store: ProjectStore, table: ImageTable, wanted: ImageFilter, sort: SortKey) -> NDArray[np.float64]:
    match sort:
        case SortKey.STATUS:
            return table.statuses.astype(np.float64)
        case SortKey.SPLIT:
            return table.splits.astype(np.float64)
        case SortKey.FLAG:
            return (~table.flags).astype(np.float64)
        case SortKey.CLASS:
            return _pixels_of(store, table, wanted.class_ids)
        case SortKey.DATE:
            return table.labelled_at
        case SortKey.UNCERTAINTY:
            return table.uncertainties.astype(np.float64)
        case SortKey.NAME:
            return np.arange(len(table), dtype=np.float64)
