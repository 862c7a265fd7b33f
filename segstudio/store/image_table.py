"""A project's images as columns: 100,000 of them load in a blink and take little memory."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from sqlite3 import Connection
from typing import overload

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.images import ImageId, ImageRecord, ImageStatus, Split

STATUS_CODES: tuple[ImageStatus, ...] = (
    ImageStatus.NEW,
    ImageStatus.PRE_LABELLED,
    ImageStatus.CORRECTED,
    ImageStatus.VERIFIED,
)
SPLIT_CODES: tuple[Split, ...] = (Split.NONE, Split.TRAIN, Split.VALIDATION, Split.TEST)
"""What the numbers in the index mean; an order never changes."""

PRESENT, MISSING, CHANGED = 0, 1, 2
"""The state of an image's file. Changed: not the picture that its labels were made for."""

_QUERY = """SELECT id, path, width, height, status, split, is_flagged, note, uncertainty, file_state, labelled_at,
modified_ns FROM images ORDER BY sort_key, path"""


@dataclass(frozen=True, slots=True, eq=False)
class ImageTable:
    """One row an image, in the order of the list. The owner writes into the columns; others only read."""

    ids: NDArray[np.int64]
    paths: list[str]
    widths: NDArray[np.int32]
    heights: NDArray[np.int32]
    statuses: NDArray[np.uint8]
    splits: NDArray[np.uint8]
    flags: NDArray[np.bool_]
    notes: dict[int, str]
    """By row; most images have none."""
    uncertainties: NDArray[np.float32]
    """NaN where the model hasn't been run."""
    file_states: NDArray[np.uint8]
    labelled_at: NDArray[np.float64]
    """Seconds since 1970; NaN while an image has no labels."""
    modified_ns: NDArray[np.int64]
    rising: NDArray[np.int64]
    """The rows in the order of their ids."""
    rows: dict[int, int]
    """Row by image id."""

    @classmethod
    def load(cls, connection: Connection) -> ImageTable:
        """Raises: ValueError, TypeError, OverflowError: values that make no sense."""
        rows = connection.execute(_QUERY).fetchall()
        ids, paths, widths, heights, statuses, splits, flags, notes, uncertainties, states, labelled, modified = (
            zip(*rows, strict=True) if rows else ((),) * 12
        )
        _require_text(paths)
        _require_text(notes)
        _require_codes(statuses, len(STATUS_CODES))
        _require_codes(splits, len(SPLIT_CODES))
        _require_codes(states, CHANGED + 1)
        id_column = np.array(ids, np.int64)
        return cls(
            ids=id_column,
            paths=list(paths),
            widths=np.array(widths, np.int32),
            heights=np.array(heights, np.int32),
            statuses=np.array(statuses, np.uint8),
            splits=np.array(splits, np.uint8),
            flags=np.array(flags, np.bool_),
            notes={row: note for row, note in enumerate(notes) if note},
            uncertainties=np.array(uncertainties, np.float32),
            file_states=np.array(states, np.uint8),
            labelled_at=np.array(labelled, np.float64),
            modified_ns=np.array(modified, np.int64),
            rising=np.argsort(id_column),
            rows=dict(zip(id_column.tolist(), range(len(rows)), strict=True)),
        )

    def __len__(self) -> int:
        return len(self.paths)

    def rows_of(self, image_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row of each image, -1 where the table doesn't have it."""
        if not len(self.ids) or not len(image_ids):
            return np.full(len(image_ids), -1, np.int64)
        places = np.minimum(np.searchsorted(self.ids, image_ids, sorter=self.rising), len(self.ids) - 1)
        rows = self.rising[places]
        return np.where(self.ids[rows] == image_ids, rows, -1)

    def record(self, row: int) -> ImageRecord:
        uncertainty = float(self.uncertainties[row])
        return ImageRecord(
            id=ImageId(int(self.ids[row])),
            relative_path=PurePosixPath(self.paths[row]),
            width=int(self.widths[row]),
            height=int(self.heights[row]),
            status=STATUS_CODES[self.statuses[row]],
            split=SPLIT_CODES[self.splits[row]],
            is_flagged=bool(self.flags[row]),
            note=self.notes.get(row, ""),
            uncertainty=None if math.isnan(uncertainty) else uncertainty,
            is_missing=bool(self.file_states[row] == MISSING),
        )


def _require_text(values: Sequence[object]) -> None:
    if not all(type(value) is str for value in values):
        raise TypeError("a text is none")


def _require_codes(values: Sequence[object], count: int) -> None:
    if not set(values) <= set(range(count)):
        raise ValueError("a status, split or state is unknown")


class Records(Sequence[ImageRecord]):
    """The rows of a table as records, each made when it is asked for."""

    def __init__(self, table: ImageTable, rows: Sequence[int] | NDArray[np.int64] | None = None) -> None:
        self.table = table
        self.rows: Sequence[int] | NDArray[np.int64] = range(len(table)) if rows is None else rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> ImageRecord: ...

    @overload
    def __getitem__(self, index: slice) -> Records: ...

    def __getitem__(self, index: int | slice) -> ImageRecord | Records:
        if isinstance(index, slice):
            return Records(self.table, self.rows[index])
        return self.table.record(int(self.rows[index]))

    def __iter__(self) -> Iterator[ImageRecord]:
        for row in self.rows:
            yield self.table.record(int(row))
