"""A label map packed as bands of rows, each on its own: what didn't change is neither unpacked nor packed again."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np

from segstudio.domain.arrays import LabelMap, require_label_map
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size

_BAND_PIXELS = 1 << 20
_USUAL_VALUES = (255, 0)
"""Most bands of a huge map hold nothing but these: unlabelled, and set by nobody."""


class Band(NamedTuple):
    """``deflated``: its rows, a 0 before each as PNG has it, in blocks that end with a whole byte and aren't the
    last ones of a stream. ``checksum``: Adler-32 of what it unfolds to."""

    deflated: bytes
    checksum: int


@dataclass(frozen=True, slots=True, eq=False)
class BandedMap:
    """``rows`` in each band, fewer in the last. ``counts``: pixels of each value that occurs."""

    size: Size
    rows: int
    bands: tuple[Band, ...]
    counts: Mapping[int, int]

    @classmethod
    def of(cls, labels: LabelMap) -> BandedMap:
        """Raises: ValueError: not a label map."""
        height, width = require_label_map(labels).shape
        empty = cls._filled(Size(width, height), 0, ())
        pieces = [labels[top : top + empty.rows] for top in range(0, height, empty.rows)]
        counts = sum((_counts(piece) for piece in pieces), start=Counter[int]())
        return replace(empty, bands=tuple(_packed(piece) for piece in pieces), counts=counts)

    @classmethod
    def uniform(cls, size: Size, value: int) -> BandedMap:
        """One value everywhere; nothing of the map's size is made."""
        filled = cls._filled(size, value, ())
        full, rest = divmod(size.height, filled.rows)
        bands = (_uniform(filled.rows, size.width, value),) * full
        return replace(filled, bands=bands + ((_uniform(rest, size.width, value),) if rest else ()))

    @classmethod
    def _filled(cls, size: Size, value: int, bands: tuple[Band, ...]) -> BandedMap:
        return cls(size, max(1, _BAND_PIXELS // size.width), bands, {value: size.width * size.height})

    def heights(self, number: int) -> slice:
        """The rows of a band."""
        return slice(number * self.rows, min((number + 1) * self.rows, self.size.height))

    def under(self, top: int, bottom: int) -> range:
        """The numbers of the bands that hold the rows from ``top`` to before ``bottom``."""
        return range(max(0, top) // self.rows, min(-(-bottom // self.rows), len(self.bands)))

    def unpacked(self) -> LabelMap:
        """The whole map; the caller may write to it. Raises: FormatError: damaged."""
        labels = np.empty((self.size.height, self.size.width), np.uint8)
        self.unpack_into(labels, range(len(self.bands)))
        return labels

    def unpack_into(self, labels: LabelMap, numbers: Collection[int], *, cleared_to: int | None = None) -> None:
        """Writes the rows of these bands into ``labels``, a map of this size; those of nothing but ``cleared_to``
        are left alone. Raises: FormatError: damaged."""
        for number in numbers:
            target, band = labels[self.heights(number)], self.bands[number]
            value = _value_of(band, *target.shape)
            if value is None:
                target[...] = _unpacked(band, *target.shape)
            elif value != cleared_to:
                target[...] = value

    def with_rows(self, labels: LabelMap, numbers: Collection[int]) -> BandedMap:
        """These bands from ``labels``, a map of this size of which nothing else is read; the others as they are.

        Raises: FormatError: damaged.
        """
        bands, counts = list(self.bands), Counter(self.counts)
        old = np.empty((self.rows, self.size.width), np.uint8)
        for number in numbers:
            rows = labels[self.heights(number)]
            before = old[: len(rows)]
            before[...] = _unpacked(self.bands[number], *rows.shape)
            counts.subtract(_counts(before))
            counts.update(_counts(rows))
            bands[number] = _packed(rows)
        return replace(self, bands=tuple(bands), counts=+counts)


def _packed(rows: LabelMap) -> Band:
    first = int(rows[0, 0])
    if first in _USUAL_VALUES and int(rows.min()) == first == int(rows.max()):
        return _uniform(*rows.shape, first)
    return _deflated(rows)


@lru_cache(maxsize=16)
def _uniform(height: int, width: int, value: int) -> Band:
    return _deflated(np.full((height, width), value, np.uint8))


def _deflated(rows: LabelMap) -> Band:
    """By run lengths, which is four times as fast as a search for repeats, and for labels nearly as small."""
    filtered = np.zeros((rows.shape[0], rows.shape[1] + 1), np.uint8)
    filtered[:, 1:] = rows
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    deflated = packer.compress(filtered.data) + packer.flush(zlib.Z_FULL_FLUSH)
    return Band(deflated, zlib.adler32(filtered.data))


def _value_of(band: Band, height: int, width: int) -> int | None:
    """What it holds nothing but, where that is told without unpacking it."""
    if len(band.deflated) > height * (width + 1) // 100 + 64:
        return None
    return next(
        (value for value in _USUAL_VALUES if _uniform(height, width, value).deflated == band.deflated), None
    )


def _unpacked(band: Band, height: int, width: int) -> LabelMap:
    """Raises: FormatError: damaged."""
    expected = height * (width + 1)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        filtered = np.frombuffer(inflater.decompress(band.deflated, expected + 1), np.uint8)
    except zlib.error as error:
        raise FormatError(f"The label map is damaged ({error}).") from error
    if filtered.size != expected:
        raise FormatError("The label map is damaged: it doesn't hold as many rows as it says.")
    rows = filtered.reshape(height, width + 1)
    if rows[:, 0].any():
        raise FormatError("The label map is damaged: its rows aren't plain.")
    return rows[:, 1:]


def _counts(rows: LabelMap) -> Counter[int]:
    """Of a band: OpenCV counts in float32, which is exact up to 16 million."""
    counts = cv2.calcHist([rows], [0], None, [256], [0, 256]).reshape(-1)
    return Counter({int(value): int(counts[value]) for value in np.flatnonzero(counts)})
