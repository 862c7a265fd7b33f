"""The models at hand: those that come with the program, and a project's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import ModelInfo
from segstudio.inference.bundled_models import SUFFIX, bundled_models
from segstudio.inference.bundled_models import find_model as find_bundled_model
from segstudio.nn.model_header import read_model_info
from segstudio.store.atomic_files import put_in_place, replace_file, sync_folder
from segstudio.store.layout import ProjectLayout

DEFAULT_MODEL = "streets"
_FORBIDDEN = frozenset('<>:"/\\|?*\0')


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model file that can be read; ``name`` finds it again."""

    name: str
    path: Path
    info: ModelInfo
    is_bundled: bool


def find_model(name_or_file: str | Path, project_folder: Path | None = None) -> Path:
    """The file of a project's own model, of a bundled one, or the file itself.

    Raises: ModelError: there is none.
    """
    text = str(name_or_file)
    if project_folder is not None and _is_plain(text):
        own = ProjectLayout(project_folder).models / (text.removesuffix(SUFFIX) + SUFFIX)
        if own.is_file():
            return own
    return find_bundled_model(name_or_file)


def list_models(project_folder: Path | None = None) -> tuple[ListedModel, ...]:
    """The bundled models, then the project's own; files that can't be read are left out."""
    return tuple(_listed(bundled_models().values(), is_bundled=True)) + (
        ModelStore(project_folder).listed() if project_folder is not None else ()
    )


class ModelStore:
    """A project's ``models/``. What is deleted goes to its ``deleted/`` until it is emptied by the user."""

    def __init__(self, project_folder: Path) -> None:
        self._folder = ProjectLayout(project_folder).models

    def listed(self) -> tuple[ListedModel, ...]:
        """The newest last. Damaged and foreign files are left out; ``unreadable`` names them."""
        return tuple(_listed(self._files(), is_bundled=False))

    def unreadable(self) -> tuple[str, ...]:
        """A sentence for each file that isn't a model."""
        return tuple(_faults(self._files()))

    def path(self, name: str) -> Path:
        """Where a model of this name lies or would lie. Raises: ModelError: no name for a file."""
        if not _is_plain(name):
            raise ModelError(f"{name!r} can't be a model's name: it must be a plain name of up to 100 letters.")
        return self._folder / (name + SUFFIX)

    def free_name(self, wanted: str) -> str:
        """``wanted``, or with the first number behind it that no model has."""
        name, number = wanted, 2
        while self.path(name).exists():
            name, number = f"{wanted}-{number}", number + 1
        return name

    def adopt(self, file: Path, name: str) -> ListedModel:
        """Copy a checked model file into the project. Raises: ModelError: not a model, or the name is taken."""
        info = read_model_info(file)
        target = self.path(name)
        if target.exists():
            raise ModelError(f"The project has a model {name!r} already; choose another name.")
        try:
            replace_file(target, lambda unfinished: shutil.copyfile(file, unfinished))
        except OSError as error:
            raise ModelError(f"The model couldn't be kept in {target}: {error.strerror or error}.") from error
        return ListedModel(name, target, info, is_bundled=False)

    def rename(self, name: str, new_name: str) -> ListedModel:
        """Raises: ModelError: no such model, or the new name is taken."""
        source, target = self._existing(name), self.path(new_name)
        if target.exists():
            raise ModelError(f"The project has a model {new_name!r} already; choose another name.")
        self._move(source, target)
        return ListedModel(new_name, target, read_model_info(target), is_bundled=False)

    def delete(self, name: str) -> Path:
        """Put a model aside; where it lies now, for ``undelete``. Raises: ModelError: no such model."""
        source = self._existing(name)
        aside = self._folder / "deleted"
        aside.mkdir(exist_ok=True)
        target = aside / source.name
        number = 2
        while target.exists():
            target, number = aside / f"{name}-{number}{SUFFIX}", number + 1
        self._move(source, target)
        return target

    def undelete(self, aside: Path, name: str) -> ListedModel:
        """Raises: ModelError: it is gone, or the name is taken."""
        if aside.parent != self._folder / "deleted" or not aside.is_file():
            raise ModelError(f"{aside} isn't there any more.")
        target = self.path(self.free_name(name))
        self._move(aside, target)
        return ListedModel(target.stem, target, read_model_info(target), is_bundled=False)

    def _existing(self, name: str) -> Path:
        path = self.path(name)
        if not path.is_file():
            raise ModelError(f"The project has no model {name!r}.")
        return path

    def _move(self, source: Path, target: Path) -> None:
        try:
            put_in_place(source, target)
            sync_folder(target.parent)
        except OSError as error:
            raise ModelError(f"{source} can't be moved: {error.strerror or error}.") from error

    def _files(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return sorted(self._folder.glob(f"*{SUFFIX}"), key=lambda path: (path.stat().st_mtime_ns, path.name))


def _listed(files: Iterable[Path], *, is_bundled: bool) -> Iterator[ListedModel]:
    for path in files:
        try:
            yield ListedModel(path.stem, path, read_model_info(path), is_bundled)
        except ModelError:
            continue


def _faults(files: Iterable[Path]) -> Iterator[str]:
    for path in files:
        try:
            read_model_info(path)
        except ModelError as error:
            yield str(error)


def _is_plain(name: str) -> bool:
    return (
        0 < len(name) <= 100
        and name.strip(" .") == name
        and not any(letter in _FORBIDDEN or ord(letter) < 32 for letter in name)
    )
