"""Which images a batch run of the model is to label, and how far it has come: so that it can go on later."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from segstudio.domain.errors import ProjectError
from segstudio.domain.images import ImageId
from segstudio.store.database import Database

IMPORT = "import"
"""Stands for the model where labels were brought in."""


class Outcome(IntEnum):
    """Numbers in the index: they never change."""

    WAITING = 0
    DONE = 1
    FAILED = 2
    UNDONE = 3


@dataclass(frozen=True, slots=True)
class BatchImage:
    """``before_version`` is the saved version to go back to; None where the image had no labels."""

    image_id: ImageId
    outcome: Outcome
    pixels_changed: int
    before_version: int | None
    remark: str


@dataclass(frozen=True, slots=True)
class BatchRun:
    """One run of a model over many images; ``finished_at`` is None while images wait."""

    id: int
    started_at: float
    model: str
    finished_at: float | None
    images: tuple[BatchImage, ...]

    @property
    def is_import(self) -> bool:
        """Labels that were brought in, not a model's."""
        return self.model == IMPORT

    @property
    def waiting(self) -> tuple[ImageId, ...]:
        return tuple(image.image_id for image in self.images if image.outcome is Outcome.WAITING)

    @property
    def changed(self) -> tuple[ImageId, ...]:
        """Those that it changed and that weren't taken back."""
        return tuple(image.image_id for image in self.images if image.outcome is Outcome.DONE)


class BatchLog:
    """Every step is on the disk before the next begins."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, model: str, image_ids: Sequence[ImageId]) -> BatchRun:
        with self._database.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO batch_runs (started_at, model) VALUES (?, ?)", (time.time(), model)
            )
            run_id = cursor.lastrowid
            assert run_id is not None
            connection.executemany(
                "INSERT INTO batch_images (run_id, image_id) VALUES (?, ?)",
                [(run_id, image_id) for image_id in dict.fromkeys(image_ids)],
            )
        return self.run(run_id)

    def run(self, run_id: int) -> BatchRun:
        """Raises: ProjectError: no such run."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT id, started_at, model, finished_at FROM batch_runs WHERE id = ?", (run_id,)
            ).fetchone()
            images = connection.execute(
                "SELECT image_id, outcome, pixels_changed, before_version, remark FROM batch_images "
                "WHERE run_id = ? ORDER BY image_id",
                (run_id,),
            ).fetchall()
        if row is None:
            raise ProjectError(f"The project has no batch run number {run_id}.")
        listed = tuple(BatchImage(ImageId(i[0]), Outcome(i[1]), i[2], i[3], i[4]) for i in images)
        return BatchRun(row[0], row[1], row[2], row[3], listed)

    def newest(self, *, is_finished: bool) -> BatchRun | None:
        """The newest run that came to its end, or that didn't."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT max(id) FROM batch_runs WHERE (finished_at IS NOT NULL) = ?", (is_finished,)
            ).fetchone()
        return None if row[0] is None else self.run(row[0])

    def newest_changing(self) -> BatchRun | None:
        """The newest run that changed images and wasn't taken back."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT max(run_id) FROM batch_images WHERE outcome = ?", (Outcome.DONE,)
            ).fetchone()
        return None if row[0] is None else self.run(row[0])

    def note_added_classes(self, run_id: int, names: Mapping[int, str]) -> None:
        """By id. Beside the tables: an index of before needs no other version for it."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)", (_classes_key(run_id), json.dumps(names))
            )

    def added_classes(self, run_id: int) -> Mapping[int, str]:
        """Names by id; none where nothing was noted, or what was is damaged."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (_classes_key(run_id),)).fetchone()
        try:
            found = json.loads(row[0]) if row is not None else {}
            return {int(class_id): str(name) for class_id, name in found.items()}
        except (ValueError, TypeError, AttributeError, RecursionError):
            return {}

    def note(self, run_id: int, image: BatchImage) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE batch_images SET outcome = ?, pixels_changed = ?, before_version = ?, remark = ? "
                "WHERE run_id = ? AND image_id = ?",
                (image.outcome, image.pixels_changed, image.before_version, image.remark, run_id, image.image_id),
            )

    def finish(self, run_id: int) -> None:
        with self._database.writing() as connection:
            connection.execute("UPDATE batch_runs SET finished_at = ? WHERE id = ?", (time.time(), run_id))


def _classes_key(run_id: int) -> str:
    return f"classes added by run {run_id}"
