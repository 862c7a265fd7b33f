"""Superpixels follow the edges of the picture and are found in no time under the pointer."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from editing.pictures import on_whole_image
from segstudio.domain.errors import CancelledError
from segstudio.domain.geometry import Point, Rect
from segstudio.domain.task import Task
from segstudio.editing.shapes import ellipse_region
from segstudio.editing.slic import find_superpixels, with_connected_pieces

SHAPE = (150, 210)
WHOLE = Rect.of_shape(SHAPE)


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    """Three colours with noise: a disc and a slanting half plane."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    classes = (rows + columns > 200).astype(np.uint8)
    cv2.circle(classes, (70, 60), 37, 2, -1)
    colors = np.array([(60, 90, 200), (200, 170, 60), (70, 200, 90)])
    noise = np.random.default_rng(0).normal(0, 8, (*SHAPE, 3))
    return np.dstack((np.clip(colors[classes] + noise, 0, 255).astype(np.uint8), classes))


@pytest.fixture(scope="module")
def pieces(picture):
    return find_superpixels(picture[..., :3], WHOLE, cell=12)


def test_every_piece_is_almost_all_of_one_class(picture, pieces):
    classes = picture[..., 3]
    table = np.zeros((pieces.count, 3), np.int64)
    np.add.at(table, (pieces.numbers, classes), 1)
    assert table.max(axis=1).sum() / table.sum() > 0.985


def test_every_piece_is_connected(pieces):
    for number in np.unique(pieces.numbers):
        count, _ = cv2.connectedComponents((pieces.numbers == number).view(np.uint8), connectivity=4)
        assert count == 2


def test_the_region_under_a_point_is_the_whole_piece(pieces):
    for y in range(2, SHAPE[0], 17):
        for x in range(1, SHAPE[1], 19):
            region = pieces.region_at(Point(x + 0.5, y + 0.5))
            found = on_whole_image(region.rect, region.mask, SHAPE)
            assert np.array_equal(found, pieces.numbers == pieces.numbers[y, x])


def test_the_regions_under_a_brush_are_those_it_touches(pieces):
    brush = ellipse_region(Point(50, 40), Point(90, 75), WHOLE)
    touched = np.unique(pieces.numbers[brush.within(WHOLE)])
    found = np.zeros(SHAPE, np.bool_)
    for region in pieces.regions_under(brush):
        found |= region.within(WHOLE)
    assert np.array_equal(found, np.isin(pieces.numbers, touched))


def test_pieces_have_about_the_size_asked_for(pieces):
    areas = np.bincount(pieces.numbers.ravel())
    assert 0.7 * 144 < np.median(areas[areas > 0]) < 1.4 * 144


def test_pieces_of_a_part_lie_where_the_part_is(picture):
    part = Rect(40, 30, 140, 110)
    pieces = find_superpixels(picture[..., :3], part, cell=10)
    assert pieces.numbers.shape == (80, 100)
    assert pieces.region_at(Point(139.5, 109.5)).contains(Point(139.5, 109.5))
    assert pieces.region_at(Point(39.5, 50)).is_empty


def test_an_image_of_one_colour_is_cut_into_squares():
    image = np.full((64, 64, 3), 100, np.uint8)
    numbers = find_superpixels(image, Rect(0, 0, 64, 64), cell=16).numbers
    assert np.array_equal(numbers, np.arange(16).reshape(4, 4).repeat(16, 0).repeat(16, 1))


def test_finding_can_be_stopped(picture):
    task = Task()
    task.stop()
    with pytest.raises(CancelledError):
        find_superpixels(picture[..., :3], WHOLE, task=task)


@settings(deadline=None)
@given(numbers=npst.arrays(np.int32, (12, 15), elements=st.integers(0, 5)))
def test_connecting_keeps_the_largest_part_of_each_and_leaves_no_scraps(numbers):
    connected = with_connected_pieces(numbers)
    assert set(np.unique(connected)) == set(np.unique(numbers))
    for number in np.unique(numbers):
        is_piece = (numbers == number).view(np.uint8)
        _, parts, stats, _ = cv2.connectedComponentsWithStats(is_piece, connectivity=4)
        areas = stats[1:, cv2.CC_STAT_AREA]
        largest = [1 + index for index in np.flatnonzero(areas == areas.max())]
        assert any((connected[parts == index] == number).all() for index in largest)
