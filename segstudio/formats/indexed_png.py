"""Index PNG, the native format: one palette picture an image, in which the index is the class id."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segstudio.domain.arrays import LabelMap, read_only, require_label_map
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.banded_map import BandedMap
from segstudio.formats.banded_png import banded_png, read_banded_png
from segstudio.formats.limits import read_bytes, require_pixels
from segstudio.formats.orientation import UPRIGHT, read_orientation

COMPRESSION_LEVEL = 6


def read_label_map(path: Path, *, expected_size: Size | None = None) -> LabelMap:
    """The stored indices; a palette is never looked at. Grey of 1 to 16 bits is read as well.

    With ``expected_size`` any other size is refused, and that size is allowed however large it is.
    Raises: FormatError: not a one-channel PNG, damaged, of another size, or with an index over 255.
    """
    return decode_label_map(read_bytes(path), path=path, expected_size=expected_size)


def read_banded_map(path: Path, *, expected_size: Size) -> BandedMap:
    """``read_label_map``, packed: nothing is unpacked of a file that was written so. Raises: as it does."""
    data = read_bytes(path)
    banded = read_banded_png(data)
    if banded is None:
        return BandedMap.of(decode_label_map(data, path=path, expected_size=expected_size))
    _require_size(banded.size, path, len(data), expected_size)
    return banded


def decode_label_map(data: bytes, *, path: Path | None = None, expected_size: Size | None = None) -> LabelMap:
    """``read_label_map`` of bytes that were read already."""
    banded = read_banded_png(data)
    if banded is not None:
        _require_size(banded.size, path or Path("PNG"), len(data), expected_size)
        return read_only(_unpacked(banded, path))
    indices = decode_indices(data, path=path, expected_size=expected_size)
    largest = int(indices.max(initial=0))
    if largest > 255:
        raise FormatError(f"The index {largest} is over 255, the most a label map holds.", path=path)
    return read_only(indices.astype(np.uint8, copy=False))


def decode_indices(
    data: bytes, *, path: Path | None = None, expected_size: Size | None = None
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """The indices of a one-channel PNG, uint8 or, where it has 16 bits, uint16."""
    file = io.BytesIO(data)
    try:
        with Image.open(file, formats=("PNG",)) as image:
            _require_readable(image, file, path, expected_size)
            if image.mode == "L" and data[24] < 8:
                # Pillow spreads 2 and 4 bits of grey over 0 to 255; as a palette they stay as they are.
                return _spread_back(np.asarray(image), data[24])
            pixels = np.asarray(image)
    except FormatError:
        raise
    except Exception as error:  # a damaged PNG ends in any of Pillow's, zlib's and struct's errors
        raise FormatError(f"This is not a PNG, or it is damaged ({str(error).rstrip('.')}).", path=path) from error
    if pixels.dtype == np.uint8 or pixels.dtype.kind == "b":
        return pixels.astype(np.uint8, copy=False)
    return pixels.astype(np.uint16, copy=False)


def encode_label_map(
    labels: LabelMap,
    label_set: LabelSet | None = None,
    *,
    palette: NDArray[np.uint8] | None = None,
) -> bytes:
    """A palette PNG of 8 bits: the indices as they are, the colours for viewers only.

    ``palette``: uint8, shape (256, 3), instead of the label set's colours.
    Raises: ValueError: not a label map.
    """
    if palette is None:
        palette = (label_set or LabelSet(())).color_table()
    return banded_png(BandedMap.of(labels), palette)


def encode_grey_map(labels: LabelMap) -> bytes:
    """A grey PNG of 8 bits, whose greys are the indices: for readers that unfold a palette to colours.

    Raises: ValueError: not a label map.
    """
    return banded_png(BandedMap.of(labels))


def write_label_map(path: Path, labels: LabelMap, label_set: LabelSet) -> None:
    """Writes ``path`` in one go; whoever needs it to appear all at once wraps it.

    Raises: ValueError: not a label map. OSError: the file can't be written.
    """
    path.write_bytes(encode_label_map(labels, label_set))


def write_grey_png(path: Path, values: NDArray[np.uint8]) -> None:
    """A one-channel grey picture of ``values``, shape (H, W), such as a confidence map.

    Raises: ValueError: not uint8 of shape (H, W). OSError: the file can't be written.
    """
    # Not in bands: these are packed by runs, which such values don't have.
    Image.fromarray(require_label_map(values, "grey picture")).save(path, "PNG", compress_level=COMPRESSION_LEVEL)


def _unpacked(banded: BandedMap, path: Path | None) -> LabelMap:
    try:
        return banded.unpacked()
    except FormatError as error:
        raise FormatError(str(error), path=path) from error


def _require_readable(image: Image.Image, file: io.BytesIO, path: Path | None, expected_size: Size | None) -> None:
    _require_size(Size(*image.size), path or Path("PNG"), len(file.getbuffer()), expected_size)
    if image.mode not in ("1", "L", "P", "I", "I;16", "I;16B"):
        raise FormatError(
            f"This PNG has {len(image.getbands())} channels ({image.mode}): an index PNG has one. "
            "Colour-coded labels are read as rgb-png.",
            path=path,
        )
    if read_orientation(image, file) != UPRIGHT:
        raise FormatError("The label map has an orientation tag: which way up it is can't be known.", path=path)


def _require_size(size: Size, path: Path, file_bytes: int, expected_size: Size | None) -> None:
    if expected_size is None:
        require_pixels(size, path, file_bytes=file_bytes)
    elif size != expected_size:
        raise FormatError(
            f"The label map is {size.width} x {size.height} pixels, but its image is "
            f"{expected_size.width} x {expected_size.height}.",
            path=path,
        )


def _spread_back(grey: LabelMap, bits: int) -> LabelMap:
    return grey // np.uint8(255 // ((1 << bits) - 1))
