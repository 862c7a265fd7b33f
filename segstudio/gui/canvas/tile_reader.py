"""Reads tiles of exact halvings from a source whose levels may be of any size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage
from segstudio.domain.geometry import EMPTY, Rect, Size
from segstudio.formats.image_source import ImageSource
from segstudio.gui.canvas.picture import level_size

TILE = 512


class TileKey(NamedTuple):
    """Which tile of which halving; rows and columns of tiles."""

    level: int
    row: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class TilePart:
    """What could be read of a tile: ``pixels`` of ``rect``, in the pixels of its level."""

    key: TileKey
    rect: Rect
    pixels: RgbImage
    is_whole: bool
    damage: str = ""
    """Why it can't be read: a sentence."""

    @classmethod
    def damaged(cls, key: TileKey, sentence: str) -> TilePart:
        return cls(key, EMPTY, _NOTHING, is_whole=False, damage=sentence)


_NOTHING: RgbImage = np.empty((0, 0, 3), np.uint8)


def tile_rect(key: TileKey, size: Size) -> Rect:
    """In the pixels of its level; ``size``: of the image."""
    width, height = level_size(size, key.level)
    left, top = key.column * TILE, key.row * TILE
    return Rect(left, top, min(left + TILE, width), min(top + TILE, height))


def read_tile(source: ImageSource, key: TileKey, seconds: float = math.inf) -> TilePart:
    """As much of the tile as the file can be decoded to in about so long. Raises: FormatError: damaged there."""
    rect = tile_rect(key, source.size)
    wanted = level_size(source.size, key.level)
    stored = _finest_needed(source.levels, wanted)
    has = source.levels[stored]
    around = rect if has == wanted else _scaled(rect, wanted, has)
    ready = source.prepare(stored, around, seconds)
    if ready.is_empty or (ready != around and has != wanted):
        return TilePart(key, EMPTY, _NOTHING, is_whole=False)
    found = source.read_region(stored, ready)
    if has == wanted:
        return TilePart(key, ready, found, is_whole=ready == rect)
    pixels = np.asarray(cv2.resize(found, (rect.width, rect.height), interpolation=cv2.INTER_AREA), np.uint8)
    return TilePart(key, rect, pixels, is_whole=True)


def _scaled(rect: Rect, size: Size, other: Size) -> Rect:
    """The pixels of a level of size ``other`` under ``rect`` of one of ``size``."""
    x, y = other.width / size.width, other.height / size.height
    around = Rect(
        math.floor(rect.left * x), math.floor(rect.top * y), math.ceil(rect.right * x), math.ceil(rect.bottom * y)
    )
    return around.intersected(Rect(0, 0, *other))


def _finest_needed(levels: tuple[Size, ...], wanted: Size) -> int:
    """The smallest level that is no smaller than ``wanted``."""
    return max(index for index, size in enumerate(levels) if size.width >= wanted.width)
