"""The training loop: it learns, it is repeatable, it survives a kill, bad numbers and small memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from segstudio.domain.errors import CancelledError, DeviceMemoryError, SegStudioError
from segstudio.domain.geometry import Size
from segstudio.domain.task import Task
from segstudio.domain.training_log import Phase, TrainingLog
from segstudio.nn.checkpoint import read_model
from segstudio.nn.model_header import read_model_info
from segstudio.training import loop
from segstudio.training.batches import Batch, BatchMaker
from segstudio.training.device_choice import build_fabric
from segstudio.training.learner import build_learner
from segstudio.training.plan import OptimizerKind
from segstudio.training.samples import SampleCache
from segstudio.training.step import Stepper
from training.small_plans import box_sample, small_plan, small_recipe

TESTS = Path(__file__).resolve().parents[1]


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    return load_file(path)


def assert_same_weights(first: Path, second: Path) -> None:
    one, other = weights_of(first), weights_of(second)
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def history(log: TrainingLog) -> list[tuple[int, float, float | None]]:
    """All of a log that doesn't depend on the clock."""
    return [(record.epoch, record.loss, record.mean_iou) for record in log.epochs]


@pytest.mark.parametrize("optimizer", list(OptimizerKind))
def test_a_tiny_network_learns_to_find_boxes(tmp_path: Path, optimizer: OptimizerKind) -> None:
    rate = 0.003 if optimizer is OptimizerKind.ADAMW else 0.1
    recipe = replace(small_recipe(12), optimizer=optimizer, learning_rate=rate)
    result = loop.train(small_plan(tmp_path, recipe), Task())
    assert result.scores is not None
    assert result.scores.mean_iou > 0.85
    losses = [record.loss for record in result.log.epochs]
    assert losses[-1] < 0.5 * losses[0]


