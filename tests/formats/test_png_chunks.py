"""A PNG whose chunks promise more than the file holds never reaches OpenCV, which would take gigabytes for it."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from pathlib import Path

import cv2
import pytest

from segstudio.domain.errors import FormatError
from segstudio.formats.image_files import read_image
from segstudio.formats.png_chunks import SIGNATURE, has_honest_chunks


def chunk(kind: bytes, data: bytes, length: int | None = None) -> bytes:
    head = struct.pack(">I", len(data) if length is None else length)
    return head + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(bits: int, length: int | None = None) -> bytes:
    rows = zlib.compress(bytes(2 * (1 + 3 * bits // 8)))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, bits, 0, 0, 0, 0))
    return SIGNATURE + head + chunk(b"IDAT", rows, length) + chunk(b"IEND", b"")


@pytest.mark.parametrize("bits", [8, 16])
def test_a_chunk_longer_than_the_file_is_never_given_to_opencv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bits: int
) -> None:
    given: list[object] = []
    monkeypatch.setattr(cv2, "imdecode", lambda data, _flags: given.append(data))
    (tmp_path / "a.png").write_bytes(png(bits, 0x7FFFFFFF))
    with suppress(FormatError):  # Pillow may find the picture whole
        read_image(tmp_path / "a.png")
    assert given == []


def test_whole_chunks_are_honest_and_a_file_without_its_end_is_not() -> None:
    assert has_honest_chunks(png(8))
    assert not has_honest_chunks(png(8)[:-12])
    assert not has_honest_chunks(png(8, 10_000))
