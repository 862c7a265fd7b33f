"""Makes a project's folder: all of it, before anybody opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import ProjectError
from segstudio.store.database import Database
from segstudio.store.layout import ProjectLayout, absolute, is_project
from segstudio.store.migrations import migrate
from segstudio.store.opening_project import is_network_drive
from segstudio.store.project_file import ProjectFile, encode, write_project_file
from segstudio.store.project_notes import write_note


def make_project(
    folder: Path,
    image_folder: Path,
    label_set: LabelSet,
    model: str,
    *,
    name: str = "",
    parts: Sequence[str] = (),
) -> None:
    """A new project beside or inside its images, which stay where they are; none of them is listed yet.

    ``parts``: the files and folders below ``image_folder`` that it is about; none: everything there.
    Raises: ProjectError: there is a project already, or a folder can't be used.
    """
    folder, image_folder = absolute(folder), absolute(image_folder)
    if is_project(folder):
        raise ProjectError(f"There is a project at {folder} already; open it, or choose another folder.")
    if not image_folder.is_dir():
        raise ProjectError(f"There is no folder of images at {image_folder}.")
    for part in parts:
        if PurePosixPath(part).is_absolute() or ".." in PurePosixPath(part).parts:
            raise ProjectError(f"{part} doesn't lie in {image_folder}: name it relative to that folder.")
    project = ProjectFile.new(folder, image_folder, label_set, model, name or folder.name)
    project = replace(project, parts=tuple(parts))
    try:
        _write(ProjectLayout(folder), project)
    except OSError as error:
        raise ProjectError(
            f"No project could be made at {folder}: {error.strerror or error}. "
            "Choose a folder that you may write; the images may lie elsewhere."
        ) from error


def _write(layout: ProjectLayout, project: ProjectFile) -> None:
    for part in (layout.labels, layout.origins, layout.models, layout.cache):
        part.mkdir(parents=True, exist_ok=True)
    _make_index(layout, project)
    write_project_file(layout.project_file, project)


def _make_index(layout: ProjectLayout, project: ProjectFile) -> None:
    """An empty index that knows the project's description. Raises: ProjectError."""
    database = Database(layout.database, write_ahead=not is_network_drive(layout.folder))
    try:
        migrate(database)
        write_note(database, "project", encode(project))
    finally:
        database.close()
