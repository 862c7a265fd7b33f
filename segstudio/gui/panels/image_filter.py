"""Which images the list shows and in what order: over columns, so that 100,000 answer at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.images import ImageStatus, Split
from segstudio.store.image_table import SPLIT_CODES, STATUS_CODES, ImageTable


class Order(StrEnum):
    """What the list is sorted by."""

    NAME = "Name"
    STATUS = "Status"
    UNCERTAINTY = "Most uncertain first"
    LABELLED = "Labelled last first"


@dataclass(frozen=True, slots=True)
class ImageFilter:
    """An empty set lets everything through; ``text`` is looked for in path and note."""

    text: str = ""
    statuses: frozenset[ImageStatus] = frozenset()
    splits: frozenset[Split] = frozenset()
    flagged_only: bool = False
    order: Order = Order.NAME

    @property
    def is_open(self) -> bool:
        """Everything is let through."""
        return not (self.text.strip() or self.statuses or self.splits or self.flagged_only)


def matching_rows(table: ImageTable, wanted: ImageFilter) -> NDArray[np.int64]:
    """Rows of ``table`` in the order to show."""
    keep = np.ones(len(table), np.bool_)
    if wanted.statuses:
        keep &= np.isin(table.statuses, [STATUS_CODES.index(status) for status in wanted.statuses])
    if wanted.splits:
        keep &= np.isin(table.splits, [SPLIT_CODES.index(split) for split in wanted.splits])
    if wanted.flagged_only:
        keep &= table.flags
    text = wanted.text.strip().casefold()
    rows = np.flatnonzero(keep)
    if text:
        paths, notes = table.paths, table.notes
        found = [
            row for row in rows.tolist() if text in paths[row].casefold() or text in notes.get(row, "").casefold()
        ]
        rows = np.array(found, np.int64)
    return _ordered(table, rows, wanted.order)


def _ordered(table: ImageTable, rows: NDArray[np.int64], order: Order) -> NDArray[np.int64]:
    match order:
        case Order.NAME:
            return rows
        case Order.STATUS:
            return rows[np.argsort(table.statuses[rows], kind="stable")]
        case Order.UNCERTAINTY:
            return rows[np.argsort(-table.uncertainties[rows], kind="stable")]
        case Order.LABELLED:
            return rows[np.argsort(-table.labelled_at[rows], kind="stable")]
