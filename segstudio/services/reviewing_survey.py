"""Takes the survey of the open project's images in the background, and keeps what it found at hand."""

from __future__ import annotations

from collections.abc import Callable

from segstudio.domain.changes import ActivityChanged, Change, ModelChanged, ProjectClosed, ReviewChanged, Told
from segstudio.domain.task import Progress, Task
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.model_slot import ModelSlot
from segstudio.services.review_confusion import ConfusedPair, confused_pairs
from segstudio.services.review_queue import unfinished
from segstudio.services.review_survey import Survey, load_survey, take_survey
from segstudio.services.workspace import Workspace
from segstudio.store.image_table import MISSING

ACTIVITY = "survey"
NAME = "Looking through the images"


class ReviewingSurvey:
    """Lives on the window's thread."""

    def __init__(self, workspace: Workspace, jobs: JobRunner, slot: ModelSlot) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._slot = slot
        self._job: Job | None = None
        self.survey = Survey()
        workspace.subscribe(self._on_change)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def ask_pairs(self, on_pairs: Callable[[tuple[ConfusedPair, ...]], None]) -> None:
        """Over the images that nobody has finished; worked out off the window's thread."""
        store, survey = self._workspace.store, self.survey
        if store is None or not survey:
            on_pairs(())
            return
        self._jobs.submit(
            Lane.READ,
            "Adding up what is confused",
            lambda _task: confused_pairs(survey, unfinished(store)),
            on_result=lambda pairs: on_pairs(pairs) if self._workspace.store is store else None,
            on_error=lambda error: self._workspace.announce_failure("The classes could not be compared.", error),
            urgency=Urgency.BACKGROUND,
        )

    def take(self) -> None:
        """Ask the model about every image that the survey lacks; pre-labels go first."""
        store, model = self._workspace.store, self._slot.path
        if store is None or model is None or self.is_running:
            return
        table = store.table
        wanted = [table.record(row).id for row in range(len(table)) if table.file_states[row] != MISSING]

        def work(task: Task[Progress]) -> Survey:
            return take_survey(store, self._slot.predictor(task), model, wanted, task)

        job = self._jobs.submit(
            Lane.DEVICE,
            NAME,
            work,
            on_result=lambda survey: self._on_survey(job, survey),
            on_error=lambda error: self._on_error(job, error),
            on_cancelled=lambda: self._on_cancelled(job),
            on_progress=lambda state: self._show(job, state),
            urgency=Urgency.BACKGROUND,
        )
        self._job = job
        self._show(job, Progress(0, len(wanted)))

    def stop(self) -> None:
        """What was looked at so far is kept."""
        if self._job is not None:
            self._job.stop()

    def _load(self) -> None:
        """What an earlier sitting found with the model in use."""
        store, model = self._workspace.store, self._slot.path
        self._use(Survey())
        if store is None or model is None:
            return

        def on_result(survey: Survey) -> None:
            if self._workspace.store is store and self._slot.path == model and not self.is_running:
                self._use(survey)

        self._jobs.submit(
            Lane.READ,
            "Reading the survey",
            lambda _task: load_survey(store, model),
            on_result=on_result,
            on_error=lambda error: self._workspace.announce_failure("The survey could not be read.", error),
            urgency=Urgency.BACKGROUND,
        )

    def _use(self, survey: Survey) -> None:
        self.survey = survey
        self._workspace.announce(ReviewChanged())

    def _on_survey(self, job: Job, survey: Survey) -> None:
        self._end(job)
        self._use(survey)
        self._workspace.announce(Told(f"{len(survey.looks):,} images looked through."))

    def _on_error(self, job: Job, error: Exception) -> None:
        self._end(job)
        self._workspace.announce_failure("The images could not be looked through.", error)

    def _on_cancelled(self, job: Job) -> None:
        self._end(job)
        self._load()

    def _show(self, job: Job, state: Progress) -> None:
        if self._job is job:
            message = f"{state.done} of {state.total}" if state.total else state.message
            self._workspace.announce(ActivityChanged(ACTIVITY, NAME, state.fraction, message, is_running=True))

    def _end(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._workspace.announce(ActivityChanged(ACTIVITY, NAME, 1.0, "", is_running=False))

    def _on_change(self, change: Change) -> None:
        match change:
            case ProjectClosed():
                self.stop()
                self.survey = Survey()
            case ModelChanged(info=None):
                self.stop()
                self._load()
            case _:
                pass
