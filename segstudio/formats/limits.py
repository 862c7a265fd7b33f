"""How much a file may ask for before it is refused: nothing is allocated on the word of a header alone."""

from __future__ import annotations

from pathlib import Path

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size

SMALL_FILE_BYTES = 10_000_000
SMALL_FILE_PIXELS = 110_000_000
"""A small file that decodes to more than this is a bomb, or a picture for ``image_source``: 1 GB is the most
that a file under 10 MB may take, and decoding needs up to nine bytes a pixel."""

WHOLE_PICTURE_PIXELS = 400_000_000
MAX_SIDE = 1_000_000
MOST_PIXELS_A_BYTE = 10_000
"""Deflate packs at most 1032 bytes into one, and a byte may be eight pixels: what promises more is a lie."""

MAX_TEXT_BYTES = 2_000_000_000


def require_pixels(size: Size, path: Path, *, file_bytes: int | None = None) -> None:
    """Raises: FormatError: the picture has no pixels, or more than may be read as a whole."""
    width, height = size
    if width < 1 or height < 1:
        raise FormatError(f"The picture is {width} x {height} pixels: it has nothing in it.", path=path)
    is_small = file_bytes is not None and file_bytes < SMALL_FILE_BYTES
    limit = SMALL_FILE_PIXELS if is_small else WHOLE_PICTURE_PIXELS
    if max(width, height) > MAX_SIDE or width * height > limit:
        raise FormatError(
            f"The header promises {width} x {height} pixels in {_in_words(file_bytes)}: "
            f"at most {limit // 1_000_000} megapixels are read as a whole.",
            path=path,
        )


def require_plausible(size: Size, path: Path) -> None:
    """For pictures that are read in pieces, whose labels are made before a pixel is looked at.

    Raises: FormatError: no coding packs so many pixels into a file so short.
    """
    try:
        file_bytes = path.stat().st_size
    except OSError as error:
        raise FormatError(f"The file can't be read: {error.strerror or error}.", path=path) from error
    if size.width * size.height > MOST_PIXELS_A_BYTE * file_bytes:
        raise FormatError(
            f"The header promises {size.width} x {size.height} pixels in a file of {file_bytes} bytes: "
            "no picture is packed as tightly as that.",
            path=path,
        )


def read_bytes(path: Path, limit: int = MAX_TEXT_BYTES) -> bytes:
    """The whole file. Raises: FormatError: it can't be read, or is longer than ``limit``."""
    try:
        length = path.stat().st_size
        if length > limit:
            raise FormatError(f"The file has {length} bytes: more than {limit} are not read.", path=path)
        return path.read_bytes()
    except OSError as error:
        raise FormatError(f"The file can't be read: {error.strerror or error}.", path=path) from error


def read_text(path: Path, limit: int = MAX_TEXT_BYTES) -> str:
    """A whole UTF-8 file. Raises: FormatError: it can't be read, is too long, or is no text."""
    try:
        return read_bytes(path, limit).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError("The file is not UTF-8 text.", path=path) from error


def _in_words(file_bytes: int | None) -> str:
    return "this file" if file_bytes is None else f"a file of {file_bytes} bytes"
