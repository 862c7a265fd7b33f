"""A candidate becomes the project's model, and the way back: what the window and the command both do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from segstudio.domain.errors import ModelError
from segstudio.services.opening import PROJECT_SUFFIX
from segstudio.store.adoption_log import AdoptionLog
from segstudio.store.model_store import ModelStore, find_model
from segstudio.store.project_store import ProjectStore

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Adopted:
    """``since``: seconds since 1970; pre-labels that are older come from another model."""

    model: str
    since: float


def adopt_model(store: ProjectStore, file: Path) -> Adopted:
    """Copy a checked model file into the project and use it from now on.

    Raises: ModelError: not a model, or it can't be kept. ProjectError: the project is open for reading only.
    """
    before = store.info.model
    models = ModelStore(store.folder)
    wanted = store.info.name.removesuffix(PROJECT_SUFFIX)[:LONGEST_NAME]
    kept = models.adopt(file, models.free_name(f"{wanted}-model".strip(" .")))
    store.set_model(kept.name)
    try:
        entry = AdoptionLog(store.folder).note(kept.name, before)
    except OSError as error:
        reason = error.strerror or error
        raise ModelError(f"The model is in use, but the one before it was not noted: {reason}.") from error
    return Adopted(kept.name, entry.at)


def can_go_back(store: ProjectStore) -> bool:
    return not store.is_read_only and AdoptionLog(store.folder).newest(store.info.model) is not None


def go_back(store: ProjectStore) -> str:
    """Use the model before the last one adopted; the newer one stays in the project. The name of the older one.

    Raises: ModelError: there is no adoption to undo, or the older model is gone.
    """
    log = AdoptionLog(store.folder)
    newest = log.newest(store.info.model)
    if newest is None:
        raise ModelError(f"{store.info.model} was not adopted after another model; there is nothing to go back to.")
    find_model(newest.before, store.folder)
    store.set_model(newest.before)
    try:
        log.take_back()
    except OSError as error:
        reason = error.strerror or error
        raise ModelError(f"{newest.before} is in use again, but that was not noted: {reason}.") from error
    return newest.before


def adopted_at(store: ProjectStore) -> float | None:
    """When the model in use was adopted; None where it has been there from the start."""
    newest = AdoptionLog(store.folder).newest(store.info.model)
    return None if newest is None else newest.at
