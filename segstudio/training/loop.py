"""The training loop: epochs of steps, validated, the best kept, resumed after a kill."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch

from segstudio.domain.errors import DeviceMemoryError, SegStudioError
from segstudio.domain.geometry import Size
from segstudio.domain.model_info import ChannelMap, ModelInfo, Scores
from segstudio.domain.task import Task
from segstudio.domain.training_log import EpochRecord, Phase, TrainingLog
from segstudio.nn.checkpoint import write_model
from segstudio.nn.metrics import ConfusionMatrix
from segstudio.training.allocation import freed_memory_kept
from segstudio.training.averaging import WeightAverage
from segstudio.training.batches import BatchMaker, epoch_order, samples_an_epoch
from segstudio.training.device_choice import build_fabric
from segstudio.training.optimizers import build_optimizer, class_weights, set_rate, train_mode
from segstudio.training.plan import TrainingPlan
from segstudio.training.run_state import RunState, load_state, save_state
from segstudio.training.samples import SampleCache
from segstudio.training.schedule import rate_factor
from segstudio.training.starting import starting_network
from segstudio.training.step import OutOfMemoryError, Stepper
from segstudio.training.validation import validate

ROLLBACKS = 4
"""After so many returns to the last good epoch the run gives up."""

SMALLEST_CROP = 64


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """The file of the best model, its scores (None without validation samples), and the whole run."""

    model: Path
    scores: Scores | None
    log: TrainingLog


def train(
    plan: TrainingPlan, task: Task[TrainingLog], *, between_steps: Callable[[], None] | None = None
) -> TrainingResult:
    """Runs the plan to its end, from where an earlier run of it was killed.

    ``between_steps`` is called before each step and may wait, so that other work gets the device.

    Raises: CancelledError: stopped; the best model so far stays in ``plan.output``.
        SegStudioError: a sample or the base can't be read, the numbers keep overflowing, or no memory.
    """
    with freed_memory_kept():
        return _Run(plan, task, between_steps).run()


class _Run:
    """One run, in this process."""

    def __init__(
        self, plan: TrainingPlan, task: Task[TrainingLog], between_steps: Callable[[], None] | None
    ) -> None:
        self._plan = plan
        self._recipe = plan.recipe
        self._task = task
        self._between_steps = between_steps
        self._fabric = build_fabric(plan.device, plan.precision)
        self._is_first = self._fabric.global_rank == 0
        self._cache = SampleCache(plan.class_ids, plan.sample_byte_budget)
        shown = samples_an_epoch(self._recipe, len(plan.samples), len(plan.extra))
        self._steps_an_epoch = shown // self._recipe.batch_size
        self._steps_planned = self._steps_an_epoch * self._recipe.epochs
        self._log = TrainingLog(Phase.PREPARING, self._recipe.epochs, steps_planned=self._steps_planned)
        self._rate_scale = 1.0
        self._crop_scale = 1.0
        self._rollbacks = 0
        self._seconds_before = 0.0
        self._began = time.monotonic()

    def run(self) -> TrainingResult:
        self._prepare()
        while not self._is_finished():
            try:
                self._epoch(len(self._log.epochs))
            except _BadNumbers:
                self._roll_back()
            except OutOfMemoryError as error:
                self._use_less_memory(error)
        self._report(phase=Phase.FINISHED, seconds_left=0.0)
        return TrainingResult(self._plan.output, self._best_scores(), self._log)

    def _prepare(self) -> None:
        plan, recipe = self._plan, self._recipe
        self._report()
        self._network, remarks = starting_network(plan)
        network = self._network.to(memory_format=torch.channels_last)
        optimizer = build_optimizer(network, recipe)
        model, optimizer = self._fabric.setup(network, optimizer)
        self._average = WeightAverage(self._network, recipe.average_decay)
        self._optimizer = optimizer
        self._stepper = Stepper(
            fabric=self._fabric,
            model=model,
            network=self._network,
            optimizer=optimizer,
            recipe=recipe,
            normalization=plan.normalization,
            class_weights=self._class_weights(),
        )
        self._batches = BatchMaker(
            recipe,
            self._cache,
            plan.network.output_stride,
            plan.seed,
            self._fabric.global_rank,
            self._fabric.world_size,
        )
        state = load_state(plan.folder, plan)
        if state is None:
            self._log = replace(self._log, remarks=remarks)
            self._save()
        else:
            self._restore(state)
        self._fabric.barrier()

    def _class_weights(self) -> torch.Tensor | None:
        if self._recipe.class_balance == 0:
            return None
        counts = torch.zeros(256, dtype=torch.int64)
        for sample in self._plan.samples:
            self._task.check()
            targets = torch.from_numpy(self._cache.decoded(sample).targets.reshape(-1).copy())
            counts += torch.bincount(targets.long(), minlength=256)
        weights = class_weights(counts[: self._plan.network.channels], self._recipe)
        return None if weights is None else weights.to(self._fabric.device)

    def _epoch(self, index: int) -> None:
        plan, recipe = self._plan, self._recipe
        order = epoch_order(recipe, plan.samples, plan.extra, seed=plan.seed, epoch=index)
        train_mode(self._network, freeze_batch_norm=recipe.freeze_batch_norm)
        began, losses, rate = time.monotonic(), [], 0.0
        for batch in self._batches.batches(order, epoch=index, crop=self._crop()):
            if self._between_steps is not None:
                self._between_steps()
            progress = self._progress()
            rate = set_rate(
                self._optimizer,
                self._rate_scale * rate_factor(progress, recipe.schedule, warm_up_share=recipe.warm_up_share),
            )
            loss = self._stepper.step(batch)
            if not math.isfinite(loss):
                raise _BadNumbers
            self._average.update(self._network)
            losses.append(loss)
            self._report(
                phase=Phase.TRAINING,
                steps_done=self._log.steps_done + 1,
                recent_loss=sum(losses[-20:]) / len(losses[-20:]),
                seconds_left=self._seconds_left(progress),
            )
            if recipe.minutes is not None and progress >= 1.0:
                break
        record = EpochRecord(index + 1, sum(losses) / len(losses), rate, time.monotonic() - began)
        self._finish_epoch(record)

    def _finish_epoch(self, record: EpochRecord) -> None:
        log = replace(self._log, epochs=(*self._log.epochs, record))
        is_last = len(log.epochs) >= self._recipe.epochs or self._progress() >= 1.0
        if self._plan.validation and (record.epoch % self._recipe.validate_every == 0 or is_last):
            self._report(phase=Phase.VALIDATING)
            record = self._validated(record)
            best = self._best_record()
            is_best = best is None or (record.mean_iou or 0.0) > (best.mean_iou or 0.0)
        else:
            is_best = not self._plan.validation
        self._log = replace(
            self._log,
            epochs=(*self._log.epochs, record),
            best_epoch=record.epoch if is_best else self._log.best_epoch,
        )
        if is_best and self._is_first:
            self._plan.output.parent.mkdir(parents=True, exist_ok=True)
            write_model(self._plan.output, self._average.network, self._info(), half=True)
        self._save()
        self._report()

    def _validated(self, record: EpochRecord) -> EpochRecord:
        matrix = validate(
            self._fabric,
            self._average.network,
            self._plan.validation,
            self._cache,
            normalization=self._plan.normalization,
            task=self._task,
        )
        scores = _by_class_id(matrix, self._plan.class_ids).scores(self._plan.label_set, self._plan.validation_name)
        return replace(
            record,
            mean_iou=scores.mean_iou,
            pixel_accuracy=scores.pixel_accuracy,
            class_iou=scores.class_iou,
        )

    # Where the run stands.

    def _progress(self) -> float:
        """0 to 1; the same in all processes."""
        if self._recipe.minutes is None:
            return self._log.steps_done / self._steps_planned
        spent = self._seconds_spent() / (60.0 * self._recipe.minutes)
        return min(1.0, self._fabric.broadcast(spent) if self._fabric.world_size > 1 else spent)

    def _seconds_spent(self) -> float:
        return self._seconds_before + time.monotonic() - self._began

    def _seconds_left(self, progress: float) -> float | None:
        if self._recipe.minutes is not None:
            return max(0.0, 60.0 * self._recipe.minutes - self._seconds_spent())
        return self._seconds_spent() * (1.0 - progress) / progress if progress > 0 else None

    def _is_finished(self) -> bool:
        if len(self._log.epochs) >= self._recipe.epochs:
            return True
        if self._recipe.minutes is not None and self._log.epochs and self._progress() >= 1.0:
            return True
        patience = self._recipe.patience
        if patience is None or self._log.best_epoch is None:
            return False
        later = [r for r in self._log.epochs if r.mean_iou is not None and r.epoch > self._log.best_epoch]
        return len(later) >= patience

    def _shows_whole_images(self) -> bool:
        return self._recipe.crop is None or self._progress() >= 1.0 - self._recipe.whole_image_share

    def _crop(self) -> Size | None:
        crop = self._recipe.crop
        if crop is None or self._shows_whole_images():
            return None
        return Size(round(crop.width * self._crop_scale), round(crop.height * self._crop_scale))

    def _best_record(self) -> EpochRecord | None:
        return next((r for r in self._log.epochs if r.epoch == self._log.best_epoch), None)

    def _best_scores(self) -> Scores | None:
        return _scores(self._best_record(), self._plan.validation_name)

    def _info(self) -> ModelInfo:
        plan = self._plan
        scores = self._best_scores()
        return ModelInfo(
            name=plan.name,
            network=plan.network,
            label_set=plan.label_set,
            channel_map=ChannelMap(plan.class_ids),
            normalization=plan.normalization,
            scores=() if scores is None else (scores,),
            parent=None if plan.base is None else plan.base.stem,
            licence=plan.licence,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            notes=plan.notes,
        )

    def _report(self, **changes: object) -> None:
        self._log = replace(self._log, **changes)  # type: ignore[arg-type]  # fields of TrainingLog by name
        if self._is_first:
            self._task.report(self._log)
        else:
            self._task.check()

    # What is kept, and what is done when a step fails.

    def _save(self) -> None:
        if not self._is_first:
            return
        state = RunState(
            epochs_done=len(self._log.epochs),
            steps_done=self._log.steps_done,
            seconds=self._seconds_spent(),
            weights=self._network.state_dict(),
            average=self._average.state(),
            optimizer=self._optimizer.optimizer.state_dict(),
            epochs=self._log.epochs,
            best_epoch=self._log.best_epoch,
            remarks=self._log.remarks,
            rate_scale=self._rate_scale,
            parts=self._stepper.parts,
            crop_scale=self._crop_scale,
        )
        save_state(self._plan.folder, self._plan, state)

    def _restore(self, state: RunState) -> None:
        self._network.load_state_dict(dict(state.weights))
        self._average.restore(dict(state.average))
        peaks = [group["peak"] for group in self._optimizer.param_groups]
        self._optimizer.optimizer.load_state_dict(dict(state.optimizer))
        for group, peak in zip(self._optimizer.param_groups, peaks, strict=True):
            group["peak"] = peak
        self._seconds_before, self._began = state.seconds, time.monotonic()
        self._rate_scale, self._crop_scale = state.rate_scale, state.crop_scale
        self._stepper.parts = state.parts
        self._log = replace(
            self._log,
            steps_done=state.steps_done,
            epochs=state.epochs,
            best_epoch=state.best_epoch,
            remarks=state.remarks,
        )

    def _roll_back(self) -> None:
        self._rollbacks += 1
        if self._rollbacks > ROLLBACKS:
            raise SegStudioError(
                f"The numbers overflowed {self._rollbacks} times, at ever lower learning rates. "
                "Check the labels and weights of the training images, or try --precision float32."
            )
        epoch = len(self._log.epochs) + 1
        state = load_state(self._plan.folder, self._plan)
        assert state is not None, "a run saves its state before its first step"
        self._fabric.barrier()
        self._restore(replace(state, rate_scale=self._rate_scale / 2))
        self._remark(
            f"The numbers overflowed in epoch {epoch}: went back to its start and halved the learning rate."
        )

    def _use_less_memory(self, error: OutOfMemoryError) -> None:
        batch = self._recipe.batch_size
        crop = self._crop()
        if self._fabric.world_size > 1:
            raise DeviceMemoryError("The device's memory is too small; choose a smaller batch or crop.") from error
        if self._stepper.parts < batch:
            self._stepper.parts = min(batch, 2 * self._stepper.parts)
            told = f"The memory was too small: a batch now goes in {self._stepper.parts} parts."
        elif crop is not None and min(crop) >= 2 * SMALLEST_CROP:
            self._crop_scale /= 2
            told = f"The memory was too small: crops are now {crop.width // 2} x {crop.height // 2} pixels."
        else:
            raise DeviceMemoryError(
                "The device has too little memory for this training even in its smallest form; "
                "choose a smaller crop or trunk, or --device cpu."
            ) from error
        scale, parts = self._crop_scale, self._stepper.parts
        state = load_state(self._plan.folder, self._plan)
        assert state is not None, "a run saves its state before its first step"
        self._restore(replace(state, crop_scale=scale, parts=parts))
        self._remark(told)

    def _remark(self, sentence: str) -> None:
        self._report(remarks=(*self._log.remarks, sentence))
        self._save()


class _BadNumbers(Exception):  # noqa: N818  an event within this file, not an error of the program
    """The loss or a gradient is not a finite number."""


def _by_class_id(matrix: ConfusionMatrix, class_ids: tuple[int, ...]) -> ConfusionMatrix:
    found = ConfusionMatrix()
    count = len(class_ids)
    found.counts[np.ix_(class_ids, class_ids)] = matrix.counts[:count, :count]
    return found


def _scores(record: EpochRecord | None, data: str) -> Scores | None:
    if record is None or record.mean_iou is None:
        return None
    return Scores(data, record.mean_iou, record.pixel_accuracy or 0.0, record.class_iou)
