"""Pre-labels a project's images one after the other while the window stays in use."""

from __future__ import annotations

from collections.abc import Sequence

from segstudio.domain.changes import ActivityChanged, Change, ImagesChanged, ProjectClosed, Told
from segstudio.domain.images import ImageId
from segstudio.domain.task import Progress, Task
from segstudio.services.batch_labels import BatchSummary, images_to_label, pre_label, unfinished_run
from segstudio.services.batch_predictions import ProjectPredictor
from segstudio.services.image_changes import undo_run
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.model_slot import ModelSlot
from segstudio.services.workspace import Workspace
from segstudio.store.project_store import ProjectStore

ACTIVITY = "batch"
NAME = "Pre-labelling the project"


class BatchRunner:
    """Lives on the window's thread. The open image and those left a moment ago are read anew afterwards."""

    def __init__(self, workspace: Workspace, jobs: JobRunner, slot: ModelSlot) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._slot = slot
        self._job: Job | None = None
        workspace.subscribe(self._on_change)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def run(self, among: Sequence[ImageId]) -> None:
        """Label those of ``among`` that nobody verified, or go on with a run that was stopped."""
        store = self._workspace.store
        if store is None or store.is_read_only or self.is_running:
            return
        open_image = self._workspace.current
        kept_out = None if open_image is None else open_image.record.id
        chosen = [image_id for image_id in images_to_label(store, among) if image_id != kept_out]
        if not chosen:
            self._workspace.announce(Told("There is no other image to pre-label: those here are verified."))
            return
        self._workspace.forget_kept_images()

        def work(task: Task[Progress]) -> BatchSummary:
            predictor = ProjectPredictor(store, self._slot.predictor(task))
            model = store.info.model
            run = unfinished_run(store, model) or store.batches.start(model, chosen)
            return pre_label(store, run, predictor.predict, task, uncertainty=predictor.uncertainty)

        job = self._jobs.submit(
            Lane.DEVICE,
            NAME,
            work,
            on_result=lambda summary: self._on_result(job, summary),
            on_error=lambda error: self._on_error(job, error),
            on_cancelled=lambda: self._on_cancelled(job),
            on_progress=lambda state: self._show(job, state),
            urgency=Urgency.SOON,
        )
        self._job = job
        self._show(job, Progress(0, len(chosen)))

    def stop(self) -> None:
        """After the image under way; what was done is kept, and the run can be gone on with."""
        if self._job is not None:
            self._job.stop()

    def undo_last(self) -> None:
        """Bring back what the newest finished run replaced, image by image."""
        store = self._workspace.store
        if store is None or store.is_read_only:
            return
        self._workspace.forget_kept_images()
        self._jobs.submit(
            Lane.DISK,
            "Undoing the batch",
            lambda _task: _undo(store),
            on_result=self._on_undone,
            on_error=lambda error: self._workspace.announce_failure("The batch could not be undone.", error),
        )

    def _on_result(self, job: Job, summary: BatchSummary) -> None:
        self._end(job)
        told = f"{summary.changed} images pre-labelled, {summary.unchanged} unchanged"
        if summary.failed:
            path, reason = summary.failed[0]
            told += f", {len(summary.failed)} failed ({path}: {reason})"
        self._workspace.announce(Told(told + "."))

    def _on_error(self, job: Job, error: Exception) -> None:
        self._end(job)
        self._workspace.announce_failure("Pre-labelling the project failed.", error)

    def _on_cancelled(self, job: Job) -> None:
        self._end(job)
        self._workspace.announce(Told("Stopped; run it again to go on where it ended."))

    def _on_undone(self, sentence: str) -> None:
        self._workspace.announce(ImagesChanged(None))
        self._workspace.announce(Told(sentence))

    def _show(self, job: Job, state: Progress) -> None:
        if self._job is job:
            message = f"{state.done} of {state.total}" if state.total else state.message
            self._workspace.announce(ActivityChanged(ACTIVITY, NAME, state.fraction, message, is_running=True))

    def _end(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._workspace.announce(ActivityChanged(ACTIVITY, NAME, 1.0, "", is_running=False))
            self._workspace.announce(ImagesChanged(None))

    def _on_change(self, change: Change) -> None:
        if isinstance(change, ProjectClosed):
            self.stop()


def _undo(store: ProjectStore) -> str:
    run = store.batches.newest(is_finished=True)
    if run is None:
        return "There is no batch to undo."
    undone, problems = undo_run(store, run)
    return " ".join([f"{undone} images are as they were before the batch.", *problems])
