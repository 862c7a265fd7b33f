"""The index moves forward, never back, and never into another program's file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from segstudio.domain.errors import ProjectError
from segstudio.store.database import Database
from segstudio.store.migrations import STEPS, checked_version, migrate

NEXT = (*STEPS, "ALTER TABLE images ADD COLUMN author TEXT NOT NULL DEFAULT ''; CREATE TABLE people (name TEXT)")


@contextmanager
def opened(path: Path, *, read_only: bool = False) -> Iterator[Database]:
    database = Database(path, read_only=read_only)
    try:
        yield database
    finally:
        database.close()


def _insert_image(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO images (path, sort_key, label_name, label_key, byte_size, modified_ns) "
            "VALUES ('a.png', 'a.png', 'a.png', 'a.png', 1, 1)"
        )


def test_a_new_file_gets_the_newest_tables(tmp_path: Path) -> None:
    with opened(tmp_path / "p.sqlite") as database:
        assert migrate(database) == 0
        assert checked_version(database) == len(STEPS)


def test_an_older_index_moves_forward_and_keeps_its_rows(tmp_path: Path) -> None:
    with opened(tmp_path / "p.sqlite") as database:
        migrate(database)
        _insert_image(database)
        assert migrate(database, NEXT) == len(STEPS)
        with database.reading() as connection:
            assert connection.execute("SELECT path, author FROM images").fetchall() == [("a.png", "")]


def test_a_step_that_fails_leaves_the_old_version_whole(tmp_path: Path) -> None:
    with opened(tmp_path / "p.sqlite") as database:
        migrate(database)
        _insert_image(database)
        with pytest.raises(ProjectError):
            migrate(database, (*STEPS, "CREATE TABLE half (name TEXT); CREATE TABLE images (name TEXT)"))
        assert checked_version(database) == len(STEPS)
        with database.reading() as connection:
            assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)


def test_a_newer_index_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with opened(tmp_path / "p.sqlite") as database:
        migrate(database, NEXT)
        with pytest.raises(ProjectError, match=r"newer SegStudio.*update SegStudio"):
            migrate(database)


def test_an_older_index_can_not_be_opened_for_reading_only(tmp_path: Path) -> None:
    with opened(tmp_path / "p.sqlite") as database:
        migrate(database)
    with opened(tmp_path / "p.sqlite", read_only=True) as database, pytest.raises(ProjectError, match="older"):
        migrate(database, NEXT)


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE photos (name TEXT)")
    connection.close()
    with opened(path) as database, pytest.raises(ProjectError, match="another program"):
        migrate(database)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("photos",)]
    connection.close()
