"""The last ten saved versions of each image's labels, compressed, in ``versions.sqlite``."""

from __future__ import annotations

import struct
import threading
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from segstudio.domain.arrays import LabelMap, OriginMap, read_only
from segstudio.domain.errors import FormatError, ProjectError
from segstudio.domain.images import ImageId
from segstudio.formats.banded_png import banded_png, read_banded_png
from segstudio.store.database import Database
from segstudio.store.packed_labels import PackedPair

KEPT = 10
AUTOSAVE_SECONDS = 300.0
"""Autosaves within this time count as one version, so that ten reach back further than ten strokes."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS versions (id INTEGER PRIMARY KEY AUTOINCREMENT, image_id INTEGER NOT NULL, "
    "label_name TEXT NOT NULL, "
    "saved_at REAL NOT NULL, begun_at REAL NOT NULL, reason TEXT NOT NULL, planes BLOB NOT NULL)",
    "CREATE INDEX IF NOT EXISTS versions_by_image ON versions (image_id, id)",
)
_MAGIC = b"SegV"
_HEADER = struct.Struct("<4sQ")
"""Then the labels' PNG, of the length given, and the origins'."""

_OLD_HEADER = struct.Struct("<II")
_MOST_PIXELS = 1 << 31


class Reason(StrEnum):
    """Why labels were saved."""

    AUTOSAVE = "autosave"
    SAVED = "saved"
    MODEL = "model"
    REPLACED = "replaced"
    """They were there before a model or an import changed them."""
    IMPORTED = "imported"
    RESTORED = "restored"
    RECOVERED = "recovered"
    FOUND = "found"
    """They lay in the folder before the project first wrote them."""
    DISCARDED = "discarded"
    """Recovered strokes that the user didn't want on a changed image."""


@dataclass(frozen=True, slots=True)
class Version:
    """One saved state; ``saved_at`` in seconds since 1970."""

    id: int
    image_id: ImageId
    saved_at: float
    reason: Reason
    byte_size: int


class VersionStore:
    """Losing its file loses the past, never the present."""

    def __init__(self, path: Path, *, read_only: bool, write_ahead: bool = True) -> None:
        """Nothing is opened or made before it is needed."""
        self._path = path
        self._is_read_only = read_only
        self._write_ahead = write_ahead
        self._guard = threading.Lock()
        self._opened: Database | None = None

    @property
    def _database(self) -> Database:
        with self._guard:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def _open(self) -> Database:
        database = Database(self._path, read_only=self._is_read_only, write_ahead=self._write_ahead)
        if not self._is_read_only:
            try:
                with database.writing() as connection:
                    for statement in _TABLES:
                        connection.execute(statement)
            except BaseException:
                database.close()
                raise
        return database

    def keep(self, image_id: ImageId, label_name: str, pair: PackedPair, reason: Reason) -> int:
        """The version's number. Nothing is added where the newest is the same; only the newest ten stay."""
        planes = encode_planes(pair)
        now = time.time()
        with self._database.writing() as connection:
            newest = connection.execute(
                "SELECT id, begun_at, reason, planes FROM versions WHERE image_id = ? ORDER BY id DESC LIMIT 1",
                (image_id,),
            ).fetchone()
            if newest is not None and newest[3] == planes:
                return int(newest[0])
            begun_at = now
            if (
                newest is not None
                and reason == Reason.AUTOSAVE == newest[2]
                and 0 <= now - newest[1] < AUTOSAVE_SECONDS
            ):
                begun_at = newest[1]
                connection.execute("DELETE FROM versions WHERE id = ?", (newest[0],))
            cursor = connection.execute(
                "INSERT INTO versions (image_id, label_name, saved_at, begun_at, reason, planes) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (image_id, label_name, now, begun_at, reason.value, planes),
            )
            connection.execute(
                "DELETE FROM versions WHERE image_id = ? AND id NOT IN "
                "(SELECT id FROM versions WHERE image_id = ? ORDER BY id DESC LIMIT ?)",
                (image_id, image_id, KEPT),
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def has_any(self, image_id: ImageId) -> bool:
        if not self._path.is_file():
            return False
        with self._database.reading() as connection:
            row = connection.execute("SELECT 1 FROM versions WHERE image_id = ? LIMIT 1", (image_id,)).fetchone()
        return row is not None

    def list(self, image_id: ImageId) -> tuple[Version, ...]:
        """The newest first."""
        if not self._path.is_file():
            return ()
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, image_id, saved_at, reason, length(planes) FROM versions WHERE image_id = ? "
                "ORDER BY id DESC",
                (image_id,),
            ).fetchall()
        return tuple(Version(row[0], ImageId(row[1]), row[2], _reason(row[3]), row[4]) for row in rows)

    def load(self, version_id: int) -> tuple[ImageId, LabelMap, OriginMap]:
        """Raises: ProjectError: no such version, or it is damaged."""
        row = self._row(version_id) if self._path.is_file() else None
        if row is None:
            raise ProjectError(f"There is no saved version {version_id}: the last {KEPT} of each image are kept.")
        labels, origins = decode_planes(row[1])
        return ImageId(row[0]), labels, origins

    def _row(self, version_id: int) -> tuple[int, bytes] | None:
        with self._database.reading() as connection:
            row: tuple[int, bytes] | None = connection.execute(
                "SELECT image_id, planes FROM versions WHERE id = ?", (version_id,)
            ).fetchone()
        return row

    def renumber(self, ids_by_label_name: Mapping[str, ImageId]) -> None:
        """After the index was made anew: give each image its past back, by the name of its label file."""
        if not self._path.is_file():
            return
        with self._database.writing() as connection:
            # The newest version of each image knows its name best. Numbers below zero belong to nobody.
            known = connection.execute(
                "SELECT image_id, label_name FROM versions "
                "WHERE id IN (SELECT max(id) FROM versions GROUP BY image_id)"
            ).fetchall()
            connection.execute("UPDATE versions SET image_id = -abs(image_id)")
            for old, name in known:
                if name in ids_by_label_name:
                    connection.execute(
                        "UPDATE versions SET image_id = ? WHERE image_id = ?", (ids_by_label_name[name], -abs(old))
                    )

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()


