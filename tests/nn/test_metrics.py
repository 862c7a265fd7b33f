"""The confusion matrix and its scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segstudio.domain.classes import LabelSet
from segstudio.nn.metrics import ConfusionMatrix

CLASSES = LabelSet.from_names(["sky", "road", "tree"])
values = st.sampled_from([0, 1, 2, 255])


def maps(*rows: list[int]) -> np.ndarray:
    return np.array(rows, np.uint8)


def test_scores_of_a_case_worked_by_hand() -> None:
    matrix = ConfusionMatrix()
    matrix.add(maps([0, 0, 1, 1], [1, 255, 255, 1]), maps([0, 1, 1, 1], [1, 0, 1, 0]))
    scores = matrix.scores(CLASSES, "by hand")
    assert scores.class_iou == {"sky": 1 / 3, "road": 3 / 5}
    assert scores.mean_iou == pytest.approx((1 / 3 + 3 / 5) / 2)
    assert scores.pixel_accuracy == pytest.approx(4 / 6)
    assert matrix.pixels == 6


@given(arrays(np.uint8, (6, 7), elements=values), arrays(np.uint8, (6, 7), elements=values))
def test_iou_is_intersection_over_union(true: np.ndarray, predicted: np.ndarray) -> None:
    matrix = ConfusionMatrix()
    matrix.add(true, predicted)
    counts = true != 255
    for class_id in range(3):
        union = int(((true == class_id) | (predicted == class_id))[counts].sum())
        hit = int(((true == class_id) & (predicted == class_id)).sum())
        assert matrix.iou(class_id) == (hit / union if union else None)


@given(arrays(np.uint8, (4, 4), elements=values), arrays(np.uint8, (4, 4), elements=values))
def test_two_halves_make_the_whole(true: np.ndarray, predicted: np.ndarray) -> None:
    whole, upper, lower = ConfusionMatrix(), ConfusionMatrix(), ConfusionMatrix()
    whole.add(true, predicted)
    upper.add(true[:2], predicted[:2])
    lower.add(true[2:], predicted[2:])
    assert np.array_equal(upper.merged(lower).counts, whole.counts)


def test_pixels_predicted_as_nothing_count_against_their_class() -> None:
    matrix = ConfusionMatrix()
    matrix.add(maps([0, 0]), maps([0, 255]))
    assert matrix.scores(CLASSES, "").class_iou == {"sky": 0.5}
    assert matrix.scores(CLASSES, "").pixel_accuracy == 0.5


def test_nothing_labelled_scores_nothing() -> None:
    matrix = ConfusionMatrix()
    matrix.add(maps([255]), maps([0]))
    assert matrix.scores(CLASSES, "").class_iou == {}
    assert matrix.scores(CLASSES, "").mean_iou == 0.0


def test_maps_of_another_shape_or_type_are_refused() -> None:
    matrix = ConfusionMatrix()
    with pytest.raises(ValueError, match="compared"):
        matrix.add(maps([0]), maps([0, 0]))
    with pytest.raises(ValueError, match="uint8"):
        matrix.add(np.zeros((1, 1), np.int64), maps([0]))
