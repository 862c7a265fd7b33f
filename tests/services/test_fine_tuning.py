"""From corrections to an adopted model, while labelling goes on."""

from __future__ import annotations

from segstudio.domain.changes import CandidateChanged, ModelChanged, PredictionChanged, TrainingChanged
from segstudio.domain.geometry import Rect
from segstudio.domain.training_log import Phase
from segstudio.nn.model_header import read_model_info
from segstudio.services.fine_tuning_plan import Choices, PlanSummary
from tests.services.sitting import HEIGHT, WIDTH, Sitting

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
    sitting.until(lambda: tuning.candidate is not None)
    phases = {change.log.phase for change in sitting.changes if isinstance(change, TrainingChanged) and change.log}
    assert Phase.TRAINING in phases
    assert tuning.candidate is not None
    comparison = tuning.candidate.comparison
    assert comparison is not None
    assert "ground" in comparison.before.class_iou
    assert "ground" in comparison.after.class_iou
    assert comparison.advice
    assert sitting.workspace.store is not None
    before = sitting.workspace.store.info.model
    tuning.adopt()
    sitting.until(lambda: tuning.can_undo_adoption)
    adopted = sitting.workspace.store.info.model
    assert adopted != before
    assert read_model_info(sitting.folder / "project" / "models" / f"{adopted}.safetensors").parent is not None
    assert tuning.candidate is None
    tuning.undo_adoption()
    assert sitting.workspace.store.info.model == before
    assert [change.name for change in sitting.changes if isinstance(change, ModelChanged)][-2:] == [adopted, before]


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
    assert tuning.candidate is None


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
    sitting.until(lambda: tuning.candidate is not None)
    assert tuning.candidate is not None
    assert tuning.candidate.file.is_file()
    tuning.discard()
    assert sitting.saw(CandidateChanged)[-1] == CandidateChanged(None)
