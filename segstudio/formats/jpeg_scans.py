"""JPEGs that are coded in far more passes than any photo: each pass costs a decoder all pixels again."""

from __future__ import annotations

from pathlib import Path

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size

_SCAN = b"\xff\xda"
_MOST_SCANS = 30
_MOST_SCANNED_PIXELS = 1_500_000_000
_JPEG_SUFFIXES = (".jpg", ".jpeg")


def require_few_scans(size: Size, path: Path, data: bytes) -> None:
    """``data``: the whole file. Raises: FormatError: it would keep a decoder busy for minutes."""
    scans = data.count(_SCAN)
    if scans > _MOST_SCANS and scans * size.width * size.height > _MOST_SCANNED_PIXELS:
        raise FormatError(f"The picture is coded in {scans} passes: that is an attack, not a photo.", path=path)


def require_few_scans_in(size: Size, path: Path) -> None:
    """The same for a file that has not been read; of other formats nothing is asked.

    Raises: FormatError: as above, or the file can't be read.
    """
    if path.suffix.lower() not in _JPEG_SUFFIXES:
        return
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(f"The file can't be read: {error.strerror or error}.", path=path) from error
    require_few_scans(size, path, data)
