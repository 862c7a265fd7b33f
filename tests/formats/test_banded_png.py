"""Label maps in bands: every viewer reads them, and a change packs only the bands that it touches."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats import banded_map
from segstudio.formats.banded_map import Band, BandedMap
from segstudio.formats.banded_png import banded_png, read_banded_png
from segstudio.formats.indexed_png import read_label_map


@pytest.fixture
def tiny_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four rows of a map ten pixels wide."""
    monkeypatch.setattr(banded_map, "_BAND_PIXELS", 40)


@pytest.fixture
def labels() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 4, (30, 10), np.uint8)


@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))), st.integers(1, 200))
@settings(max_examples=80, deadline=None)
def test_every_map_comes_back_from_the_file_whatever_the_bands(labels: np.ndarray, band_pixels: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(banded_map, "_BAND_PIXELS", band_pixels)
        data = banded_png(BandedMap.of(labels))
    found = read_banded_png(data)
    assert found is not None
    assert np.array_equal(found.unpacked(), labels)
    assert found.counts == {int(value): int((labels == value).sum()) for value in np.unique(labels)}
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(np.asarray(image), labels)


@pytest.mark.usefixtures("tiny_bands")
def test_opencv_reads_many_bands(labels: np.ndarray) -> None:
    data = banded_png(BandedMap.of(labels))
    assert np.array_equal(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE), labels)


@pytest.mark.usefixtures("tiny_bands")
def test_a_change_packs_the_bands_that_it_touches_and_no_other(labels: np.ndarray) -> None:
    before = BandedMap.of(labels)
    changed = np.zeros_like(labels)  # what lies outside the bands isn't looked at
    numbers = before.under(9, 14)
    before.unpack_into(changed, numbers)
    changed[9:14, 3] = 9
    after = before.with_rows(changed, numbers)
    labels[9:14, 3] = 9
    assert np.array_equal(after.unpacked(), labels)
    assert after.counts == BandedMap.of(labels).counts
    same = [new is old for new, old in zip(after.bands, before.bands, strict=True)]
    assert same == [number not in (2, 3) for number in range(8)]
    with Image.open(io.BytesIO(banded_png(after))) as image:
        assert np.array_equal(np.asarray(image), labels)


def test_a_gigapixel_of_one_value_is_made_of_nothing() -> None:
    packed = BandedMap.uniform(Size(30_001, 33_333), 255)
    assert packed.counts == {255: 30_001 * 33_333}
    found = read_banded_png(banded_png(packed))
    assert found is not None
    part = np.zeros((33_333, 30_001), np.uint8)  # touched where it is written alone
    found.unpack_into(part, [len(found.bands) - 1])
    assert (part[-1] == 255).all()


@pytest.mark.usefixtures("tiny_bands")
def test_bands_of_what_is_there_already_are_left_alone() -> None:
    labels = np.zeros((9, 10), np.uint8)
    labels[8] = 3
    target = np.full((9, 10), 7, np.uint8)
    BandedMap.of(labels).unpack_into(target, range(3), cleared_to=0)
    assert (target[:8] == 7).all()
    assert (target[8] == 3).all()


@pytest.mark.usefixtures("tiny_bands")
def test_a_file_in_which_a_byte_is_wrong_is_not_taken_for_bands(labels: np.ndarray, tmp_path: Path) -> None:
    data = bytearray(banded_png(BandedMap.of(labels)))
    data[len(data) // 2] ^= 1
    assert read_banded_png(bytes(data)) is None
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(FormatError, match="damaged"):
        read_label_map(tmp_path / "a.png")


def test_bands_that_hold_less_than_they_promise_are_damaged(labels: np.ndarray) -> None:
    whole = BandedMap.of(labels)
    short = BandedMap(whole.size, whole.rows, BandedMap.of(labels[:20]).bands, whole.counts)
    with pytest.raises(FormatError, match="damaged"):
        short.unpacked()


def test_a_band_that_unfolds_without_end_is_stopped() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(bytes(50_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = BandedMap(Size(4, 4), 4, (Band(bomb, 1),), {0: 16})
    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match="damaged"):
            packed.unpacked()
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("rows", [0, 1, 29, 31, 2**32 - 1])
def test_a_table_that_does_not_fit_the_picture_is_not_believed(labels: np.ndarray, rows: int) -> None:
    whole = BandedMap.of(labels)
    lie = BandedMap(whole.size, rows, whole.bands, whole.counts) if rows > 31 else None
    data = banded_png(lie) if lie else _with_rows(banded_png(whole), rows)
    found = read_banded_png(data)
    assert found is None or np.array_equal(found.unpacked(), labels)


def _with_rows(data: bytes, rows: int) -> bytes:
    place = data.index(b"sgBD")
    length = struct.unpack_from(">I", data, place - 4)[0]
    table = data[place + 4 : place + 5] + struct.pack(">I", rows) + data[place + 9 : place + 4 + length]
    crc = struct.pack(">I", zlib.crc32(b"sgBD" + table))
    return data[: place + 4] + table + crc + data[place + 8 + length :]
