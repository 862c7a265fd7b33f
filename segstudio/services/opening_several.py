"""Several pictures and folders opened at once: one project over all of them, wherever they lie."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from segstudio.domain.errors import FormatError
from segstudio.domain.task import Progress, Task
from segstudio.formats.image_files import is_image_file
from segstudio.services.opening import (
    OpenedProject,
    classes_for,
    holds_an_image,
    open_path,
    open_project,
    project_folder_for,
    scanned,
)
from segstudio.store.layout import is_project
from segstudio.store.model_store import DEFAULT_MODEL
from segstudio.store.project_store import ProjectStore

NAMES_SHOWN = 2


def open_paths(paths: Sequence[Path], task: Task[Progress], *, model: str = DEFAULT_MODEL) -> OpenedProject:
    """One path is opened as what it is. Pictures of one folder open its project, with these alone in the list;
    folders, or pictures from several, become one project that holds nothing else.

    Raises: ProjectError, FormatError: as ``open_path``; or the paths share no folder.
    """
    paths = [Path(os.path.abspath(path)) for path in dict.fromkeys(paths)]
    projects = [path for path in paths if path.is_dir() and is_project(path)]
    if projects:
        opened = open_path(projects[0], task, model=model)
        left = "" if len(paths) == 1 else f"One project can be open at a time: this is {projects[0].name}."
        return replace(opened, remark=" ".join(part for part in (opened.remark, left) if part))
    usable = [path for path in paths if path.is_dir() or is_image_file(path)]
    if len(paths) == 1 or not usable:
        return open_path(paths[0], task, model=model)
    if len(usable) == 1:
        return open_path(usable[0], task, model=model)
    if all(path.is_file() for path in usable) and len({path.parent for path in usable}) == 1:
        return _open_pictures(usable, task, model)
    return _open_parts(usable, task, model)


def _open_pictures(pictures: Sequence[Path], task: Task[Progress], model: str) -> OpenedProject:
    """Pictures of one folder."""
    opened = open_path(pictures[0], task, model=model)
    folder = opened.store.info.image_folder
    found = [opened.store.find(path.relative_to(folder).as_posix()) for path in pictures]
    return replace(opened, chosen=tuple(record.id for record in found if record is not None))


def _open_parts(paths: Sequence[Path], task: Task[Progress], model: str) -> OpenedProject:
    common = _common_folder(paths)
    parts = _outermost([path.relative_to(common).as_posix() for path in paths])
    folder = project_folder_for(common / _name_of(parts))
    if is_project(folder):
        return open_project(folder, task)
    if not any(holds_an_image(path) if path.is_dir() else True for path in paths):
        raise FormatError("These folders hold no picture that SegStudio reads.", path=common)
    store = ProjectStore.create(
        folder, common, classes_for(common, model), model, name=_name_of(parts), parts=parts, scan=False
    )
    return scanned(store, None, task, f"The labels of {_name_of(parts)} are kept in {folder}.")


def _common_folder(paths: Sequence[Path]) -> Path:
    try:
        return Path(os.path.commonpath([path.parent for path in paths]))
    except ValueError as error:  # Windows: other drives
        raise FormatError(
            "These pictures lie on different drives, which one project can't hold: open them one drive at a time."
        ) from error


def _outermost(parts: Sequence[str]) -> tuple[str, ...]:
    """Without those that lie inside another one; in order."""
    kept: list[str] = []
    for part in sorted(set(parts)):
        if not any(part.startswith(f"{other}/") for other in kept):
            kept.append(part)
    return tuple(kept)


def _name_of(parts: Sequence[str]) -> str:
    """The same for the same parts, and for no others."""
    shown = " + ".join(Path(part).name for part in parts[:NAMES_SHOWN])
    if len(parts) <= NAMES_SHOWN and not any("/" in part for part in parts):
        return shown
    mark = hashlib.blake2b("\n".join(parts).encode(errors="surrogateescape"), digest_size=3).hexdigest()
    more = f" + {len(parts) - NAMES_SHOWN} more" if len(parts) > NAMES_SHOWN else ""
    return f"{shown}{more} {mark}"
