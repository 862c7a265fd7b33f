"""Labels of finished images compared with a model: by itself, or out of fold where it has learnt from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.domain.task import Progress, Task
from segstudio.services.batch_predictions import ProjectPredictor
from segstudio.services.review_differences import DifferenceReport, LearntImages, find_differences
from segstudio.store.project_store import ProjectStore

if TYPE_CHECKING:
    from segstudio.inference.predictor import Predictor

FOLDS = 4


def compare(
    store: ProjectStore,
    predictor: Predictor,
    model: Path,
    learnt: LearntImages,
    task: Task[Progress],
    *,
    folds: int = FOLDS,
) -> DifferenceReport:
    """On the device lane. ``model``: the file of ``predictor``. Raises: as ``find_differences``, ``fold_judge``."""
    asked = ProjectPredictor(store, predictor)
    if learnt is not LearntImages.OUT_OF_FOLD:
        return find_differences(store, asked, task, includes_learnt=learnt is LearntImages.INCLUDE)
    # torch takes seconds to import, and the window opens without it.
    from segstudio.services.review_folds import fold_judge

    return find_differences(store, asked, task, judge=fold_judge(store, predictor, model, task, folds=folds))


def report_words(report: DifferenceReport) -> str:
    """What was found, how, and what was left out and why."""
    count = len(report.differences)
    if not report.images and report.left_out:
        return (
            f"The model has learnt from all {report.left_out:,} finished images, so it only repeats their labels. "
            "Finish more images, or have these judged out of fold."
        )
    found = f"{count:,} place{'' if count == 1 else 's'} where model and label disagree"
    images = f"{report.images:,} finished image{'' if report.images == 1 else 's'}"
    folded = f", {report.out_of_fold:,} of them judged out of fold" if report.out_of_fold else ""
    left = f"; {report.left_out:,} left out, since the model learnt from them" if report.left_out else ""
    return f"{found} in {images}{folded}{left}."
