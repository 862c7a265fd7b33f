"""Where labels and model disagree on finished images, and what a person decides about it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from segstudio.domain.arrays import Origin
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageStatus
from segstudio.domain.prediction import Prediction
from segstudio.domain.task import Progress, Task
from segstudio.services.learnt_images import mark_of
from segstudio.services.review_comparison import report_words
from segstudio.services.review_differences import Difference, find_differences
from segstudio.services.review_kept import KeptLabels
from segstudio.store.project_store import ProjectStore
from services.project_images import HEIGHT, WIDTH, image_id, label, make_project
from tests.services.sitting import Sitting


class Oracle:
    """A model that sees cars (1) where it was told to, and road (0) elsewhere."""

    def __init__(self, cars: dict[str, Rect], confidence: dict[str, int], learnt: tuple[str, ...] = ()) -> None:
        self._cars, self._confidence = cars, confidence
        self.info = SimpleNamespace(learnt=frozenset(mark_of(path) for path in learnt))

    def predict(self, path: Path, task: Task[Progress]) -> Prediction:
        labels = np.zeros((HEIGHT, WIDTH), np.uint8)
        if path.name in self._cars:
            labels[self._cars[path.name].slices] = 1
        confidence = np.full_like(labels, self._confidence.get(path.name, 200))
        return Prediction(labels, confidence, model_name="oracle", device="", seconds=0.0)


BOX = Rect(4, 4, 14, 12)


@pytest.fixture
def store(tmp_path: Path) -> ProjectStore:
    """Three finished images, all road; a model that sees a car in each of the first two."""
    made = make_project(tmp_path, ["a.png", "b.png", "c.png", "d.png"])
    for name in "abc":
        label(made, f"{name}.png", 0)
        made.index.set_statuses([image_id(made, f"{name}.png")], ImageStatus.VERIFIED)
    return made


def found(store: ProjectStore, oracle: Oracle, **options: bool) -> list[Difference]:
    return list(find_differences(store, oracle, Task(), **options).differences)  # type: ignore[arg-type]  # stands in


def test_the_most_confident_disagreement_comes_first(store: ProjectStore) -> None:
    with store:
        differences = found(store, Oracle({"a.png": BOX, "b.png": BOX}, {"a.png": 150, "b.png": 250}))
    assert [(one.path, one.label, one.answer, one.pixels, one.rect) for one in differences] == [
        ("b.png", 0, 1, 80, BOX),
        ("a.png", 0, 1, 80, BOX),
    ]
    assert differences[0].confidence == pytest.approx(250 / 255)
    assert differences[0].mask.all()


def test_an_unusual_confusion_comes_before_one_that_the_model_makes_everywhere(store: ProjectStore) -> None:
    with store:
        labels = np.zeros((HEIGHT, WIDTH), np.uint8)
        labels[BOX.slices] = 2
        store.labels.save(image_id(store, "c.png"), labels, np.full_like(labels, Origin.PERSON))
        differences = found(store, Oracle({"a.png": BOX, "b.png": BOX}, {"a.png": 250, "b.png": 250, "c.png": 160}))
    assert [one.path for one in differences] == ["c.png", "a.png", "b.png"]


def test_of_two_alike_the_larger_comes_first(store: ProjectStore) -> None:
    small = Rect(4, 4, 12, 12)
    with store:
        differences = found(store, Oracle({"a.png": small, "b.png": BOX}, {}))
    assert [one.path for one in differences] == ["b.png", "a.png"]


def test_thin_strips_and_specks_are_no_errors(store: ProjectStore) -> None:
    with store:
        assert found(store, Oracle({"a.png": Rect(0, 0, WIDTH, 3), "b.png": Rect(2, 2, 6, 6)}, {})) == []


def test_of_a_corrected_image_only_what_a_person_set_counts(store: ProjectStore) -> None:
    with store:
        labels = np.zeros((HEIGHT, WIDTH), np.uint8)
        origins = np.full_like(labels, Origin.MODEL)
        store.labels.save(image_id(store, "a.png"), labels, origins)
        store.index.set_statuses([image_id(store, "a.png")], ImageStatus.CORRECTED)
        assert found(store, Oracle({"a.png": BOX}, {})) == []


def test_images_that_the_model_learnt_from_are_left_out_or_come_last(store: ProjectStore) -> None:
    oracle = Oracle({"a.png": BOX, "b.png": BOX}, {"a.png": 250, "b.png": 150}, learnt=("a.png",))
    with store:
        report = find_differences(store, oracle, Task())  # type: ignore[arg-type]  # stands in
        both = found(store, oracle, includes_learnt=True)
    assert [one.path for one in report.differences] == ["b.png"]
    assert (report.images, report.left_out) == (2, 1)
    assert "1 left out, since the model learnt" in report_words(report)
    assert [(one.path, one.is_learnt) for one in both] == [("b.png", False), ("a.png", True)]


def test_a_label_that_was_kept_is_not_asked_about_again(store: ProjectStore) -> None:
    oracle = Oracle({"a.png": BOX}, {})
    with store:
        (difference,) = found(store, oracle)
        KeptLabels(store).keep(difference.path, difference)
        assert found(store, oracle) == []
        assert found(store, Oracle({"a.png": Rect(18, 10, 30, 18)}, {})) != []


def test_a_damaged_file_of_kept_labels_counts_as_empty(store: ProjectStore) -> None:
    with store:
        (store.folder / "confirmed-labels.json").write_text('{"a.png": [[1, 2]]}')
        assert found(store, Oracle({"a.png": BOX}, {})) != []


def looking(sitting: Sitting) -> Difference:
    """A verified image on the canvas, and a disagreement in it that is looked at."""
    sitting.open()
    sitting.workspace.accept_current()
    opened = sitting.workspace.current
    assert opened is not None and sitting.workspace.store is not None
    rect = Rect(4, 4, 24, 20)
    edit = opened.document.begin_edit("Paint")
    edit.write(rect, None, 0)
    sitting.workspace.committed(edit.commit())
    sitting.workspace.accept_current()
    sitting.until(lambda: sitting.workspace.store.record(opened.record.id).status is ImageStatus.VERIFIED)  # type: ignore[union-attr]  # one is open
    sitting.until(lambda: opened.record.status is ImageStatus.VERIFIED)
    difference = Difference(
        opened.record.id, "0.png", rect, 0, 1, 320, 0.9, is_learnt=False, mask=np.ones((16, 20), np.bool_)
    )
    sitting.studio.differences._waiting = [difference]
    sitting.studio.differences.next()
    return difference


def test_accepting_takes_the_models_answer_in_one_step_and_stays_verified(sitting: Sitting) -> None:
    difference = looking(sitting)
    service = sitting.studio.differences
    service.accept()
    assert (sitting.labels()[difference.rect.slices] == 1).all()
    assert service.waiting == () and service.current is None
    opened = sitting.workspace.current
    assert opened is not None
    sitting.until(lambda: not sitting.studio.jobs.running)
    sitting.until(lambda: opened.record.status is ImageStatus.VERIFIED)
    sitting.workspace.undo()
    assert (sitting.labels()[difference.rect.slices] == 0).all()


def test_swapping_shows_the_other_answer_and_back_and_keeping_leaves_the_label(sitting: Sitting) -> None:
    difference = looking(sitting)
    service = sitting.studio.differences
    inside = difference.rect.slices
    service.swap()
    assert (sitting.labels()[inside] == 1).all()
    service.swap()
    assert (sitting.labels()[inside] == 0).all()
    service.swap()
    service.keep()
    assert (sitting.labels()[inside] == 0).all()
    assert service.waiting == ()
    store = sitting.workspace.store
    assert store is not None
    sitting.until(lambda: KeptLabels(store).has("0.png", difference))


def test_a_real_model_is_asked_about_finished_images(sitting: Sitting) -> None:
    sitting.open()
    sitting.workspace.accept_current()
    sitting.until(lambda: sitting.workspace.current.record.status is ImageStatus.VERIFIED)  # type: ignore[union-attr]  # one is open
    sitting.studio.differences.find()
    sitting.until(lambda: sitting.studio.differences.report is not None)
    report = sitting.studio.differences.report
    assert report is not None
    assert (report.images, report.differences) == (1, ())
