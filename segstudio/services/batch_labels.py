"""Pre-labels many images with a model: can be stopped and gone on with, never over a person's pixels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from segstudio.domain.errors import SegStudioError
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.domain.prediction import Prediction
from segstudio.domain.task import Progress, Task
from segstudio.editing.document import LabelDocument
from segstudio.services.image_changes import replace_labels
from segstudio.services.pre_label import write_prediction
from segstudio.store.batch_log import BatchImage, BatchRun, Outcome
from segstudio.store.label_files import LabelPair
from segstudio.store.project_store import ProjectStore
from segstudio.store.versions import Reason

Predict = Callable[[Path, Task[Progress]], Prediction]
"""An image file's prediction, in the project's classes."""

MeasureUncertainty = Callable[[Prediction], float]


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """What a run did; ``failed`` holds (path, reason)."""

    run_id: int
    changed: int
    unchanged: int
    pixels_changed: int
    failed: tuple[tuple[str, str], ...]
    waiting: int


def unfinished_run(store: ProjectStore, model: str, among: Collection[ImageId]) -> BatchRun | None:
    """A run of this model that was stopped and can be gone on with: all that it still has to do is asked for."""
    run = store.batches.newest(is_finished=False)
    if run is None or run.model != model:
        return None
    left = images_to_label(store, run.waiting)
    return run if left and set(left) <= set(among) else None


def pre_label(
    store: ProjectStore,
    run: BatchRun,
    predict: Predict,
    task: Task[Progress],
    *,
    uncertainty: MeasureUncertainty | None = None,
    is_in_use: Callable[[ImageId], bool] = lambda _: False,
) -> BatchSummary:
    """Label every image of ``run`` that still waits. One that fails is named and the others are done.

    An image that was verified meanwhile stays as it is; one that is in use goes on waiting.
    Raises: CancelledError: a stop was asked for; what was done is kept, and the run can be gone on with.
    """
    waiting = run.waiting
    for done, image_id in enumerate(waiting):
        task.report(Progress(done, len(waiting), str(store.record(image_id).relative_path)))
        if is_in_use(image_id):
            continue
        if not images_to_label(store, [image_id]):
            store.batches.note(run.id, BatchImage(image_id, Outcome.DONE, 0, None, "verified or missing by then"))
            continue
        try:
            _label_one(store, run, image_id, predict, task, uncertainty)
        except (SegStudioError, OSError) as error:
            if task.is_stopped:
                raise
            store.batches.note(run.id, BatchImage(image_id, Outcome.FAILED, 0, None, str(error)))
    ended = store.batches.run(run.id)
    if not ended.waiting:
        store.batches.finish(run.id)
    return summarise(store, ended)


def summarise(store: ProjectStore, run: BatchRun) -> BatchSummary:
    done = [image for image in run.images if image.outcome is Outcome.DONE]
    return BatchSummary(
        run_id=run.id,
        changed=sum(image.pixels_changed > 0 for image in done),
        unchanged=sum(image.pixels_changed == 0 for image in done),
        pixels_changed=sum(image.pixels_changed for image in done),
        failed=tuple(
            (_path(store, image.image_id), image.remark) for image in run.images if image.outcome is Outcome.FAILED
        ),
        waiting=len(run.waiting),
    )


def images_to_label(store: ProjectStore, among: Sequence[ImageId]) -> tuple[ImageId, ...]:
    """Those that a batch run is for: there, and not verified by a person."""
    records = (store.record(image_id) for image_id in among)
    return tuple(
        record.id for record in records if not record.is_missing and record.status is not ImageStatus.VERIFIED
    )


def _label_one(
    store: ProjectStore,
    run: BatchRun,
    image_id: ImageId,
    predict: Predict,
    task: Task[Progress],
    uncertainty: MeasureUncertainty | None,
) -> None:
    prediction = predict(store.image_path(image_id), task)
    document = LabelDocument(*store.labels.load(image_id))
    change = write_prediction(document, prediction)
    if uncertainty is not None:
        store.index.set_uncertainties({image_id: uncertainty(prediction)})
    if change.is_empty:
        store.batches.note(run.id, BatchImage(image_id, Outcome.DONE, 0, None, ""))
        return
    pair = LabelPair(document.labels, document.origins)
    replace_labels(store, run, image_id, pair, pixels_changed=change.pixels_changed, reason=Reason.MODEL)
    if store.record(image_id).status is ImageStatus.NEW:
        store.index.set_statuses([image_id], ImageStatus.PRE_LABELLED)


def _path(store: ProjectStore, image_id: ImageId) -> str:
    return str(store.record(image_id).relative_path)
