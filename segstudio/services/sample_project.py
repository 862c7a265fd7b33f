"""The sample project that comes with the program."""

from __future__ import annotations

import shutil
from pathlib import Path

from segstudio.domain.errors import ProjectError
from segstudio.domain.task import Progress, Task
from segstudio.formats.class_file import read_classes
from segstudio.services.opening import OpenedProject, create_project, open_project
from segstudio.store.layout import is_project
from segstudio.store.locations import data_folder, resources_folder


def open_sample(task: Task[Progress]) -> OpenedProject:
    """The sample project, copied once to the user's own folder so that it can be painted on."""
    source = resources_folder() / "sample"
    home = data_folder() / "sample"
    project = home / "project"
    if not is_project(project):
        images = home / "images"
        _copy_folder(source / "images", images)
        classes = read_classes(source / "classes.json")
        return create_project(project, images, classes, task, name="Sample")
    return open_project(project, task)


def _copy_folder(source: Path, target: Path) -> None:
    """Complete or not there at all."""
    unfinished = target.with_name(target.name + ".part")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, unfinished)
        if target.exists():
            shutil.rmtree(target)
        unfinished.rename(target)
    except OSError as error:
        raise ProjectError(
            f"The sample project can't be copied to {target}: {error.strerror or error}. Free some space there."
        ) from error
