"""A training that goes on while the program lives: a narrow network on the small pictures that are painted."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from benchmarks.faults.diary import Diary
from segstudio.domain.errors import ModelError
from segstudio.domain.images import ImageRecord
from segstudio.domain.model_info import NetworkConfig
from segstudio.domain.task import Task
from segstudio.domain.training_log import TrainingLog
from segstudio.nn.model_header import read_model_info
from segstudio.store.project_store import ProjectStore
from segstudio.training.loop import train
from segstudio.training.plan import Recipe, Sample, TrainingPlan
from segstudio.training.run_state import STATE_FILE

EPOCHS = 40
LARGEST_SIDE = 100


class Lesson:
    """Runs on a lane of its own; where an earlier life was killed it goes on."""

    def __init__(self, store: ProjectStore, diary: Diary, records: Sequence[ImageRecord]) -> None:
        self._store = store
        self._diary = diary
        self._records = [r for r in records if max(store.image_size(r.id)) <= LARGEST_SIDE]
        self._epochs = -1

    def learn(self, _task: Task[None]) -> None:
        """One run after the other, until somebody kills the process."""
        torch.set_num_threads(1)
        while True:
            self._epochs = -1
            plan = self._plan()
            train(plan, Task(self._note))
            self._diary.say("run over")
            shutil.rmtree(plan.folder)

    def _plan(self) -> TrainingPlan:
        label_set = self._store.info.label_set
        network = NetworkConfig(
            trunk="resnet18",
            channels=len(label_set.active),
            output_stride=8,
            cell_width=2,
            dilations=((1, 1), (1, 2)),
            base_width=8,
        )
        return TrainingPlan(
            samples=tuple(self._sample(record) for record in self._records),
            validation=(),
            label_set=label_set,
            network=network,
            recipe=Recipe(epochs=EPOCHS, batch_size=2, samples_per_epoch=2),
            folder=state_file(self._store.folder).parent,
            output=model_file(self._store.folder),
            device="cpu",
        )

    def _sample(self, record: ImageRecord) -> Sample:
        """Its labels are read from the file that strokes replace at the same time, once there is one."""
        image = self._store.image_path(record.id)
        if self._store.labels.has_file(record.id):
            return Sample(image, self._store.labels.paths(record.id).labels)
        size = self._store.image_size(record.id)
        return Sample(image, np.zeros((size.height, size.width), np.uint8))

    def _note(self, log: TrainingLog) -> None:
        """What is told here is on the disk already, the state of the first epoch's beginning included."""
        epochs = len(log.epochs) if log.steps_done or log.epochs else -1
        if epochs > self._epochs:
            self._diary.say("resumed" if self._epochs < 0 else "epoch", state=epochs)
            self._epochs = epochs


class LessonLedger:
    """How far the run must have come, going by what the doomed process said."""

    def __init__(self) -> None:
        self.epochs = 0
        self.learnt = 0
        self.resumed = 0
        self.faults: list[str] = []

    def read(self, words: Sequence[tuple[str, int]]) -> None:
        for word, epochs in words:
            match word:
                case "resumed":
                    self._check(epochs)
                    self.epochs = epochs
                case "epoch":
                    self.epochs = epochs
                    self.learnt += 1
                case "run over":
                    self.epochs = 0

    def _check(self, epochs: int) -> None:
        self.resumed += epochs > 0
        if epochs < self.epochs:
            self.faults.append(f"the training went on from epoch {epochs}, though {self.epochs} were told")


def broken_files(folder: Path) -> list[str]:
    """The run's state and the best model are whole at any moment."""
    faults = []
    state, model = state_file(folder), model_file(folder)
    if state.exists() and (not zipfile.is_zipfile(state) or zipfile.ZipFile(state).testzip() is not None):
        faults.append(f"half-written: {state}")
    if model.exists():
        try:
            read_model_info(model)
        except ModelError as error:
            faults.append(f"half-written: {error}")
    return faults


def state_file(folder: Path) -> Path:
    return folder / "cache" / "fine-tuning" / "run" / STATE_FILE


def model_file(folder: Path) -> Path:
    return folder / "models" / "learnt.safetensors"
