"""Reading pictures: the one reader that window and command share."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from PIL import (
    AvifImagePlugin,  # noqa: F401  these register what `Image.open` is told to look for
    Image,
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from segstudio.domain.arrays import RgbImage, read_only
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.display import DisplayMapping, Samples, full_range_mapping, suggest_mapping, to_rgb
from segstudio.formats.limits import read_bytes, require_pixels
from segstudio.formats.orientation import read_orientation, upright, upright_size
from segstudio.formats.tiff_files import is_tiff, read_tiff, read_tiff_orientation, read_tiff_size

try:
    import pillow_heif
except ImportError:
    _HEIC_SUFFIXES: frozenset[str] = frozenset()
    _HEIC_FORMATS: tuple[str, ...] = ()
else:
    pillow_heif.register_heif_opener()
    _HEIC_SUFFIXES = frozenset({".heic", ".heif"})
    _HEIC_FORMATS = ("HEIF",)

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".avif"}) | _HEIC_SUFFIXES
"""Lower case. A folder's images are the files that end so."""

# Formats whose readers start other programs or that hold documents are not among them.
_PILLOW_FORMATS = ("JPEG", "PNG", "BMP", "DIB", "WEBP", "GIF", "PPM", "AVIF", *_HEIC_FORMATS)
# Sizes are checked in `limits`, by one rule with one sentence, before anything is decoded.
Image.MAX_IMAGE_PIXELS = None

_HEAD_BYTES = 32
_JPEG_END = b"\xff\xd9"
_JPEG_SCAN = b"\xff\xda"
_MOST_SCANS = 30
_MOST_SCANNED_PIXELS = 1_500_000_000


@dataclass(frozen=True, slots=True)
class _Header:
    format: str
    mode: str
    stored_size: Size
    orientation: int
    is_deep: bool


def is_image_file(path: Path) -> bool:
    """Judged by the name alone."""
    return path.suffix.lower() in IMAGE_SUFFIXES


def read_image(path: Path, mapping: DisplayMapping | None = None) -> RgbImage:
    """The picture, upright. 16-bit, float and many-channel samples go through ``mapping``; without one, colour
    photographs of 16 bits keep their range and everything else is stretched between two percentiles.

    Raises: FormatError: unreadable, truncated, not a picture, or more than may be read as a whole.
    """
    data = read_bytes(path)
    if is_tiff(data):
        return read_tiff(path, mapping)
    header = _read_header(path, io.BytesIO(data))
    require_pixels(header.stored_size, path, file_bytes=len(data))
    if header.format in ("JPEG", "MPO"):
        _require_few_scans(header, path, data)
    if header.is_deep:
        samples = upright(_decode_samples(path, data), header.orientation)
        chosen = mapping or (full_range_mapping if samples.shape[2] >= 3 else suggest_mapping)(samples)
        return to_rgb(samples, chosen)
    rgb = _decode_fast(header, data)
    if rgb is None:
        rgb = _decode_strict(path, data)
    return read_only(upright(rgb, header.orientation))


def read_image_size(path: Path) -> Size:
    """Width and height after the orientation tag, from the header alone.

    Raises: FormatError: unreadable, or not a picture.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            if not is_tiff(head):
                header = _read_header(path, file)
                return upright_size(header.stored_size, header.orientation)
    except OSError as error:
        raise FormatError(f"The file can't be read: {error.strerror or error}.", path=path) from error
    return read_tiff_size(path)


def read_stored_orientation(path: Path) -> int:
    """The orientation tag, 1 to 8; 1 where there is none. Raises: FormatError: unreadable, or not a picture."""
    try:
        with path.open("rb") as file:
            if not is_tiff(file.read(_HEAD_BYTES)):
                return _read_header(path, file).orientation
    except OSError as error:
        raise FormatError(f"The file can't be read: {error.strerror or error}.", path=path) from error
    return read_tiff_orientation(path)


def _read_header(path: Path, file: BinaryIO) -> _Header:
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    try:
        with Image.open(file, formats=_PILLOW_FORMATS) as image:
            return _Header(
                format=image.format or "",
                mode=image.mode,
                stored_size=Size(*image.size),
                orientation=read_orientation(image, file),
                is_deep=(image.format == "PNG" and head[24] == 16) or image.mode.startswith(("I", "F")),
            )
    except UnidentifiedImageError as error:
        raise FormatError("This is not a picture that SegStudio can read, or it is damaged.", path=path) from error
    except Exception as error:  # a damaged header ends in any of Pillow's and struct's errors
        raise FormatError(f"The picture's header is damaged ({_reason(error)}).", path=path) from error


def _decode_fast(header: _Header, data: bytes) -> RgbImage | None:
    """OpenCV's decoders, where they are known to agree with Pillow's; None where it isn't so."""
    is_plain = header.format in ("JPEG", "MPO", "PNG", "BMP", "WEBP") and header.mode in (
        "1",
        "L",
        "LA",
        "P",
        "RGB",
        "RGBA",
    )
    if not is_plain or (header.format in ("JPEG", "MPO") and not data.rstrip(b"\0").endswith(_JPEG_END)):
        return None  # a JPEG without its end is half grey to OpenCV; Pillow says so
    try:
        flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
        rgb = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        return None
    if rgb is None or rgb.shape[:2] != header.stored_size[::-1]:
        return None
    return rgb  # type: ignore[return-value]  # uint8 by the flags


def _decode_strict(path: Path, data: bytes) -> RgbImage:
    try:
        with Image.open(io.BytesIO(data), formats=_PILLOW_FORMATS) as image:
            return np.asarray(image.convert("RGB"))
    except Exception as error:  # damaged pixels end in any of Pillow's and struct's errors
        raise FormatError(f"The picture is damaged or cut short ({_reason(error)}).", path=path) from error


def _decode_samples(path: Path, data: bytes) -> Samples:
    """Shape (H, W, channels), red first."""
    flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        samples = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
        if samples is None:
            with Image.open(io.BytesIO(data), formats=_PILLOW_FORMATS) as image:
                return np.atleast_3d(np.asarray(image))
    except Exception as error:  # as above
        raise FormatError(f"The picture is damaged or cut short ({_reason(error)}).", path=path) from error
    if samples.ndim == 2:
        return samples[..., np.newaxis]
    return samples[..., 2::-1] if samples.shape[2] >= 3 else samples


def _require_few_scans(header: _Header, path: Path, data: bytes) -> None:
    """A progressive JPEG may hold thousands of passes over all its pixels in a few bytes each."""
    scans = data.count(_JPEG_SCAN)
    pixels = header.stored_size.width * header.stored_size.height
    if scans > _MOST_SCANS and scans * pixels > _MOST_SCANNED_PIXELS:
        raise FormatError(f"The picture is coded in {scans} passes: that is an attack, not a photo.", path=path)


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__).rstrip(".")
