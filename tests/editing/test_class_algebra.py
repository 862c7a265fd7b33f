"""Classes against classes, copied labels, measures and counts."""

import math

import numpy as np
import pytest

from editing.pictures import random_document
from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.geometry import Point, Rect, Size
from segstudio.editing.class_algebra import Combination, class_region, combined, merged, swapped
from segstudio.editing.class_counts import class_counts, origin_counts
from segstudio.editing.copied_labels import copied_labels
from segstudio.editing.measure import class_at, length, polygon_area
from segstudio.editing.region import relabel
from segstudio.editing.shapes import ellipse_region

WIDTH, HEIGHT = 80, 60
WHOLE = Rect(0, 0, WIDTH, HEIGHT)


def _changed(make):
    document = random_document(5, WIDTH, HEIGHT)
    before = document.labels.copy()
    edit = document.begin_edit("Combine")
    relabel(edit, make(document.labels))
    edit.commit()
    return before, document.labels


SETS = {
    Combination.ADD: lambda a, b: a | b,
    Combination.SUBTRACT: lambda a, b: a & ~b,
    Combination.INTERSECT: lambda a, b: a & b,
    Combination.EXCLUDE: lambda a, b: a ^ b,
}


@pytest.mark.parametrize("how", list(Combination))
def test_a_class_and_a_region_combine_like_sets(how):
    region = ellipse_region(Point(10, 5), Point(70, 50), WHOLE)
    before, after = _changed(lambda labels: combined(labels, 2, region, how, rect=WHOLE, rest=9))
    was, wanted = before == 2, SETS[how](before == 2, region.within(WHOLE))
    assert np.array_equal(after == 2, wanted)
    assert (after[was & ~wanted] == 9).all()
    assert np.array_equal(after[~was & ~wanted], before[~was & ~wanted])


def test_the_other_class_may_be_the_region():
    before, after = _changed(
        lambda labels: combined(labels, 2, class_region(labels, 7, WHOLE), Combination.ADD, rect=WHOLE, rest=0)
    )
    assert np.array_equal(after == 2, (before == 2) | (before == 7))


def test_merging_and_swapping():
    before, after = _changed(lambda labels: merged(labels, 1, 7, WHOLE))
    assert np.array_equal(after, np.where(before == 1, 7, before))
    before, after = _changed(lambda labels: swapped(labels, 1, 7, WHOLE))
    assert np.array_equal(after == 1, before == 7)
    assert np.array_equal(after == 7, before == 1)


def test_copying_labels_of_another_image_takes_all_but_the_ignored():
    other = random_document(6, WIDTH, HEIGHT).labels
    before, after = _changed(lambda labels: copied_labels(other, Size(WIDTH, HEIGHT), WHOLE))
    assert np.array_equal(after, np.where(other == IGNORE, before, other))


def test_copying_one_class_from_an_image_of_another_size():
    other = random_document(6, WIDTH, HEIGHT).labels
    doubled = other.repeat(2, 0).repeat(2, 1)
    before, after = _changed(lambda labels: copied_labels(doubled, Size(WIDTH, HEIGHT), WHOLE, class_ids=[7]))
    assert np.array_equal(after, np.where(other == 7, 7, before))


def test_length_and_area():
    triangle = [Point(0, 0), Point(30, 0), Point(30, 40)]
    assert length(triangle) == 70
    assert length([*triangle, triangle[0]]) == 120
    assert polygon_area(triangle) == 600
    circle = [Point(math.cos(a / 500) * 10, math.sin(a / 500) * 10) for a in range(int(1000 * math.pi))]
    assert polygon_area(circle) == pytest.approx(100 * math.pi, rel=1e-3)


def test_the_class_under_a_point():
    labels = random_document(6, WIDTH, HEIGHT).labels
    assert class_at(labels, Point(79.9, 59.9)) == labels[59, 79]
    assert class_at(labels, Point(80, 5)) is None
    assert class_at(labels, Point(-0.1, 5)) is None


def test_counts_are_exact():
    document = random_document(6, WIDTH, HEIGHT)
    assert np.array_equal(class_counts(document.labels), np.bincount(document.labels.ravel(), minlength=256))
    part = Rect(3, 5, 70, 41)
    expected = np.bincount(document.labels[part.slices].ravel(), minlength=256)
    assert np.array_equal(class_counts(document.labels, part), expected)
    counts = origin_counts(document.origins)
    assert counts == {origin: int((document.origins == origin).sum()) for origin in Origin}


def test_counts_of_many_pixels_of_one_class_are_exact():
    labels = np.full((5000, 4001), 3, np.uint8)
    labels[0, 0] = 4
    counts = class_counts(labels)
    assert counts[3] == 5000 * 4001 - 1
    assert counts[4] == 1
