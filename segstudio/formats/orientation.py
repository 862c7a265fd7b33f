"""The orientation tag of a photo (EXIF 2.32, tag 274): its eight forms, and how each is undone."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segstudio.domain.geometry import Size

SampleType = TypeVar("SampleType", bound=np.generic)

ORIENTATION_TAG = 274
UPRIGHT = 1
SWAPS_SIDES = frozenset({5, 6, 7, 8})
_MOST_EXIF_BYTES = 1_000_000
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


def upright_size(stored: Size, orientation: int) -> Size:
    return Size(stored.height, stored.width) if orientation in SWAPS_SIDES else stored


def upright(pixels: NDArray[SampleType], orientation: int) -> NDArray[SampleType]:
    """The picture as it is to be seen; ``pixels`` has rows and columns first. A view where that suffices."""
    match orientation:
        case 2:
            return pixels[:, ::-1]
        case 3:
            return pixels[::-1, ::-1]
        case 4:
            return pixels[::-1]
        case 5:
            return pixels.swapaxes(0, 1)
        case 6:
            return pixels.swapaxes(0, 1)[:, ::-1]
        case 7:
            return pixels.swapaxes(0, 1)[::-1, ::-1]
        case 8:
            return pixels.swapaxes(0, 1)[::-1]
        case _:
            return pixels


def read_orientation(image: Image.Image, file: BinaryIO) -> int:
    """1 to 8; 1 where there is no tag or it says something else. ``file`` is where ``image`` was opened from.

    Pillow decodes a whole PNG to look for a tag behind its pixels, so that a PNG's chunks are walked here instead.
    """
    try:
        if image.format != "PNG":
            return _valid(image.getexif().get(ORIENTATION_TAG))
        exif = Image.Exif()
        exif.load(_exif_chunk(file))
        return _valid(exif.get(ORIENTATION_TAG))
    except Exception:  # Pillow's parser meets damaged tags with many kinds of error: a damaged tag is no tag
        return UPRIGHT


def _valid(value: object) -> int:
    return value if isinstance(value, int) and 1 <= value <= 8 else UPRIGHT


def _exif_chunk(file: BinaryIO) -> bytes:
    """Empty where there is none. Leaves the file's position where it was: Pillow reads on from there."""
    before = file.tell()
    try:
        file.seek(len(_PNG_MAGIC))
        while len(head := file.read(8)) == 8:
            length, kind = struct.unpack(">I4s", head)
            if kind == b"eXIf":
                return file.read(min(length, _MOST_EXIF_BYTES))
            if kind == b"IEND":
                break
            file.seek(length + 4, io.SEEK_CUR)
        return b""
    finally:
        file.seek(before)
