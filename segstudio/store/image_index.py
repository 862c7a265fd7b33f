"""What the index knows of each image, and every change of it: status, split, flag, note, size."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.errors import ProjectError
from segstudio.domain.geometry import Size
from segstudio.domain.images import ImageId, ImageRecord, ImageStatus, Split
from segstudio.store.database import Database, damaged
from segstudio.store.image_table import SPLIT_CODES, STATUS_CODES, ImageTable, Records


class ImageIndex:
    """The table in memory and the rows on the disk, always changed together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.RLock()
        self._table = self._load()

    def _load(self) -> ImageTable:
        try:
            with self._database.reading() as connection:
                return ImageTable.load(connection)
        except (ValueError, TypeError, OverflowError) as error:
            raise ProjectError(damaged(self._database.path, str(error))) from error

    def reload(self) -> None:
        """After a scan: a new table takes the old one's place in one step."""
        table = self._load()
        with self._guard:
            self._table = table

    @property
    def table(self) -> ImageTable:
        return self._table

    @property
    def records(self) -> Records:
        return Records(self._table)

    def record(self, image_id: ImageId) -> ImageRecord:
        """Raises: ProjectError: no such image."""
        return self._table.record(self.row(image_id))

    def row(self, image_id: ImageId) -> int:
        """Raises: ProjectError: no such image."""
        row = self._table.rows.get(image_id)
        if row is None:
            raise ProjectError(f"The project has no image number {image_id}; it may have been removed meanwhile.")
        return row

    def find(self, relative_path: str) -> ImageRecord | None:
        with self._database.reading() as connection:
            row = connection.execute("SELECT id FROM images WHERE path = ?", (relative_path,)).fetchone()
        return None if row is None or row[0] not in self._table.rows else self.record(ImageId(row[0]))

    def label_name(self, image_id: ImageId) -> str:
        with self._database.reading() as connection:
            row = connection.execute("SELECT label_name FROM images WHERE id = ?", (image_id,)).fetchone()
        if row is None:
            raise ProjectError(f"The project has no image number {image_id}; it may have been removed meanwhile.")
        return str(row[0])

    def label_names(self) -> dict[ImageId, str]:
        with self._database.reading() as connection:
            rows = connection.execute("SELECT id, label_name FROM images").fetchall()
        return {ImageId(image_id): name for image_id, name in rows}

    def set_statuses(self, image_ids: Sequence[ImageId], status: ImageStatus) -> None:
        """Images that have the status already aren't noted again in the log of progress."""
        code = STATUS_CODES.index(status)
        changed = [image_id for image_id in image_ids if self._table.statuses[self.row(image_id)] != code]
        if not changed:
            return
        now = time.time()
        with self._guard, self._database.writing() as connection:
            connection.executemany("UPDATE images SET status = ? WHERE id = ?", [(code, i) for i in changed])
            connection.executemany("INSERT INTO status_log VALUES (?, ?, ?)", [(now, i, code) for i in changed])
            self._table.statuses[self._rows(changed)] = code

    def set_splits(self, splits: Mapping[ImageId, Split]) -> None:
        values = [(SPLIT_CODES.index(split), image_id) for image_id, split in splits.items()]
        rows = self._rows(list(splits))
        with self._guard, self._database.writing() as connection:
            connection.executemany("UPDATE images SET split = ? WHERE id = ?", values)
            self._table.splits[rows] = [code for code, _ in values]

    def set_flags(self, image_ids: Sequence[ImageId], *, is_flagged: bool) -> None:
        rows = self._rows(image_ids)
        with self._guard, self._database.writing() as connection:
            values = [(is_flagged, image_id) for image_id in image_ids]
            connection.executemany("UPDATE images SET is_flagged = ? WHERE id = ?", values)
            self._table.flags[rows] = is_flagged

    def set_note(self, image_id: ImageId, note: str) -> None:
        row = self.row(image_id)
        with self._guard, self._database.writing() as connection:
            connection.execute("UPDATE images SET note = ? WHERE id = ?", (note, image_id))
            if note:
                self._table.notes[row] = note
            else:
                self._table.notes.pop(row, None)

    def set_size(self, image_id: ImageId, size: Size) -> None:
        row = self.row(image_id)
        with self._guard, self._database.writing() as connection:
            connection.execute("UPDATE images SET width = ?, height = ? WHERE id = ?", (*size, image_id))
            self._table.widths[row], self._table.heights[row] = size

    def set_uncertainties(self, values: Mapping[ImageId, float]) -> None:
        rows = self._rows(list(values))
        with self._guard, self._database.writing() as connection:
            connection.executemany(
                "UPDATE images SET uncertainty = ? WHERE id = ?", [(value, i) for i, value in values.items()]
            )
            self._table.uncertainties[rows] = list(values.values())

    def set_file_state(self, image_id: ImageId, state: int) -> None:
        row = self.row(image_id)
        with self._guard, self._database.writing() as connection:
            connection.execute("UPDATE images SET file_state = ? WHERE id = ?", (state, image_id))
            self._table.file_states[row] = state

    def note_labelled(self, image_id: ImageId, at: float) -> None:
        """The table's share of a save whose row was written already."""
        row = self._table.rows.get(image_id)
        if row is not None:
            self._table.labelled_at[row] = at

    def _rows(self, image_ids: Sequence[ImageId]) -> NDArray[np.int64]:
        return np.array([self.row(image_id) for image_id in image_ids], np.int64)
