"""Going through the places where model and labels disagree, one key for each decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from segstudio.domain.arrays import Origin
from segstudio.domain.changes import ActivityChanged, Change, ProjectClosed, ReviewChanged, Told
from segstudio.domain.images import ImageStatus
from segstudio.domain.task import Progress, Task
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.model_slot import ModelSlot
from segstudio.services.review_comparison import compare, report_words
from segstudio.services.review_differences import Difference, DifferenceReport, LearntImages
from segstudio.services.review_kept import KeptLabels
from segstudio.services.workspace import Workspace

if TYPE_CHECKING:
    from segstudio.services.open_image import OpenImage
    from segstudio.store.project_store import ProjectStore

ACTIVITY = "differences"
NAME = "Comparing labels with the model"
ACCEPTED = "Model's answer"
SWAPPED_BACK = "Label's answer"


class ReviewingDifferences:
    """Lives on the window's thread."""

    def __init__(self, workspace: Workspace, jobs: JobRunner, slot: ModelSlot) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._slot = slot
        self._job: Job | None = None
        self._waiting: list[Difference] = []
        self.report: DifferenceReport | None = None
        self.current: Difference | None = None
        workspace.subscribe(self._on_change)

    @property
    def waiting(self) -> tuple[Difference, ...]:
        """Not decided yet, the likeliest label errors first."""
        return tuple(self._waiting)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def find(self, learnt: LearntImages = LearntImages.LEAVE_OUT) -> None:
        """Compare every finished image with the model's answer, in the background."""
        store = self._workspace.store
        if store is not None and not self.is_running:
            self._workspace.safekeeping.when_safe(lambda: self._submit(store, learnt))

    def _submit(self, store: ProjectStore, learnt: LearntImages) -> None:
        path = self._slot.path
        if self.is_running or path is None:
            return

        def work(task: Task[Progress]) -> DifferenceReport:
            return compare(store, self._slot.predictor(task), path, learnt, task)

        job = self._jobs.submit(
            Lane.DEVICE,
            NAME,
            work,
            on_result=lambda report: self._on_report(job, report),
            on_error=lambda error: self._on_error(job, error),
            on_cancelled=lambda: self._end(job),
            on_progress=lambda state: self._show(job, state),
            urgency=Urgency.SOON,
        )
        self._job = job
        self._show(job, Progress(0, 0))

    def _on_report(self, job: Job, report: DifferenceReport) -> None:
        self._end(job)
        self.report, self._waiting, self.current = report, list(report.differences), None
        self._workspace.announce(Told(report_words(report)))
        self._workspace.announce(ReviewChanged())

    def _on_error(self, job: Job, error: Exception) -> None:
        self._end(job)
        self._workspace.announce_failure("Labels and model could not be compared.", error)

    def stop(self) -> None:
        if self._job is not None:
            self._job.stop()

    def go_to(self, difference: Difference) -> None:
        """Open its image; ``current`` says what to look at there."""
        self.current = difference
        self._workspace.open_image(difference.image_id)
        self._workspace.announce(ReviewChanged())

    def next(self) -> Difference | None:
        """The first one that waits; None where all are decided."""
        difference = self._waiting[0] if self._waiting else None
        self.current = difference
        if difference is None:
            self._workspace.announce(ReviewChanged())
        else:
            self.go_to(difference)
        return difference

    def accept(self) -> None:
        """The model is right: the region takes its answer, as one undo step, and the next one is shown."""
        self._decide(lambda opened, difference: self._write(opened, difference, to_answer=True))

    def keep(self) -> None:
        """The label is right; it isn't asked about again, and the next one is shown."""
        store = self._workspace.store

        def note(opened: OpenImage, difference: Difference) -> None:
            if _shows_answer(opened, difference):
                self._take_back(opened, difference)
            if store is None:
                return
            self._jobs.submit(
                Lane.DISK,
                "Noting a confirmed label",
                lambda _task: KeptLabels(store).keep(difference.path, difference),
                on_result=lambda _nothing: None,
                on_error=lambda error: self._workspace.announce_failure("The decision could not be kept.", error),
            )

        self._decide(note)

    def swap(self) -> None:
        """Show the other answer in place, to compare; a second time brings the first one back."""
        opened, difference = self._here()
        if opened is None or difference is None:
            return
        if _shows_answer(opened, difference):
            self._take_back(opened, difference)
        else:
            self._write(opened, difference, to_answer=True)

    def _take_back(self, opened: OpenImage, difference: Difference) -> None:
        """The label's answer again."""
        if opened.document.undo_name == ACCEPTED:
            was_verified = opened.record.status is ImageStatus.VERIFIED
            self._workspace.undo()
            if was_verified:
                self._restore_status(opened)
        else:
            self._write(opened, difference, to_answer=False)

    def _decide(self, act: Callable[[OpenImage, Difference], None]) -> None:
        opened, difference = self._here()
        if opened is None or difference is None:
            return
        act(opened, difference)
        self._waiting = [waiting for waiting in self._waiting if waiting is not difference]
        self.next()

    def _here(self) -> tuple[OpenImage | None, Difference | None]:
        """The open image and what is looked at in it; says what to do where nothing is."""
        opened, difference = self._workspace.current, self.current
        if difference is None or self._workspace.is_read_only:
            self._workspace.announce(Told("No disagreement is being looked at: find them in the panel Review."))
            return None, None
        if opened is None or opened.record.id != difference.image_id or opened.document.open_edit is not None:
            return None, None
        return opened, difference

    def _write(self, opened: OpenImage, difference: Difference, *, to_answer: bool) -> None:
        """Only pixels that still have one of the two classes change."""
        document, rect = opened.document, difference.rect
        inside = document.labels[rect.slices]
        mask = difference.mask & ((inside == difference.label) | (inside == difference.answer))
        edit = document.begin_edit(
            ACCEPTED if to_answer else SWAPPED_BACK, origin=Origin.ACCEPTED, keep_person=False
        )
        edit.write(rect, mask, difference.answer if to_answer else difference.label)
        was_verified = opened.record.status is ImageStatus.VERIFIED
        self._workspace.committed(edit.commit())
        if was_verified:
            self._restore_status(opened)

    def _restore_status(self, opened: OpenImage) -> None:
        """Deciding one region leaves the image as finished as it was."""
        self._workspace.marks.set_status([opened.record.id], ImageStatus.VERIFIED)

    def _show(self, job: Job, state: Progress) -> None:
        if self._job is job:
            self._workspace.announce(
                ActivityChanged(ACTIVITY, NAME, state.fraction, state.message, is_running=True)
            )

    def _end(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._workspace.announce(ActivityChanged(ACTIVITY, NAME, 1.0, "", is_running=False))

    def _on_change(self, change: Change) -> None:
        if isinstance(change, ProjectClosed):
            self.stop()
            self.report, self._waiting, self.current = None, [], None
            self._workspace.announce(ReviewChanged())


def _shows_answer(opened: OpenImage, difference: Difference) -> bool:
    inside = opened.document.labels[difference.rect.slices][difference.mask]
    return bool(inside.size) and bool(np.mean(inside == difference.answer) > 0.5)