def _reason(text: str) -> Reason:
    return Reason(text) if text in Reason.__members__.values() else Reason.SAVED


def encode_planes(pair: PackedPair) -> bytes:
    """Both as the PNGs that they lie in as well, so that keeping a version packs nothing."""
    labels = banded_png(pair.labels)
    return _HEADER.pack(_MAGIC, len(labels)) + labels + banded_png(pair.origins)


def decode_planes(planes: bytes) -> tuple[LabelMap, OriginMap]:
    """Both read-only. Raises: ProjectError: damaged."""
    try:
        if planes[: len(_MAGIC)] == _MAGIC:
            _, length = _HEADER.unpack_from(planes)
            images = planes[_HEADER.size : _HEADER.size + length], planes[_HEADER.size + length :]
            labels, origins = (_unpacked(image) for image in images)
        else:
            labels, origins = _decode_old_planes(planes)
    except (struct.error, zlib.error, TypeError, ValueError, FormatError) as error:
        raise ProjectError(
            "A saved version is damaged and can't be looked at; the others and the labels are not affected."
        ) from error
    return read_only(labels), read_only(origins)


def _unpacked(image: bytes) -> LabelMap:
    """Raises: ValueError, FormatError: damaged."""
    packed = read_banded_png(image)
    if packed is None or packed.size.width * packed.size.height > _MOST_PIXELS:
        raise ValueError("not a map of a version")
    return packed.unpacked()


def _decode_old_planes(planes: bytes) -> tuple[LabelMap, OriginMap]:
    """As versions were kept before they were PNGs: both deflated behind their width and height.

    Raises: ValueError, struct.error, zlib.error: damaged.
    """
    width, height = _OLD_HEADER.unpack_from(planes)
    pixels = width * height
    if not 0 < pixels <= _MOST_PIXELS:
        raise ValueError("no such size")
    unpacker = zlib.decompressobj()
    data = unpacker.decompress(planes[_OLD_HEADER.size :], 2 * pixels + 1)
    both = np.frombuffer(data, np.uint8).reshape(2, height, width)
    return both[0], both[1]
