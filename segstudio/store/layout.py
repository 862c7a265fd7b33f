"""Where everything of a project lies in its folder, and what an image's label file is called.

An image ``street/0001.jpg`` has its labels in ``labels/street/0001.png``. Where two images differ only in
their suffix, or in upper and lower case, the one that came later keeps its whole name:
``labels/street/0001.tif.png``. A name, once given, stays.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from segstudio.domain.errors import ProjectError

DATABASE_NAME = "project.sqlite"
PROJECT_FILE_NAME = "project.json"
LONGEST_NAME_BYTES = 240
"""Every file system in use has room for 255; the rest is for a number and the suffix."""


@dataclass(frozen=True, slots=True)
class ProjectLayout:
    """The paths inside a project's folder."""

    folder: Path

    @property
    def project_file(self) -> Path:
        return self.folder / PROJECT_FILE_NAME

    @property
    def database(self) -> Path:
        return self.folder / DATABASE_NAME

    @property
    def database_copy(self) -> Path:
        """A copy of the index, renewed when the project is closed; ``repair`` falls back on it."""
        return self.folder / "project.sqlite.copy"

    @property
    def versions(self) -> Path:
        return self.folder / "versions.sqlite"

    @property
    def lock(self) -> Path:
        return self.folder / "project.lock"

    @property
    def holder(self) -> Path:
        return self.folder / "project.holder.json"

    @property
    def labels(self) -> Path:
        return self.folder / "labels"

    @property
    def origins(self) -> Path:
        return self.folder / "origins"

    @property
    def models(self) -> Path:
        return self.folder / "models"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def fine_tuning(self) -> Path:
        """A training's state and its candidate: one that was killed goes on from here."""
        return self.cache / "fine-tuning"

    def label_file(self, label_name: str) -> Path:
        """Raises: ProjectError: the name or a link leads out of the project."""
        return inside(self.labels, label_name)

    def origin_file(self, label_name: str) -> Path:
        """Raises: ProjectError: the name or a link leads out of the project."""
        return inside(self.origins, label_name)


def absolute(path: Path) -> Path:
    """Without following links, so that a project stays where the user sees it."""
    return Path(os.path.abspath(path))


def is_project(folder: Path) -> bool:
    return (folder / DATABASE_NAME).is_file() or (folder / PROJECT_FILE_NAME).is_file()


def inside(folder: Path, relative_name: str) -> Path:
    """``folder / relative_name``. Raises: ProjectError: it, or a link on the way, leads out of ``folder``."""
    relative = PurePosixPath(relative_name)
    path = folder / relative
    is_plain = not relative.is_absolute() and ".." not in relative.parts and "\0" not in relative_name
    if not is_plain or not relative.parts or (os.name == "nt" and (":" in relative_name or "\\" in relative_name)):
        raise ProjectError(
            f"The project names a file outside its own folder, {relative_name!r}; it wasn't touched."
        )
    # The folder's own parent is the project: a `labels` that is itself a link out of it is refused as well.
    home = os.path.realpath(folder.parent)
    real = os.path.realpath(path.parent)
    if real != home and not real.startswith(home.rstrip(os.sep) + os.sep):
        raise ProjectError(f"{path} lies behind a link that leads out of the project; it wasn't touched.")
    if path.is_symlink() and not os.path.realpath(path).startswith(home.rstrip(os.sep) + os.sep):
        raise ProjectError(f"{path} is a link that leads out of the project; it wasn't touched.")
    return path


def name_key(name: str) -> str:
    """Equal for names that some file system takes for the same."""
    return unicodedata.normalize("NFC", name).casefold()


def label_name(relative_path: str, taken: Container[str]) -> str:
    """The label file for a new image, below ``labels/``; ``taken`` holds the ``name_key`` of each given name."""
    path = PurePosixPath(relative_path)
    whole = _shortened(path.name)
    for name in (_shortened(path.stem), whole):
        candidate = str(path.with_name(name + ".png"))
        if name_key(candidate) not in taken:
            return candidate
    number = 2
    while True:
        candidate = str(path.with_name(f"{whole}~{number}.png"))
        if name_key(candidate) not in taken:
            return candidate
        number += 1


def _shortened(name: str) -> str:
    encoded = name.encode()
    if len(encoded) <= LONGEST_NAME_BYTES:
        return name
    mark = "~" + hashlib.blake2b(encoded, digest_size=4).hexdigest()
    return encoded[: LONGEST_NAME_BYTES - len(mark)].decode(errors="ignore") + mark
