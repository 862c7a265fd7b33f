"""Whether a PNG's chunks are as long as they say. https://www.w3.org/TR/png-3/#5Chunk-layout"""

from __future__ import annotations

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_AROUND = 12
"""Bytes of a chunk beside its data: length, type and checksum."""


def is_png(data: bytes) -> bool:
    return data.startswith(SIGNATURE)


def has_honest_chunks(data: bytes) -> bool:
    """False where a chunk promises more than the file holds: OpenCV takes memory for all of it, two gigabytes at
    worst, before it looks.
    """
    place = len(SIGNATURE)
    while place < len(data):
        length = int.from_bytes(data[place : place + 4])
        kind = data[place + 4 : place + 8]
        place += _AROUND + length
        if place > len(data):
            return False
        if kind == b"IEND":
            return True
    return False
