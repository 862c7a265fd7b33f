"""Files that are replaced whole or not at all: written beside, synced, renamed, the folder synced."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

UNFINISHED_PREFIX = ".segstudio-"
"""How the name of a file that isn't finished begins. One that outlives its writer is litter."""

_RENAME_ATTEMPTS = 6 if os.name == "nt" else 1


def replace_file(path: Path, write: Callable[[Path], Result]) -> Result:
    """Let ``write`` make a new ``path``; the old one stays until the new one is complete and on the disk.

    ``write`` is given the path of a file beside it, of the same suffix; what it returns is returned. Where
    anything fails, the old file is untouched and nothing is left over.
    """
    unfinished, result = _written(path, write)
    try:
        put_in_place(unfinished, path)
    except BaseException:
        remove_quietly(unfinished)
        raise
    sync_folder(path.parent)
    return result


def replace_bytes(path: Path, data: bytes) -> None:
    """``replace_file`` with ``data``."""

    def write(unfinished: Path) -> None:
        unfinished.write_bytes(data)

    replace_file(path, write)


def write_beside(path: Path, write: Callable[[Path], None]) -> Path:
    """A complete, synced file beside ``path`` that ``put_in_place`` can rename. Leaves nothing on failure."""
    return _written(path, write)[0]


def _written(path: Path, write: Callable[[Path], Result]) -> tuple[Path, Result]:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.parent / f"{UNFINISHED_PREFIX}{secrets.token_hex(8)}{path.suffix}"
    try:
        result = write(unfinished)
        sync_file(unfinished)
    except BaseException:
        remove_quietly(unfinished)
        raise
    return unfinished, result


def put_in_place(unfinished: Path, path: Path) -> None:
    """Rename over ``path``; on Windows a reader that holds it for a moment is waited for."""
    for attempt in range(1, _RENAME_ATTEMPTS + 1):
        try:
            unfinished.replace(path)
        except PermissionError:
            if attempt == _RENAME_ATTEMPTS:
                raise
            time.sleep(0.02 * 2**attempt)
        else:
            return


def sync_file(path: Path) -> None:
    """The file's bytes are on the disk when this returns."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """The folder's names are on the disk when this returns. Windows does this by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        return  # some network drives can't sync a folder: the rename was still whole
    finally:
        os.close(descriptor)


def remove_quietly(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def unfinished_files(folder: Path, *, with_subfolders: bool = True) -> Iterator[Path]:
    """What writers that died left in ``folder``."""
    for root, _, names in os.walk(folder):
        for name in names:
            if name.startswith(UNFINISHED_PREFIX):
                yield Path(root) / name
        if not with_subfolders:
            return
