"""A shape is the pixels whose middle lies inside it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editing.pictures import on_whole_image, points
from segstudio.domain.geometry import Point, Rect
from segstudio.editing.region import Region
from segstudio.editing.shapes import ellipse_region, lasso_region, polygon_region, rectangle_region

SHAPE = (48, 57)
WITHIN = Rect.of_shape(SHAPE)
NOTHING = np.zeros(SHAPE, np.bool_)
ROWS, COLUMNS = np.mgrid[: SHAPE[0], : SHAPE[1]] + 0.5


def _mask(region: Region) -> np.ndarray:
    return on_whole_image(region.rect, region.mask, SHAPE)


def _crossings(outline, weigh) -> np.ndarray:
    """Sum over the sides to the left of each pixel's middle, found side by side and pixel by pixel."""
    total = np.zeros(SHAPE, np.int64)
    for one, other in zip(outline, outline[1:] + outline[:1], strict=True):
        is_level = (np.minimum(one.y, other.y) <= ROWS) & (np.maximum(one.y, other.y) > ROWS)
        if not is_level.any():
            continue
        x = one.x + (other.x - one.x) * ((ROWS - one.y) / (other.y - one.y))
        total += np.where(is_level & (x <= COLUMNS), weigh(one, other), 0)
    return total


@settings(deadline=None)
@given(outline=st.lists(points(), min_size=3, max_size=12))
def test_a_polygon_is_inside_after_an_odd_number_of_crossings(outline):
    found = _mask(polygon_region(outline, WITHIN))
    assert np.array_equal(found, _crossings(outline, lambda one, other: 1) % 2 == 1)


@settings(deadline=None)
@given(outline=st.lists(points(), min_size=3, max_size=12))
def test_a_lasso_is_inside_wherever_it_goes_round(outline):
    found = _mask(lasso_region(outline, WITHIN))
    assert np.array_equal(found, _crossings(outline, lambda one, other: 1 if other.y > one.y else -1) != 0)


def test_a_loop_is_a_hole_in_a_polygon_and_none_in_a_lasso():
    square = [Point(5, 5), Point(40, 5), Point(40, 40), Point(5, 40)]
    twice = [*square, Point(5, 5), Point(15, 15), Point(30, 15), Point(30, 30), Point(15, 30), Point(15, 15)]
    assert not _mask(polygon_region(twice, WITHIN))[20, 20]
    assert _mask(lasso_region(twice, WITHIN))[20, 20]


@settings(deadline=None)
@given(
    corners=st.lists(points(2, 46), min_size=2, max_size=2),
    cut=st.floats(0.1, 0.9),
)
def test_polygons_that_share_a_side_leave_no_gap_and_do_not_overlap(corners, cut):
    one, other = corners
    top, bottom = Point(one.x, 0), Point(other.x, 48)
    left = polygon_region([Point(0, 0), top, bottom, Point(0, 48)], WITHIN)
    right = polygon_region([top, Point(57, 0), Point(57, 48), bottom], WITHIN)
    assert np.array_equal(_mask(left) ^ _mask(right), np.ones(SHAPE, np.bool_))
    assert not (_mask(left) & _mask(right)).any()


@settings(deadline=None)
@given(one=points(), other=points())
def test_a_rectangle_holds_the_middles_between_its_sides(one, other):
    left, right = sorted((one.x, other.x))
    top, bottom = sorted((one.y, other.y))
    expected = (left <= COLUMNS) & (right > COLUMNS) & (top <= ROWS) & (bottom > ROWS)
    assert np.array_equal(_mask(rectangle_region(one, other, WITHIN)), expected)


@settings(deadline=None)
@given(one=points(), other=points())
def test_an_ellipse_holds_the_middles_within_it(one, other):
    width, height = abs(one.x - other.x) / 2, abs(one.y - other.y) / 2
    found = _mask(ellipse_region(one, other, WITHIN))
    if width < 1e-3 or height < 1e-3:
        assert found.sum() <= max(SHAPE) * 2
        return
    x, y = (COLUMNS - (one.x + other.x) / 2) / width, (ROWS - (one.y + other.y) / 2) / height
    distance = x**2 + y**2
    is_certain = np.abs(distance - 1) > 1e-6
    assert np.array_equal(found[is_certain], (distance <= 1)[is_certain])


@pytest.mark.parametrize("outline", [[], [Point(1, 1)], [Point(1, 1), Point(30, 30)]])
def test_fewer_than_three_points_enclose_nothing(outline):
    assert polygon_region(outline, WITHIN).is_empty


def test_a_large_round_lasso_has_the_area_of_its_circle():
    angles = np.linspace(0, 2 * math.pi, 20_000, endpoint=False)
    outline = [Point(2000 + 1500 * math.cos(a), 2000 + 1500 * math.sin(a)) for a in angles]
    region = lasso_region(outline, Rect(0, 0, 4096, 4096))
    assert region.pixel_count == pytest.approx(math.pi * 1500**2, rel=1e-4)


@settings(deadline=None)
@given(shapes=st.lists(st.tuples(points(), points()), min_size=2, max_size=2))
def test_regions_unite_subtract_and_share_like_sets(shapes):
    one, other = (ellipse_region(*corners, WITHIN) for corners in shapes)
    a, b = _mask(one), _mask(other)
    assert np.array_equal(_mask(one.united(other)), a | b)
    assert np.array_equal(_mask(one.without(other)), a & ~b)
    assert np.array_equal(_mask(one.common(other)), a & b)
    assert np.array_equal(_mask(one.trimmed()), a)
    assert one.trimmed().rect.area <= one.rect.area
