"""The native format keeps every index, and refuses what isn't one."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.indexed_png import decode_label_map, encode_label_map, read_label_map, write_label_map

LABEL_SET = LabelSet.from_names(["sky", "road", "tree"])


@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))))
@settings(max_examples=50, deadline=None)
def test_every_index_comes_back(labels: np.ndarray) -> None:
    assert np.array_equal(decode_label_map(encode_label_map(labels, LABEL_SET)), labels)


def test_other_programs_see_the_indices_and_the_colours(tmp_path: Path) -> None:
    labels = np.array([[0, 1, 2], [255, 1, 0]], np.uint8)
    path = tmp_path / "a map ü.png"
    write_label_map(path, labels, LABEL_SET)
    with Image.open(path) as image:
        assert image.mode == "P"
        assert np.array_equal(np.asarray(image), labels)
        assert image.convert("RGB").getpixel((1, 0)) == LABEL_SET.by_id(1).color


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_grey_and_palettes_of_few_bits_are_indices(tmp_path: Path, bits: int) -> None:
    labels = (np.arange(64) % (1 << bits)).astype(np.uint8).reshape(8, 8)
    palette = Image.fromarray(labels)
    palette.putpalette(bytes(range(256)) * 3)
    palette.save(tmp_path / "palette.png", bits=bits)
    assert np.array_equal(read_label_map(tmp_path / "palette.png"), labels)


@pytest.mark.parametrize(
    ("bits", "packed", "values"),
    [(1, b"\xb0", [1, 0, 1, 1]), (2, b"\xc9", [3, 0, 2, 1]), (4, b"\xf0\x21", [15, 0, 2, 1])],
)
def test_grey_of_few_bits_is_not_spread(bits: int, packed: bytes, values: list[int]) -> None:
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 4, 1, bits, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" + packed)),
        (b"IEND", b""),
    ]
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    assert decode_label_map(b"\x89PNG\r\n\x1a\n" + body).tolist() == [values]


def test_sixteen_bits_are_read_where_they_fit(tmp_path: Path) -> None:
    path = tmp_path / "deep.png"
    Image.fromarray(np.array([[3, 255]], np.uint16)).save(path)
    assert read_label_map(path).tolist() == [[3, 255]]
    Image.fromarray(np.array([[3, 256]], np.uint16)).save(path)
    with pytest.raises(FormatError, match="256 is over 255"):
        read_label_map(path)


def test_colours_are_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "colours.png"
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(path)
    with pytest.raises(FormatError, match="rgb-png"):
        read_label_map(path)


def test_another_size_than_the_image_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.png"
    write_label_map(path, np.zeros((4, 6), np.uint8), LABEL_SET)
    assert read_label_map(path, expected_size=Size(6, 4)).shape == (4, 6)
    with pytest.raises(FormatError, match="6 x 4 pixels, but its image is 4 x 6"):
        read_label_map(path, expected_size=Size(4, 6))


def test_a_turned_label_map_is_refused(tmp_path: Path) -> None:
    image = Image.fromarray(np.zeros((4, 6), np.uint8))
    exif = image.getexif()
    exif[274] = 6
    image.save(tmp_path / "turned.png", exif=exif)
    with pytest.raises(FormatError, match="orientation"):
        read_label_map(tmp_path / "turned.png")


def test_damage_is_a_sentence(tmp_path: Path) -> None:
    whole = encode_label_map(np.random.default_rng(0).integers(0, 99, (50, 50), dtype=np.uint8), LABEL_SET)
    for length in (0, 5, 40, len(whole) // 2):
        (tmp_path / "half.png").write_bytes(whole[:length])
        with pytest.raises(FormatError, match="half"):
            read_label_map(tmp_path / "half.png")
