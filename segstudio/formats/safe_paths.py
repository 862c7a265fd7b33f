"""Paths that stand in somebody's file: only those that stay inside the folder are taken."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from segstudio.domain.errors import FormatError

_DRIVE = re.compile(r"[A-Za-z]:")
_MOST_CHARACTERS = 4096
_PLAIN = re.compile(r"(?:\w[\w .-]{0,99}/){0,9}\w[\w .-]{0,199}", re.ASCII)
"""Nothing in it needs a closer look; nearly all names are so, and files have them by the hundred thousand."""


def safe_relative(text: object, source: Path, place: str | None = None) -> PurePosixPath:
    """A relative path; Windows' back-slashes become slashes.

    Raises: FormatError: not text, empty, absolute, or leading out of the folder.
    """
    if isinstance(text, str) and _PLAIN.fullmatch(text) is not None:
        return PurePosixPath(text)
    if not isinstance(text, str) or not text.strip() or len(text) > _MOST_CHARACTERS:
        raise FormatError(f"{str(text)[:80]!r} is not a file name.", path=source, place=place)
    slashed = text.replace("\\", "/")
    path = PurePosixPath(slashed)
    is_outside = path.is_absolute() or ".." in path.parts or _DRIVE.match(slashed) is not None
    if is_outside or not path.parts or any(ord(character) < 32 for character in slashed):
        raise FormatError(f"The path {text[:200]!r} leads out of the folder.", path=source, place=place)
    return path


def prepared(root: Path, relative: PurePosixPath) -> Path:
    """Where ``relative`` is to be written under ``root``; its folder is there afterwards.

    Raises: FormatError: the path leads out of ``root``. OSError: the folder can't be made.
    """
    safe_relative(str(relative), root)
    target = root / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    return target
