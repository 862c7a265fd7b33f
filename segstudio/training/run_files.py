"""What a run leaves on the disk: its state after each epoch, and the best model so far."""

from __future__ import annotations

from dataclasses import replace

from segstudio.domain.model_info import Scores
from segstudio.domain.training_log import TrainingLog
from segstudio.nn.checkpoint import write_model
from segstudio.nn.network import Network
from segstudio.training.learner import Learner
from segstudio.training.model_description import described_model
from segstudio.training.plan import TrainingPlan
from segstudio.training.run_state import RunState, save_state


class RunFiles:
    """Of one process; only the first of several writes."""

    def __init__(self, plan: TrainingPlan, *, is_first: bool) -> None:
        self._plan = plan
        self._is_first = is_first

    def write_best(self, network: Network, scores: Scores | None) -> None:
        if self._is_first:
            self._plan.output.parent.mkdir(parents=True, exist_ok=True)
            write_model(self._plan.output, network, described_model(self._plan, scores), half=True)

    def save(self, log: TrainingLog, learner: Learner, seconds: float) -> None:
        """``seconds``: that the run has taken so far."""
        if self._is_first:
            state = RunState(
                epochs_done=len(log.epochs),
                steps_done=log.steps_done,
                seconds=seconds,
                epochs=log.epochs,
                best_epoch=log.best_epoch,
                remarks=log.remarks,
                **learner.kept(),
            )
            save_state(self._plan.folder, self._plan, state)


def log_of(state: RunState, log: TrainingLog) -> TrainingLog:
    """``log``, gone back to where ``state`` was saved."""
    return replace(
        log, steps_done=state.steps_done, epochs=state.epochs, best_epoch=state.best_epoch, remarks=state.remarks
    )
