"""The brush covers exactly the pixels within its reach of the way it went."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editing.pictures import distance_to_segment, on_whole_image, points, random_document
from segstudio.domain.geometry import Point, Rect
from segstudio.domain.stroke import Brush, Stroke, Tip
from segstudio.editing.brush import paint_segment, paint_stroke, segment_mask

SHAPE = (50, 61)
WITHIN = Rect.of_shape(SHAPE)


@settings(deadline=None)
@given(start=points(), end=points(), diameter=st.floats(1.5, 60.0))
def test_a_round_segment_is_the_capsule_around_it(start, end, diameter):
    painted = on_whole_image(*segment_mask(start, end, Brush(diameter), WITHIN), SHAPE)
    distance = distance_to_segment(start, end, SHAPE)
    is_certain = np.abs(distance - diameter / 2) > 1e-5
    assert np.array_equal(painted[is_certain], (distance <= diameter / 2)[is_certain])


@settings(deadline=None)
@given(start=points(), end=points(), diameter=st.floats(1.5, 60.0))
def test_a_square_segment_is_the_square_swept_along_it(start, end, diameter):
    painted = on_whole_image(*segment_mask(start, end, Brush(diameter, Tip.SQUARE), WITHIN), SHAPE)
    steps = np.linspace(0.0, 1.0, 400)
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]] + 0.5
    reach = np.full(SHAPE, np.inf)
    for part in steps:
        x, y = start.x + (end.x - start.x) * part, start.y + (end.y - start.y) * part
        np.minimum(reach, np.maximum(np.abs(columns - x), np.abs(rows - y)), out=reach)
    slack = max(abs(end.x - start.x), abs(end.y - start.y)) / 399 + 1e-4
    assert painted[reach < diameter / 2 - 1e-4].all()
    assert not painted[reach > diameter / 2 + slack].any()


@pytest.mark.parametrize("tip", list(Tip))
def test_a_brush_of_one_pixel_paints_the_pixel_it_is_in(tip):
    for x, y in ((3.0, 4.0), (3.5, 4.5), (3.99, 4.01)):
        rect, mask = segment_mask(Point(x, y), Point(x, y), Brush(1, tip), WITHIN)
        assert np.argwhere(on_whole_image(rect, mask, SHAPE)).tolist() == [[4, 3]]


@settings(deadline=None)
@given(start=points(0, 49), end=points(0, 49), diameter=st.floats(1.0, 2.0), tip=st.sampled_from(Tip))
def test_a_thin_line_has_no_gap(start, end, diameter, tip):
    painted = on_whole_image(*segment_mask(start, end, Brush(diameter, tip), WITHIN), SHAPE)
    for part in np.linspace(0, 1, 100):
        x, y = start.x + (end.x - start.x) * part, start.y + (end.y - start.y) * part
        row, column = min(int(y), SHAPE[0] - 1), min(int(x), SHAPE[1] - 1)
        assert painted[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2].any()


def test_a_square_of_four_pixels_is_four_by_four():
    rect, mask = segment_mask(Point(10, 10), Point(10, 10), Brush(4, Tip.SQUARE), WITHIN)
    assert np.argwhere(on_whole_image(rect, mask, SHAPE)).tolist() == [
        [r, c] for r in range(8, 12) for c in range(8, 12)
    ]


def test_a_long_segment_is_painted_in_pieces_that_leave_no_gap():
    document = random_document(1, 900, 700)
    edit = document.begin_edit("Brush")
    rect = paint_segment(edit, Point(-30, 20), Point(880, 650.5), Brush(9), 5)
    expected = distance_to_segment(Point(-30, 20), Point(880, 650.5), document.labels.shape) <= 4.5
    assert np.array_equal(document.labels == 5, expected)
    assert np.array_equal(on_whole_image(rect, expected[rect.slices], expected.shape), expected)


def test_a_recorded_stroke_paints_what_its_segments_paint():
    painted, repainted = random_document(3, 120, 90), random_document(3, 120, 90)
    way = (Point(5, 5), Point(60, 40), Point(100, 12))
    edit = painted.begin_edit("Brush")
    for start, end in itertools.pairwise(way):
        paint_segment(edit, start, end, Brush(11), 1)
    paint_stroke(repainted.begin_edit("Brush"), Stroke(way, Brush(11), 1))
    assert np.array_equal(painted.labels, repainted.labels)


def test_outside_the_image_nothing_is_painted():
    edit = random_document(1, 40, 40).begin_edit("Brush")
    assert paint_segment(edit, Point(-90, -90), Point(-80, -99), Brush(5), 1).is_empty
    assert edit.commit().is_empty
