"""Pre-labels a project's images one after the other while the window stays in use."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

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
        self._began: tuple[float, int] | None = None
        """When the time left was first reckoned, and how many images were done by then."""
        workspace.subscribe(self._on_change)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def run(self, among: Sequence[ImageId]) -> None:
        """Label those of ``among`` that nobody verified, or go on with a run that was stopped."""
        store = self._workspace.store
        if store is None or store.is_read_only or self.is_running:
            return
        chosen = [i for i in images_to_label(store, among) if not self._workspace.is_current(i)]
        if not chosen:
            self._workspace.announce(Told("There is no other image to pre-label: those here are verified."))
            return
        self._workspace.forget_kept_images()

        def work(task: Task[Progress]) -> BatchSummary:
            return self._label(store, among, chosen, task)

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
        self._job, self._began = job, None
        self._show(job, Progress(0, len(chosen)))

    def _label(
        self, store: ProjectStore, among: Sequence[ImageId], chosen: Sequence[ImageId], task: Task[Progress]
    ) -> BatchSummary:
        """On the device lane. An image that is opened meanwhile is its user's; the run may go on with it later."""
        predictor = ProjectPredictor(store, self._slot.predictor(task))
        model = store.info.model
        run = unfinished_run(store, model, among) or store.batches.start(model, chosen)
        return pre_label(
            store,
            run,
            predictor.predict,
            task,
            uncertainty=predictor.uncertainty,
            is_in_use=self._workspace.is_current,
        )

    def stop(self) -> None:
        """After the image under way; what was done is kept, and the run can be gone on with."""
        if self._job is not None:
            self._job.stop()

    def undo(self, among: Collection[ImageId] | None = None) -> None:
        """Bring back what the newest run or import replaced, image by image; ``among``: in these images only."""
        store = self._workspace.store
        if store is None or store.is_read_only or self.is_running:
            return
        self._workspace.forget_kept_images()
        self._jobs.submit(
            Lane.DISK,
            "Undoing an import or a run",
            lambda _task: _undo(store, among),
            on_result=self._on_undone,
            on_error=lambda error: self._workspace.announce_failure("It could not be undone.", error),
        )

    def _on_result(self, job: Job, summary: BatchSummary) -> None:
        self._end(job)
        told = f"{summary.changed:,} images pre-labelled ({summary.pixels_changed:,} pixels)"
        told += f", {summary.unchanged:,} unchanged"
        if summary.waiting:
            told += f", {summary.waiting:,} left out because they were open"
        if summary.failed:
            path, reason = summary.failed[0]
            told += f", {len(summary.failed):,} failed ({path}: {reason})"
        self._workspace.announce(Told(told + "."))

    def _on_error(self, job: Job, error: Exception) -> None:
        self._end(job)
        self._workspace.announce_failure("Pre-labelling the project failed.", error)

    def _on_cancelled(self, job: Job) -> None:
        self._end(job)
        self._workspace.announce(Told("Stopped; run it again to go on where it ended."))

    def _on_undone(self, sentence: str) -> None:
        self._workspace.reread()
        self._workspace.announce(Told(sentence))

    def _show(self, job: Job, state: Progress) -> None:
        if self._job is not job:
            return
        message = f"{state.done:,} of {state.total:,}" if state.total else state.message
        self._workspace.announce(
            ActivityChanged(
                ACTIVITY, NAME, state.fraction, message, is_running=True, seconds_left=self._seconds_left(state)
            )
        )

    def _seconds_left(self, state: Progress) -> float | None:
        """Going by the images since the first one, whose time was mostly the loading of the model."""
        if not state.done or not state.total:
            return None
        now = time.monotonic()
        if self._began is None:
            self._began = (now, state.done)
        began, before = self._began
        if state.done == before:
            return None
        return (now - began) / (state.done - before) * (state.total - state.done)

    def _end(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._workspace.announce(ActivityChanged(ACTIVITY, NAME, 1.0, "", is_running=False))
            self._workspace.announce(ImagesChanged(None))

    def _on_change(self, change: Change) -> None:
        if isinstance(change, ProjectClosed):
            self.stop()


def _undo(store: ProjectStore, among: Collection[ImageId] | None) -> str:
    run = store.batches.newest_changing()
    if run is None:
        return "There is no import and no run of the model to undo."
    undone = undo_run(store, run, among)
    images = "1 image is as it was" if undone.images == 1 else f"{undone.images:,} images are as they were"
    what = "the import" if run.is_import else "the model labelled the project"
    return " ".join([f"{images} before {what}.", *undone.problems, *undone.remarks])
