"""The file of a banded map: a PNG that every viewer opens, and whose bands SegStudio finds and copies one by one.

Each band is an IDAT chunk of its own. An ancillary chunk before them, ``sgBD``, tells how many rows they have,
their checksums, and how many pixels there are of each value; a program that changes the picture must leave it out.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.geometry import Size
from segstudio.formats.banded_map import Band, BandedMap

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">IIBBBBB")
_TABLE = struct.Struct(">BIIH")
_VALUE = struct.Struct(">BQ")
_VERSION = 1
_STREAM_BEGIN = b"\x78\x01"
_LAST_BLOCK = b"\x03\x00"
_GREY, _PALETTE = 0, 3
_KINDS = (b"IHDR", b"PLTE", b"sgBD", b"IDAT", b"IEND")
_ADLER_BASE = 65521


def banded_png(labels: BandedMap, palette: NDArray[np.uint8] | None = None) -> bytes:
    """8 bits a pixel: the values as they are. ``palette``: uint8, shape (256, 3); none: the values are greys."""
    color_type = _GREY if palette is None else _PALETTE
    parts = [_SIGNATURE, _chunk(b"IHDR", _HEADER.pack(*labels.size, 8, color_type, 0, 0, 0))]
    if palette is not None:
        parts.append(_chunk(b"PLTE", palette.tobytes()))
    parts += [_chunk(b"sgBD", _table(labels)), _chunk(b"IDAT", _STREAM_BEGIN)]
    parts += [_chunk(b"IDAT", band.deflated) for band in labels.bands]
    end = _LAST_BLOCK + struct.pack(">I", _checksum(labels))
    return b"".join([*parts, _chunk(b"IDAT", end), _chunk(b"IEND", b"")])


def read_banded_png(data: bytes) -> BandedMap | None:
    """Unpacks nothing. None: not written by ``banded_png``, or not as it was written."""
    chunks = _chunks(data)
    if chunks is None or [chunk[0] for chunk in chunks[:1]] != [b"IHDR"]:
        return None
    by_kind = {kind: content for kind, content in chunks if kind != b"IDAT"}
    try:
        width, height, bits, color_type, *rest = _HEADER.unpack(by_kind[b"IHDR"])
        rows, checksums, counts = _read_table(by_kind[b"sgBD"])
    except (KeyError, struct.error):
        return None
    idats = [bytes(content) for kind, content in chunks if kind == b"IDAT"]
    is_plain = bits == 8 and color_type in (_GREY, _PALETTE) and not any(rest)
    fits = rows > 0 and width > 0 and len(checksums) == -(-height // rows) == len(idats) - 2
    if not is_plain or not fits or counts.total() != width * height or idats[0] != _STREAM_BEGIN:
        return None
    bands = tuple(map(Band, idats[1:-1], checksums))
    labels = BandedMap(Size(width, height), rows, bands, counts)
    return labels if idats[-1] == _LAST_BLOCK + struct.pack(">I", _checksum(labels)) else None


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(content, zlib.crc32(kind)))
    )


def _chunks(data: bytes) -> list[tuple[bytes, memoryview]] | None:
    """None where a byte is wrong, or a chunk isn't one of ours."""
    if not data.startswith(_SIGNATURE):
        return None
    found = list(_walk(memoryview(data)))
    return found if found and found[-1][0] == b"IEND" else None


def _walk(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """As far as all is well; IEND comes last."""
    place = len(_SIGNATURE)
    while place + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        content, end = data[place + 8 : place + 8 + length], place + 8 + length
        if kind not in _KINDS or end + 4 > len(data):
            return
        if struct.unpack_from(">I", data, end)[0] != zlib.crc32(content, zlib.crc32(kind)):
            return
        yield kind, content
        place = end + 4
        if kind == b"IEND":
            return


def _table(labels: BandedMap) -> bytes:
    head = _TABLE.pack(_VERSION, labels.rows, len(labels.bands), len(labels.counts))
    checksums = np.array([band.checksum for band in labels.bands], ">u4").tobytes()
    return head + checksums + b"".join(_VALUE.pack(*pair) for pair in sorted(labels.counts.items()))


def _read_table(table: memoryview) -> tuple[int, list[int], Counter[int]]:
    """Raises: struct.error: too short or too long, or of another version."""
    version, rows, band_count, value_count = _TABLE.unpack_from(table)
    place = _TABLE.size + 4 * band_count
    if version != _VERSION or len(table) != place + _VALUE.size * value_count:
        raise struct.error("not a table of bands")
    checksums: list[int] = np.frombuffer(table, ">u4", band_count, _TABLE.size).tolist()
    return rows, checksums, Counter(dict(_VALUE.iter_unpack(table[place:])))


def _checksum(labels: BandedMap) -> int:
    """Adler-32 of all bands from that of each: both of its sums go on where the band before ended."""
    low, high = 1, 0
    for number, band in enumerate(labels.bands):
        rows = labels.heights(number)
        length = (rows.stop - rows.start) * (labels.size.width + 1)
        band_low, band_high = band.checksum & 0xFFFF, band.checksum >> 16
        high = (high + band_high + length * (low - 1)) % _ADLER_BASE
        low = (low + band_low - 1) % _ADLER_BASE
    return high << 16 | low
