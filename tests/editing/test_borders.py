"""Dragging a shared border and refining edges."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.geometry import Point, Rect, Size
from segstudio.domain.prediction import Probabilities
from segstudio.editing.document import LabelDocument
from segstudio.editing.guided_filter import GuidedFilter
from segstudio.editing.refine_edge import refined_edges
from segstudio.editing.region import relabel
from segstudio.editing.shared_border import border_at, dragged

SHAPE = (160, 200)
WHOLE = Rect.of_shape(SHAPE)


@pytest.fixture
def halves() -> np.ndarray:
    """1 on the left, 2 on the right of x = 100, a disc of 3 across the border far below."""
    labels = np.full(SHAPE, 1, np.uint8)
    labels[:, 100:] = 2
    cv2.circle(labels, (100, 95), 12, 3, -1)
    return labels


def test_the_border_near_a_point_is_found(halves):
    border = border_at(halves, Point(93, 40), reach=20)
    assert (border.one, border.other) == (1, 2)
    assert border.grip.x == pytest.approx(100, abs=0.6)
    assert border.grip.y == pytest.approx(40, abs=1)


def test_far_from_any_border_there_is_none(halves):
    assert border_at(halves, Point(30, 40), reach=20) is None
    assert border_at(halves, Point(-3, 40), reach=20) is None


@settings(max_examples=50, deadline=None)
@given(x=st.floats(-60, 60), y=st.floats(-40, 40), radius=st.floats(4, 60))
def test_dragging_exchanges_only_the_two_classes_and_leaves_no_gap(x, y, radius):
    labels = np.full(SHAPE, 1, np.uint8)
    labels[:, 100:] = 2
    cv2.circle(labels, (100, 95), 12, 3, -1)
    border = border_at(labels, Point(97, 40), reach=20)
    relabelling = dragged(labels, border, Point(border.grip.x + x, border.grip.y + y), radius=radius)
    after = labels.copy()
    region = relabelling.region
    after[region.rect.slices][region.mask] = relabelling.labels[region.mask]
    assert np.array_equal(after == 3, labels == 3)
    assert set(np.unique(after)) <= {1, 2, 3}
    for class_id in (1, 2):
        _, _, stats, _ = cv2.connectedComponentsWithStats((after == class_id).view(np.uint8), connectivity=8)
        # The disc of 3 may cut a sliver off; the border itself never folds over.
        assert sum(stats[1:, cv2.CC_STAT_AREA] > 60) == 1


def test_the_border_passes_through_the_target_and_rests_beyond_the_radius(halves):
    border = border_at(halves, Point(97, 40), reach=20)
    target = Point(border.grip.x + 15, border.grip.y)
    document = LabelDocument(halves.copy(), np.full(SHAPE, Origin.MODEL, np.uint8))
    edit = document.begin_edit("Drag border")
    relabel(edit, dragged(halves, border, target, radius=30))
    edit.commit()
    row = document.labels[int(target.y)]
    assert int(np.flatnonzero(row == 2)[0]) == pytest.approx(target.x, abs=1)
    is_far = np.abs(np.arange(SHAPE[0]) - target.y) > 31
    assert np.array_equal(document.labels[is_far], halves[is_far])
    assert (document.origins[document.labels == halves] == Origin.MODEL).all()


def test_dragging_back_to_where_it_was_changes_nothing(halves):
    border = border_at(halves, Point(97, 40), reach=20)
    assert dragged(halves, border, border.grip, radius=30).is_empty


def test_a_drag_is_drawn_anew_from_untouched_labels(halves):
    document = LabelDocument(halves.copy(), np.full(SHAPE, Origin.MODEL, np.uint8))
    border = border_at(document.labels, Point(97, 40), reach=20)
    edit = document.begin_edit("Drag border")
    for x in (5, 20, 33, 8):
        edit.restore()
        relabel(edit, dragged(document.labels, border, Point(border.grip.x + x, border.grip.y), radius=30))
    edit.commit()
    once = halves.copy()
    last = dragged(halves, border, Point(border.grip.x + 8, border.grip.y), radius=30)
    once[last.region.rect.slices][last.region.mask] = last.labels[last.region.mask]
    assert np.array_equal(document.labels, once)
    document.undo()
    assert np.array_equal(document.labels, halves)


@pytest.fixture
def wavy() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A picture of two colours with a wavy border, the true labels, and labels drawn straight through the waves."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    true = (columns > 100 + 4 * np.sin(rows / 9)).astype(np.uint8)
    image = np.array([(60, 80, 60), (150, 140, 120)])[true] + np.random.default_rng(0).normal(0, 6, (*SHAPE, 3))
    rough = np.zeros(SHAPE, np.uint8)
    rough[:, 101:] = 1
    return np.clip(image, 0, 255).astype(np.uint8), true, rough


def _refined(labels, relabelling):
    after = labels.copy()
    region = relabelling.region
    after[region.rect.slices][region.mask] = relabelling.labels[region.mask]
    return after


def test_refining_moves_a_border_onto_the_edge(wavy):
    image, true, rough = wavy
    refined = _refined(rough, refined_edges(image, rough, WHOLE, band=6))
    assert (rough != true).sum() > 350
    assert (refined != true).sum() < 0.25 * (rough != true).sum()


def test_refining_changes_nothing_outside_the_band(wavy):
    image, _, rough = wavy
    changed = _refined(rough, refined_edges(image, rough, WHOLE, band=5)) != rough
    columns = np.flatnonzero(changed.any(axis=0))
    assert columns.min() >= 101 - 6
    assert columns.max() <= 101 + 5


def test_refining_a_part_gives_what_refining_the_whole_gives(wavy):
    image, _, rough = wavy
    part = Rect(70, 40, 140, 90)
    whole = _refined(rough, refined_edges(image, rough, WHOLE, band=5))
    expected = rough.copy()
    expected[part.slices] = whole[part.slices]
    found = _refined(rough, refined_edges(image, rough, part, band=5))
    assert (found != expected).mean() < 0.001


def test_unlabelled_pixels_stay_and_take_no_part(wavy):
    image, _, rough = wavy
    rough[:, :100] = IGNORE
    refined = refined_edges(image, rough, WHOLE, band=6)
    assert not (refined.labels[refined.region.mask] == IGNORE).any()
    assert (_refined(rough, refined)[:, :100] == IGNORE).all()


def test_only_the_borders_of_the_class_asked_for_move(wavy):
    image, _, rough = wavy
    rough = rough.copy()
    rough[:, 150:] = 2
    image = image.copy()
    image[:, 154:] = (20, 20, 200)
    after = _refined(rough, refined_edges(image, rough, WHOLE, band=6, class_id=0))
    assert (after != rough)[:, :120].any()
    assert not (after != rough)[:, 130:].any()


def test_the_model_decides_where_colours_do_not():
    """One colour everywhere: the drawn border is four pixels off, the model knows."""
    image = np.full((*SHAPE, 3), 120, np.uint8)
    rough = np.zeros(SHAPE, np.uint8)
    rough[:, 104:] = 1
    columns = np.arange(SHAPE[1] // 2) * 2 + 1
    chance = 1 / (1 + np.exp(-(columns - 100) / 1.0))
    plane = np.broadcast_to(chance, (SHAPE[0] // 2, SHAPE[1] // 2))
    values = (np.array([1 - plane, plane]) * 255).astype(np.uint8)
    probabilities = Probabilities(values, (0, 1), Size(SHAPE[1], SHAPE[0]), 2)
    true = np.zeros(SHAPE, np.uint8)
    true[:, 100:] = 1
    alone = _refined(rough, refined_edges(image, rough, WHOLE, band=6))
    helped = _refined(rough, refined_edges(image, rough, WHOLE, band=6, probabilities=probabilities))
    assert (helped != true).sum() < 0.6 * (alone != true).sum()


def test_the_guided_filter_keeps_edges_of_its_guide_and_smooths_the_rest():
    image = np.zeros((60, 80, 3), np.uint8)
    image[:, 40:] = 200
    values = np.zeros((60, 80), np.float32)
    values[:, 40:] = 1
    noisy = values + np.random.default_rng(0).normal(0, 0.2, values.shape).astype(np.float32)
    filtered = GuidedFilter(image, radius=6, softness=1e-3).apply(noisy)
    assert np.abs(filtered - values).mean() < 0.03
    assert math.isclose(float(filtered[:, 39].mean()), 0.0, abs_tol=0.05)
    assert math.isclose(float(filtered[:, 40].mean()), 1.0, abs_tol=0.05)
