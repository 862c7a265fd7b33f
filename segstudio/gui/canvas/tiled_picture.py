"""A picture too large for memory: tiles of its levels, read on a lane, what is on screen first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from segstudio.domain.arrays import RgbImage
from segstudio.domain.classes import Color
from segstudio.domain.geometry import Rect, Size
from segstudio.domain.task import Progress, Task
from segstudio.formats.image_source import ImageSource
from segstudio.gui.canvas.picture import color_of, level_size
from segstudio.gui.canvas.tile_reader import read_tile
from segstudio.services.jobs import JobRunner, Lane, Urgency

TILE = 512
_BYTE_BUDGET = 192 * 1024 * 1024
_MOST_WANTED = 96
_TILES_A_JOB = 4
_NOT_YET = (58, 60, 64)


class _Key(NamedTuple):
    level: int
    row: int
    column: int


class TiledPicture:
    """Reads nothing itself: what ``read`` misses is asked for, shown coarser until it is there,
    and announced through ``on_arrival`` with the rectangle of the image that can be drawn better now."""

    def __init__(
        self,
        source: ImageSource,
        jobs: JobRunner,
        on_arrival: Callable[[Rect], None],
        *,
        byte_budget: int = _BYTE_BUDGET,
    ) -> None:
        self._source = source
        self._jobs = jobs
        self._on_arrival = on_arrival
        self._byte_budget = byte_budget
        self._tiles: OrderedDict[_Key, RgbImage] = OrderedDict()
        self._bytes = 0
        self._wanted: OrderedDict[_Key, None] = OrderedDict()
        self._under_way: set[_Key] = set()
        self._failed: set[_Key] = set()
        self._last_level = _last_level(source.size)
        self._want(_Key(self._last_level, 0, 0))

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
        tile = self._tiles.get(_Key(0, row // TILE, column // TILE))
        return None if tile is None else color_of(tile, column % TILE, row % TILE)

    def work(self, _seconds: float) -> bool:
        """Nothing to do on the window's thread."""
        return False

    def read(self, level: int, region: Rect) -> RgbImage:
        """``region`` of ``level`` as far as it is known. What is missing is asked for, newest wishes first."""
        picture = np.empty((region.height, region.width, 3), np.uint8)
        for key, tile_rect in _tiles_under(level, region, self._source.size):
            part = tile_rect.intersected(region)
            target = picture[_within(region, part)]
            tile = self._tiles.get(key)
            if tile is None:
                self._want(key)
                self._copy_coarser(target, level, part)
            else:
                self._tiles.move_to_end(key)
                target[...] = tile[_within(tile_rect, part)]
        return picture

    def _copy_coarser(self, target: RgbImage, level: int, part: Rect) -> None:
        """Fills ``target`` from the finest coarser tile there is."""
        for coarser in range(level + 1, self._last_level + 1):
            shift = coarser - level
            key = _Key(coarser, (part.top >> shift) // TILE, (part.left >> shift) // TILE)
            tile = self._tiles.get(key)
            if tile is None:
                continue
            top, left = key.row * TILE, key.column * TILE
            rows = np.clip((np.arange(part.top, part.bottom) >> shift) - top, 0, tile.shape[0] - 1)
            columns = np.clip((np.arange(part.left, part.right) >> shift) - left, 0, tile.shape[1] - 1)
            target[...] = tile.take(rows, axis=0).take(columns, axis=1)
            return
        target[...] = _NOT_YET

    def _want(self, key: _Key) -> None:
        if key in self._under_way or key in self._failed:
            return
        self._wanted[key] = None
        self._wanted.move_to_end(key)
        while len(self._wanted) > _MOST_WANTED:
            self._wanted.popitem(last=False)
        self._send_for_tiles()

    def _send_for_tiles(self) -> None:
        """One job at a time, so that what is wished for meanwhile comes before older wishes."""
        if self._under_way or not self._wanted:
            return
        count = min(_TILES_A_JOB, len(self._wanted))
        keys = tuple(self._wanted.popitem()[0] for _ in range(count))
        self._under_way.update(keys)
        source = self._source

        def read(task: Task[Progress]) -> list[RgbImage]:
            tiles = []
            for key in keys:
                task.check()
                tiles.append(read_tile(source, key.level, _tile_rect(key, source.size)))
            return tiles

        self._jobs.submit(
            Lane.READ,
            "Reading the picture",
            read,
            on_result=lambda tiles: self._on_read(keys, tiles),
            on_error=lambda _error: self._on_failed(keys),
            on_cancelled=self._under_way.clear,
            urgency=Urgency.NOW,
        )

    def _on_read(self, keys: tuple[_Key, ...], tiles: list[RgbImage]) -> None:
        self._under_way.difference_update(keys)
        for key, tile in zip(keys, tiles, strict=True):
            self._tiles[key] = tile
            self._bytes += tile.nbytes
        while self._bytes > self._byte_budget and len(self._tiles) > 1:
            _, old = self._tiles.popitem(last=False)
            self._bytes -= old.nbytes
        self._send_for_tiles()
        for key in keys:
            rect = _tile_rect(key, self._source.size)
            scale = 1 << key.level
            self._on_arrival(Rect(rect.left * scale, rect.top * scale, rect.right * scale, rect.bottom * scale))

    def _on_failed(self, keys: tuple[_Key, ...]) -> None:
        """A damaged part stays grey; asking for it again and again would help nobody."""
        self._under_way.difference_update(keys)
        self._failed.update(keys)
        self._send_for_tiles()


def _last_level(size: Size) -> int:
    """The first level that fits into one tile."""
    level = 0
    while max(level_size(size, level)) > TILE:
        level += 1
    return level


def _tile_rect(key: _Key, size: Size) -> Rect:
    """In the pixels of its level."""
    width, height = level_size(size, key.level)
    left, top = key.column * TILE, key.row * TILE
    return Rect(left, top, min(left + TILE, width), min(top + TILE, height))


def _tiles_under(level: int, region: Rect, size: Size) -> Iterator[tuple[_Key, Rect]]:
    for row in range(region.top // TILE, -(-region.bottom // TILE)):
        for column in range(region.left // TILE, -(-region.right // TILE)):
            key = _Key(level, row, column)
            yield key, _tile_rect(key, size)


def _within(outer: Rect, inner: Rect) -> tuple[slice, slice]:
    return (
        slice(inner.top - outer.top, inner.bottom - outer.top),
        slice(inner.left - outer.left, inner.right - outer.left),
    )
