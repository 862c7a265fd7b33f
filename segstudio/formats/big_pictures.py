"""Chooses how a big picture is read: straight from its tiles and levels, or decoded once from top to bottom."""

from __future__ import annotations

import threading
from pathlib import Path

import tifffile

from segstudio.domain.arrays import RgbImage, read_only
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect, Size
from segstudio.domain.sample_view import SampleView
from segstudio.formats.image_files import read_stored_orientation
from segstudio.formats.image_source import SMALLEST_LEVEL, ImageSource, require_inside
from segstudio.formats.jpeg_tiles import SHRINK, JpegTileBands
from segstudio.formats.orientation import UPRIGHT
from segstudio.formats.previewed_source import PreviewedSource
from segstudio.formats.streamed_source import BAND_PIXELS, StreamedSource
from segstudio.formats.tiff_files import page_shown
from segstudio.formats.turned_source import TurnedSource
from segstudio.formats.vips_bands import VipsBands

MOST_PIXELS = 4_000_000_000
_JPEG_LEVEL = 3
"""A JPEG can be decoded at an eighth of its size, three levels down, several times as fast."""

_TIFF_SUFFIXES = (".tif", ".tiff")


def open_big_picture(path: Path, size: Size, view: SampleView, *, overview_only: bool) -> ImageSource:
    """``size``: what the header says. ``overview_only``: no other level than the last will be read.

    Raises: FormatError: damaged, or larger than can be shown."""
    if size.width * size.height > MOST_PIXELS:
        raise FormatError(
            f"The header promises {size.width} x {size.height} pixels: at most "
            f"{MOST_PIXELS // 1_000_000} megapixels can be shown.",
            path=path,
        )
    source = _open_stored(path, view, overview_only=overview_only)
    orientation = read_stored_orientation(path)
    return source if orientation == UPRIGHT else TurnedSource(source, orientation)


def _open_stored(path: Path, view: SampleView, *, overview_only: bool) -> ImageSource:
    suffix = path.suffix.lower()
    if suffix in _TIFF_SUFFIXES:
        is_tiled, page, reduced = _tiff_layout(path, view)
        if is_tiled:
            return _open_tiles(path, view, page, reduced)
        bands = VipsBands(path, sequential=True, view=view, page=page)
        return StreamedSource(bands, overview_only=overview_only)
    full = StreamedSource(VipsBands(path, sequential=True, view=view), overview_only=overview_only)
    if suffix not in (".jpg", ".jpeg"):
        return full
    small = StreamedSource(VipsBands(path, sequential=True, shrink=1 << _JPEG_LEVEL))
    return PreviewedSource(full, small, _JPEG_LEVEL)


def _open_tiles(path: Path, view: SampleView, page: int, reduced: list[dict[str, int]]) -> ImageSource:
    direct = VipsBands(path, sequential=False, view=view, page=page)
    if reduced:
        return LevelledSource([direct, *(VipsBands(path, sequential=False, view=view, **at) for at in reduced)])
    full = StreamedSource(direct, direct=direct)
    tiles = JpegTileBands.of(path, page) if direct.is_plain else None
    if tiles is None:
        return full
    return PreviewedSource(full, StreamedSource(tiles, band_pixels=BAND_PIXELS // SHRINK), _JPEG_LEVEL)


class LevelledSource:
    """A tiled TIFF that brings its own smaller levels: nothing is stored."""

    def __init__(self, bands: list[VipsBands]) -> None:
        self._bands = bands
        self._decoding = threading.Lock()

    @property
    def size(self) -> Size:
        return self._bands[0].size

    @property
    def levels(self) -> tuple[Size, ...]:
        return tuple(bands.size for bands in self._bands)

    def read_region(self, level: int, rect: Rect) -> RgbImage:
        require_inside(rect, self.levels[level])
        with self._decoding:
            return read_only(self._bands[level].read(rect))

    def prepare(self, level: int, rect: Rect, seconds: float) -> Rect:  # noqa: ARG002  # any part is read at once
        return rect

    def close(self) -> None:
        """libvips lets go of the file when the last picture of it is gone."""
        self._bands = self._bands[:1]


def _tiff_layout(path: Path, view: SampleView) -> tuple[bool, int, list[dict[str, int]]]:
    """Whether the page that is shown is tiled, which it is, and how libvips is told of each smaller copy of it.

    Raises: FormatError: damaged.
    """
    try:
        with tifffile.TiffFile(path) as file:
            number = page_shown(file, view)
            first = file.pages[number].aspage()
            _require_data(first, path)
            if number:
                return bool(first.is_tiled), number, []
            if first.subifds:
                subs = [page.aspage() for page in first.pages or ()]
                sizes = [(page.imagewidth, page.imagelength) for page in subs]
                found = [({"subifd": number}, size) for number, size in enumerate(sizes)]
            else:
                pages = [file.pages[number].aspage() for number in range(1, min(len(file.pages), 16))]
                found = [({"page": n}, (page.imagewidth, page.imagelength)) for n, page in enumerate(pages, 1)]
            return bool(first.is_tiled), 0, _falling(found, (first.imagewidth, first.imagelength))
    except FormatError:
        raise
    except Exception as error:  # a damaged directory ends in any of tifffile's and struct's errors
        raise FormatError(f"The TIFF is damaged or cut short ({str(error).rstrip('.')}).", path=path) from error


def _require_data(page: tifffile.TiffPage, path: Path) -> None:
    """libvips makes up strips that lie behind the file's end. Raises: FormatError: there are such."""
    ends = (offset + count for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True))
    if max(ends, default=0) > path.stat().st_size:
        raise FormatError("The TIFF is cut short: its pixels lie behind the file's end.", path=path)


def _falling(found: list[tuple[dict[str, int], tuple[int, int]]], size: tuple[int, int]) -> list[dict[str, int]]:
    """Those that are smaller copies of the one before: same shape within a pixel or so of rounding.

    None at all where the smallest is still too large to be shown as a whole.
    """
    kept: list[dict[str, int]] = []
    width, height = size
    for at, (next_width, next_height) in found:
        is_copy = next_width < width and abs(next_width * size[1] - next_height * size[0]) <= 4 * max(size)
        if is_copy:
            kept.append(at)
            width, height = next_width, next_height
    return kept if max(width, height) <= 8 * SMALLEST_LEVEL else []
