"""A TIFF of JPEG tiles at an eighth of its size: each tile is decoded small, several times as fast as whole."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import tifffile

from segstudio.domain.arrays import RgbImage
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect, Size

SHRINK = 8
_JPEG = 7
_BEGIN, _END = b"\xff\xd8", b"\xff\xd9"


class JpegTileBands:
    """``tiles``: where each lies in the file and how long it is, row by row; ``tables``: what all of them need."""

    def __init__(
        self, path: Path, size: Size, tile: Size, tiles: tuple[tuple[int, int], ...], tables: bytes
    ) -> None:
        self._path = path
        self._size = size
        self._tile = tile
        self._tiles = tiles
        self._tables = tables
        self._row: tuple[int, RgbImage] | None = None

    @classmethod
    def of(cls, path: Path, page_number: int) -> JpegTileBands | None:
        """None where the page isn't made of JPEG tiles of three channels, or their colours aren't as usual.

        Raises: FormatError: damaged.
        """
        try:
            with tifffile.TiffFile(path) as file:
                page = file.pages[page_number].aspage()
                is_usual = page.compression == _JPEG and page.photometric == tifffile.PHOTOMETRIC.YCBCR
                tile = Size(page.tilewidth, page.tilelength)
                if not is_usual or page.samplesperpixel != 3 or page.bitspersample != 8 or not all(tile):
                    return None
                if tile.width % SHRINK or tile.height % SHRINK:
                    return None
                tiles = tuple(zip(page.dataoffsets, page.databytecounts, strict=True))
                return cls(path, Size(page.imagewidth, page.imagelength), tile, tiles, page.jpegtables or b"")
        except Exception as error:  # a damaged directory ends in any of tifffile's and struct's errors
            raise FormatError(f"The TIFF is damaged or cut short ({str(error).rstrip('.')}).", path=path) from error

    @property
    def size(self) -> Size:
        return Size(-(-self._size.width // SHRINK), -(-self._size.height // SHRINK))

    def read(self, rect: Rect) -> RgbImage:
        """Raises: FormatError: a tile is damaged."""
        height = self._tile.height // SHRINK
        parts = []
        for row in range(rect.top // height, -(-rect.bottom // height)):
            top = row * height
            parts.append(self._tile_row(row)[max(0, rect.top - top) : rect.bottom - top, rect.left : rect.right])
        return np.ascontiguousarray(np.concatenate(parts))

    def _tile_row(self, row: int) -> RgbImage:
        """The newest is kept: a band of rows may end within it."""
        if self._row is None or self._row[0] != row:
            across = -(-self._size.width // self._tile.width)
            with self._path.open("rb") as file:
                tiles = []
                for offset, length in self._tiles[row * across : (row + 1) * across]:
                    file.seek(offset)
                    tiles.append(self._decoded(file.read(length)))
            self._row = row, np.concatenate(tiles, axis=1)
        return self._row[1]

    def _decoded(self, data: bytes) -> RgbImage:
        if self._tables:
            data = self._tables.removesuffix(_END) + data.removeprefix(_BEGIN)
        blue_first = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_REDUCED_COLOR_8)
        shape = (self._tile.height // SHRINK, self._tile.width // SHRINK, 3)
        if blue_first is None or blue_first.shape != shape:
            raise FormatError("The picture is damaged or cut short (a tile can't be decoded).", path=self._path)
        return np.asarray(cv2.cvtColor(blue_first, cv2.COLOR_BGR2RGB), np.uint8)
