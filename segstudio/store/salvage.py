"""What can still be read of a damaged index, row by row, into a new one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from segstudio.store.database import Database

_TABLES = ("meta", "images", "class_pixels", "journal", "status_log", "effort", "batch_runs", "batch_images")


def salvage(damaged: Path, target: Database) -> int:
    """Copies every row that can be read and isn't there yet; how many images came over.

    A pending save isn't copied: its files tell for themselves what became of it.
    """
    images = 0
    with target.writing() as connection:
        connection.execute("PRAGMA defer_foreign_keys=ON")
        for table in _TABLES:
            known = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            copied = _copy(damaged, connection, table, known)
            images += copied if table == "images" else 0
        for table in ("class_pixels", "journal"):
            connection.execute(f"DELETE FROM {table} WHERE image_id NOT IN (SELECT id FROM images)")
        connection.execute("DELETE FROM batch_images WHERE run_id NOT IN (SELECT id FROM batch_runs)")
    return images


def _copy(damaged: Path, target: sqlite3.Connection, table: str, known: list[str]) -> int:
    copied = 0
    try:
        with closing(sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=ro", uri=True)) as source:
            # A description of one table that makes no sense doesn't stop the others from being read.
            source.execute("PRAGMA writable_schema=ON")
            columns = [row[1] for row in source.execute(f"PRAGMA table_info({table})") if row[1] in known]
            if not columns:
                return 0
            listed, places = ", ".join(columns), ", ".join("?" * len(columns))
            for row in source.execute(f"SELECT {listed} FROM {table} NOT INDEXED"):
                try:
                    cursor = target.execute(f"INSERT OR IGNORE INTO {table} ({listed}) VALUES ({places})", row)
                except sqlite3.Error:
                    continue  # a row that makes no sense
                copied += cursor.rowcount
    except (sqlite3.Error, OSError):
        return copied  # as far as it could be read
    return copied
