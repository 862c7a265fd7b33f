"""What a path given by the user is, and how it is opened: an image, a folder of images, a project."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError, ProjectError
from segstudio.domain.images import ImageId
from segstudio.domain.task import Progress, Task
from segstudio.formats.class_file import read_classes
from segstudio.formats.image_files import is_image_file
from segstudio.nn.model_header import read_model_info
from segstudio.store.image_files import ProjectWalk
from segstudio.store.layout import DATABASE_NAME, is_project
from segstudio.store.locations import data_folder
from segstudio.store.model_store import DEFAULT_MODEL, find_model
from segstudio.store.project_store import ProjectStore

PROJECT_SUFFIX = ".segstudio"
CLASS_FILES = ("classes.json", "classes.txt")


@dataclass(frozen=True, slots=True, eq=False)
class OpenedProject:
    """A project that is open, the image that was asked for, and what the user should know of it.

    ``is_scanned``: its image folder was looked through just now. ``chosen``: the images that the list is to show
    alone; none: all of them.
    """

    store: ProjectStore
    image_id: ImageId | None
    remark: str = ""
    is_scanned: bool = False
    chosen: tuple[ImageId, ...] = ()


Opener = Callable[[Task[Progress]], OpenedProject]


def open_path(path: Path, task: Task[Progress], *, model: str = DEFAULT_MODEL) -> OpenedProject:
    """Open whatever lies at ``path``. A folder of images that has no project yet gets one beside it.

    Raises: ProjectError, FormatError: nothing there, nothing readable, or no place for a project.
    """
    path = Path(os.path.abspath(path))
    if path.is_file() and path.name == DATABASE_NAME:
        path = path.parent
    if path.is_dir():
        if is_project(path):
            return open_project(path, task)
        return _open_images(path, None, task, model)
    if path.is_file():
        if not is_image_file(path):
            raise FormatError(
                "This is neither a picture that SegStudio reads nor a project. Open an image, a folder of images, "
                "or a project's folder.",
                path=path,
            )
        return _open_images(path.parent, path, task, model)
    raise ProjectError(f"There is nothing at {path}. Check the path; a drive may not be connected.")


def create_project(
    folder: Path,
    image_folder: Path,
    label_set: LabelSet | None,
    task: Task[Progress],
    *,
    model: str = DEFAULT_MODEL,
    name: str = "",
) -> OpenedProject:
    """A new project where the user wants it; without ``label_set`` it takes the model's classes."""
    classes = label_set or classes_for(image_folder, model)
    store = ProjectStore.create(folder, image_folder, classes, model, name=name, scan=False)
    return scanned(store, None, task)


def project_folder_for(image_folder: Path) -> Path:
    """Beside the images where that can be written, otherwise among the user's own data."""
    image_folder = image_folder.absolute()
    if image_folder.name:
        beside = image_folder.with_name(image_folder.name + PROJECT_SUFFIX)
        if is_project(beside) or _is_meant_for_writing(image_folder.parent):
            return beside
    mark = hashlib.blake2b(os.fsencode(image_folder), digest_size=6).hexdigest()
    return data_folder() / "projects" / f"{image_folder.name or 'images'}-{mark}"


def _is_meant_for_writing(folder: Path) -> bool:
    """An administrator may write anywhere, but a folder whose write bits are off says what its owner wants."""
    return os.access(folder, os.W_OK) and bool(folder.stat().st_mode & 0o222)


def _open_images(image_folder: Path, image: Path | None, task: Task[Progress], model: str) -> OpenedProject:
    folder = project_folder_for(image_folder)
    if is_project(folder):
        return open_project(folder, task, image)
    if not holds_an_image(image_folder):
        raise FormatError(
            "The folder holds no picture that SegStudio reads. Choose the folder your images are in.",
            path=image_folder,
        )
    classes = classes_for(image_folder, model)
    store = ProjectStore.create(folder, image_folder, classes, model, name=image_folder.name, scan=False)
    return scanned(store, image, task, f"The labels of {image_folder.name} are kept in {folder}.")


def open_project(folder: Path, task: Task[Progress], image: Path | None = None) -> OpenedProject:
    store = ProjectStore.open(folder)
    if store.is_read_only or (len(store.records) and image is None):
        return OpenedProject(store, _id_of(store, image), store.remark)
    return scanned(store, image, task)


def scanned(store: ProjectStore, image: Path | None, task: Task[Progress], remark: str = "") -> OpenedProject:
    try:
        store.scan(task)
        return OpenedProject(store, _id_of(store, image), store.remark or remark, is_scanned=True)
    except BaseException:
        store.close()
        raise


def _id_of(store: ProjectStore, image: Path | None) -> ImageId | None:
    if image is None:
        return None
    record = store.find(image.relative_to(store.info.image_folder).as_posix())
    return None if record is None else record.id


def holds_an_image(folder: Path) -> bool:
    return any(True for _ in ProjectWalk(folder).images(folder))


def classes_for(image_folder: Path, model: str) -> LabelSet:
    """A class file beside the images counts; otherwise the model's own classes."""
    for name in CLASS_FILES:
        if (image_folder / name).is_file():
            return read_classes(image_folder / name)
    return read_model_info(find_model(model)).label_set
