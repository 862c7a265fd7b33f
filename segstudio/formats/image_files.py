"""Reading pictures: the one reader that window and command share."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from segstudio.domain.arrays import RgbImage, read_only
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.domain.sample_view import AS_SUITS, SampleKind, SampleView
from segstudio.formats.display import Samples, mapping_for, to_rgb
from segstudio.formats.jpeg_scans import require_few_scans
from segstudio.formats.limits import read_bytes, require_pixels
from segstudio.formats.orientation import upright, upright_size
from segstudio.formats.picture_header import (
    HEAD_BYTES,
    HEIC_SUFFIXES,
    PILLOW_FORMATS,
    Header,
    read_header,
    reason,
)
from segstudio.formats.png_chunks import has_honest_chunks, is_png
from segstudio.formats.tiff_files import is_tiff, read_tiff, read_tiff_kind, read_tiff_orientation, read_tiff_size

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".avif"}) | HEIC_SUFFIXES
"""Lower case. A folder's images are the files that end so."""

_JPEG_END = b"\xff\xd9"


def is_image_file(path: Path) -> bool:
    """Judged by the name alone."""
    return path.suffix.lower() in IMAGE_SUFFIXES


def read_image(path: Path, view: SampleView = AS_SUITS) -> RgbImage:
    """The picture, upright. 16-bit, float and many-channel samples go through ``view``; where that leaves it open,
    colour photographs of 16 bits keep their range and all else is stretched between two percentiles.

    Raises: FormatError: unreadable, truncated, not a picture, or more than may be read as a whole.
    """
    data = read_bytes(path)
    if is_tiff(data):
        return read_tiff(path, view)
    header = read_header(path, io.BytesIO(data))
    require_pixels(header.stored_size, path, file_bytes=len(data))
    if header.format in ("JPEG", "MPO"):
        require_few_scans(header.stored_size, path, data)
    if header.is_deep:
        samples = upright(_decode_samples(path, data), header.orientation)
        return to_rgb(samples, mapping_for(samples, view, is_photo=samples.shape[2] >= 3))
    rgb = _decode_fast(header, data)
    if rgb is None:
        rgb = _decode_strict(path, data)
    return read_only(upright(rgb, header.orientation))


def read_image_size(path: Path) -> Size:
    """Width and height after the orientation tag, from the header alone.

    Raises: FormatError: unreadable, or not a picture.
    """
    header = _header_unless_tiff(path)
    return read_tiff_size(path) if header is None else upright_size(header.stored_size, header.orientation)


def read_sample_kind(path: Path) -> SampleKind:
    """From the header alone. Raises: FormatError: unreadable, or not a picture."""
    header = _header_unless_tiff(path)
    return read_tiff_kind(path) if header is None else header.kind


def read_stored_orientation(path: Path) -> int:
    """The orientation tag, 1 to 8; 1 where there is none. Raises: FormatError: unreadable, or not a picture."""
    header = _header_unless_tiff(path)
    return read_tiff_orientation(path) if header is None else header.orientation


def _header_unless_tiff(path: Path) -> Header | None:
    try:
        with path.open("rb") as file:
            return None if is_tiff(file.read(HEAD_BYTES)) else read_header(path, file)
    except OSError as error:
        raise FormatError(f"The file can't be read: {error.strerror or error}.", path=path) from error


def _decode_fast(header: Header, data: bytes) -> RgbImage | None:
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
    if is_png(data) and not has_honest_chunks(data):
        return None
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
        with Image.open(io.BytesIO(data), formats=PILLOW_FORMATS) as image:
            return np.asarray(image.convert("RGB"))
    except Exception as error:  # damaged pixels end in any of Pillow's and struct's errors
        raise FormatError(f"The picture is damaged or cut short ({reason(error)}).", path=path) from error


def _decode_samples(path: Path, data: bytes) -> Samples:
    """Shape (H, W, channels), red first."""
    flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        is_honest = has_honest_chunks(data) if is_png(data) else True
        samples = cv2.imdecode(np.frombuffer(data, np.uint8), flags) if is_honest else None
        if samples is None:
            with Image.open(io.BytesIO(data), formats=PILLOW_FORMATS) as image:
                return np.atleast_3d(np.asarray(image))
    except Exception as error:  # as above
        raise FormatError(f"The picture is damaged or cut short ({reason(error)}).", path=path) from error
    if samples.ndim == 2:
        return samples[..., np.newaxis]
    return samples[..., 2::-1] if samples.shape[2] >= 3 else samples
