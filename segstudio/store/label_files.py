"""The label and origin file of an image: read as a pair, replaced as a pair.

Both new files are written and synced beside the old ones, then a line in the index says that they are
complete, then they are renamed, then the line goes. A crash before the line leaves the old pair, one after
it is finished at the next look; nobody ever sees one new file beside one old.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple, TypeAlias

import numpy as np

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError, ProjectError
from segstudio.domain.geometry import Size
from segstudio.domain.images import ImageId
from segstudio.editing.class_counts import class_counts
from segstudio.formats.indexed_png import read_label_map
from segstudio.store.atomic_files import put_in_place, remove_quietly, sync_folder, write_beside
from segstudio.store.database import Database
from segstudio.store.layout import ProjectLayout
from segstudio.store.packed_labels import ORIGIN_CLASSES, PackedPair, write_packed

ClassCounts: TypeAlias = Mapping[int, int]
"""Pixels by label value."""


class LabelPair(NamedTuple):
    """An image's labels and origins, of one size; the reader owns them and may write into them."""

    labels: LabelMap
    origins: OriginMap


class LabelPaths(NamedTuple):
    """The files of an image's labels and origins."""

    labels: Path
    origins: Path


class LabelFiles:
    """Reads and replaces pairs; knows nothing of the journal's content."""

    def __init__(self, layout: ProjectLayout, database: Database) -> None:
        self._layout = layout
        self._database = database

    def exist(self, label_name: str) -> bool:
        return self._layout.label_file(label_name).is_file()

    def read(self, label_name: str, size: Size) -> LabelPair:
        """Missing labels are all unlabelled. Labels without origins (made elsewhere) count as a person's.

        Raises: FormatError: a file is damaged or of another size than the image.
        """
        return LabelPair(*self.read_packed(label_name, size).unpacked())

    def read_packed(self, label_name: str, size: Size) -> PackedPair:
        """``read`` without unpacking it. Raises: as it does."""
        return PackedPair.read(self._layout.label_file(label_name), self._layout.origin_file(label_name), size)

    def replace(
        self, image_id: ImageId, label_name: str, pair: PackedPair, label_set: LabelSet, through: int
    ) -> None:
        """Both files are new and on the disk, and the journal forgot what is in them, when this returns.

        Raises: OSError, SegStudioError: the old pair is still there, or the new one will be at the next look.
        """
        label_file, origin_file = self._layout.label_file(label_name), self._layout.origin_file(label_name)
        self.finish(image_id, label_name)
        new_labels = write_beside(label_file, lambda path: write_packed(path, pair.labels, label_set))
        try:
            new_origins = write_beside(origin_file, lambda path: write_packed(path, pair.origins, ORIGIN_CLASSES))
        except BaseException:
            remove_quietly(new_labels)
            raise
        try:
            with self._database.writing() as connection:
                connection.execute(
                    "INSERT INTO pending_saves (image_id, label_file, origin_file, through) VALUES (?, ?, ?, ?)",
                    (image_id, new_labels.name, new_origins.name, through),
                )
        except BaseException:
            remove_quietly(new_labels)
            remove_quietly(new_origins)
            raise
        self.finish(image_id, label_name, pair.labels.counts)

    def finish(self, image_id: ImageId, label_name: str, counts: ClassCounts | None = None) -> bool:
        """Bring a save that was announced to its end; True where there was one.

        ``counts``: of what was saved, where that is known without reading it.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT label_file, origin_file, through FROM pending_saves WHERE image_id = ?", (image_id,)
            ).fetchone()
        if row is None:
            return False
        label_file, origin_file = self._layout.label_file(label_name), self._layout.origin_file(label_name)
        for name, path in ((row[0], label_file), (row[1], origin_file)):
            unfinished = _beside(path, name)
            if unfinished.exists():
                put_in_place(unfinished, path)
        sync_folder(label_file.parent)
        sync_folder(origin_file.parent)
        if counts is None:
            counts = _class_counts(label_file)
        # One transaction: a file that the index doesn't know would look like another program's after a crash.
        with self._database.writing() as connection:
            note_label_file(connection, image_id, label_file, counts)
            connection.execute("DELETE FROM pending_saves WHERE image_id = ?", (image_id,))
            connection.execute(
                "DELETE FROM journal WHERE image_id = ? AND sequence <= ? AND NOT is_held", (image_id, row[2])
            )
        return True

    def is_announced(self, image_id: ImageId) -> bool:
        with self._database.reading() as connection:
            row = connection.execute("SELECT 1 FROM pending_saves WHERE image_id = ?", (image_id,)).fetchone()
        return row is not None

    def announced(self) -> tuple[ImageId, ...]:
        """The images whose save was announced and not ended."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT image_id FROM pending_saves").fetchall()
        return tuple(ImageId(image_id) for (image_id,) in rows)

    def peek(self, image_id: ImageId, label_name: str, size: Size) -> LabelPair | None:
        """What an announced save will leave, read without ending it: for those who may only read."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT label_file, origin_file FROM pending_saves WHERE image_id = ?", (image_id,)
            ).fetchone()
        if row is None:
            return None
        paths = (self._layout.label_file(label_name), self._layout.origin_file(label_name))
        beside = [_beside(path, name) for path, name in zip(paths, row, strict=True)]
        chosen = [new if new.exists() else path for new, path in zip(beside, paths, strict=True)]
        return LabelPair(*PackedPair.read(chosen[0], chosen[1], size).unpacked())


def note_label_file(connection: Connection, image_id: ImageId, label_file: Path, counts: ClassCounts) -> None:
    """Within a transaction: the index knows the label file as it is now, and what is in it."""
    status = label_file.stat()
    connection.execute(
        "UPDATE images SET labelled_at = ?, label_bytes = ?, label_modified_ns = ?, revision = revision + 1 "
        "WHERE id = ?",
        (time.time(), status.st_size, status.st_mtime_ns, image_id),
    )
    connection.execute("DELETE FROM class_pixels WHERE image_id = ?", (image_id,))
    connection.executemany(
        "INSERT INTO class_pixels VALUES (?, ?, ?)",
        [(image_id, class_id, pixels) for class_id, pixels in counts.items()],
    )


def count_classes(labels: LabelMap) -> ClassCounts:
    counts = class_counts(labels)
    return {int(value): int(counts[value]) for value in np.flatnonzero(counts)}


def _class_counts(label_file: Path) -> ClassCounts:
    try:
        return count_classes(read_label_map(label_file))
    except (FormatError, OSError):
        return {}  # a damaged file is told when it is opened


def _beside(path: Path, name: str) -> Path:
    if "/" in name or "\\" in name or name in ("", ".", ".."):
        raise ProjectError(f"The project names a file outside its own folder, {name!r}; it wasn't touched.")
    return path.parent / name
