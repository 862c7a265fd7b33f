"""Big pictures as levels and regions, so that none need be in memory as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from segstudio.domain.arrays import RgbImage, read_only
from segstudio.domain.geometry import Rect, Size
from segstudio.domain.sample_view import AS_SUITS, SampleView
from segstudio.formats.image_files import read_image, read_image_size

SMALL_PIXELS = 16_000_000
"""Up to here a picture is decoded in one go: faster than its first strip would be shown."""

SMALLEST_LEVEL = 512
_STREAMED_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"})


class ImageSource(Protocol):
    """One picture, upright, in levels of falling size; ``levels[0]`` is its own size.

    Regions may be read from any thread, one caller at a time doing the decoding. Reading level by level and
    from top to bottom shows something soonest: a region waits until the file is decoded as far as its last row.
    """

    @property
    def size(self) -> Size: ...

    @property
    def levels(self) -> tuple[Size, ...]: ...

    def read_region(self, level: int, rect: Rect) -> RgbImage:
        """``rect`` in the pixels of that level, inside it.

        Raises: FormatError: the file is damaged there. ValueError: the rectangle leaves the level.
        """
        ...

    def prepare(self, level: int, rect: Rect, seconds: float) -> Rect:
        """Decodes for about so long, if it takes that, so that ``rect`` can be read; not at all for 0 or less.

        Returns: the part of it that can be read at once by now, empty if none. Raises: like ``read_region``.
        """
        ...

    def close(self) -> None:
        """Lets go of the file and of what was stored beside it."""
        ...


def open_source(path: Path, view: SampleView = AS_SUITS, *, overview_only: bool = False) -> ImageSource:
    """Looks at the header only. ``view``: how 16-bit, float and many-channel samples are shown. ``overview_only``:
    no other level than the last will be read, so that the others needn't be kept.

    Raises: FormatError: unreadable, not a picture, or larger than any picture that can be shown.
    """
    # libvips takes 50 ms to load, and small pictures don't need it.
    size = read_image_size(path)
    if size.width * size.height <= SMALL_PIXELS or path.suffix.lower() not in _STREAMED_SUFFIXES:
        return WholeSource(read_image(path, view))
    from segstudio.formats.big_pictures import open_big_picture

    return open_big_picture(path, size, view, overview_only=overview_only)


def halved_levels(size: Size) -> tuple[Size, ...]:
    """Each half as wide and high as the one before, rounded up, until the longer side is 512 or less."""
    levels = [size]
    while max(levels[-1]) > SMALLEST_LEVEL:
        levels.append(Size(-(-levels[-1].width // 2), -(-levels[-1].height // 2)))
    return tuple(levels)


def require_inside(rect: Rect, level: Size) -> None:
    """Raises: ValueError: the rectangle is empty or leaves the level."""
    if rect.is_empty or rect.left < 0 or rect.top < 0 or rect.right > level.width or rect.bottom > level.height:
        raise ValueError(f"{rect} isn't inside a level of {level.width} x {level.height} pixels.")


class WholeSource:
    """A picture that is in memory already, as a source of one level."""

    def __init__(self, image: RgbImage) -> None:
        self._image = image
        self._size = Size(image.shape[1], image.shape[0])

    @property
    def size(self) -> Size:
        return self._size

    @property
    def levels(self) -> tuple[Size, ...]:
        return (self._size,)

    def read_region(self, level: int, rect: Rect) -> RgbImage:
        require_inside(rect, self.levels[level])
        return read_only(self._image[rect.slices])

    def prepare(self, level: int, rect: Rect, seconds: float) -> Rect:  # noqa: ARG002  # it is here already
        return rect

    def close(self) -> None:
        """There is nothing to let go of."""
