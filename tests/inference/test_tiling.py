"""Tiles cover an image, each pixel once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segstudio.domain.geometry import Rect, Size
from segstudio.inference.tiling import tiles_of


@given(
    size=st.builds(Size, st.integers(1, 700), st.integers(1, 700)),
    budget=st.integers(4096, 200_000),
    margin=st.sampled_from([0, 8, 60, 128]),
    stride=st.sampled_from([8, 16]),
)
def test_every_pixel_is_kept_once_within_the_budget(size: Size, budget: int, margin: int, stride: int) -> None:
    whole = Rect(0, 0, size.width, size.height)
    kept = np.zeros((size.height, size.width), np.uint8)
    for tile in tiles_of(size, pixel_budget=budget, margin=margin, stride=stride):
        assert tile.read.intersected(whole) == tile.read
        assert tile.keep.intersected(tile.read) == tile.keep
        assert tile.read.area <= budget * 1.05
        assert tile.read.left % stride == tile.read.top % stride == 0
        assert tile.keep.left % stride == tile.keep.top % stride == 0
        kept[tile.keep.slices] += 1
    assert (kept == 1).all()


def test_an_image_within_the_budget_is_one_tile() -> None:
    (tile,) = tiles_of(Size(20_000, 100), pixel_budget=2_000_000, margin=128, stride=8)
    assert tile.read == tile.keep == Rect(0, 0, 20_000, 100)


def test_a_hundred_megapixels_are_few_tiles_with_neighbours_in_view() -> None:
    tiles = tiles_of(Size(10_000, 10_000), pixel_budget=1536 * 1536, margin=128, stride=8)
    assert len(tiles) < 80
    for tile in tiles:
        assert tile.keep.left == 0 or tile.keep.left - tile.read.left == 128
        assert tile.keep.bottom == 10_000 or tile.read.bottom - tile.keep.bottom >= min(
            128, 10_000 - tile.keep.bottom
        )
