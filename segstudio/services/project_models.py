"""A project's models looked after: renamed, deleted, noted about; what the window and the command both do."""

from __future__ import annotations

from dataclasses import replace

from segstudio.domain.errors import ModelError
from segstudio.nn.model_header import read_model_info
from segstudio.nn.model_notes import copy_with_info
from segstudio.store.adoption_log import AdoptionLog
from segstudio.store.atomic_files import replace_file
from segstudio.store.model_store import ModelStore, find_model
from segstudio.store.project_store import ProjectStore

LONGEST_NOTES = 10_000


def use_model(store: ProjectStore, name: str) -> None:
    """Pre-label with it from now on. Raises: ModelError: there is none. ProjectError."""
    find_model(name, store.folder)
    store.set_model(name)


def rename_model(store: ProjectStore, name: str, new_name: str) -> None:
    """The project goes on using it under its new name, and adoptions can still be undone.

    Raises: ModelError: no such model of the project, or the new name is taken. ProjectError.
    """
    ModelStore(store.folder).rename(name, new_name)
    if store.info.model == name:
        store.set_model(new_name)
    try:
        AdoptionLog(store.folder).rename(name, new_name)
    except OSError as error:
        raise ModelError(f"The model is {new_name} now, but that was not noted: {error}.") from error


def delete_model(store: ProjectStore, name: str) -> None:
    """Put aside, not wiped. Raises: ModelError: no such model of the project, or it is in use."""
    if store.info.model == name:
        raise ModelError(f"The project uses {name!r}: choose another model for it first.")
    ModelStore(store.folder).delete(name)


def note_about_model(store: ProjectStore, name: str, notes: str) -> None:
    """Written into the model's file; its weights stay as they are.

    Raises: ModelError: no such model of the project, too long, or it can't be written.
    """
    path = ModelStore(store.folder).path(name)
    if not path.is_file():
        raise ModelError(
            f"The project has no model {name!r} of its own; notes can't be written into a bundled one."
        )
    if len(notes) > LONGEST_NOTES:
        raise ModelError(f"Notes are at most {LONGEST_NOTES:,} letters long, these are {len(notes):,}.")
    info = replace(read_model_info(path), notes=notes)
    try:
        replace_file(path, lambda unfinished: copy_with_info(path, unfinished, info))
    except OSError as error:
        raise ModelError(f"The notes couldn't be written into {path}: {error.strerror or error}.") from error
