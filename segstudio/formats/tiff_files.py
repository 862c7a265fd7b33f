"""TIFF pictures: any depth, number of channels, tiling and compression; the first page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import tifffile

from segstudio.domain.arrays import RgbImage, read_only
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.domain.sample_view import AS_SUITS, SampleKind, SampleView
from segstudio.formats.display import Samples, mapping_for, shows_bytes, to_rgb
from segstudio.formats.limits import require_pixels
from segstudio.formats.orientation import ORIENTATION_TAG, upright, upright_size

_MAGICS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_MOST_SAMPLE_BYTES = 2_000_000_000
_MOST_SAMPLE_BYTES_OF_SMALL_FILE = 450_000_000
_PLAIN_PHOTOMETRICS = (tifffile.PHOTOMETRIC.MINISBLACK, tifffile.PHOTOMETRIC.RGB)


def is_tiff(head: bytes) -> bool:
    return head.startswith(_MAGICS)


def read_tiff_size(path: Path) -> Size:
    """Raises: FormatError: not a TIFF that can be read."""
    with _first_page(path) as page:
        return upright_size(_stored_size(page), _orientation(page))


def read_tiff_orientation(path: Path) -> int:
    """Raises: FormatError: not a TIFF that can be read."""
    with _first_page(path) as page:
        return _orientation(page)


def read_tiff_kind(path: Path) -> SampleKind:
    """Raises: FormatError: not a TIFF that can be read."""
    with _first_page(path) as page:
        channels, name = int(page.samplesperpixel), str(page.dtype)
        is_bytes = name == "uint8" and channels <= (3 if _is_colour(page) else 2)
        return SampleKind(channels, name, _is_plain(page) and not is_bytes, len(page.parent.pages))


def read_tiff(path: Path, view: SampleView = AS_SUITS) -> RgbImage:
    """Raises: FormatError: unreadable, truncated, or more than may be read as a whole."""
    with _first_page(path) as page:
        _require_memory(page, path)
        orientation, is_colour = _orientation(page), _is_colour(page)
        if not _is_plain(page):
            return read_only(upright(_rgb_through_vips(path), orientation))
        samples = upright(_samples(page, path), orientation)
    if shows_bytes(samples, view, is_colour=is_colour):
        first = samples[..., :3] if is_colour and samples.shape[2] >= 3 else samples[..., :1]
        return read_only(np.broadcast_to(first, (*first.shape[:2], 3)))
    return to_rgb(
        samples, mapping_for(samples, view, is_photo=is_colour and samples.dtype in (np.uint8, np.uint16))
    )


def read_tiff_samples(path: Path) -> Samples:
    """All channels as they are stored, upright, shape (H, W, channels).

    Raises: FormatError: unreadable, truncated, or more than may be read as a whole.
    """
    with _first_page(path) as page:
        _require_memory(page, path)
        return upright(_samples(page, path), _orientation(page))


@contextmanager
def _first_page(path: Path) -> Iterator[tifffile.TiffPage]:
    try:
        with tifffile.TiffFile(path) as file:
            page = file.pages[0]
            if not isinstance(page, tifffile.TiffPage):
                raise FormatError("The TIFF's first page is not a picture.", path=path)
            yield page
    except FormatError:
        raise
    except OSError as error:
        raise FormatError(f"The file can't be read: {error.strerror or error}.", path=path) from error
    except Exception as error:  # a damaged directory ends in any of tifffile's and struct's errors
        raise FormatError(f"The TIFF is damaged or cut short ({str(error).rstrip('.')}).", path=path) from error


def _stored_size(page: tifffile.TiffPage) -> Size:
    return Size(int(page.imagewidth), int(page.imagelength))


def _is_colour(page: tifffile.TiffPage) -> bool:
    return page.photometric == tifffile.PHOTOMETRIC.RGB


def _is_plain(page: tifffile.TiffPage) -> bool:
    """Whether its samples are brightness, one for each channel."""
    return page.photometric in _PLAIN_PHOTOMETRICS and page.bitspersample >= 8


def _orientation(page: tifffile.TiffPage) -> int:
    tag = page.tags.get(ORIENTATION_TAG)
    value = tag.value if tag is not None else 1
    return int(value) if isinstance(value, int) and 1 <= value <= 8 else 1


def _require_memory(page: tifffile.TiffPage, path: Path) -> None:
    file_bytes = path.stat().st_size
    size = _stored_size(page)
    require_pixels(size, path, file_bytes=file_bytes)
    if int(page.imagedepth) > 1:
        raise FormatError("The TIFF holds a volume: only flat pictures can be labelled.", path=path)
    if page.dtype is None or page.dtype.kind not in "uif":
        raise FormatError("The TIFF's samples are of a kind that has no brightness.", path=path)
    sample_bytes = size.width * size.height * int(page.samplesperpixel) * page.dtype.itemsize
    limit = _MOST_SAMPLE_BYTES if file_bytes > 10_000_000 else _MOST_SAMPLE_BYTES_OF_SMALL_FILE
    if sample_bytes > limit:
        raise FormatError(f"The TIFF unfolds to {sample_bytes} bytes: at most {limit} are read.", path=path)


def _samples(page: tifffile.TiffPage, path: Path) -> Samples:
    """Shape (H, W, channels) as stored."""
    try:
        array = page.asarray()
    except ValueError as error:
        if "imagecodecs" not in str(error):
            raise
        array = _through_vips(path)
    size = _stored_size(page)
    channels = int(page.samplesperpixel)
    if page.planarconfig == tifffile.PLANARCONFIG.SEPARATE and channels > 1 and array.ndim == 3:
        array = np.moveaxis(array.reshape(channels, size.height, size.width), 0, 2)
    return np.asarray(array).reshape(size.height, size.width, -1)


def _through_vips(path: Path) -> Samples:
    """LZW, JPEG and the other codings that tifffile alone doesn't know."""
    from segstudio.formats import vips_pictures  # loading libvips takes 50 ms, and few TIFFs need it

    return vips_pictures.read_samples(path)


def _rgb_through_vips(path: Path) -> RgbImage:
    """CMYK, palettes, single bits, white-is-zero: kinds that need more than a stretch."""
    from segstudio.formats import vips_pictures  # as above

    return vips_pictures.read_rgb(path)
