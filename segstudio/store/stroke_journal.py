"""Committed edits that aren't in a label file yet: on the disk within a moment, replayed after a crash."""

from __future__ import annotations

import time

from segstudio.domain.images import ImageId
from segstudio.store.database import Database


class StrokeJournal:
    """Encoded changes (``editing.journal``) of each image, in the order they were made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, *entries: tuple[ImageId, bytes]) -> None:
        """The changes are on the disk, all or none, when this returns. Raises: ProjectError."""
        now = time.time()
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT INTO journal (image_id, change, made_at) VALUES (?, ?, ?)",
                [(image_id, change, now) for image_id, change in entries],
            )

    def changes(self, image_id: ImageId) -> list[tuple[int, bytes]]:
        """(sequence, change) of every edit that isn't in the label file, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT sequence, change FROM journal WHERE image_id = ? ORDER BY sequence", (image_id,)
            ).fetchall()
        # What isn't bytes can't be a change; whoever decodes it says so.
        return [(sequence, change if isinstance(change, bytes) else b"") for sequence, change in rows]

    def waiting(self) -> dict[ImageId, int]:
        """How many edits each image has that aren't in its label file."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT image_id, count(*) FROM journal GROUP BY image_id").fetchall()
        return {ImageId(image_id): count for image_id, count in rows}

    def last_sequence(self, image_id: ImageId) -> int:
        """0 where nothing waits."""
        with self._database.reading() as connection:
            (last,) = connection.execute(
                "SELECT max(sequence) FROM journal WHERE image_id = ?", (image_id,)
            ).fetchone()
        return int(last or 0)

    def drop(self, image_id: ImageId, through: int) -> None:
        """Forget the edits up to ``through``: they are in the label file, or aren't wanted."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM journal WHERE image_id = ? AND sequence <= ?", (image_id, through))
