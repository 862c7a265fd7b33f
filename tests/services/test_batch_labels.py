"""Many images at once: stopped, gone on with, undone one by one, never over a person's pixels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.errors import CancelledError, FormatError, ProjectError
from segstudio.domain.images import ImageStatus
from segstudio.domain.prediction import Prediction
from segstudio.domain.task import Progress, Task
from segstudio.services.batch_labels import images_to_label, pre_label, unfinished_run
from segstudio.services.image_changes import Undone, undo_image, undo_run
from segstudio.store.project_store import ProjectStore
from services.project_images import HEIGHT, WIDTH, image_id, label, make_project

NAMES = ["a.png", "b.png", "c.png", "d.png"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    with make_project(tmp_path, NAMES) as store:
        yield store


def all_sky(path: Path, task: Task[Progress]) -> Prediction:
    task.check()
    labels = np.full((HEIGHT, WIDTH), 2, np.uint8)
    return Prediction(labels, np.full_like(labels, 204), "test", "cpu", 0.0)


def ids(store: ProjectStore) -> list:  # type: ignore[type-arg]  # a test's shorthand
    return [record.id for record in store.records]


def test_every_image_is_labelled_and_told_of(store: ProjectStore) -> None:
    run = store.batches.start("test", ids(store))
    summary = pre_label(store, run, all_sky, Task(), uncertainty=lambda prediction: 0.25)

    assert (summary.changed, summary.pixels_changed, summary.failed) == (4, 4 * HEIGHT * WIDTH, ())
    assert all(record.status is ImageStatus.PRE_LABELLED for record in store.records)
    assert all(record.uncertainty == 0.25 for record in store.records)
    assert (store.labels.load(ids(store)[0]).origins == Origin.MODEL).all()


def test_a_persons_pixels_stay(store: ProjectStore) -> None:
    first = image_id(store, "a.png")
    labels = np.full((HEIGHT, WIDTH), IGNORE, np.uint8)
    origins = np.zeros_like(labels)
    labels[:5], origins[:5] = 1, Origin.PERSON
    origins[5:8] = Origin.PERSON  # a person's "leave this out"
    store.labels.save(first, labels, origins)
    store.index.set_statuses([first], ImageStatus.CORRECTED)
    pre_label(store, store.batches.start("test", [first]), all_sky, Task())

    after = store.labels.load(first).labels
    assert (after[:5] == 1).all()
    assert (after[5:8] == IGNORE).all()
    assert (after[8:] == 2).all()
    assert store.record(first).status is ImageStatus.CORRECTED


def test_verified_and_missing_images_are_left_out(store: ProjectStore) -> None:
    store.index.set_statuses([image_id(store, "b.png")], ImageStatus.VERIFIED)
    store.image_path(image_id(store, "c.png")).unlink()
    store.scan(Task())

    assert images_to_label(store, ids(store)) == (image_id(store, "a.png"), image_id(store, "d.png"))


def test_a_stopped_run_is_gone_on_with_in_a_later_sitting(store: ProjectStore) -> None:
    run = store.batches.start("test", ids(store))
    task: Task[Progress] = Task(lambda progress: task.stop() if progress.done == 2 else None)
    with pytest.raises(CancelledError):
        pre_label(store, run, all_sky, task)
    folder = store.folder
    store.close()

    with ProjectStore.open(folder) as again:
        assert sum(record.status is ImageStatus.PRE_LABELLED for record in again.records) == 2
        left = unfinished_run(again, "test", ids(again))
        assert left is not None
        assert len(left.waiting) == 2
        assert unfinished_run(again, "another model", ids(again)) is None
        summary = pre_label(again, left, all_sky, Task())
        assert summary.changed == 4
        assert unfinished_run(again, "test", ids(again)) is None


def test_a_stopped_run_is_not_gone_on_with_where_other_images_are_asked_for(store: ProjectStore) -> None:
    store.batches.start("test", ids(store))
    assert unfinished_run(store, "test", ids(store)[:2]) is None


def test_images_verified_while_a_run_was_stopped_stay_as_they_are(store: ProjectStore) -> None:
    run = store.batches.start("test", ids(store))
    first = label(store, "a.png", 1, Origin.MODEL)
    store.index.set_statuses([first], ImageStatus.VERIFIED)
    left = unfinished_run(store, "test", images_to_label(store, ids(store)))
    assert left is not None
    assert left.id == run.id
    pre_label(store, left, all_sky, Task())
    assert (store.labels.load(first).labels == 1).all()
    assert unfinished_run(store, "test", ids(store)) is None


def test_an_image_that_fails_is_named_and_the_others_are_done(store: ProjectStore) -> None:
    def picky(path: Path, task: Task[Progress]) -> Prediction:
        if path.name == "b.png":
            raise FormatError("The picture is damaged.", path=path)
        return all_sky(path, task)

    summary = pre_label(store, store.batches.start("test", ids(store)), picky, Task())
    assert summary.changed == 3
    ((path, reason),) = summary.failed
    assert path == "b.png"
    assert "damaged" in reason


def test_each_image_can_be_undone_by_itself(store: ProjectStore) -> None:
    first = label(store, "a.png", 0, Origin.MODEL)
    second = image_id(store, "b.png")
    run = store.batches.start("test", ids(store))
    pre_label(store, run, all_sky, Task())
    run = store.batches.run(run.id)

    undo_image(store, run, first)
    assert (store.labels.load(first).labels == 0).all()
    undo_image(store, run, second)
    assert not store.labels.exist(second)
    assert store.record(second).status is ImageStatus.NEW
    assert (store.labels.load(image_id(store, "c.png")).labels == 2).all()
    with pytest.raises(ProjectError, match="didn't change"):
        undo_image(store, store.batches.run(run.id), first)

    assert undo_run(store, store.batches.run(run.id)) == Undone(2, ())


def test_an_image_without_a_change_is_left_alone(store: ProjectStore) -> None:
    first = label(store, "a.png", 2, Origin.MODEL)
    before = store.labels.versions(first)
    summary = pre_label(store, store.batches.start("test", [first]), all_sky, Task())

    assert (summary.changed, summary.unchanged) == (0, 1)
    assert store.labels.versions(first) == before
