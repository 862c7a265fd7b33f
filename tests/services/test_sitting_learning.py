"""A finished image teaches the head, so that the next pre-label is better; the model itself stays."""

from __future__ import annotations

import hashlib
import time

import numpy as np
import pytest

from segstudio.domain.arrays import Origin
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId
from segstudio.domain.task import Task
from segstudio.services.sitting_learning import finished_labels, is_finished
from tests.services.sitting import Sitting


def _ids(sitting: Sitting) -> list[ImageId]:
    store = sitting.workspace.store
    assert store is not None
    return [record.id for record in store.records]


def _finish(sitting: Sitting, class_id: int) -> None:
    """All of the open image is of one class, painted and accepted."""
    opened = sitting.workspace.current
    assert opened is not None
    edit = opened.document.begin_edit("Paint")
    edit.write(opened.document.rect, None, class_id)
    sitting.workspace.committed(edit.commit())
    sitting.workspace.accept_current()


def _go_to(sitting: Sitting, number: int) -> None:
    wanted = _ids(sitting)[number]
    sitting.workspace.open_image(wanted)
    sitting.until(lambda: sitting.workspace.is_current(wanted))


def _share(sitting: Sitting, class_id: int) -> float:
    return float((sitting.labels() == class_id).mean())


def test_the_next_image_is_pre_labelled_by_what_was_learnt(sitting: Sitting) -> None:
    sitting.studio.sitting.switch(is_on=True)
    sitting.open()
    written = hashlib.sha256(sitting.model.read_bytes()).hexdigest()
    wanted = int(np.bincount(sitting.labels().ravel(), minlength=3).argmin())
    _finish(sitting, wanted)
    _go_to(sitting, 1)
    sitting.until(lambda: sitting.studio.sitting.images == 1)
    sitting.until(lambda: not sitting.studio.jobs.running)
    assert _share(sitting, wanted) > 0.9
    opened = sitting.workspace.current
    assert opened is not None and (opened.document.origins == Origin.MODEL).all()
    assert hashlib.sha256(sitting.model.read_bytes()).hexdigest() == written


def test_switched_off_it_answers_as_the_model_does(sitting: Sitting) -> None:
    sitting.studio.sitting.switch(is_on=True)
    sitting.open()
    before = sitting.labels().copy()
    _finish(sitting, int(np.bincount(before.ravel(), minlength=3).argmin()))
    _go_to(sitting, 1)
    sitting.until(lambda: sitting.studio.sitting.images == 1)
    slot = sitting.studio.slot
    assert slot.answering(Task()) is not slot.predictor(Task())
    sitting.studio.sitting.switch(is_on=False)
    assert slot.answering(Task()) is slot.predictor(Task())


def test_an_image_that_is_only_begun_teaches_nothing(sitting: Sitting) -> None:
    sitting.studio.sitting.switch(is_on=True)
    sitting.open()
    opened = sitting.workspace.current
    assert opened is not None
    edit = opened.document.begin_edit("Paint")
    edit.write(Rect(0, 0, 8, 8), None, 1)
    sitting.workspace.committed(edit.commit())
    assert not is_finished(opened.document)
    _go_to(sitting, 1)
    sitting.until(lambda: not sitting.studio.jobs.running)
    assert sitting.studio.sitting.images == 0


def test_what_a_person_has_painted_is_not_pre_labelled_anew(sitting: Sitting) -> None:
    sitting.studio.sitting.switch(is_on=True)
    sitting.open()
    _finish(sitting, 0)
    _go_to(sitting, 1)
    opened = sitting.workspace.current
    assert opened is not None
    edit = opened.document.begin_edit("Paint")
    edit.write(Rect(0, 0, 8, 8), None, 1)
    sitting.workspace.committed(edit.commit())
    before = sitting.labels().copy()
    sitting.until(lambda: sitting.studio.sitting.images == 1)
    sitting.until(lambda: not sitting.studio.jobs.running)
    assert np.array_equal(sitting.labels()[:8, :8], before[:8, :8])


def test_a_better_answer_that_comes_after_the_first_stroke_is_dropped(sitting: Sitting) -> None:
    sitting.open()
    opened = sitting.workspace.current
    assert opened is not None
    sitting.studio.segmentation.renew(time.time())
    edit = opened.document.begin_edit("Paint")
    edit.write(Rect(0, 0, 8, 8), None, 1)
    sitting.workspace.committed(edit.commit())
    sitting.until(lambda: not sitting.studio.jobs.running)
    assert opened.document.undo_name == "Paint"


def test_another_model_forgets_the_sitting(sitting: Sitting) -> None:
    sitting.studio.sitting.switch(is_on=True)
    sitting.open()
    _finish(sitting, 0)
    _go_to(sitting, 1)
    sitting.until(lambda: sitting.studio.sitting.images == 1)
    sitting.studio.segmentation.set_model("streets")
    assert sitting.studio.sitting.images == 0


def test_only_what_a_person_looked_at_counts(sitting: Sitting) -> None:
    sitting.open()
    opened = sitting.workspace.current
    assert opened is not None
    assert (finished_labels(opened.document) == 255).all()
    sitting.workspace.accept_current()
    assert np.array_equal(finished_labels(opened.document), opened.document.labels)
    assert is_finished(opened.document)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiny networks of random weights take larger steps."""
    from segstudio.training import sitting_head

    recipe = sitting_head.SittingRecipe(learning_rate=1e-2)
    monkeypatch.setattr(sitting_head, "SittingRecipe", lambda: recipe)
