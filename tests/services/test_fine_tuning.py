"""From corrections to an adopted model, while labelling goes on."""

from __future__ import annotations

from segstudio.domain.changes import CandidateChanged, ModelChanged, PredictionChanged, TrainingChanged
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageStatus
from segstudio.domain.training_log import Phase, TrainingLog
from segstudio.nn.model_header import info_to_json, read_model_info
from segstudio.services.fine_tuning_adoption import adopt_model
from segstudio.services.fine_tuning_kept import kept_run
from segstudio.services.fine_tuning_pace import kept_pace
from segstudio.services.fine_tuning_plan import Choices, PlanSummary
from segstudio.services.learnt_images import has_learnt, marks_after
from segstudio.services.opening import create_project
from tests.services.sitting import HEIGHT, WIDTH, Sitting, write_small_model

QUICK = Choices(learns="head", minutes=0.02)


def _corrected(sitting: Sitting) -> None:
    """Two images finished by hand, in two classes."""
    sitting.open()
    for image_id in sitting.ids[:2]:
        sitting.show(image_id)
        sitting.paint(0, Rect(0, 0, WIDTH, HEIGHT))
        sitting.paint(1, Rect(8, 8, 30, 24))
        sitting.workspace.accept_current()
    sitting.until(lambda: sitting.studio.fine_tuning.readiness().verified == 2)


def test_it_says_what_is_missing_before_anything_is_corrected(sitting: Sitting) -> None:
    assert "project" in sitting.studio.fine_tuning.readiness().missing[0]
    sitting.open()
    assert "correct at least one" in sitting.studio.fine_tuning.readiness().missing[0]


def test_a_plan_tells_its_images_its_time_and_why(sitting: Sitting) -> None:
    _corrected(sitting)
    summaries: list[PlanSummary] = []
    sitting.studio.fine_tuning.propose(Choices(), summaries.append)
    sitting.until(lambda: summaries)
    assert summaries[0].images == 2
    assert summaries[0].held_out == "a quarter of their tiles"
    assert summaries[0].seconds > 0
    assert "crops of" in summaries[0].reason
    assert any("sky" in remark for remark in summaries[0].remarks)


def test_training_ends_in_a_candidate_that_is_compared_adopted_and_taken_back(sitting: Sitting) -> None:
    _corrected(sitting)
    tuning = sitting.studio.fine_tuning
    tuning.start(QUICK)
    sitting.until(lambda: tuning.gate.candidate is not None)
    phases = {change.log.phase for change in sitting.changes if isinstance(change, TrainingChanged) and change.log}
    assert Phase.TRAINING in phases
    assert tuning.gate.candidate is not None
    comparison = tuning.gate.candidate.comparison
    assert comparison is not None
    assert "ground" in comparison.before.class_iou
    assert "ground" in comparison.after.class_iou
    assert comparison.advice.sentences
    assert all(place.truth.shape == place.before.shape == place.after.shape for place in comparison.places)
    assert sitting.workspace.store is not None
    before = sitting.workspace.store.info.model
    tuning.gate.adopt()
    sitting.until(lambda: tuning.gate.can_undo_adoption)
    adopted = sitting.workspace.store.info.model
    assert adopted != before
    assert read_model_info(sitting.folder / "project" / "models" / f"{adopted}.safetensors").parent is not None
    assert tuning.gate.candidate is None
    tuning.gate.undo_adoption()
    sitting.until(lambda: not tuning.gate.can_undo_adoption)
    assert sitting.workspace.store.info.model == before
    assert [change.name for change in sitting.changes if isinstance(change, ModelChanged)][-2:] == [adopted, before]


def test_an_adoption_can_be_undone_in_a_later_sitting(sitting: Sitting) -> None:
    sitting.open()
    store = sitting.workspace.store
    assert store is not None
    before = store.info.model
    adopted = adopt_model(store, write_small_model(sitting.folder / "other.safetensors", seed=1))
    assert store.info.model == adopted.model != before
    sitting.reopen()
    tuning = sitting.studio.fine_tuning
    sitting.until(lambda: tuning.gate.can_undo_adoption)
    tuning.gate.undo_adoption()
    sitting.until(lambda: not tuning.gate.can_undo_adoption)
    assert sitting.workspace.project is not None
    assert sitting.workspace.project.model == before


def test_an_older_models_pre_label_is_replaced_when_its_image_opens_again(sitting: Sitting) -> None:
    """By the model that was adopted since; what a person corrected stays as it is."""
    sitting.open()
    store = sitting.workspace.store
    assert store is not None
    sitting.show(sitting.ids[1])
    sitting.until(lambda: store.record(sitting.ids[1]).status is ImageStatus.PRE_LABELLED)
    sitting.paint(2)
    sitting.until(lambda: store.record(sitting.ids[1]).status is ImageStatus.CORRECTED)
    corrected = sitting.labels().copy()
    sitting.show(sitting.ids[2])
    sitting.until(lambda: sitting.workspace.safekeeping.is_saved and sitting.is_pre_labelled)
    file = write_small_model(sitting.folder / "other.safetensors", name="other", seed=1)
    adopted = adopt_model(store, file)
    sitting.studio.segmentation.use_adopted(adopted.model, since=adopted.since)
    sitting.show(sitting.ids[0])
    sitting.until(lambda: sitting.model_name == "other")
    sitting.show(sitting.ids[1])
    assert not sitting.studio.segmentation.is_running
    assert (sitting.labels() == corrected).all()


