"""Many images pre-labelled while the window stays in use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.arrays import Origin
from segstudio.domain.changes import ActivityChanged, ClassesChanged, Told
from segstudio.domain.classes import LabelSet
from segstudio.domain.images import ImageStatus
from segstudio.domain.task import Progress
from segstudio.formats.class_file import write_classes
from segstudio.formats.exchange import ReadOptions
from segstudio.formats.indexed_png import write_label_map
from segstudio.services.image_changes import replace_labels
from segstudio.services.project_exchange import ImportSummary
from segstudio.store.batch_log import IMPORT
from segstudio.store.label_files import LabelPair
from segstudio.store.versions import Reason
from tests.services.sitting import HEIGHT, WIDTH, Sitting


def test_the_other_images_are_pre_labelled_and_the_open_one_is_left_alone(sitting: Sitting) -> None:
    sitting.open()
    sitting.paint(1)
    painted = sitting.labels().copy()
    sitting.studio.batch.run(sitting.ids)
    sitting.until(lambda: not sitting.studio.batch.is_running)
    store = sitting.workspace.store
    assert store is not None
    for image_id in sitting.ids[1:]:
        assert store.record(image_id).status is ImageStatus.PRE_LABELLED
        assert (store.labels.load(image_id).origins == Origin.MODEL).all()
        assert store.record(image_id).uncertainty is not None
    assert np.array_equal(sitting.labels(), painted)
    told = [change.sentence for change in sitting.changes if isinstance(change, Told)]
    assert any(sentence.startswith("2 images pre-labelled") for sentence in told)


def test_a_batch_can_be_undone(sitting: Sitting) -> None:
    sitting.open()
    sitting.studio.batch.run(sitting.ids)
    sitting.until(lambda: not sitting.studio.batch.is_running)
    store = sitting.workspace.store
    assert store is not None
    sitting.studio.batch.undo()
    sitting.until(lambda: store.record(sitting.ids[1]).status is ImageStatus.NEW)
    assert (store.labels.load(sitting.ids[1]).labels == 255).all()
    sitting.until(lambda: any("before the model labelled the project" in sentence for sentence in told_by(sitting)))


def told_by(sitting: Sitting) -> list[str]:
    return [change.sentence for change in sitting.changes if isinstance(change, Told)]


def test_undoing_says_whether_it_was_an_import(sitting: Sitting) -> None:
    sitting.open()
    store = sitting.workspace.store
    assert store is not None
    run = store.batches.start(IMPORT, [sitting.ids[1]])
    ground = np.zeros((HEIGHT, WIDTH), np.uint8)
    replace_labels(store, run, sitting.ids[1], LabelPair(ground, ground), pixels_changed=1, reason=Reason.IMPORTED)
    store.batches.finish(run.id)
    sitting.studio.batch.undo()
    sitting.until(lambda: "1 image is as it was before the import." in told_by(sitting))
    sitting.studio.batch.undo()
    sitting.until(lambda: "There is no import and no run of the model to undo." in told_by(sitting))


def test_the_class_list_loses_what_an_undone_import_had_added(sitting: Sitting, tmp_path: Path) -> None:
    sitting.open()
    before = sitting.workspace.label_set.active
    classes = LabelSet.from_names(["bus"])
    (tmp_path / "in").mkdir()
    write_label_map(tmp_path / "in" / "1.png", np.zeros((HEIGHT, WIDTH), np.uint8), classes)
    write_classes(tmp_path / "in" / "classes.json", classes)
    taken: list[ImportSummary] = []
    sitting.studio.transfer.take_in("index-png", tmp_path / "in", ReadOptions(), taken.append)
    sitting.until(lambda: taken)
    assert [spec.name for spec in sitting.workspace.label_set.active[len(before) :]] == ["bus"]
    sitting.studio.batch.undo()
    sitting.until(lambda: any("went with it: bus" in sentence for sentence in told_by(sitting)))
    told = [change.label_set for change in sitting.changes if isinstance(change, ClassesChanged)]
    assert told[-1].active == before


def test_the_batch_is_undone_in_one_image_and_stays_in_the_others(sitting: Sitting) -> None:
    sitting.open()
    sitting.studio.batch.run(sitting.ids)
    sitting.until(lambda: not sitting.studio.batch.is_running)
    store = sitting.workspace.store
    assert store is not None
    sitting.studio.batch.undo([sitting.ids[1]])
    sitting.until(lambda: store.record(sitting.ids[1]).status is ImageStatus.NEW)
    assert (store.labels.load(sitting.ids[2]).origins == Origin.MODEL).all()


def test_an_image_that_is_opened_while_the_batch_runs_is_left_to_its_user(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting.open()
    third = sitting.ids[2]
    monkeypatch.setattr(sitting.workspace, "is_current", lambda image_id: image_id == third and bool(asked))
    asked: list[bool] = []
    sitting.studio.batch.run(sitting.ids[1:])
    asked.append(True)
    sitting.until(lambda: not sitting.studio.batch.is_running)
    store = sitting.workspace.store
    assert store is not None
    assert not store.labels.exist(third)
    told = [change.sentence for change in sitting.changes if isinstance(change, Told)]
    assert "1 left out because they were open" in told[-1]


def test_the_time_left_is_reckoned_once_two_images_are_done(sitting: Sitting) -> None:
    sitting.open()
    sitting.studio.batch.run(sitting.ids)
    job = sitting.studio.batch._job
    assert job is not None
    for done in (1, 2):
        sitting.studio.batch._show(job, Progress(done, 4))
    told = [change for change in sitting.changes if isinstance(change, ActivityChanged) and change.key == "batch"]
    assert told[-2].seconds_left is None
    assert told[-1].seconds_left is not None
    assert told[-1].message == "2 of 4"
