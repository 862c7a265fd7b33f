"""A project whose index is damaged or lost is made whole from its files, and says what it found."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.domain.errors import ProjectError
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageStatus, Split
from segstudio.domain.task import Task
from segstudio.editing.document import LabelDocument
from segstudio.editing.journal import encode_change
from segstudio.store.project_store import ProjectStore
from segstudio.store.repair import repair
from segstudio.store.repair_report import RepairReport
from store.conftest import CLASSES, HEIGHT, WIDTH, abandon, paint, write_image


def fill(store: ProjectStore, path: str, value: int, origin: int = 3) -> None:
    record = store.find(path)
    assert record is not None
    labels = np.full((HEIGHT, WIDTH), value, np.uint8)
    store.labels.save(record.id, labels, np.full_like(labels, origin))


def value_of(store: ProjectStore, path: str) -> int:
    record = store.find(path)
    assert record is not None
    return int(store.labels.load(record.id).labels[0, 0])


def run(folder: Path, images: Path | None = None) -> RepairReport:
    return repair(folder, Task(), image_folder=images)


@pytest.fixture
def worked_on(store: ProjectStore, folder: Path) -> Path:
    """A closed project in which some work was done."""
    fill(store, "two.png", 1)
    fill(store, "sub/one.png", 2, origin=1)
    record = store.find("two.png")
    assert record is not None
    store.index.set_statuses([record.id], ImageStatus.VERIFIED)
    store.index.set_splits({record.id: Split.TEST})
    store.index.set_note(record.id, "fine")
    store.close()
    return folder


def test_a_whole_project_stays_as_it_is(worked_on: Path) -> None:
    report = run(worked_on)

    assert "The index is whole." in report.done
    assert report.unsolved == []
    assert (report.images, report.labelled) == (4, 2)


@pytest.mark.parametrize("damage", ["garbage", "empty", "cut", "missing"])
def test_a_damaged_index_is_made_anew_from_its_copy_and_the_files(worked_on: Path, damage: str) -> None:
    index = worked_on / "project.sqlite"
    content = index.read_bytes()
    match damage:
        case "garbage":
            index.write_bytes(os.urandom(5000))
        case "empty":
            index.write_bytes(b"")
        case "cut":
            index.write_bytes(content[: len(content) // 2])
        case "missing":
            index.unlink()

    report = run(worked_on)
    with ProjectStore.open(worked_on) as store:
        record = store.find("two.png")
        assert record is not None
        assert (record.status, record.split, record.note) == (ImageStatus.VERIFIED, Split.TEST, "fine")
        assert (value_of(store, "two.png"), value_of(store, "sub/one.png")) == (1, 2)
        assert store.info.label_set == CLASSES
    assert report.unsolved == []


def test_without_any_index_the_files_tell_what_they_can(worked_on: Path) -> None:
    for name in ("project.sqlite", "project.sqlite.copy"):
        (worked_on / name).unlink()

    report = run(worked_on)
    with ProjectStore.open(worked_on) as store:
        statuses = {str(record.relative_path): record.status for record in store.records}
        assert statuses["two.png"] is ImageStatus.CORRECTED
        assert statuses["sub/one.png"] is ImageStatus.PRE_LABELLED
        assert statuses["one.jpg"] is ImageStatus.NEW
        assert (value_of(store, "two.png"), value_of(store, "sub/one.png")) == (1, 2)
        two = store.find("two.png")
        assert two is not None
        (version,) = store.labels.versions(two.id)
        assert (store.labels.load_version(version.id)[1] == 1).all()
    assert any("couldn't be read any more" in sentence for sentence in report.unsolved)


def test_without_index_and_description_the_images_must_be_named(worked_on: Path, images: Path) -> None:
    for name in ("project.sqlite", "project.sqlite.copy", "project.json"):
        (worked_on / name).unlink()
    with pytest.raises(ProjectError, match="--images DIR"):
        run(worked_on)

    report = run(worked_on, images)
    with ProjectStore.open(worked_on) as store:
        assert [(spec.id, spec.color) for spec in store.info.label_set.classes] == [
            (spec.id, spec.color) for spec in CLASSES.classes[1:]
        ]
        assert value_of(store, "two.png") == 1
    assert any("names of the classes are lost" in sentence for sentence in report.unsolved)


def test_a_damaged_description_is_restored_and_put_aside(worked_on: Path) -> None:
    (worked_on / "project.json").write_text("{ not JSON")

    run(worked_on)
    with ProjectStore.open(worked_on) as store:
        assert store.info.label_set == CLASSES
    assert (worked_on / "project.json.damaged-1").read_text() == "{ not JSON"


def test_a_damaged_label_file_is_restored_from_its_last_version(worked_on: Path) -> None:
    (worked_on / "labels" / "two.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")

    report = run(worked_on)
    with ProjectStore.open(worked_on) as store:
        assert value_of(store, "two.png") == 1
    assert any("last saved version was restored" in sentence for sentence in report.done)
    assert (worked_on / "labels" / "two.png.damaged").is_file()


def test_what_nobody_can_repair_is_named_and_left_alone(worked_on: Path) -> None:
    (worked_on / "versions.sqlite").unlink()
    (worked_on / "labels" / "two.png").write_bytes(b"broken")
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(worked_on / "labels" / "stray.png")

    report = run(worked_on)
    assert any("two.png" in sentence for sentence in report.unsolved)
    assert any("stray.png belongs to no image" in sentence for sentence in report.unsolved)
    assert (worked_on / "labels" / "two.png").read_bytes() == b"broken"


def test_unsaved_edits_survive_a_damaged_index_where_they_can_be_read(store: ProjectStore, folder: Path) -> None:

    image_id = store.records[3].id
    document = LabelDocument(*store.labels.load(image_id))
    store.labels.journal.append((image_id, encode_change(paint(document, 2, Rect(0, 0, 9, 9)))))
    with store._database.writing() as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_master SET sql = 'CREATE TABLE nonsense' WHERE name = 'effort_by_image'")
    abandon(store)

    run(folder)
    with ProjectStore.open(folder) as again:
        np.testing.assert_array_equal(again.labels.load(image_id).labels, document.labels)


def test_a_held_project_is_not_repaired(store: ProjectStore, folder: Path) -> None:
    with pytest.raises(ProjectError, match="held by process"):
        run(folder)


def test_an_empty_folder_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="nothing of a project"):
        run(tmp_path)


def test_missing_images_are_named(worked_on: Path, images: Path) -> None:
    (images / "two.png").unlink()
    assert "The image two.png is missing." in run(worked_on).unsolved


def test_images_of_one_stem_are_named_when_only_the_files_can_tell(worked_on: Path, images: Path) -> None:
    with ProjectStore.open(worked_on) as store:
        fill(store, "one.png", 2)
    for name in ("project.sqlite", "project.sqlite.copy"):
        (worked_on / name).unlink()

    report = run(worked_on)
    assert any("one.jpg, one.png differ only in their suffix" in sentence for sentence in report.unsolved)
    with ProjectStore.open(worked_on) as store:
        assert value_of(store, "one.png") == 2


def test_a_repaired_project_can_be_repaired_again(worked_on: Path, images: Path) -> None:
    shutil.copyfile(images / "two.png", images / "new.png")
    write_image(images / "newer.png", 50)
    run(worked_on)

    assert run(worked_on).unsolved == []
