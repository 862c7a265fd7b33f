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

    def changes(self, image_id: ImageId, *, is_held: bool = False) -> list[tuple[int, bytes]]:
        """(sequence, change) of every edit that isn't in the label file, oldest first; or of those held back."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT sequence, change FROM journal WHERE image_id = ? AND is_held = ? ORDER BY sequence",
                (image_id, is_held),
            ).fetchall()
        # What isn't bytes can't be a change; whoever decodes it says so.
        return [(sequence, change if isinstance(change, bytes) else b"") for sequence, change in rows]

    def waiting(self, *, is_held: bool = False) -> dict[ImageId, int]:
        """How many edits each image has that aren't in its label file; or that are held back."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT image_id, count(*) FROM journal WHERE is_held = ? GROUP BY image_id", (is_held,)
            ).fetchall()
        return {ImageId(image_id): count for image_id, count in rows}

    def last_sequence(self, image_id: ImageId) -> int:
        """0 where nothing waits."""
        with self._database.reading() as connection:
            (last,) = connection.execute(
                "SELECT max(sequence) FROM journal WHERE image_id = ? AND is_held = 0", (image_id,)
            ).fetchone()
        return int(last or 0)

    def hold(self, image_id: ImageId, *, is_held: bool) -> None:
        """Hold an image's waiting edits back until the user has answered, or let all of them go on."""
        with self._database.writing() as connection:
            connection.execute("UPDATE journal SET is_held = ? WHERE image_id = ?", (is_held, image_id))

    def drop_held(self, image_id: ImageId) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM journal WHERE image_id = ? AND is_held = 1", (image_id,))
