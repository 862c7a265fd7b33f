"""Margin, entropy, disagreement, and the regions worth a look."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segstudio.domain.geometry import Rect, Size
from segstudio.domain.prediction import Prediction, Probabilities
from segstudio.inference.uncertainty import (
    disagreement,
    entropy,
    image_uncertainty,
    margin,
    prediction_uncertainty,
    uncertain_regions,
)


def probabilities(values: np.ndarray) -> Probabilities:
    return Probabilities(values, tuple(range(len(values))), Size(values.shape[2], values.shape[1]), 1)


shares = arrays(np.uint8, st.tuples(st.integers(2, 5), st.integers(1, 4), st.integers(1, 4)))


def test_a_sure_pixel_has_none_and_a_torn_one_all() -> None:
    values = np.array([[[255, 128, 85]], [[0, 127, 85]], [[0, 0, 85]]], np.uint8)
    np.testing.assert_allclose(margin(probabilities(values)), [[0.0, 1 - 1 / 255, 1.0]])
    np.testing.assert_allclose(entropy(probabilities(values)), [[0.0, np.log(2) / np.log(3), 1.0]], atol=1e-4)


@given(shares)
def test_the_margin_is_between_the_two_best(values: np.ndarray) -> None:
    ordered = np.sort(values.astype(float), axis=0)
    np.testing.assert_allclose(margin(probabilities(values)), 1 - (ordered[-1] - ordered[-2]) / 255, atol=1e-6)


def test_with_one_class_there_is_nothing_to_doubt() -> None:
    only = probabilities(np.full((1, 2, 2), 255, np.uint8))
    assert not margin(only).any()
    assert not entropy(only).any()


def test_looks_that_agree_disagree_nowhere_and_opposite_ones_wholly() -> None:
    sure = np.array([[[255, 255]], [[0, 0]]], np.uint8)
    torn = np.array([[[255, 0]], [[0, 255]]], np.uint8)
    np.testing.assert_allclose(disagreement([probabilities(sure), probabilities(torn)]), [[0.0, 1.0]])
    np.testing.assert_allclose(disagreement([probabilities(sure)] * 3), [[0.0, 0.0]])
    with pytest.raises(ValueError, match="two looks"):
        disagreement([probabilities(sure)])


def test_the_most_valuable_region_comes_first_and_is_not_counted_twice() -> None:
    unsure = np.zeros((30, 40), np.float32)
    unsure[2:7, 3:8] = 0.5
    unsure[20:25, 30:35] = 1.0
    first, second = uncertain_regions(unsure, cell_width=2, side=10, count=5)
    assert first.rect == Rect(60, 40, 70, 50)
    assert second.rect == Rect(6, 4, 16, 14)
    assert (first.value, second.value) == (pytest.approx(100.0), pytest.approx(50.0))


def test_where_a_person_has_been_nothing_is_asked() -> None:
    unsure = np.ones((8, 8), np.float32)
    done = np.zeros((8, 8), np.bool_)
    done[:, 4:] = True
    regions = uncertain_regions(unsure, cell_width=1, side=4, count=9, done=done)
    assert sum(region.value for region in regions) == pytest.approx(32.0)
    assert image_uncertainty(unsure, done) == 1.0
    assert image_uncertainty(unsure, np.ones_like(done)) == 0.0
    assert uncertain_regions(unsure, cell_width=1, side=4, count=9, done=np.ones_like(done)) == []


@given(arrays(np.float32, (6, 9), elements=st.floats(0, 1, width=32)), st.integers(1, 20), st.integers(1, 4))
def test_regions_come_by_falling_value_inside_the_image(unsure: np.ndarray, side: int, count: int) -> None:
    regions = uncertain_regions(unsure, cell_width=1, side=side, count=count)
    values = [region.value for region in regions]
    assert values == sorted(values, reverse=True) or np.allclose(values, sorted(values, reverse=True))
    assert all(region.rect.intersected(Rect(0, 0, 9, 6)) == region.rect for region in regions)


def test_a_prediction_without_probabilities_is_judged_by_its_confidence() -> None:
    sure = Prediction(np.zeros((2, 2), np.uint8), np.full((2, 2), 204, np.uint8), "m", "CPU", 0.1)
    assert prediction_uncertainty(sure) == pytest.approx(0.2)
