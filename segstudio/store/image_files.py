"""The image folder as it is: which files are there, their sizes, times and content hashes."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from segstudio.domain.errors import ProjectError
from segstudio.formats.image_files import IMAGE_SUFFIXES
from segstudio.store.layout import is_project

_DIGITS = re.compile(r"\d+")
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FoundFile:
    """An image file; the path is relative to the image folder, with ``/`` between its parts."""

    path: str
    byte_size: int
    modified_ns: int


@dataclass(slots=True)
class Walk:
    """What a walk passed by: names that can't be kept, folders that can't be read."""

    unusable: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def images(self, folder: Path) -> Iterator[FoundFile]:
        """Every image below ``folder``, linked folders included, projects and hidden files left out.

        Raises: ProjectError: the folder itself isn't there or may not be read.
        """
        try:
            with os.scandir(folder):
                pass
        except OSError as error:
            raise ProjectError(unreachable(folder, error)) from error
        if is_project(folder):
            yield from self._below(folder, "", set(), frozenset({"labels", "origins", "models", "cache"}))
        else:
            yield from self._below(folder, "", set(), frozenset())

    def _below(
        self, folder: str | Path, prefix: str, above: set[tuple[int, int]], skipped: frozenset[str]
    ) -> Iterator[FoundFile]:
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
                    elif name not in skipped and entry.is_dir():
                        folders.append((entry.path, f"{prefix}{name}/"))
        except OSError as error:
            self.unreadable.append(f"{folder}: {error.strerror}")
        for path, name in folders:
            if not is_project(Path(path)):
                yield from self._below(path, name, above, frozenset())
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


def _identity(folder: str | Path) -> tuple[int, int]:
    try:
        status = os.stat(folder)  # noqa: PTH116  one call for each of many folders, without making a Path
    except OSError:
        return (0, 0)
    return (status.st_dev, status.st_ino)


def content_hash(path: Path) -> bytes:
    """16 bytes that only this content has. Raises: OSError."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.digest()


def sort_key(path: str) -> str:
    """Puts ``image2`` before ``image10`` and ``a/2`` before ``a-b/1``."""
    return _DIGITS.sub(lambda digits: digits[0].lstrip("0").rjust(12, "0"), path.replace("/", "\x01").casefold())


def unreachable(folder: Path, error: OSError) -> str:
    """Why an image folder can't be used, in one sentence."""
    match error:
        case FileNotFoundError():
            why = (
                "isn't there: bring it back (is its drive connected?), or tell the project where its images are now"
            )
        case PermissionError():
            why = "may not be read: ask for the right to read it"
        case NotADirectoryError():
            why = "isn't a folder"
        case _:
            why = f"can't be read ({error.strerror or error}): if it is on a network drive, check the connection"
    return f"The image folder {folder} {why}."
