"""What a run keeps on disk, so that it goes on where it was killed."""

from __future__ import annotations

import json
import os
import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from segstudio.domain.errors import ModelError
from segstudio.domain.training_log import EpochRecord
from segstudio.training.plan import TrainingPlan

FORMAT = 1
STATE_FILE = "training-state.pt"


@dataclass(frozen=True, slots=True, eq=False)
class RunState:
    """A run between two epochs. The optimiser's state is nested and holds tensors and numbers only."""

    epochs_done: int
    steps_done: int
    seconds: float
    weights: Mapping[str, Tensor]
    average: Mapping[str, Tensor]
    optimizer: Mapping[str, Any]  # Any: torch's own nested structure
    epochs: tuple[EpochRecord, ...] = ()
    best_epoch: int | None = None
    remarks: tuple[str, ...] = ()
    rate_scale: float = 1.0
    parts: int = 1
    crop_scale: float = 1.0


def fingerprint(plan: TrainingPlan) -> str:
    """What must stay the same for a state to be of use: the network, its classes, the optimiser."""
    told = asdict(plan.network), [(spec.id, spec.name) for spec in plan.label_set.active], plan.recipe.optimizer
    return json.dumps([*told, plan.recipe.learning_parts], sort_keys=True)


def save_state(folder: Path, plan: TrainingPlan, state: RunState) -> None:
    """Replaces the state of the run in ``folder`` once the new one is complete.

    Raises: ModelError: it can't be written.
    """
    plain = {
        "epochs_done": state.epochs_done,
        "steps_done": state.steps_done,
        "seconds": state.seconds,
        "epochs": [asdict(record) for record in state.epochs],
        "best_epoch": state.best_epoch,
        "remarks": list(state.remarks),
        "rate_scale": state.rate_scale,
        "parts": state.parts,
        "crop_scale": state.crop_scale,
    }
    content = {
        "format": FORMAT,
        "fingerprint": fingerprint(plan),
        "plain": json.dumps(plain),
        "weights": dict(state.weights),
        "average": dict(state.average),
        "optimizer": dict(state.optimizer),
    }
    path = folder / STATE_FILE
    temporary = path.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            torch.save(content, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise ModelError(f"The state of the training can't be written to {path}: {error}") from error


def load_state(folder: Path, plan: TrainingPlan) -> RunState | None:
    """The state of the run in ``folder``, or None where there is none. Never executes what the file holds.

    Raises: ModelError: damaged, foreign, or of a run with another network.
    """
    path = folder / STATE_FILE
    if not path.exists():
        return None
    advice = "Delete the file, or name another folder, to start afresh."
    try:
        if not zipfile.is_zipfile(path):  # torch would try older formats, too, which we never wrote.
            raise pickle.UnpicklingError("not written by torch")
        # weights_only: an unpickler that knows tensors and plain containers, and refuses everything else.
        content = torch.load(path, map_location="cpu", weights_only=True)
        if not isinstance(content, dict):
            raise TypeError("a state is a table")
        if content["format"] != FORMAT:
            raise ModelError(f"{path} was written by another version of the program. {advice}")
        if content["fingerprint"] != fingerprint(plan):
            raise ModelError(f"{path} belongs to a run with another network or other classes. {advice}")
        plain = json.loads(content["plain"])
        if not isinstance(plain, dict):
            raise TypeError("the plain part is a table")
        epochs = tuple(EpochRecord(**record) for record in plain.pop("epochs"))
        state = RunState(
            **plain,
            weights=_tensors(content["weights"]),
            average=_tensors(content["average"]),
            optimizer=content["optimizer"],
        )
        return replace(state, epochs=epochs, remarks=tuple(state.remarks))
    except (pickle.UnpicklingError, RuntimeError, EOFError, OSError, LookupError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is no state of a training run, or a damaged one. {advice}") from error


def _tensors(values: object) -> Mapping[str, Tensor]:
    if not isinstance(values, dict) or not all(isinstance(value, Tensor) for value in values.values()):
        raise TypeError("weights are tensors by name")
    return values
