"""Labels come into a project whole or not at all, and go out as they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import FormatError, ProjectError
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageStatus
from segstudio.domain.task import Task
from segstudio.editing.document import LabelDocument
from segstudio.editing.journal import encode_change
from segstudio.formats.class_file import write_classes
from segstudio.formats.exchange import ReadOptions, WriteOptions
from segstudio.formats.indexed_png import read_label_map, write_label_map
from segstudio.services.exchange import export_labels, open_source
from segstudio.services.image_changes import Undone, undo_run
from segstudio.services.project_exchange import ProjectReader, import_labels
from segstudio.store.batch_log import BatchRun
from segstudio.store.project_store import ProjectStore
from services.project_images import CLASSES, HEIGHT, WIDTH, image_id, label, make_project, paint

SOURCE_CLASSES = LabelSet.from_names(["Car", "bus", "road"])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    with make_project(tmp_path, ["a.png", "sub/b.png", "c.png"]) as store:
        yield store


def write_source(folder: Path, labels: dict[str, np.ndarray]) -> Path:  # type: ignore[type-arg]  # uint8 maps
    for name, values in labels.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_label_map(folder / name, values, SOURCE_CLASSES)
    write_classes(folder / "classes.json", SOURCE_CLASSES)
    return folder


def take_in(store: ProjectStore, folder: Path):  # type: ignore[no-untyped-def]  # a test's shorthand
    return import_labels(store, open_source("index-png", folder, ReadOptions()), Task())


def filled(value: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.full((HEIGHT, WIDTH), value, np.uint8)


def test_classes_are_matched_by_name_and_missing_ones_added(store: ProjectStore, tmp_path: Path) -> None:
    values = filled(0)
    values[:4], values[4:8] = 1, IGNORE
    summary = take_in(store, write_source(tmp_path / "in", {"a.png": values, "sub/b.png": filled(2)}))

    assert summary.new_classes == ("bus",)
    bus = store.info.label_set.by_name("bus")
    assert bus is not None
    labels, origins = store.labels.load(image_id(store, "a.png"))
    assert (labels[:4] == bus.id).all()
    assert (labels[4:8] == IGNORE).all()
    assert (labels[8:] == 1).all()
    assert (origins == np.where(labels == IGNORE, Origin.NOBODY, Origin.PERSON)).all()
    assert (store.labels.load(image_id(store, "sub/b.png")).labels == 0).all()
    assert store.record(image_id(store, "a.png")).status is ImageStatus.CORRECTED


def test_an_added_class_does_not_look_like_one_that_is_there(store: ProjectStore, tmp_path: Path) -> None:
    road, car = CLASSES.classes[:2]
    source = LabelSet((ClassSpec(0, "bus", road.color), ClassSpec(1, "tram", (1, 2, 3))))
    values = filled(0)
    values[:4] = 1
    folder = write_source(tmp_path / "in", {"a.png": values})
    write_classes(folder / "classes.json", source)
    take_in(store, folder)

    bus, tram = (store.info.label_set.by_name(name) for name in ("bus", "tram"))
    assert bus is not None
    assert bus.color not in (road.color, car.color)
    assert tram is not None
    assert tram.color == (1, 2, 3)


def test_nothing_changes_unless_all_of_it_is_valid(store: ProjectStore, tmp_path: Path) -> None:
    before = label(store, "a.png", 1)
    source = write_source(tmp_path / "in", {"a.png": filled(1), "c.png": np.zeros((3, 3), np.uint8)})
    classes = store.info.label_set
    with pytest.raises(FormatError, match=r"c\.png.*3 x 3.*32 x 20.*Nothing was imported"):
        take_in(store, source)

    assert (store.labels.load(before).labels == 1).all()
    assert store.info.label_set == classes
    assert store.batches.newest_changing() is None


def test_an_import_is_undone_whole(store: ProjectStore, tmp_path: Path) -> None:
    first = label(store, "a.png", 1)
    summary = take_in(store, write_source(tmp_path / "in", {"a.png": filled(2), "c.png": filled(2)}))

    assert undo_run(store, store.batches.run(summary.run_id)) == Undone(2, ())
    assert (store.labels.load(first).labels == 1).all()
    assert not store.labels.exist(image_id(store, "c.png"))


def import_buses(store: ProjectStore, folder: Path) -> tuple[BatchRun, int]:
    """Into two images; also the id of their class, which the project lacked."""
    summary = take_in(store, write_source(folder, {"a.png": filled(1), "c.png": filled(1)}))
    bus = store.info.label_set.by_name("bus")
    assert bus is not None
    return store.batches.run(summary.run_id), bus.id


def test_the_classes_that_an_import_added_go_with_it(store: ProjectStore, tmp_path: Path) -> None:
    before = store.info.label_set.active
    run, bus = import_buses(store, tmp_path / "in")
    undone = undo_run(store, run)

    assert undone.remarks == ("The class that it had added went with it: bus.",)
    assert store.info.label_set.active == before
    assert store.info.label_set.by_id(bus).is_retired, "versions of the images may hold it"
    assert store.info.label_set.next_id() == bus + 1


def test_a_class_stays_that_something_was_painted_with_since(store: ProjectStore, tmp_path: Path) -> None:
    run, bus = import_buses(store, tmp_path / "in")
    painted = image_id(store, "sub/b.png")
    document = LabelDocument(filled(0), filled(0))
    store.labels.journal.append((painted, encode_change(paint(document, bus, Rect(1, 1, 3, 3)))))
    undone = undo_run(store, run)

    assert undone.remarks == ("The class bus, which it had added, stays: 1 image holds it.",)
    assert store.info.label_set.by_name("bus") is not None


def test_a_class_that_was_renamed_since_is_somebodys_own(store: ProjectStore, tmp_path: Path) -> None:
    run, bus = import_buses(store, tmp_path / "in")
    classes = store.info.label_set
    store.set_label_set(classes.with_changed(replace(classes.by_id(bus), name="coach")))

    assert undo_run(store, run).remarks == ()
    assert store.info.label_set.by_name("coach") is not None


def test_classes_stay_until_the_last_image_is_taken_back(store: ProjectStore, tmp_path: Path) -> None:
    run, _ = import_buses(store, tmp_path / "in")
    first, last = image_id(store, "a.png"), image_id(store, "c.png")

    assert undo_run(store, run, among=[first]) == Undone(1, ())
    assert store.info.label_set.by_name("bus") is not None
    undone = undo_run(store, store.batches.run(run.id), among=[last])
    assert (undone.images, len(undone.remarks)) == (1, 1)
    assert store.info.label_set.by_name("bus") is None


@pytest.mark.parametrize("noted", ["", "[1, 2]", '{"x": "bus"}', "[" * 10_000])
def test_a_damaged_note_of_added_classes_takes_none_away(store: ProjectStore, tmp_path: Path, noted: str) -> None:
    run, _ = import_buses(store, tmp_path / "in")
    with closing(sqlite3.connect(store.layout.database)) as database, database:
        database.execute("UPDATE meta SET value = ? WHERE key LIKE 'classes added%'", (noted,))

    assert undo_run(store, run) == Undone(2, ())
    assert store.info.label_set.by_name("bus") is not None


def test_a_source_of_other_images_is_refused(store: ProjectStore, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="None of the 1 images"):
        take_in(store, write_source(tmp_path / "in", {"stranger.png": filled(0)}))


def test_what_goes_out_comes_back_the_same(store: ProjectStore, tmp_path: Path) -> None:
    label(store, "a.png", 0)
    label(store, "sub/b.png", 2)
    reader = ProjectReader(store, [record.id for record in store.records])
    options = WriteOptions(label_set=reader.label_set)
    report = export_labels(reader, "index-png", tmp_path / "out", options, Task())

    assert (report.images, report.is_exact) == (2, True)
    assert (read_label_map(tmp_path / "out" / "sub" / "b.png") == 2).all()


def test_a_project_without_labels_has_nothing_to_export(store: ProjectStore) -> None:
    with pytest.raises(ProjectError, match="has labels yet"):
        ProjectReader(store, [record.id for record in store.records])
