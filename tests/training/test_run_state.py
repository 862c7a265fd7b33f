"""The state of a run: a damaged, foreign or hostile file is refused, and never run."""

from __future__ import annotations

import os
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import ModelError
from segstudio.domain.task import Task
from segstudio.training import loop
from segstudio.training.plan import TrainingPlan
from segstudio.training.run_state import STATE_FILE, load_state
from training.small_plans import small_plan, small_recipe


class Hostile:
    """Unpickled by a careless reader, it makes a file."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.trace),)


@pytest.fixture
def plan(tmp_path: Path) -> TrainingPlan:
    plan = small_plan(tmp_path, small_recipe(1))
    plan.folder.mkdir()
    return plan


def test_a_folder_without_a_state_starts_afresh(plan: TrainingPlan) -> None:
    assert load_state(plan.folder, plan) is None


def test_a_hostile_file_is_refused_and_not_run(plan: TrainingPlan, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    torch.save({"format": 1, "weights": Hostile(trace)}, plan.folder / STATE_FILE)
    with pytest.raises(ModelError, match="no state of a training run"):
        loop.train(plan, Task())
    assert not trace.exists()
    (plan.folder / STATE_FILE).write_bytes(pickle.dumps(Hostile(trace)))
    with pytest.raises(ModelError, match="no state of a training run"):
        load_state(plan.folder, plan)
    assert not trace.exists()


def damaged_states(whole: bytes) -> dict[str, bytes]:
    return {"empty": b"", "cut": whole[: len(whole) // 2], "text": b"not a state at all", "zeros": bytes(1000)}


@pytest.mark.parametrize("kind", ["empty", "cut", "text", "zeros"])
def test_a_damaged_file_is_refused_with_advice(plan: TrainingPlan, kind: str) -> None:
    loop.train(plan, Task())
    path = plan.folder / STATE_FILE
    path.write_bytes(damaged_states(path.read_bytes())[kind])
    with pytest.raises(ModelError, match="Delete the file"):
        load_state(plan.folder, plan)


def test_another_zip_file_is_refused(plan: TrainingPlan) -> None:
    with zipfile.ZipFile(plan.folder / STATE_FILE, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(ModelError, match="no state of a training run"):
        load_state(plan.folder, plan)


@pytest.mark.parametrize("wrong", [{"format": 9}, {"weights": [1, 2]}, {"plain": "{}"}, {"plain": "["}])
def test_wrong_content_is_refused(plan: TrainingPlan, wrong: dict[str, object]) -> None:
    loop.train(plan, Task())
    path = plan.folder / STATE_FILE
    content = torch.load(path, weights_only=True)
    torch.save({**content, **wrong}, path)
    with pytest.raises(ModelError, match="Delete the file"):
        load_state(plan.folder, plan)


def test_the_state_of_another_network_or_other_classes_is_refused(plan: TrainingPlan) -> None:
    loop.train(plan, Task())
    others = (
        replace(plan, label_set=LabelSet.from_names(["ground", "circle"])),
        replace(plan, network=replace(plan.network, base_width=16)),
    )
    for other in others:
        with pytest.raises(ModelError, match="another network or other classes"):
            load_state(other.folder, other)


def test_a_run_may_go_on_with_another_recipe(plan: TrainingPlan) -> None:
    loop.train(plan, Task())
    longer = replace(plan, recipe=replace(plan.recipe, epochs=2, learning_rate=0.0005, batch_size=2))
    log = loop.train(longer, Task()).log
    assert len(log.epochs) == 2
    assert log.epochs[1].learning_rate < 0.0005


def test_half_a_state_never_replaces_a_whole_one(plan: TrainingPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    loop.train(plan, Task())
    whole = (plan.folder / STATE_FILE).read_bytes()

    def break_off(content: object, file: object) -> None:
        file.write(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(torch, "save", break_off)
    longer = replace(plan, recipe=replace(plan.recipe, epochs=2))
    with pytest.raises(ModelError, match="No space"):
        loop.train(longer, Task())
    assert (plan.folder / STATE_FILE).read_bytes() == whole
