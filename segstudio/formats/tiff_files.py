"""TIFF pictures: any depth, number of channels, tiling and compression; one of their pages."""

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
_PAGES_LOOKED_AT = 64
"""Where so many are of one size, so are the others."""

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
        return SampleKind(channels, name, _is_plain(page) and not is_bytes, _page_count(page))


def page_shown(file: tifffile.TiffFile, view: SampleView) -> int:
    """The one that is wanted, where it is there and of the first one's size."""
    if not 0 < view.page < len(file.pages):
        return 0
    first, wanted = (file.pages[number].aspage() for number in (0, view.page))
    return view.page if _stored_size(wanted) == _stored_size(first) else 0


def read_tiff(path: Path, view: SampleView = AS_SUITS) -> RgbImage:
    """Raises: FormatError: unreadable, truncated, or more than may be read as a whole."""
    with _page(path, view) as page:
        _require_memory(page, path)
        orientation, is_colour = _orientation(page), _is_colour(page)
        if not _is_plain(page):
            return read_only(upright(_rgb_through_vips(path, page.index), orientation))
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
    with _page(path, AS_SUITS) as page:
        yield page


@contextmanager
def _page(path: Path, view: SampleView) -> Iterator[tifffile.TiffPage]:
    try:
        with tifffile.TiffFile(path) as file:
            if not isinstance(file.pages[0], tifffile.TiffPage):
                raise FormatError("The TIFF's first page is not a picture.", path=path)
            yield file.pages[page_shown(file, view)].aspage()
    except FormatError:
        raise
    except OSError as error:
        raise FormatError(f"The file can't be read: {error.strerror or error}.", path=path) from error
    except Exception as error:  # a damaged directory ends in any of tifffile's and struct's errors
        raise FormatError(f"The TIFF is damaged or cut short ({str(error).rstrip('.')}).", path=path) from error


def _page_count(first: tifffile.TiffPage) -> int:
    """How many follow one another that are of the first one's size; smaller copies of it don't count."""
    pages = first.parent.pages
    for number in range(1, min(len(pages), _PAGES_LOOKED_AT)):
        if _stored_size(pages[number].aspage()) != _stored_size(first):
            return number
    return len(pages)


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
        array = _through_vips(path, page.index)
    size = _stored_size(page)
    channels = int(page.samplesperpixel)
    if page.planarconfig == tifffile.PLANARCONFIG.SEPARATE and channels > 1 and array.ndim == 3:
        array = np.moveaxis(array.reshape(channels, size.height, size.width), 0, 2)
    return np.asarray(array).reshape(size.height, size.width, -1)


def _through_vips(path: Path, page: int) -> Samples:
    """LZW, JPEG and the other codings that tifffile alone doesn't know."""
    from segstudio.formats import vips_pictures  # loading libvips takes 50 ms, and few TIFFs need it

    return vips_pictures.read_samples(path, page=page)


def _rgb_through_vips(path: Path, page: int) -> RgbImage:
    """CMYK, palettes, single bits, white-is-zero: kinds that need more than a stretch."""
    from segstudio.formats import vips_pictures  # as above

    return vips_pictures.read_rgb(path, page=page)
