"""What is kept of a fine-tuning while it runs, so that one that was killed or left is gone on with as it was."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from segstudio.services.fine_tuning_plan import Choices, Division, candidate_file, state_folder, work_folder
from segstudio.store.atomic_files import replace_bytes
from segstudio.store.project_store import ProjectStore

RUN_FILE = "run.json"
LARGEST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class KeptRun:
    """``is_trained``: it had come to its end, and only the decision about its candidate was left."""

    base: Path
    choices: Choices
    division: Division
    is_trained: bool


def keep_run(store: ProjectStore, base: Path, choices: Choices, division: Division) -> None:
    """Before its first step. Raises: OSError: the cache can't be written."""
    told = {"base": str(base), "choices": asdict(choices), "division": asdict(division)}
    replace_bytes(work_folder(store) / RUN_FILE, json.dumps(told, indent=1).encode())


def kept_run(store: ProjectStore) -> KeptRun | None:
    """A run that can be gone on with; None where there is none, or what is left of it is of no use."""
    has_state = any(state_folder(store).glob("training-state.pt"))
    if not has_state and not candidate_file(store).is_file():
        return None
    try:
        path = work_folder(store) / RUN_FILE
        if path.stat().st_size > LARGEST_BYTES:
            return None
        told = json.loads(path.read_bytes())
        choices, division = told["choices"], told["division"]
        return KeptRun(
            Path(told["base"]),
            Choices(
                learns=_text_or_none(choices["learns"]),
                minutes=None if choices["minutes"] is None else float(choices["minutes"]),
                includes_corrected=bool(choices["includes_corrected"]),
            ),
            Division(tuple(map(str, division["learning"])), tuple(map(str, division["validation"]))),
            is_trained=not has_state,
        )
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def forget_run(store: ProjectStore) -> None:
    """Its state, its candidate and its notes."""
    shutil.rmtree(work_folder(store), ignore_errors=True)


def forget_state(store: ProjectStore) -> None:
    """The run has come to its end; its candidate stays."""
    shutil.rmtree(state_folder(store), ignore_errors=True)


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)
