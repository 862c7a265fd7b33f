"""What work went into each image, sitting by sitting, in the project's index."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from segstudio.domain.images import ImageId
from segstudio.store.database import Database


@dataclass(frozen=True, slots=True)
class EffortEntry:
    """One sitting on one image, ended at ``at`` (seconds since 1970), on the pre-label of ``model``.

    ``kept_share`` is the share of the pre-label's pixels that still have its class; None without a pre-label. With
    no ``model`` the pre-label was kept from the person, and it is how far the two agree.
    """

    image_id: ImageId
    at: float
    model: str
    strokes: int
    class_changes: int
    pixels_changed: int
    active_seconds: float
    kept_share: float | None = None

    @property
    def is_blind(self) -> bool:
        return not self.model and self.kept_share is not None


class EffortLog:
    """Appended to, read whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, entry: EffortEntry) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO effort (image_id, at, model, strokes, class_changes, pixels_changed, active_seconds, "
                "kept_share) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                astuple(entry),
            )

    def entries(self) -> tuple[EffortEntry, ...]:
        """In the order they were made, which a wrong clock can't change."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT image_id, at, model, strokes, class_changes, pixels_changed, active_seconds, kept_share "
                "FROM effort ORDER BY id"
            ).fetchall()
        return tuple(EffortEntry(ImageId(row[0]), *row[1:]) for row in rows)
