"""A project from a stranger can't crash the program, hang it, or make it touch what lies outside."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import zlib
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segstudio.domain.errors import ProjectError, SegStudioError
from segstudio.domain.task import Task
from segstudio.store.project_store import ProjectStore
from segstudio.store.repair import repair
from segstudio.store.versions import decode_planes
from store.conftest import HEIGHT, WIDTH


def change_index(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "project.sqlite")) as connection, connection:
        connection.execute(statement, values)


def test_a_label_name_that_leads_out_of_the_project_writes_nothing(store: ProjectStore, folder: Path) -> None:
    image_id = store.records[0].id
    change_index(folder, "UPDATE images SET label_name = '../../../outside.png' WHERE id = ?", image_id)
    filled = np.ones((HEIGHT, WIDTH), np.uint8)

    with pytest.raises(ProjectError, match="outside its own folder"):
        store.labels.save(image_id, filled, filled)
    with pytest.raises(ProjectError, match="outside its own folder"):
        store.labels.load(image_id)
    assert not list(folder.parent.rglob("outside.png"))


def test_an_image_path_that_leads_out_of_the_image_folder_is_refused(store: ProjectStore, folder: Path) -> None:
    image_id = store.records[0].id
    store.close()
    change_index(folder, "UPDATE images SET path = '../../etc/secret.png' WHERE id = ?", image_id)

    with ProjectStore.open(folder) as again, pytest.raises(ProjectError, match="outside its image folder"):
        again.image_path(image_id)


@pytest.mark.parametrize("name", ["../../outside.png", "/tmp/outside.png", "..", "a/b.png"])
def test_a_pending_save_of_a_file_elsewhere_moves_nothing(store: ProjectStore, folder: Path, name: str) -> None:
    image_id = store.records[0].id
    store.close()
    victim = folder.parent / "outside.png"
    victim.write_bytes(b"mine")
    change_index(folder, "INSERT INTO pending_saves VALUES (?, ?, ?, 0)", image_id, name, name)

    with pytest.raises(ProjectError, match="outside its own folder"):
        ProjectStore.open(folder)
    assert victim.read_bytes() == b"mine"


def test_a_label_file_that_is_a_link_out_is_not_read(store: ProjectStore, folder: Path) -> None:
    secret = folder.parent / "secret.png"
    secret.write_bytes(b"secret")
    (folder / "labels" / "two.png").symlink_to(secret)

    with pytest.raises(ProjectError, match="leads out of the project"):
        store.labels.load(store.records[3].id)


def description(**lies: object) -> str:
    honest = {"format": "SegStudio project", "version": 1, "name": "x", "image_folder": "/", "model": "m"}
    return json.dumps(honest | {"classes": []} | lies)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"format": "SegStudio project"}',
        '{"format": "SegStudio project", "version": 99}',
        '{"format": "SegStudio project", "version": 1, "name": 5, "image_folder": 5, "model": 5, "classes": []}',
        json.dumps(
            {
                "format": "SegStudio project",
                "version": 1,
                "name": "x",
                "image_folder": "/",
                "model": "m",
                "classes": [{"id": 300, "name": "a", "color": "#000000"}],
            }
        ),
        description(classes=["sky"]),
        description(sample_view=[0, 0]),
        description(sample_view={"channels": [10**400, 0, 0]}),
        description(sample_view={"channels": [float("inf"), 0, 0]}),
        description(parts=5),
    ],
)
def test_a_foreign_description_is_told_in_a_sentence(store: ProjectStore, folder: Path, text: str) -> None:
    store.close()
    (folder / "project.json").write_text(text)
    change_index(folder, "DELETE FROM meta WHERE key = 'project'")

    with pytest.raises(ProjectError, match=r"project\.json"):
        ProjectStore.open(folder)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("images", "status", 77),
        ("images", "split", "text"),
        ("images", "width", 2**62),
        ("images", "path", b"\xff\xfe"),
        ("images", "uncertainty", "high"),
        ("images", "path", None),
    ],
)
def test_values_that_make_no_sense_are_told_in_a_sentence(
    store: ProjectStore, folder: Path, table: str, column: str, value: object
) -> None:
    store.close()
    with closing(sqlite3.connect(folder / "project.sqlite")) as connection, connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'images'")
    change_index(folder, f"UPDATE {table} SET {column} = ? WHERE id = 1", value)

    try:
        with ProjectStore.open(folder) as again:
            list(again.records)
    except ProjectError as error:
        assert "repair" in str(error)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_index_with_changed_bytes_never_crashes(store: ProjectStore, folder: Path, data: st.DataObject) -> None:
    store.close()
    original = folder.parent / "original.sqlite"
    if not original.exists():
        original.write_bytes((folder / "project.sqlite").read_bytes())
    content = bytearray(original.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    for ending in ("", "-wal", "-shm"):
        (folder / f"project.sqlite{ending}").unlink(missing_ok=True)
    (folder / "project.sqlite").write_bytes(bytes(content))

    try:
        with ProjectStore.open(folder) as again:
            for record in again.records:
                again.labels.load(record.id)
            again.scan(Task())
    except SegStudioError:
        pass  # told in a sentence


def test_random_bytes_for_an_index_can_be_repaired(store: ProjectStore, folder: Path) -> None:
    store.close()
    (folder / "project.sqlite").write_bytes(b"SQLite format 3\0" + os.urandom(20_000))

    with pytest.raises(ProjectError, match="repair"):
        ProjectStore.open(folder)
    repair(folder, Task())
    with ProjectStore.open(folder) as again:
        assert len(again.records) == 4


@given(st.binary(max_size=200))
def test_a_damaged_version_is_told_in_a_sentence(planes: bytes) -> None:
    with pytest.raises(ProjectError, match="damaged"):
        decode_planes(planes)


def test_a_version_that_unpacks_to_more_than_it_says_is_refused() -> None:

    bomb = struct.pack("<II", 2, 2) + zlib.compress(bytes(50_000_000))
    with pytest.raises(ProjectError, match="damaged"):
        decode_planes(bomb)
