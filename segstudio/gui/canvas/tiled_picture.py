"""A picture too large for memory: tiles of its levels, as far as they are here."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from segstudio.domain.arrays import RgbImage
from segstudio.domain.classes import Color
from segstudio.domain.geometry import EMPTY, Rect, Size
from segstudio.formats.image_source import ImageSource
from segstudio.gui.canvas.picture import color_of, level_size
from segstudio.gui.canvas.tile_errand import TileErrand
from segstudio.gui.canvas.tile_reader import TILE, TileKey, TilePart, tile_rect
from segstudio.services.jobs import JobRunner

_BYTE_BUDGET = 96 * 1024 * 1024
NOT_YET = (58, 60, 64)


class TiledPicture:
    """Reads nothing itself: what ``read`` misses is asked for, shown coarser until it is there,
    and announced through ``on_arrival`` with the rectangle of the image that can be drawn better now.

    ``on_trouble`` gets a sentence when a part can't be read; it stays grey.
    """

    def __init__(
        self,
        source: ImageSource,
        jobs: JobRunner,
        on_arrival: Callable[[Rect], None],
        on_trouble: Callable[[str], None] = lambda _sentence: None,
        *,
        byte_budget: int = _BYTE_BUDGET,
    ) -> None:
        self._source = source
        self._on_arrival = on_arrival
        self._byte_budget = byte_budget
        self._tiles: OrderedDict[TileKey, RgbImage] = OrderedDict()
        self._begun: dict[TileKey, TilePart] = {}
        self._bytes = 0
        self._errand = TileErrand(source, jobs, self._on_read, on_trouble)
        self._last_level = _last_level(source.size)
        self._errand.want(TileKey(self._last_level, 0, 0))

    @property
    def size(self) -> Size:
        return self._source.size

    @property
    def is_in_memory(self) -> bool:
        return False

    @property
    def byte_count(self) -> int:
        """Of the tiles that are kept."""
        return self._bytes

    @property
    def level_count(self) -> int:
        return self._last_level + 1

    def exact(self, region: Rect) -> RgbImage:
        """The image's own pixels, read at once; for a tool, which asks for no more than it needs."""
        return self._source.read_region(0, region)

    def color_at(self, column: int, row: int) -> Color | None:
        """Only of a tile that is here: nothing is read because a pointer went over it."""
        tile = self._tiles.get(TileKey(0, row // TILE, column // TILE))
        return None if tile is None else color_of(tile, column % TILE, row % TILE)

    @property
    def is_waiting(self) -> bool:
        """Whether something that was asked for isn't here yet."""
        return self._errand.is_under_way

    def work(self, _seconds: float) -> bool:
        """Nothing to do on the window's thread."""
        return False

    def read(self, level: int, region: Rect) -> RgbImage:
        """``region`` of ``level`` as far as it is known. What is missing is asked for, newest wishes first."""
        picture = np.empty((region.height, region.width, 3), np.uint8)
        for key, rect in _tiles_under(level, region, self._source.size):
            part = rect.intersected(region)
            target = picture[_within(region, part)]
            tile = self._tiles.get(key)
            if tile is None:
                self._errand.want(key)
                self._copy_coarser(target, level, part)
                self._copy_begun(key, picture, region)
            else:
                self._tiles.move_to_end(key)
                target[...] = tile[_within(rect, part)]
        return picture

    def _copy_coarser(self, target: RgbImage, level: int, part: Rect) -> None:
        """Fills ``target`` from the finest coarser tile there is."""
        for coarser in range(level + 1, self._last_level + 1):
            shift = coarser - level
            key = TileKey(coarser, (part.top >> shift) // TILE, (part.left >> shift) // TILE)
            tile = self._tiles.get(key)
            if tile is None:
                continue
            top, left = key.row * TILE, key.column * TILE
            rows = np.clip((np.arange(part.top, part.bottom) >> shift) - top, 0, tile.shape[0] - 1)
            columns = np.clip((np.arange(part.left, part.right) >> shift) - left, 0, tile.shape[1] - 1)
            target[...] = tile.take(rows, axis=0).take(columns, axis=1)
            return
        target[...] = NOT_YET

    def _copy_begun(self, key: TileKey, picture: RgbImage, region: Rect) -> None:
        """What there is of a tile that the file hasn't been decoded to the end of."""
        begun = self._begun.get(key)
        part = EMPTY if begun is None else begun.rect.intersected(region)
        if begun is not None and not part.is_empty:
            picture[_within(region, part)] = begun.pixels[_within(begun.rect, part)]

    def _on_read(self, found: Sequence[TilePart]) -> None:
        arrived = []
        for part in found:
            before = self._begun.pop(part.key, None)
            if part.is_whole:
                self._tiles[part.key] = part.pixels
                self._bytes += part.pixels.nbytes
            else:
                self._begun[part.key] = part
            if before is None or before.rect != part.rect:
                arrived.append(part)
        while self._bytes > self._byte_budget and len(self._tiles) > 1:
            _, old = self._tiles.popitem(last=False)
            self._bytes -= old.nbytes
        for part in arrived:
            scale = 1 << part.key.level
            rect = part.rect
            self._on_arrival(Rect(rect.left * scale, rect.top * scale, rect.right * scale, rect.bottom * scale))


def _last_level(size: Size) -> int:
    """The first level that fits into one tile."""
    level = 0
    while max(level_size(size, level)) > TILE:
        level += 1
    return level


def _tiles_under(level: int, region: Rect, size: Size) -> Iterator[tuple[TileKey, Rect]]:
    """From the bottom up: what is wished for last, the top, comes first."""
    for row in reversed(range(region.top // TILE, -(-region.bottom // TILE))):
        for column in reversed(range(region.left // TILE, -(-region.right // TILE))):
            key = TileKey(level, row, column)
            yield key, tile_rect(key, size)


def _within(outer: Rect, inner: Rect) -> tuple[slice, slice]:
    return (
        slice(inner.top - outer.top, inner.bottom - outer.top),
        slice(inner.left - outer.left, inner.right - outer.left),
    )
