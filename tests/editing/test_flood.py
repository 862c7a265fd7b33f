"""Flood fill finds exactly the pixels connected with the one that was clicked."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editing.pictures import on_whole_image, random_document
from segstudio.domain.arrays import read_only
from segstudio.domain.geometry import Point, Rect
from segstudio.editing import flood
from segstudio.editing.flood import label_region
from segstudio.editing.region import paint_region


def _connected(labels, row, column, *, diagonal) -> np.ndarray:
    """By asking each pixel's neighbours in turn."""
    steps = [(0, 1), (1, 0), (0, -1), (-1, 0)] + ([(1, 1), (1, -1), (-1, 1), (-1, -1)] if diagonal else [])
    found, waiting = np.zeros(labels.shape, np.bool_), [(row, column)]
    found[row, column] = True
    while waiting:
        y, x = waiting.pop()
        for down, right in steps:
            r, c = y + down, x + right
            if not (0 <= r < labels.shape[0] and 0 <= c < labels.shape[1]) or found[r, c]:
                continue
            if labels[r, c] == labels[row, column]:
                found[r, c] = True
                waiting.append((r, c))
    return found


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    x=st.integers(0, 39),
    y=st.integers(0, 29),
    diagonal=st.booleans(),
    first=st.integers(1, 50),
)
def test_a_region_is_what_neighbours_reach_whatever_window_is_looked_at_first(seed, x, y, diagonal, first):
    labels = np.random.default_rng(seed).integers(0, 2, (30, 40)).astype(np.uint8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flood, "_FIRST_WINDOW", first)
        patch.setattr(flood, "_GROWTH", 2)
        region = label_region(labels, Point(x + 0.5, y + 0.5), diagonal=diagonal)
    found = on_whole_image(region.rect, region.mask, labels.shape)
    assert np.array_equal(found, _connected(labels, y, x, diagonal=diagonal))


def test_without_contiguity_all_of_the_class_is_found():
    labels = random_document(3, 90, 70).labels
    region = label_region(labels, Point(5, 5), contiguous=False)
    assert np.array_equal(on_whole_image(region.rect, region.mask, labels.shape), labels == labels[5, 5])


def test_filling_changes_the_region_and_nothing_else():
    document = random_document(3, 90, 70)
    before = document.labels.copy()
    expected = _connected(before, 40, 50, diagonal=False)
    edit = document.begin_edit("Fill")
    paint_region(edit, label_region(document.labels, Point(50.5, 40.5)), 44)
    assert edit.commit().pixels_changed == expected.sum()
    assert np.array_equal(document.labels, np.where(expected, 44, before))


def test_read_only_labels_are_fine():
    labels = read_only(np.zeros((20, 20), np.uint8))
    assert label_region(labels, Point(3, 3)).pixel_count == 400


def test_a_click_outside_finds_nothing():
    assert label_region(np.zeros((20, 20), np.uint8), Point(20, 3)).is_empty


def test_a_small_region_of_a_huge_image_is_found_in_a_small_window():
    labels = np.zeros((6000, 6000), np.uint8)
    cv2.circle(labels, (3000, 3000), 50, 1, -1)
    region = label_region(labels, Point(3000, 3000))
    assert region.rect == Rect(2950, 2950, 3051, 3051)
    assert region.pixel_count == np.count_nonzero(labels)
