"""Tools that ask the network: probabilities at image resolution, probability brush, next-best class."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editing.pictures import random_document
from segstudio.domain.arrays import Origin
from segstudio.domain.geometry import Point, Rect, Size
from segstudio.domain.prediction import Probabilities
from segstudio.domain.stroke import Brush, PaintOver, PaintRule
from segstudio.editing.brush import segment_mask
from segstudio.editing.next_best import guesses, next_best_class
from segstudio.editing.probability import all_probabilities, class_probability
from segstudio.editing.probability_brush import paint_probable_segment
from segstudio.editing.region import Region
from segstudio.editing.shapes import ellipse_region

SIZE = Size(92, 70)
WHOLE = Rect(0, 0, *SIZE)
RECTS = st.builds(
    lambda left, top, width, height: Rect(left, top, left + width, top + height).intersected(WHOLE),
    st.integers(0, 91),
    st.integers(0, 69),
    st.integers(1, 92),
    st.integers(1, 70),
)


def _probabilities(cell: int, seed: int = 0) -> Probabilities:
    rng = np.random.default_rng(seed)
    rows, columns = -(-SIZE.height // cell), -(-SIZE.width // cell)
    raw = np.array([cv2.GaussianBlur(rng.random((rows, columns), np.float32), (0, 0), 1.5) for _ in range(3)])
    weights = np.exp(raw * 20)
    return Probabilities((weights / weights.sum(axis=0) * 255).astype(np.uint8), (4, 2, 9), SIZE, cell)


def _by_hand(probabilities: Probabilities, channel: int, x: float, y: float) -> float:
    """Bilinear between the middles of the four cells around a pixel's middle."""
    plane, cell = probabilities.values[channel].astype(float), probabilities.cell_width
    row = min(max(y / cell - 0.5, 0), plane.shape[0] - 1)
    column = min(max(x / cell - 0.5, 0), plane.shape[1] - 1)
    top, left = int(row), int(column)
    bottom, right = min(top + 1, plane.shape[0] - 1), min(left + 1, plane.shape[1] - 1)
    upper = plane[top, left] + (plane[top, right] - plane[top, left]) * (column - left)
    lower = plane[bottom, left] + (plane[bottom, right] - plane[bottom, left]) * (column - left)
    return upper + (lower - upper) * (row - top)


@settings(max_examples=30, deadline=None)
@given(rect=RECTS, cell=st.sampled_from([1, 2, 4, 8]))
def test_any_part_is_enlarged_as_the_whole_is(rect, cell):
    probabilities = _probabilities(cell)
    found = class_probability(probabilities, 2, rect)
    assert found.shape == (rect.height, rect.width)
    for y in {rect.top, (rect.top + rect.bottom) // 2, rect.bottom - 1}:
        for x in {rect.left, (rect.left + rect.right) // 2, rect.right - 1}:
            expected = _by_hand(probabilities, 1, x + 0.5, y + 0.5)
            assert found[y - rect.top, x - rect.left] == pytest.approx(expected, abs=1.0)


def test_a_map_smaller_than_the_image_goes_on_at_its_edge():
    probabilities = Probabilities(np.full((1, 4, 4), 200, np.uint8), (4,), SIZE, 8)
    assert (class_probability(probabilities, 4, WHOLE) == 200).all()
    assert (class_probability(probabilities, 4, Rect(80, 60, 92, 70)) == 200).all()


def test_a_class_the_model_does_not_know_has_no_chance():
    assert not class_probability(_probabilities(8), 77, WHOLE).any()


def test_all_channels_come_in_their_order():
    probabilities = _probabilities(8)
    found = all_probabilities(probabilities, WHOLE)
    for channel, class_id in enumerate(probabilities.class_ids):
        assert np.array_equal(found[channel], class_probability(probabilities, class_id, WHOLE))


def test_the_probability_brush_paints_where_the_model_agrees():
    document, probabilities = random_document(2, *SIZE), _probabilities(8)
    before = document.labels.copy()
    edit = document.begin_edit("Probability brush")
    way = Point(10, 20), Point(80, 50)
    paint_probable_segment(edit, *way, brush=Brush(30), class_id=9, probabilities=probabilities, least=0.4)
    edit.commit()
    rect, mask = segment_mask(*way, Brush(30), WHOLE)
    covered = Region(rect, mask).within(WHOLE)
    expected = covered & (class_probability(probabilities, 9, WHOLE) >= 0.4 * 255)
    assert 0 < expected.sum() < covered.sum()
    assert np.array_equal(document.labels, np.where(expected, 9, before))


def test_the_probability_brush_keeps_to_the_paint_rule():
    document, probabilities = random_document(2, *SIZE), _probabilities(8)
    before, origins = document.labels.copy(), document.origins.copy()
    edit = document.begin_edit("Probability brush")
    paint_probable_segment(
        edit,
        Point(10, 20),
        Point(80, 50),
        brush=Brush(30),
        class_id=9,
        probabilities=probabilities,
        least=0.0,
        rule=PaintRule(PaintOver.MODEL_PIXELS),
    )
    is_persons = origins == Origin.PERSON
    assert np.array_equal(document.labels[is_persons], before[is_persons])
    assert (document.labels == 9).any()


def test_guesses_are_ranked_by_their_mean_over_the_region():
    probabilities = _probabilities(8)
    region = ellipse_region(Point(20, 10), Point(60, 50), WHOLE)
    means = all_probabilities(probabilities, WHOLE)[:, region.within(WHOLE)].mean(axis=1) / 255
    found = guesses(probabilities, region)
    assert [guess.class_id for guess in found] == [(4, 2, 9)[i] for i in np.argsort(-means)]
    assert [guess.probability for guess in found] == pytest.approx(sorted(means, reverse=True))


def test_the_next_best_class_goes_round():
    probabilities = _probabilities(8)
    region = Region.whole(Rect(10, 10, 30, 30))
    ranked = [guess.class_id for guess in guesses(probabilities, region)]
    assert [next_best_class(probabilities, region, current) for current in ranked] == [*ranked[1:], ranked[0]]
    assert next_best_class(probabilities, region, 33) == ranked[0]
    assert next_best_class(probabilities, region, ranked[1], most=2) == ranked[0]


def test_an_empty_region_has_no_guess():
    region = Region(Rect(0, 0, 5, 5), np.zeros((5, 5), np.bool_))
    assert next_best_class(_probabilities(8), region, 2) is None
