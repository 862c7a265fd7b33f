"""How fast this machine trains, as its last run showed: what the next estimate goes by."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.store.atomic_files import replace_bytes
from segstudio.store.locations import data_folder

if TYPE_CHECKING:
    from segstudio.domain.training_log import TrainingLog
    from segstudio.training.plan import TrainingPlan


def kept_pace(device_kind: str) -> float | None:
    """As ``training.estimate.measured_pace`` found it on ``device_kind`` (cpu, cuda); None before the first run."""
    pace = _read().get(device_kind)
    return pace if isinstance(pace, float) and math.isfinite(pace) and pace > 0 else None


def keep_pace(plan: TrainingPlan, log: TrainingLog, device_kind: str) -> None:
    """A run too short to tell changes nothing, and neither does a folder that can't be written."""
    from segstudio.training.estimate import measured_pace

    pace = measured_pace(plan, log)
    if pace is None:
        return
    with contextlib.suppress(OSError):
        replace_bytes(_file(), json.dumps({**_read(), device_kind: pace}).encode())


def _file() -> Path:
    return data_folder() / "training-pace.json"


def _read() -> dict[str, object]:
    with contextlib.suppress(OSError, ValueError, RecursionError):
        value = json.loads(_file().read_bytes())
        if isinstance(value, dict):
            return value
    return {}
