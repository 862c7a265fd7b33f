"""The tables of ``project.sqlite``, step by step from the first version to the newest."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from segstudio.domain.errors import ProjectError
from segstudio.store.database import Database

APPLICATION_ID = 0x53454753  # "SEGS", in the file's header, tells our databases from others'

FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE images (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,
    sort_key TEXT NOT NULL,
    label_name TEXT NOT NULL,
    label_key TEXT NOT NULL UNIQUE,
    byte_size INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    content_hash BLOB,
    width INTEGER NOT NULL DEFAULT 0,
    height INTEGER NOT NULL DEFAULT 0,
    status INTEGER NOT NULL DEFAULT 0,
    split INTEGER NOT NULL DEFAULT 0,
    is_flagged INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    uncertainty REAL,
    file_state INTEGER NOT NULL DEFAULT 0,
    labelled_at REAL,
    label_bytes INTEGER,
    label_modified_ns INTEGER,
    revision INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX images_by_bytes ON images (byte_size);
CREATE TABLE class_pixels (
    image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    class_id INTEGER NOT NULL,
    pixels INTEGER NOT NULL,
    PRIMARY KEY (image_id, class_id)
) WITHOUT ROWID;
CREATE INDEX class_pixels_by_class ON class_pixels (class_id, image_id, pixels);
CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    change BLOB NOT NULL,
    made_at REAL NOT NULL,
    is_held INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX journal_by_image ON journal (image_id, sequence);
CREATE TABLE pending_saves (
    image_id INTEGER PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
    label_file TEXT NOT NULL,
    origin_file TEXT NOT NULL,
    through INTEGER NOT NULL
);
CREATE TABLE status_log (
    at REAL NOT NULL,
    image_id INTEGER NOT NULL,
    status INTEGER NOT NULL
);
CREATE TABLE effort (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    image_id INTEGER NOT NULL,
    at REAL NOT NULL,
    model TEXT NOT NULL,
    strokes INTEGER NOT NULL,
    class_changes INTEGER NOT NULL,
    pixels_changed INTEGER NOT NULL,
    active_seconds REAL NOT NULL,
    kept_share REAL
);
CREATE INDEX effort_by_image ON effort (image_id);
CREATE TABLE batch_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at REAL NOT NULL,
    model TEXT NOT NULL,
    finished_at REAL
);
CREATE TABLE batch_images (
    run_id INTEGER NOT NULL REFERENCES batch_runs (id) ON DELETE CASCADE,
    image_id INTEGER NOT NULL,
    outcome INTEGER NOT NULL DEFAULT 0,
    pixels_changed INTEGER NOT NULL DEFAULT 0,
    before_version INTEGER,
    remark TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, image_id)
) WITHOUT ROWID;
"""

STEPS: tuple[str, ...] = (FIRST,)
"""Step ``n`` leads from version ``n`` to ``n + 1``. A step, once released, never changes."""


def migrate(database: Database, steps: Sequence[str] = STEPS) -> int:
    """Bring the tables to the newest version, all steps in one transaction; says from which version they came.

    Raises: ProjectError: the file is another program's, or was made by a newer SegStudio.
    """
    found = checked_version(database, steps)
    if found == len(steps) or database.is_read_only:
        return found
    with database.writing() as connection:
        for step in steps[found:]:
            _run(connection, step)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={len(steps)}")
    return found


def checked_version(database: Database, steps: Sequence[str] = STEPS) -> int:
    """Raises: ProjectError: the file is another program's, too new, or too old to be read without writing."""
    with database.reading() as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()
    _refuse_foreign(database.path, application, tables)
    if version > len(steps):
        raise ProjectError(
            f"{database.path} was made by a newer SegStudio (version {version} of the index; this one knows "
            f"{len(steps)}): update SegStudio to open it. Nothing was changed."
        )
    if version < len(steps) and database.is_read_only:
        raise ProjectError(
            f"{database.path} was made by an older SegStudio and must be brought up to date before it can be "
            "opened for reading only: open it once for writing."
        )
    return int(version)


def _refuse_foreign(path: Path, application: int, tables: int) -> None:
    if tables and application != APPLICATION_ID:
        raise ProjectError(
            f"{path} is the database of another program, not a SegStudio project; it wasn't touched."
        )


def _run(connection: sqlite3.Connection, script: str) -> None:
    # executescript() would commit the transaction that is open.
    for statement in script.split(";"):
        if statement.strip():
            connection.execute(statement)
