"""The open image is pre-labelled off the owner's thread, and only where it may."""

from __future__ import annotations

import numpy as np
import pytest

from segstudio.domain.arrays import Origin
from segstudio.domain.changes import ActivityChanged, LabelsChanged, ModelChanged, PredictionChanged
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageStatus
from segstudio.editing import bands
from segstudio.formats.image_files import read_image
from segstudio.inference.models import load_model
from segstudio.services import answer_writing
from tests.services.sitting import Sitting


def test_a_new_image_gets_the_model_s_labels_as_one_undo_step(sitting: Sitting) -> None:
    sitting.open()
    opened = sitting.workspace.current
    assert opened is not None
    expected = load_model(sitting.model, "cpu").predict(read_image(sitting.images / "0.png"))
    assert np.array_equal(opened.document.labels, expected.labels)
    assert (opened.document.origins == Origin.MODEL).all()
    assert opened.document.undo_name == "Pre-label"
    sitting.workspace.undo()
    assert (opened.document.labels == 255).all()


def test_running_again_leaves_a_person_s_pixels_unless_asked(sitting: Sitting) -> None:
    sitting.open()
    plain = sitting.labels().copy()
    sitting.paint((int(plain[10, 10]) + 1) % 3)
    painted = sitting.labels().copy()
    answers = len(sitting.saw(PredictionChanged))
    sitting.studio.segmentation.run()
    sitting.until(lambda: len(sitting.saw(PredictionChanged)) > answers)
    assert np.array_equal(sitting.labels(), painted)
    sitting.studio.segmentation.run(over_person=True)
    sitting.until(lambda: len(sitting.saw(PredictionChanged)) > answers + 1)
    assert np.array_equal(sitting.labels(), plain)


def test_leaving_the_image_drops_the_answer(sitting: Sitting) -> None:
    sitting.open()
    first, second, _ = sitting.ids
    sitting.studio.segmentation.is_automatic = False
    sitting.show(second)
    sitting.studio.segmentation.run()
    sitting.show(first)
    sitting.until(lambda: not sitting.studio.segmentation.is_running)
    sitting.show(second)
    assert sitting.workspace.current is not None
    assert sitting.workspace.current.prediction is None
    assert (sitting.labels() == 255).all()


def test_an_answer_waits_for_the_stroke_under_way(sitting: Sitting) -> None:
    sitting.open()
    assert sitting.workspace.current is not None
    document = sitting.workspace.current.document
    edit = document.begin_edit("Brush")
    edit.write(Rect(0, 0, 10, 10), None, 2)
    sitting.studio.segmentation.run(over_person=True)
    sitting.until(lambda: not sitting.studio.segmentation.is_running)
    assert document.open_edit is edit
    answers = len(sitting.saw(PredictionChanged))
    sitting.workspace.committed(edit.commit())
    assert len(sitting.saw(PredictionChanged)) == answers + 1


def test_the_work_is_shown_and_the_model_told(sitting: Sitting) -> None:
    sitting.open()
    running = [change.is_running for change in sitting.changes if isinstance(change, ActivityChanged)]
    assert True in running
    assert running[-1] is False
    told = [change for change in sitting.changes if isinstance(change, ModelChanged) and change.info is not None]
    assert told[-1].name == "small"
    assert told[-1].device.startswith("CPU")


def test_images_that_a_person_worked_on_are_not_pre_labelled_by_themselves(sitting: Sitting) -> None:
    sitting.open()
    first = sitting.ids[0]
    sitting.workspace.marks.set_status([first], ImageStatus.CORRECTED)
    answers = len(sitting.saw(PredictionChanged))
    sitting.workspace.forget_kept_images()
    sitting.show(sitting.ids[1])
    sitting.until(lambda: len(sitting.saw(PredictionChanged)) > answers)
    sitting.workspace.forget_kept_images()
    sitting.show(first)
    assert not sitting.studio.segmentation.is_running


def test_a_huge_answer_is_written_in_turns_and_is_one_undo_step(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_writing, "PIXELS_A_TURN", 1)
    monkeypatch.setattr(bands, "_TURN_PIXELS", 200)
    sitting.open()
    opened = sitting.workspace.current
    assert opened is not None
    sitting.until(lambda: opened.document.can_undo)
    assert np.array_equal(opened.document.labels, load_model(sitting.model, "cpu").predict(opened.image).labels)
    assert len(sitting.saw(LabelsChanged)) > 3
    sitting.workspace.undo()
    assert (opened.document.labels == 255).all()


def test_leaving_while_a_huge_answer_is_written_takes_it_back(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_writing, "PIXELS_A_TURN", 1)
    monkeypatch.setattr(bands, "_TURN_PIXELS", 200)
    sitting.open()
    opened = sitting.workspace.current
    assert opened is not None
    assert opened.document.open_edit is not None
    sitting.workspace.close_project()
    sitting.until(lambda: not sitting.studio.jobs.running)
    assert (opened.document.labels == 255).all()
    assert not opened.document.can_undo
