"""Run lengths come back as the pixels they were, and damaged ones never as others."""

import contextlib
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from segstudio.domain.errors import FormatError
from segstudio.editing.run_lengths import decode_runs, encode_runs


@settings(deadline=None)
@given(pixels=npst.arrays(np.uint8, st.integers(0, 500), elements=st.integers(0, 3)))
def test_pixels_come_back(pixels):
    assert np.array_equal(decode_runs(encode_runs(pixels), pixels.size), pixels)


@pytest.mark.parametrize("length", [65535, 65536, 131070, 131071, 1_000_000])
def test_runs_longer_than_two_bytes_come_back(length):
    pixels = np.concatenate([[3], np.full(length, 7), [1, 1]]).astype(np.uint8)
    assert np.array_equal(decode_runs(encode_runs(pixels), pixels.size), pixels)


@pytest.mark.parametrize("size", [0, 99, 101, 10**6])
def test_another_number_of_pixels_is_refused(size):
    with pytest.raises(FormatError):
        decode_runs(encode_runs(np.zeros(100, np.uint8)), size)


@settings(deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(data):
    for packed in (data, zlib.compress(data)):
        with contextlib.suppress(FormatError):
            assert decode_runs(packed, 10).size == 10


def test_a_bomb_is_not_unpacked():
    with pytest.raises(FormatError):
        decode_runs(zlib.compress(bytes(50_000_000), 9), 1000)