def test_a_run_that_was_left_goes_on_with_the_images_it_had(sitting: Sitting) -> None:
    _corrected(sitting)
    tuning = sitting.studio.fine_tuning
    tuning.start(Choices(learns="head", minutes=5))
    sitting.until(lambda: any(log.best_epoch for log in _logs(sitting)))
    tuning.suspend()
    sitting.until(lambda: not tuning.is_running)
    done = max(len(log.epochs) for log in _logs(sitting))
    sitting.reopen()
    sitting.until(lambda: tuning.interrupted)
    assert tuning.interrupted is not None
    assert len(tuning.interrupted.division.learning) == 2
    sitting.changes.clear()
    tuning.go_on()
    sitting.until(lambda: any(log.epochs for log in _logs(sitting)))
    assert len(_logs(sitting)[-1].epochs) >= done
    tuning.finish_early()
    sitting.until(lambda: tuning.gate.candidate is not None)


def test_what_was_left_is_let_go(sitting: Sitting) -> None:
    _corrected(sitting)
    tuning = sitting.studio.fine_tuning
    tuning.start(Choices(learns="head", minutes=5))
    sitting.until(lambda: any(log.best_epoch for log in _logs(sitting)))
    tuning.suspend()
    sitting.until(lambda: not tuning.is_running)
    assert sitting.workspace.store is not None
    assert kept_run(sitting.workspace.store) is not None
    tuning.forget_interrupted()
    assert kept_run(sitting.workspace.store) is None


def test_a_model_that_knows_no_class_says_so_and_labels_nothing(sitting: Sitting) -> None:
    project, images, model = sitting.folder / "project", sitting.images, str(sitting.model)
    classes = LabelSet.from_names(["membrane", "cell"])
    sitting.workspace.open_with("Opening", lambda task: create_project(project, images, classes, task, model=model))
    sitting.until(lambda: any("knows none" in change.remark for change in sitting.saw(PredictionChanged)))
    assert (sitting.labels() == 255).all()
    assert not sitting.is_pre_labelled


def test_the_next_estimate_goes_by_the_last_runs_pace(sitting: Sitting) -> None:
    _corrected(sitting)
    assert kept_pace("cpu") is None
    tuning = sitting.studio.fine_tuning
    tuning.start(QUICK)
    sitting.until(lambda: tuning.gate.candidate is not None)
    assert kept_pace("cpu") is not None
    summaries: list[PlanSummary] = []
    tuning.propose(Choices(), summaries.append)
    sitting.until(lambda: summaries)
    assert "measured here last time" in summaries[0].reason


def _logs(sitting: Sitting) -> list[TrainingLog]:
    return [change.log for change in sitting.changes if isinstance(change, TrainingChanged) and change.log]


def test_a_pre_label_does_not_wait_for_the_training(sitting: Sitting) -> None:
    _corrected(sitting)
    tuning = sitting.studio.fine_tuning
    tuning.start(Choices(learns="head", minutes=5))
    sitting.until(
        lambda: any(c.log and c.log.steps_done for c in sitting.changes if isinstance(c, TrainingChanged))
    )
    answers = len(sitting.saw(PredictionChanged))
    sitting.show(sitting.ids[2])
    sitting.until(lambda: len(sitting.saw(PredictionChanged)) > answers)
    assert tuning.is_running
    tuning.cancel()
    sitting.until(lambda: not tuning.is_running)
    assert tuning.gate.candidate is None


def test_a_pause_holds_and_stopping_early_keeps_the_best(sitting: Sitting) -> None:
    _corrected(sitting)
    tuning = sitting.studio.fine_tuning

    def logs() -> list[TrainingChanged]:
        return [change for change in sitting.changes if isinstance(change, TrainingChanged)]

    tuning.start(Choices(learns="head", minutes=5))
    sitting.until(lambda: any(change.log and change.log.best_epoch for change in logs()))
    tuning.pause()
    sitting.until(lambda: logs()[-1].log is not None and logs()[-1].log.phase is Phase.PAUSED)  # type: ignore[union-attr]  # just checked
    tuning.resume()
    tuning.finish_early()
    sitting.until(lambda: tuning.gate.candidate is not None)
    assert tuning.gate.candidate is not None
    assert tuning.gate.candidate.file.is_file()
    tuning.gate.discard()
    assert sitting.saw(CandidateChanged)[-1] == CandidateChanged(None)


def test_a_model_knows_which_images_it_has_learnt_from(sitting: Sitting) -> None:
    _corrected(sitting)
    tuning = sitting.studio.fine_tuning
    tuning.start(QUICK)
    sitting.until(lambda: tuning.gate.candidate is not None)
    assert tuning.gate.candidate is not None
    info = read_model_info(tuning.gate.candidate.file)
    assert [has_learnt(info, f"{number}.png") for number in range(3)] == [True, True, False]
    assert "0.png" not in info_to_json(info)["learnt"]  # type: ignore[operator]  # a text
    assert marks_after(info, ["2.png"]) > (info.learnt or frozenset())