def test_the_best_model_is_written_with_what_was_measured(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    result = loop.train(plan, Task())
    info = read_model_info(plan.output)
    best = max(result.log.epochs, key=lambda record: record.mean_iou or 0.0)
    assert result.log.best_epoch == best.epoch
    assert info.scores[0].mean_iou == pytest.approx(best.mean_iou)
    assert info.name == "boxes"
    assert info.channel_map.class_ids == (0, 1)
    network, _ = read_model(plan.output)
    assert network.config == plan.network


def test_without_validation_images_the_last_model_is_kept(tmp_path: Path) -> None:
    plan = replace(small_plan(tmp_path, small_recipe(2)), validation=())
    result = loop.train(plan, Task())
    assert result.scores is None
    assert result.log.best_epoch == 2
    assert plan.output.exists()


def test_the_same_seed_gives_the_same_model_and_another_seed_another(tmp_path: Path) -> None:
    plans = [
        replace(small_plan(tmp_path / name, small_recipe(2)), seed=seed)
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    logs = [loop.train(plan, Task()).log for plan in plans]
    assert history(logs[0]) == history(logs[1])
    assert_same_weights(plans[0].output, plans[1].output)
    assert history(logs[0]) != history(logs[2])


def test_the_log_tells_phases_steps_and_the_time_left(tmp_path: Path) -> None:
    states: list[TrainingLog] = []
    loop.train(small_plan(tmp_path, small_recipe(2)), Task(states.append))
    assert [state.phase for state in states[:1]] == [Phase.PREPARING]
    assert states[-1].phase is Phase.FINISHED
    assert states[-1].steps_done == states[-1].steps_planned == 8
    steps = [state.steps_done for state in states]
    assert steps == sorted(steps)
    shares = [state.progress for state in states]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert any(state.phase is Phase.VALIDATING for state in states)
    assert any(state.seconds_left for state in states)


FIRST_STEPS = {1, 2, 3}
"""Within the first epoch of a small plan, which has four."""


def test_a_stopped_run_goes_on_to_the_same_end(tmp_path: Path) -> None:
    plan = small_plan(tmp_path / "stopped")

    def stop_in_second_epoch(state: TrainingLog) -> None:
        if state.steps_done == 6:
            task.stop()

    task = Task(stop_in_second_epoch)
    with pytest.raises(CancelledError):
        loop.train(plan, task)
    seen: list[TrainingLog] = []
    resumed = loop.train(plan, Task(seen.append))
    assert not FIRST_STEPS & {state.steps_done for state in seen}, "the first epoch was run again"
    unbroken_plan = small_plan(tmp_path / "unbroken")
    unbroken = loop.train(unbroken_plan, Task())
    assert history(resumed.log) == history(unbroken.log)
    assert_same_weights(plan.output, unbroken_plan.output)


KILLED = """
import os, signal, sys
from pathlib import Path
from segstudio.domain.geometry import Size
from segstudio.domain.task import Task
from segstudio.training import loop
from training.small_plans import small_plan
import torch

torch.set_num_threads(int(sys.argv[2]))

def kill_in_second_epoch(state):
    if state.steps_done == 6:
        os.kill(os.getpid(), signal.SIGKILL)

loop.train(small_plan(Path(sys.argv[1])), Task(kill_in_second_epoch))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_run_goes_on_to_the_same_end(tmp_path: Path) -> None:
    killed = small_plan(tmp_path / "killed")
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "killed"), str(torch.get_num_threads())],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        check=False,
        capture_output=True,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    seen: list[TrainingLog] = []
    resumed = loop.train(killed, Task(seen.append))
    assert not FIRST_STEPS & {state.steps_done for state in seen}, "the first epoch was run again"
    unbroken = small_plan(tmp_path / "unbroken")
    log = loop.train(unbroken, Task()).log
    assert history(resumed.log) == history(log)
    assert_same_weights(killed.output, unbroken.output)


def test_a_finished_run_is_not_run_again(tmp_path: Path) -> None:
    plan = small_plan(tmp_path, small_recipe(1))
    first = loop.train(plan, Task())
    seen: list[TrainingLog] = []
    again = loop.train(plan, Task(seen.append))
    assert history(again.log) == history(first.log)
    assert not FIRST_STEPS & {state.steps_done for state in seen}


def test_bad_numbers_are_rolled_back_told_and_lead_to_a_lower_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = _count_steps(monkeypatch, fail_at={6}, failure=float("nan"))
    result = loop.train(small_plan(tmp_path), Task())
    assert any("overflowed in epoch 2" in remark for remark in result.log.remarks)
    assert len(result.log.epochs) == 3
    assert len(steps) == 12 + 2  # Two steps of the second epoch were done twice.
    assert np.isfinite([record.loss for record in result.log.epochs]).all()


def test_a_run_whose_numbers_keep_overflowing_gives_up_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _count_steps(monkeypatch, fail_at=set(range(1, 100)), failure=float("nan"))
    with pytest.raises(SegStudioError, match="overflowed"):
        loop.train(small_plan(tmp_path), Task())


def test_infinite_weights_of_pixels_never_reach_the_network(tmp_path: Path) -> None:
    sample = box_sample(0)
    broken = replace(sample, weights=np.ones((64, 96), np.uint8), weight_table=(0.0, float("inf")))
    plan = replace(small_plan(tmp_path), samples=(broken,))
    with pytest.raises(SegStudioError, match="overflowed"):
        loop.train(plan, Task())
    assert not plan.output.exists()


def test_too_little_memory_splits_batches_then_shrinks_crops_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = small_plan(tmp_path, replace(small_recipe(2), crop=Size(128, 128)))
    _limit_memory(monkeypatch, pixels=64 * 64)
    result = loop.train(plan, Task())
    told = " ".join(result.log.remarks)
    assert "2 parts" in told
    assert "4 parts" in told
    assert "64 x 64" in told
    assert len(result.log.epochs) == 2


def test_no_memory_even_for_the_smallest_step_is_an_error_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _limit_memory(monkeypatch, pixels=1)
    with pytest.raises(DeviceMemoryError, match="smaller"):
        loop.train(small_plan(tmp_path), Task())


def test_a_batch_in_parts_has_the_gradients_of_the_whole(tmp_path: Path) -> None:
    plan = small_plan(tmp_path, replace(small_recipe(), freeze_batch_norm=True))
    fabric = build_fabric("cpu", "float32")
    maker = BatchMaker(plan.recipe, SampleCache(plan.class_ids, 10**8), stride=8, seed=0)
    batch = next(maker.batches(plan.samples, epoch=0, crop=None))
    found = []
    for parts in (1, 2, 4):
        learner, _ = build_learner(plan, fabric, None)
        learner.start_epoch()
        learner.stepper.parts = parts
        learner.stepper._gradients(batch)
        found.append(learner.network.head.branches[0].weight.grad)
    torch.testing.assert_close(found[0], found[1], rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(found[0], found[2], rtol=1e-3, atol=1e-5)


def test_a_time_limit_ends_the_run_with_the_schedule_run_down(tmp_path: Path) -> None:
    recipe = replace(small_recipe(10_000), minutes=0.05)
    result = loop.train(small_plan(tmp_path, recipe), Task())
    assert 1 <= len(result.log.epochs) < 1000
    assert result.log.epochs[-1].learning_rate < 0.2 * 0.003


def test_patience_ends_a_run_that_gets_no_better(tmp_path: Path) -> None:
    recipe = replace(small_recipe(50), learning_rate=1e-12, patience=2)
    result = loop.train(small_plan(tmp_path, recipe), Task())
    assert len(result.log.epochs) < 10


def test_another_task_may_take_the_device_between_two_steps(tmp_path: Path) -> None:
    calls: list[int] = []
    loop.train(small_plan(tmp_path, small_recipe(2)), Task(), between_steps=lambda: calls.append(1))
    assert len(calls) == 8


def _count_steps(monkeypatch: pytest.MonkeyPatch, *, fail_at: set[int], failure: float) -> list[float]:
    """Numbers that overflow at some steps, as they would on a device: no weight changes in such a step."""
    steps: list[float] = []
    real = Stepper.step

    def step(self: Stepper, batch: Batch) -> float:
        loss = failure if len(steps) + 1 in fail_at else real(self, batch)
        steps.append(loss)
        return loss

    monkeypatch.setattr(Stepper, "step", step)
    return steps


def _limit_memory(monkeypatch: pytest.MonkeyPatch, *, pixels: int) -> None:
    """A device that can hold no more than so many pixels at once."""
    real = Stepper._gradients

    def gradients(self: Stepper, batch: Batch) -> float:
        part = next(batch.parts(self.parts))
        if part.targets.numel() > pixels:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return real(self, batch)

    monkeypatch.setattr(Stepper, "_gradients", gradients)
