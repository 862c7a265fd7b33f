"""A folder of images looked through, the one way for all: projects, training, evaluation, segmenting, import."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from segstudio.domain.errors import FormatError
from segstudio.formats.image_files import IMAGE_SUFFIXES, is_image_file


@dataclass(frozen=True, slots=True)
class FoundFile:
    """An image file; the path is relative to the folder that was walked, with ``/`` between its parts."""

    path: str
    byte_size: int
    modified_ns: int


@dataclass(slots=True)
class ImageWalk:
    """``is_left_out`` says which folders aren't looked into. What was passed by is kept: names that aren't valid
    Unicode, folders that can't be read.
    """

    is_left_out: Callable[[Path], bool] = lambda _folder: False
    unusable: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def images(self, folder: Path, parts: Sequence[str] = ()) -> Iterator[FoundFile]:
        """Every image below ``folder``, linked folders included, hidden files left out; folder by folder.

        ``parts``: only these files and folders below it, relative to it.
        """
        if not parts:
            yield from self._below(folder, "", set())
        for part in parts:
            path = folder / part
            if path.is_dir():
                yield from self._below(path, f"{part}/", set())
            elif is_image_file(path):
                yield from self._one(path, part)

    def _below(self, folder: str | Path, prefix: str, above: set[tuple[int, int]]) -> Iterator[FoundFile]:
        here = _identity(folder)
        if here in above:
            return  # a link back to a folder that we are in
        above.add(here)
        folders: list[tuple[str, str]] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    name = entry.name
                    if name.startswith("."):
                        continue
                    if os.path.splitext(name)[1].lower() in IMAGE_SUFFIXES:  # noqa: PTH122  quicker than a Path
                        yield from self._file(entry, prefix)
                    elif entry.is_dir():
                        folders.append((entry.path, f"{prefix}{name}/"))
        except OSError as error:
            self.unreadable.append(f"{folder}: {error.strerror}")
        for path, name in folders:
            if not self.is_left_out(Path(path)):
                yield from self._below(path, name, above)
        above.discard(here)

    def _file(self, entry: os.DirEntry[str], prefix: str) -> Iterator[FoundFile]:
        path = prefix + entry.name
        try:
            path.encode()
        except UnicodeEncodeError:
            self.unusable.append(path.encode(errors="replace").decode())
            return
        try:
            if not entry.is_file():
                return
            status = entry.stat()
        except OSError:
            return  # a broken link, or gone since
        yield FoundFile(path, status.st_size, status.st_mtime_ns)

    def _one(self, path: Path, part: str) -> Iterator[FoundFile]:
        try:
            status = path.stat()
        except OSError:
            return  # gone since it was chosen
        yield FoundFile(part, status.st_size, status.st_mtime_ns)


def images_below(folder: Path) -> tuple[Path, ...]:
    """In the order of their paths. Raises: FormatError: there is no such folder, or no image in it."""
    _require_folder(folder)
    found = tuple(sorted(folder / image.path for image in ImageWalk().images(folder)))
    if not found:
        raise FormatError("The folder holds no image in a format that SegStudio reads.", path=folder)
    return found


def images_with_labels(images: Path, labels: Path) -> tuple[tuple[Path, Path], ...]:
    """Each image below ``images`` with where its label map lies, or should lie: the same path below ``labels``.

    Raises: FormatError: there is no such folder, or no image in it.
    """
    _require_folder(labels)
    return tuple(
        (image, (labels / image.relative_to(images)).with_suffix(".png")) for image in images_below(images)
    )


def _require_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise FormatError("There is no such folder. Check the path.", path=folder)


def _identity(folder: str | Path) -> tuple[int, int]:
    try:
        status = os.stat(folder)  # noqa: PTH116  one call for each of many folders, without making a Path
    except OSError:
        return (0, 0)
    return (status.st_dev, status.st_ino)
