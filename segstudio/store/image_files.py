"""A project's image folder as it is: which images are there, in which order, what is in them."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from segstudio.domain.errors import ProjectError
from segstudio.formats.image_walk import ImageWalk
from segstudio.store.layout import is_project

OWN_FOLDERS = ("labels", "origins", "models", "cache")
_DIGITS = re.compile(r"\d+")
_CHUNK_BYTES = 1 << 20


class ProjectWalk(ImageWalk):
    """Passes by every project, and by what a project that holds its own images keeps beside them."""

    def __init__(self, image_folder: Path) -> None:
        own = {image_folder / name for name in OWN_FOLDERS} if is_project(image_folder) else set()
        super().__init__(lambda folder: folder in own or is_project(folder))


def require_readable(image_folder: Path) -> None:
    """Raises: ProjectError: the folder isn't there or may not be read."""
    try:
        with os.scandir(image_folder):
            pass
    except OSError as error:
        raise ProjectError(unreachable(image_folder, error)) from error


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
