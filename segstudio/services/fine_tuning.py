"""Learns from the project's corrections on the device lane, while labelling goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from segstudio.domain.changes import (
    ActivityChanged,
    Change,
    ProjectClosed,
    ProjectOpened,
    Told,
    TrainingChanged,
)
from segstudio.domain.task import Progress, Task
from segstudio.domain.training_log import Phase, TrainingLog
from segstudio.services.auto_segmentation import AutoSegmentation
from segstudio.services.fine_tuning_gate import Gate
from segstudio.services.fine_tuning_kept import KeptRun, forget_run, forget_state, kept_run
from segstudio.services.fine_tuning_plan import Choices, PlanSummary, candidate_file, summarise_plan
from segstudio.services.fine_tuning_readiness import Readiness, readiness
from segstudio.services.fine_tuning_run import Candidate, Run, State
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.model_slot import ModelSlot
from segstudio.services.workspace import Workspace
from segstudio.store.model_store import find_model
from segstudio.store.project_store import ProjectStore

ACTIVITY = "training"
ACTIVITY_NAME = "Training on your corrections"
PAUSE_SLICE_SECONDS = 0.05

Work = Callable[[Task[State]], Candidate]


class FineTuning:
    """Lives on the window's thread."""

    def __init__(
        self, workspace: Workspace, jobs: JobRunner, slot: ModelSlot, segmentation: AutoSegmentation
    ) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._slot = slot
        self._job: Job | None = None
        self._after_stop: Callable[[ProjectStore], None] = self._throw_away
        self._is_paused = threading.Event()
        self._log: TrainingLog | None = None
        self.gate = Gate(workspace, jobs, segmentation)
        self.interrupted: KeptRun | None = None
        workspace.subscribe(self._on_change)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def readiness(self) -> Readiness:
        return readiness(self._workspace.store)

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
                on_error=lambda error: self._fail("The training could not be planned.", error),
                urgency=Urgency.BACKGROUND,
            )

        self._workspace.safekeeping.when_safe(submit)

    def start(self, choices: Choices) -> None:
        """One run at a time; it gives way to pre-labels between its steps. An interrupted one is forgotten."""
        store = self._workspace.store
        if store is None or self.is_running or store.is_read_only:
            return
        run = Run(store, self._slot, self._base(store), choices)
        self._workspace.safekeeping.when_safe(lambda: self._begin(run))

    def go_on(self) -> None:
        """Take the interrupted run up where it was left, with the images that it had."""
        store, kept = self._workspace.store, self.interrupted
        if store is None or kept is None or self.is_running or store.is_read_only:
            return
        self.interrupted = None
        run = Run(store, self._slot, kept.base, kept.choices, kept)
        if kept.is_trained:
            self._submit(store, run.judge, Urgency.SOON)
        else:
            self._workspace.safekeeping.when_safe(lambda: self._begin(run))

    def forget_interrupted(self) -> None:
        """Throw away what an interrupted run has learnt."""
        store, self.interrupted = self._workspace.store, None
        if store is not None and not self.is_running:
            forget_run(store)
            self._announce_log(None)

    def _begin(self, run: Run) -> None:
        if self.is_running:
            return
        self.gate.discard()
        self.interrupted = None
        if run.kept is None:
            forget_run(run.store)
        self._submit(run.store, lambda task: run.train(task, self._wait_while_paused), Urgency.BACKGROUND)

    def _submit(self, store: ProjectStore, work: Work, urgency: Urgency) -> None:
        self._after_stop = self._throw_away
        self._is_paused.clear()
        job = self._jobs.submit(
            Lane.DEVICE,
            ACTIVITY_NAME,
            work,
            on_result=lambda candidate: self._on_candidate(job, candidate),
            on_error=lambda error: self._on_error(job, store, error),
            on_cancelled=lambda: self._on_cancelled(job, store),
            on_progress=lambda state: self._show(job, state),
            urgency=urgency,
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
        self._stop(self._judge_best)

    def cancel(self) -> None:
        """Stop now and throw away what was learnt."""
        self._stop(self._throw_away)

    def suspend(self) -> None:
        """Stop now; the run can be gone on with when the project is opened again."""
        self._stop(lambda _store: None)

    # Inside

    def _base(self, store: ProjectStore) -> Path:
        return self._slot.path or find_model(store.info.model, store.folder)

    def _stop(self, after: Callable[[ProjectStore], None]) -> None:
        self._after_stop = after
        self._is_paused.clear()
        if self._job is not None:
            self._job.stop()

    def _wait_while_paused(self, task: Task[State]) -> None:
        """Between two steps, on the device lane: more urgent work goes first, and a pause lasts."""
        task.check()
        while self._is_paused.is_set():
            time.sleep(PAUSE_SLICE_SECONDS)
            task.check()

    def _on_candidate(self, job: Job, candidate: Candidate) -> None:
        self._end(job)
        self.gate.open_for(candidate)

    def _on_error(self, job: Job, store: ProjectStore, error: Exception) -> None:
        """What is left of the run may be the reason: the next start begins afresh."""
        self._end(job)
        forget_state(store)
        self._fail("The training failed.", error)

    def _on_cancelled(self, job: Job, store: ProjectStore) -> None:
        self._end(job)
        self._after_stop(store)

    def _throw_away(self, store: ProjectStore) -> None:
        forget_run(store)
        self._workspace.announce(Told("The training was stopped; the current model stays."))

    def _judge_best(self, store: ProjectStore) -> None:
        kept = kept_run(store)
        if kept is None or not candidate_file(store).is_file():
            forget_run(store)
            self._workspace.announce(Told("Nothing was learnt yet that could be kept; the current model stays."))
            return
        self._submit(store, Run(store, self._slot, kept.base, kept.choices, kept).judge, Urgency.SOON)

    def _show(self, job: Job, state: State) -> None:
        if self._job is not job:
            return
        match state:
            case Progress():
                fraction, message = state.fraction, state.message
            case TrainingLog():
                shown = replace(state, phase=Phase.PAUSED) if self._is_paused.is_set() else state
                self._announce_log(shown)
                fraction = state.progress if state.steps_done else None
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

    def _fail(self, what: str, error: Exception) -> None:
        self._workspace.announce_failure(what, error)

    def _on_change(self, change: Change) -> None:
        match change:
            case ProjectOpened():
                self._look_at_project()
            case ProjectClosed():
                self.suspend()
                self.interrupted = None
            case _:
                pass

    def _look_at_project(self) -> None:
        """A run that an earlier sitting left and that can be gone on with."""
        store = self._workspace.store
        if store is None or store.is_read_only:
            return
        self.interrupted = kept_run(store)
        self._announce_log(self._log)
