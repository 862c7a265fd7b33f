"""A rendered scene is one picture and the exact class of each of its pixels."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from segstudio.domain.arrays import IGNORE
from segstudio.domain.geometry import Size
from segstudio.scenes import Street, render_scene, street_classes

SMALL = Size(160, 120)
SAMPLE = [render_scene(seed, SMALL) for seed in range(24)]


def test_picture_and_labels_have_the_size_asked_for_and_are_read_only() -> None:
    picture, labels = render_scene(3, Size(131, 77))
    assert picture.shape == (77, 131, 3)
    assert labels.shape == (77, 131)
    assert picture.dtype == labels.dtype == np.uint8
    assert not picture.flags.writeable
    assert not labels.flags.writeable


@pytest.mark.parametrize("size", [Size(16, 16), Size(64, 16), Size(16, 200), Size(1100, 700)])
def test_any_shape_of_picture_can_be_drawn(size: Size) -> None:
    picture, labels = render_scene(11, size)
    assert picture.shape[:2] == labels.shape == (size.height, size.width)


def test_a_scene_of_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 pixels"):
        render_scene(1, Size(15, 200))


def test_the_same_seed_draws_the_same_scene() -> None:
    for seed in (0, 5, 9000):
        (picture, labels), (picture_again, labels_again) = render_scene(seed, SMALL), render_scene(seed, SMALL)
        np.testing.assert_array_equal(picture, picture_again)
        np.testing.assert_array_equal(labels, labels_again)


def test_another_seed_draws_another_scene() -> None:
    for (picture, labels), (next_picture, next_labels) in pairwise(SAMPLE):
        assert np.mean(labels != next_labels) > 0.05
        assert np.abs(picture.astype(int) - next_picture).mean() > 5


def test_labels_are_ids_of_classes_or_nothing() -> None:
    known = {*street_classes().ids, IGNORE}
    for _, labels in SAMPLE:
        assert set(np.unique(labels).tolist()) <= known


def test_every_class_appears_in_a_handful_of_scenes() -> None:
    seen = set(np.unique(np.stack([labels for _, labels in SAMPLE])).tolist())
    assert set(street_classes().ids) <= seen


def test_no_class_takes_everything() -> None:
    counts = np.bincount(np.stack([labels for _, labels in SAMPLE]).ravel(), minlength=256)
    shares = counts / counts.sum()
    assert shares.max() < 0.5
    assert shares[Street.ROAD] > 0.15
    assert shares[IGNORE] < 0.05


def test_scenes_differ_in_brightness_as_days_do() -> None:
    means = [float(picture.mean()) for picture, _ in SAMPLE]
    assert max(means) - min(means) > 40


def test_the_picture_changes_where_the_labels_do() -> None:
    """Labels that were shifted by a few pixels against the picture would lose this."""
    at_borders, elsewhere = [], []
    for picture, labels in SAMPLE:
        step = np.abs(np.diff(picture.astype(int), axis=1)).sum(axis=2)
        is_border = labels[:, 1:] != labels[:, :-1]
        away = np.roll(is_border, 5, axis=1) & ~is_border
        at_borders.append(step[is_border].mean())
        elsewhere.append(step[away].mean())
    assert np.mean(at_borders) > 1.8 * np.mean(elsewhere)
