"""JPEGs that are coded in far more passes than any photo: each pass costs a decoder all pixels again."""

from __future__ import annotations

import mmap
from functools import lru_cache
from pathlib import Path

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size

_SCAN = b"\xff\xda"
_MOST_SCANS = 30
_MOST_SCANNED_PIXELS = 1_500_000_000
_JPEG_SUFFIXES = (".jpg", ".jpeg")


def require_few_scans(size: Size, path: Path, data: bytes) -> None:
    """``data``: the whole file. Raises: FormatError: it would keep a decoder busy for minutes."""
    _require(size, path, data.count(_SCAN))


def _require(size: Size, path: Path, scans: int) -> None:
    if scans > _MOST_SCANS and scans * size.width * size.height > _MOST_SCANNED_PIXELS:
        raise FormatError(f"The picture is coded in {scans} passes: that is an attack, not a photo.", path=path)


def require_few_scans_in(size: Size, path: Path) -> None:
    """The same for a file that has not been read; of other formats nothing is asked.

    Raises: FormatError: as above, or the file can't be read.
    """
    if path.suffix.lower() not in _JPEG_SUFFIXES:
        return
    try:
        state = path.stat()
        scans = _scan_count(path, state.st_size, state.st_mtime_ns)
    except (OSError, ValueError) as error:  # an empty file can't be mapped
        reason = getattr(error, "strerror", None) or error
        raise FormatError(f"The file can't be read: {reason}.", path=path) from error
    _require(size, path, scans)


@lru_cache(maxsize=8)
def _scan_count(path: Path, _byte_count: int, _modified_ns: int) -> int:
    """Mapped, not read: a picture of a gigapixel is opened several times, and waited for."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        count, place = 0, data.find(_SCAN)
        while place >= 0:
            count, place = count + 1, data.find(_SCAN, place + len(_SCAN))
        return count
