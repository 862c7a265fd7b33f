"""A fine-tuning's work on the device lane: train, judge, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from segstudio.domain.task import Progress, Task
from segstudio.domain.training_log import TrainingLog
from segstudio.services.fine_tuning_kept import KeptRun, forget_state, keep_run
from segstudio.services.fine_tuning_pace import keep_pace
from segstudio.services.fine_tuning_plan import Choices, candidate_file, division_of, project_plan
from segstudio.services.model_comparison import Comparison, compare_models
from segstudio.services.model_slot import ModelSlot
from segstudio.store.project_store import ProjectStore

if TYPE_CHECKING:
    from segstudio.training.loop import TrainingResult
    from segstudio.training.plan import TrainingPlan

State: TypeAlias = TrainingLog | Progress


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trained model that waits for a decision; without a comparison nothing was held out."""

    file: Path
    comparison: Comparison | None
    best_epoch: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """``kept`` is set where an earlier run is gone on with: its images stay apart as they were."""

    store: ProjectStore
    slot: ModelSlot
    base: Path
    choices: Choices
    kept: KeptRun | None = None

    def train(self, task: Task[State], between_steps: Callable[[Task[State]], None]) -> Candidate:
        """Train, then judge. Raises: CancelledError: stopped; what is kept can be gone on with. SegStudioError."""
        plan = self._plan(task)
        if self.kept is None:
            keep_run(self.store, self.base, self.choices, division_of(plan))
        result = _trained(plan, task, between_steps)
        keep_pace(plan, result.log, self.slot.predictor(_shown(task)).device.type)
        return self._judged(result.model, plan, task, result.log.best_epoch)

    def judge(self, task: Task[State]) -> Candidate:
        """The best model of a run that was ended early."""
        return self._judged(candidate_file(self.store), self._plan(task), task, None)

    def _plan(self, task: Task[State]) -> TrainingPlan:
        division = None if self.kept is None else self.kept.division
        return project_plan(self.store, self.base, self.choices, _shown(task), division=division)

    def _judged(self, file: Path, plan: TrainingPlan, task: Task[State], best_epoch: int | None) -> Candidate:
        comparison = compare_models(
            self.slot.predictor(_shown(task)),
            file,
            plan.validation,
            plan.label_set,
            _shown(task),
            data=plan.validation_name,
        )
        forget_state(self.store)
        return Candidate(file, comparison, best_epoch)


def _shown(task: Task[State]) -> Task[Progress]:
    return Task(task.report)


def _trained(plan: TrainingPlan, task: Task[State], between_steps: Callable[[Task[State]], None]) -> TrainingResult:
    # torch is only needed here, off the window's thread.
    from segstudio.training.loop import train

    plan.folder.mkdir(parents=True, exist_ok=True)
    logs: Task[TrainingLog] = Task(task.report)
    return train(plan, logs, between_steps=lambda: between_steps(task))
