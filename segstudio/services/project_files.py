"""Projects for those who have no window: opened for one piece of work and closed after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import ProjectError
from segstudio.domain.images import ImageId, ImageRecord
from segstudio.domain.task import Progress, Task
from segstudio.formats.class_file import read_classes
from segstudio.nn.model_header import read_model_info
from segstudio.store.model_store import find_model
from segstudio.store.project_store import ProjectStore


@contextmanager
def writing(folder: Path) -> Iterator[ProjectStore]:
    """Raises: ProjectError: no project, or another window or command holds it."""
    with ProjectStore.open(folder) as store:
        if store.is_read_only:
            raise ProjectError(store.remark)
        yield store


@contextmanager
def reading(folder: Path) -> Iterator[ProjectStore]:
    """Raises: ProjectError: no project. Whoever holds it isn't disturbed."""
    with ProjectStore.open(folder, read_only=True) as store:
        yield store


def create(
    folder: Path,
    image_folder: Path,
    task: Task[Progress],
    *,
    classes: Path | None,
    model: str,
    name: str = "",
    parts: Sequence[Path] = (),
) -> ProjectStore:
    """A new project with the classes of a class file, or else of the model, its images listed.

    ``parts``: only these files and folders, relative to the image folder.
    Raises: ProjectError, FormatError, ModelError: a folder, the class file or the model can't be used.
    """
    label_set = read_classes(classes) if classes is not None else _classes_of(model)
    inside = [part.as_posix() for part in parts]
    store = ProjectStore.create(folder, image_folder, label_set, model, name=name, parts=inside, scan=False)
    try:
        store.scan(task)
    except BaseException:
        store.close()
        raise
    return store


def find_images(store: ProjectStore, names: Iterable[str]) -> tuple[ImageRecord, ...]:
    """Images by their path in the image folder, or by a path to the file. Raises: ProjectError: no such image."""
    return tuple(_find_image(store, name) for name in names)


def ids_of(records: Sequence[ImageRecord]) -> tuple[ImageId, ...]:
    return tuple(record.id for record in records)


def _find_image(store: ProjectStore, name: str) -> ImageRecord:
    record = store.find(name)
    if record is None:
        path = Path(name).absolute()
        if path.is_relative_to(store.info.image_folder):
            record = store.find(path.relative_to(store.info.image_folder).as_posix())
    if record is None:
        raise ProjectError(
            f"The project has no image {name!r}: give its path below {store.info.image_folder}, or list the images "
            f"with: segstudio project list {store.folder}"
        )
    return record


def _classes_of(model: str) -> LabelSet:
    return read_model_info(find_model(model)).label_set
