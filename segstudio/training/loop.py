"""The training loop: epochs of steps, validated, the best kept, resumed after a kill."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from segstudio.domain.errors import SegStudioError
from segstudio.domain.geometry import Size
from segstudio.domain.model_info import Scores
from segstudio.domain.task import Task
from segstudio.domain.training_log import EpochRecord, Phase, TrainingLog
from segstudio.training.allocation import freed_memory_kept
from segstudio.training.batches import BatchMaker, epoch_order, samples_an_epoch
from segstudio.training.clock import Clock
from segstudio.training.device_choice import build_fabric
from segstudio.training.head_start import MOST_WINDOWS, can_start_head, start_head
from segstudio.training.learner import BadNumbersError, build_learner
from segstudio.training.model_description import scores_of_channels, scores_of_epoch
from segstudio.training.optimizers import class_weights
from segstudio.training.plan import TrainingPlan
from segstudio.training.recovery import slow_down, use_less_memory
from segstudio.training.run_files import RunFiles, log_of
from segstudio.training.run_state import RunState, load_state
from segstudio.training.samples import SampleCache
from segstudio.training.starting import knows_none_of_the_classes
from segstudio.training.step import OutOfMemoryError
from segstudio.training.validation import validate

HEAD_START_SHARE = 0.5
LOSSES_SHOWN = 20
"""The loss that is reported between two epochs is the mean of so many steps."""


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """The file of the best model, its scores (None without validation samples), and the whole run."""

    model: Path
    scores: Scores | None
    log: TrainingLog


def train(
    plan: TrainingPlan, task: Task[TrainingLog], *, between_steps: Callable[[], None] | None = None
) -> TrainingResult:
    """Runs the plan to its end, from where an earlier run of it was interrupted.

    ``between_steps`` is called before each step and may wait, so that other work gets the device.

    Raises: CancelledError: stopped; the best model so far stays in ``plan.output``.
        SegStudioError: a sample or the base can't be read, the numbers keep overflowing, or no memory.
    """
    with freed_memory_kept():
        run = _Run(plan, task, between_steps or (lambda: None))
        run.resume()
        return run.to_the_end()


class _Run:
    """One run, in this process."""

    def __init__(self, plan: TrainingPlan, task: Task[TrainingLog], between_steps: Callable[[], None]) -> None:
        recipe = plan.recipe
        self._plan = plan
        self._recipe = recipe
        self._task = task
        self._between_steps = between_steps
        shown = samples_an_epoch(recipe, len(plan.samples), len(plan.extra))
        steps_planned = shown // recipe.batch_size * recipe.epochs
        self._log = TrainingLog(Phase.PREPARING, recipe.epochs, steps_planned=steps_planned)
        self._fabric = build_fabric(plan.device, plan.precision)
        if self._fabric.world_size > recipe.batch_size:
            raise SegStudioError(
                f"A batch of {recipe.batch_size} is too small for {self._fabric.world_size} processes to share."
            )
        self._report()
        self._clock = Clock(self._fabric, steps_planned, recipe.minutes)
        self._files = RunFiles(plan, is_first=self._fabric.global_rank == 0)
        self._cache = SampleCache(plan.class_ids, plan.sample_byte_budget)
        self._rollbacks = 0
        self._learner, remarks = build_learner(plan, self._fabric, self._class_weights())
        self._log = replace(self._log, remarks=remarks)
        self._batches = BatchMaker(
            recipe,
            self._cache,
            stride=plan.network.output_stride,
            seed=plan.seed,
            rank=self._fabric.global_rank,
            world_size=self._fabric.world_size,
        )

    def resume(self) -> None:
        """Goes on from the state in the run's folder, or writes the first one there."""
        state = load_state(self._plan.folder, self._plan)
        self._fabric.barrier()
        if state is None:
            self._start_head()
            self._save()
        else:
            self._restore(state)
            self._clock.go_on_from(state.seconds)
        self._fabric.barrier()

    def _start_head(self) -> None:
        """Where the base knows none of the classes; with a time limit it takes half of it at most."""
        plan, network = self._plan, self._learner.network
        if self._fabric.world_size > 1 or not can_start_head(network) or not knows_none_of_the_classes(plan):
            return
        began, minutes = time.monotonic(), self._recipe.minutes
        steps = start_head(
            network,
            [self._cache.decoded(sample) for sample in plan.samples[:MOST_WINDOWS]],
            plan.normalization,
            device=self._fabric.device,
            class_weights=self._learner.stepper.class_weights,
            seed=plan.seed,
            seconds=None if minutes is None else HEAD_START_SHARE * 60.0 * minutes,
            check=self._check_between_steps,
        )
        remark = f"The new head learnt alone first: {steps} quick steps in {time.monotonic() - began:.0f} s."
        self._report(remarks=(*self._log.remarks, remark))

    def _check_between_steps(self) -> None:
        self._between_steps()
        self._task.check()

    def to_the_end(self) -> TrainingResult:
        while not self._is_finished():
            try:
                self._run_epoch()
            except BadNumbersError:
                self._rollbacks += 1
                epoch = len(self._log.epochs) + 1
                self._go_back(slow_down(self._learner, rollbacks=self._rollbacks, epoch=epoch))
            except OutOfMemoryError:
                self._go_back(use_less_memory(self._learner, self._crop()))
        self._report(phase=Phase.FINISHED, progress=1.0, seconds_left=0.0)
        return TrainingResult(self._plan.output, self._best_scores(), self._log)

    def _run_epoch(self) -> None:
        index = len(self._log.epochs)
        order = epoch_order(self._recipe, self._plan.samples, self._plan.extra, seed=self._plan.seed, epoch=index)
        self._learner.start_epoch()
        began, losses, rate = time.monotonic(), [], 0.0
        for batch in self._batches.batches(order, epoch=index, crop=self._crop()):
            self._between_steps()
            progress = self._progress()
            loss, rate = self._learner.learn(batch, progress)
            losses.append(loss)
            recent = losses[-LOSSES_SHOWN:]
            self._report(
                phase=Phase.TRAINING,
                steps_done=self._log.steps_done + 1,
                progress=progress,
                recent_loss=sum(recent) / len(recent),
                seconds_left=self._clock.seconds_left(progress),
            )
            if self._recipe.minutes is not None and progress >= 1.0:
                break
        mean = sum(losses) / len(losses)
        self._finish_epoch(EpochRecord(index + 1, mean, rate, time.monotonic() - began))

    def _finish_epoch(self, record: EpochRecord) -> None:
        is_last = record.epoch >= self._recipe.epochs or self._progress() >= 1.0
        is_best = not self._plan.validation
        if self._plan.validation and (record.epoch % self._recipe.validate_every == 0 or is_last):
            self._report(phase=Phase.VALIDATING)
            record = self._validated(record)
            best = self._best_record()
            is_best = best is None or (record.mean_iou or 0.0) > (best.mean_iou or 0.0)
        self._log = replace(self._log, epochs=(*self._log.epochs, record))
        if is_best:
            self._log = replace(self._log, best_epoch=record.epoch)
            self._files.write_best(self._learner.average.network, self._best_scores())
        self._save()
        self._report()

    def _validated(self, record: EpochRecord) -> EpochRecord:
        matrix = validate(
            self._fabric,
            self._learner.average.network,
            self._plan.validation,
            self._cache,
            normalization=self._plan.normalization,
            task=self._task,
        )
        scores = scores_of_channels(self._plan, matrix)
        return replace(
            record,
            mean_iou=scores.mean_iou,
            pixel_accuracy=scores.pixel_accuracy,
            class_iou=scores.class_iou,
        )

    def _class_weights(self) -> torch.Tensor | None:
        if self._recipe.class_balance == 0:
            return None
        counts = self._cache.channel_counts(self._plan.samples, self._task.check)
        return class_weights(torch.from_numpy(counts[: self._plan.network.channels]), self._recipe)

    # Where the run stands.

    def _progress(self) -> float:
        return self._clock.progress(self._log.steps_done)

    def _is_finished(self) -> bool:
        if len(self._log.epochs) >= self._recipe.epochs:
            return True
        if self._log.epochs and self._progress() >= 1.0:
            return True
        patience, best = self._recipe.patience, self._log.best_epoch
        if patience is None or best is None:
            return False
        judged = [record for record in self._log.epochs if record.mean_iou is not None and record.epoch > best]
        return len(judged) >= patience

    def _crop(self) -> Size | None:
        crop = self._recipe.crop
        if crop is None or self._progress() >= 1.0 - self._recipe.whole_image_share:
            return None
        scale = self._learner.crop_scale
        return Size(round(crop.width * scale), round(crop.height * scale))

    def _best_record(self) -> EpochRecord | None:
        return next((record for record in self._log.epochs if record.epoch == self._log.best_epoch), None)

    def _best_scores(self) -> Scores | None:
        return scores_of_epoch(self._best_record(), self._plan.validation_name)

    def _report(self, **changes: object) -> None:
        self._log = replace(self._log, **changes)  # type: ignore[arg-type]  # fields of TrainingLog by name
        if self._fabric.global_rank == 0:
            self._task.report(self._log)
        else:
            self._task.check()

    # What is kept.

    def _save(self) -> None:
        self._files.save(self._log, self._learner, self._clock.seconds)

    def _restore(self, state: RunState) -> None:
        self._learner.restore(state)
        self._log = log_of(state, self._log)

    def _go_back(self, remark: str) -> None:
        """To the end of the last good epoch, with what the learner has changed about itself."""
        learner = self._learner
        changed = learner.rate_scale, learner.crop_scale, learner.stepper.parts
        state = load_state(self._plan.folder, self._plan)
        assert state is not None, "a run saves its state before its first step"
        self._fabric.barrier()
        self._restore(state)
        learner.rate_scale, learner.crop_scale, learner.stepper.parts = changed
        self._report(remarks=(*self._log.remarks, remark))
        self._save()
