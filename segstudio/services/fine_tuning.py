"""Learns from the project's corrections on the device lane, while labelling goes on."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from segstudio.domain.changes import (
    ActivityChanged,
    CandidateChanged,
    Change,
    ProjectClosed,
    Told,
    TrainingChanged,
)
from segstudio.domain.images import ImageStatus
from segstudio.domain.task import Progress, Task
from segstudio.domain.training_log import Phase, TrainingLog
from segstudio.services.auto_segmentation import AutoSegmentation
from segstudio.services.fine_tuning_plan import (
    Choices,
    PlanSummary,
    candidate_file,
    project_plan,
    summarise_plan,
    work_folder,
)
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.model_comparison import Comparison, compare_models
from segstudio.services.model_slot import ModelSlot
from segstudio.services.training_images import image_counts
from segstudio.services.workspace import Workspace
from segstudio.store.model_store import ListedModel, ModelStore, find_model
from segstudio.store.project_store import ProjectStore
from segstudio.training.fine_tuning import shortcomings
from segstudio.training.plan import TrainingPlan

if TYPE_CHECKING:
    from segstudio.training.loop import TrainingResult

ACTIVITY = "training"
ACTIVITY_NAME = "Training on your corrections"
PAUSE_SLICE_SECONDS = 0.05

State: TypeAlias = TrainingLog | Progress


@dataclass(frozen=True, slots=True)
class Readiness:
    """``missing``: why a run can't start; ``remarks``: what it would lack."""

    corrected: int
    verified: int
    missing: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trained model that waits for a decision; without a comparison nothing was held out."""

    file: Path
    comparison: Comparison | None
    best_epoch: int | None


class FineTuning:
    """Lives on the window's thread."""

    def __init__(
        self, workspace: Workspace, jobs: JobRunner, slot: ModelSlot, segmentation: AutoSegmentation
    ) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._slot = slot
        self._segmentation = segmentation
        self._job: Job | None = None
        self._keeps_best = False
        self._is_paused = threading.Event()
        self._log: TrainingLog | None = None
        self._adopted: list[str] = []
        self.candidate: Candidate | None = None
        workspace.subscribe(self._on_change)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    @property
    def can_undo_adoption(self) -> bool:
        return bool(self._adopted)

    def readiness(self) -> Readiness:
        """From the project's index alone: quick enough for the window's thread."""
        store = self._workspace.store
        if store is None:
            return Readiness(0, 0, ("Open a project first.",), ())
        counts = image_counts(store)
        corrected, verified = counts[ImageStatus.CORRECTED], counts[ImageStatus.VERIFIED]
        missing = () if corrected + verified else shortcomings((), store.info.label_set)
        if store.is_read_only:
            missing = ("The project is open for reading only.",)
        return Readiness(corrected, verified, missing, ())

    def propose(self, choices: Choices, on_summary: Callable[[PlanSummary], None]) -> None:
        """Work out, off the window's thread, what a run would do and how long it would take."""
        store = self._workspace.store
        if store is None:
            return
        base = self._base(store)

        def work(task: Task[Progress]) -> PlanSummary:
            return summarise_plan(store, base, choices, task)

        def submit() -> None:
            self._jobs.submit(
                Lane.READ,
                "Planning the training",
                work,
                on_result=on_summary,
                on_error=lambda error: self._workspace.announce_failure(
                    "The training could not be planned.", error
                ),
                urgency=Urgency.BACKGROUND,
            )

        self._workspace.safekeeping.when_safe(submit)

    def start(self, choices: Choices) -> None:
        """One run at a time; it gives way to pre-labels between its steps."""
        store = self._workspace.store
        if store is None or self.is_running or store.is_read_only:
            return
        self._workspace.safekeeping.when_safe(lambda: self._begin(store, choices))

    def _begin(self, store: ProjectStore, choices: Choices) -> None:
        if self.is_running:
            return
        self.discard()
        self._keeps_best = False
        self._is_paused.clear()
        base = self._base(store)

        def work(task: Task[State]) -> Candidate:
            plan = project_plan(store, base, choices, Task(task.report))
            result = _train(plan, task, self._wait_while_paused)
            return self._judged(result, plan, task)

        def on_result(candidate: Candidate) -> None:
            self._end(job)
            self.candidate = candidate
            self._workspace.announce(CandidateChanged(candidate.file.stem))

        def on_error(error: Exception) -> None:
            self._end(job)
            self._workspace.announce_failure("The training failed.", error)

        job = self._jobs.submit(
            Lane.DEVICE,
            ACTIVITY_NAME,
            work,
            on_result=on_result,
            on_error=on_error,
            on_cancelled=lambda: self._on_cancelled(job, store),
            on_progress=lambda state: self._show(job, state),
            urgency=Urgency.BACKGROUND,
        )
        self._job = job
        self._show(job, Progress(0, 0, "Preparing"))

    def pause(self) -> None:
        """Between two steps; pre-labels go on."""
        self._is_paused.set()
        if self._log is not None and self._job is not None:
            self._announce_log(replace(self._log, phase=Phase.PAUSED))

    def resume(self) -> None:
        self._is_paused.clear()

    def finish_early(self) -> None:
        """Stop now and keep the best so far."""
        self._keeps_best = True
        self._stop()

    def cancel(self) -> None:
        """Stop now and throw away what was learnt."""
        self._keeps_best = False
        self._stop()

    def adopt(self) -> None:
        """The candidate becomes the project's model; ``undo_adoption`` goes back."""
        store, candidate = self._workspace.store, self.candidate
        if store is None or candidate is None:
            return
        before = store.info.model
        models = ModelStore(store.folder)
        name = models.free_name(f"{store.info.name[:60]}-model".strip(" ."))

        def on_result(_: ListedModel) -> None:
            self._adopted.append(before)
            self.discard()
            self._segmentation.set_model(name)
            self._workspace.announce(Told(f"The project's model is now {name}."))

        self._jobs.submit(
            Lane.DISK,
            "Keeping the new model",
            lambda _task: models.adopt(candidate.file, name),
            on_result=on_result,
            on_error=lambda error: self._workspace.announce_failure("The model could not be adopted.", error),
        )

    def undo_adoption(self) -> None:
        """Go back to the model before the last one adopted; the newer one stays in the project."""
        if self._adopted:
            self._segmentation.set_model(self._adopted.pop())

    def discard(self) -> None:
        """Let go of the candidate; the current model stays."""
        candidate, self.candidate = self.candidate, None
        if candidate is not None:
            candidate.file.unlink(missing_ok=True)
            self._workspace.announce(CandidateChanged(None))

    # Inside

    def _base(self, store: ProjectStore) -> Path:
        return self._slot.path or find_model(store.info.model, store.folder)

    def _stop(self) -> None:
        self._is_paused.clear()
        if self._job is not None:
            self._job.stop()

    def _wait_while_paused(self, task: Task[State]) -> None:
        """Between two steps, on the device lane: more urgent work goes first, and a pause lasts."""
        task.check()
        while self._is_paused.is_set():
            time.sleep(PAUSE_SLICE_SECONDS)
            task.check()

    def _judged(self, result: TrainingResult, plan: TrainingPlan, task: Task[State]) -> Candidate:
        shown: Task[Progress] = Task(task.report)
        comparison = compare_models(
            self._slot.predictor(shown),
            result.model,
            plan.validation,
            plan.label_set,
            shown,
            data=plan.validation_name,
        )
        shutil.rmtree(plan.folder, ignore_errors=True)
        return Candidate(result.model, comparison, result.log.best_epoch)

    def _on_cancelled(self, job: Job, store: ProjectStore) -> None:
        self._end(job)
        best = candidate_file(store)
        if self._keeps_best and best.is_file():
            self._judge_best(store, best)
            return
        shutil.rmtree(work_folder(store), ignore_errors=True)
        self._workspace.announce(Told("The training was stopped; the current model stays."))

    def _judge_best(self, store: ProjectStore, best: Path) -> None:
        base = self._base(store)

        def work(task: Task[State]) -> Candidate:
            plan = project_plan(store, base, Choices(), Task(task.report))
            shown: Task[Progress] = Task(task.report)
            current = self._slot.predictor(shown)
            comparison = compare_models(
                current, best, plan.validation, plan.label_set, shown, data=plan.validation_name
            )
            shutil.rmtree(plan.folder, ignore_errors=True)
            return Candidate(best, comparison, None)

        def on_result(candidate: Candidate) -> None:
            self._end(job)
            self.candidate = candidate
            self._workspace.announce(CandidateChanged(candidate.file.stem))

        job = self._jobs.submit(
            Lane.DEVICE,
            "Comparing the models",
            work,
            on_result=on_result,
            on_error=lambda error: self._workspace.announce_failure("The models could not be compared.", error),
            on_cancelled=lambda: self._end(job),
            on_progress=lambda state: self._show(job, state),
        )
        self._job = job

    def _show(self, job: Job, state: State) -> None:
        if self._job is not job:
            return
        match state:
            case Progress():
                fraction, message = state.fraction, state.message
            case TrainingLog():
                shown = replace(state, phase=Phase.PAUSED) if self._is_paused.is_set() else state
                self._announce_log(shown)
                fraction = state.steps_done / state.steps_planned if state.steps_planned else None
                message = shown.phase.value.capitalize()
        self._workspace.announce(ActivityChanged(ACTIVITY, ACTIVITY_NAME, fraction, message, is_running=True))

    def _announce_log(self, log: TrainingLog | None) -> None:
        self._log = log
        self._workspace.announce(TrainingChanged(log))

    def _end(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._announce_log(None)
            self._workspace.announce(ActivityChanged(ACTIVITY, ACTIVITY_NAME, 1.0, "", is_running=False))

    def _on_change(self, change: Change) -> None:
        if isinstance(change, ProjectClosed):
            self.cancel()
            self.candidate = None
            self._adopted.clear()


def _train(plan: TrainingPlan, task: Task[State], between_steps: Callable[[Task[State]], None]) -> TrainingResult:
    # torch is only needed here, off the window's thread.
    from segstudio.training.loop import train

    plan.folder.mkdir(parents=True, exist_ok=True)
    logs: Task[TrainingLog] = Task(task.report)
    return train(plan, logs, between_steps=lambda: between_steps(task))
