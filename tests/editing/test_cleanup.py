"""Holes, islands, growing, shrinking, smoothing and what has no class yet."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editing.pictures import on_whole_image, random_document
from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.geometry import Rect
from segstudio.editing.document import LabelDocument
from segstudio.editing.islands import all_but_largest, all_islands, fill_holes, given_to_neighbours, islands
from segstudio.editing.morphology import closed, grown, shrunk, smoothed
from segstudio.editing.nearest import nearest_labels
from segstudio.editing.region import paint_region, relabel
from segstudio.editing.unlabelled import closed_gaps, filled_from_nearest, unlabelled_region

SHAPE = (100, 120)
WHOLE = Rect.of_shape(SHAPE)


def _mask(region):
    return on_whole_image(region.rect, region.mask, SHAPE)


def _document(labels, origin=Origin.MODEL):
    return LabelDocument(labels.copy(), np.full(labels.shape, origin, np.uint8))


def _relabelled(labels, relabelling):
    document = _document(labels)
    edit = document.begin_edit("Clean")
    relabel(edit, relabelling)
    edit.commit()
    return document.labels


@pytest.fixture
def ring() -> np.ndarray:
    """Class 1 around a hole of class 0 with an island of 2 in it; a speck of 1 far away."""
    labels = np.zeros(SHAPE, np.uint8)
    cv2.circle(labels, (40, 50), 30, 1, -1)
    cv2.circle(labels, (40, 50), 12, 0, -1)
    cv2.circle(labels, (40, 50), 4, 2, -1)
    labels[10:13, 100:104] = 1
    return labels


def test_filling_holes_fills_what_the_class_encloses_with_all_in_it(ring):
    document = _document(ring)
    edit = document.begin_edit("Fill holes")
    paint_region(edit, fill_holes(document.labels, 1, WHOLE), 1)
    edit.commit()
    disc = np.zeros(SHAPE, np.uint8)
    cv2.circle(disc, (40, 50), 30, 1, -1)
    disc[10:13, 100:104] = 1
    assert np.array_equal(document.labels, disc)


def test_holes_larger_than_asked_stay(ring):
    area = int((ring[38:63, 28:53] != 1).sum())
    assert fill_holes(ring, 1, WHOLE, most_pixels=area - 1).is_empty
    assert fill_holes(ring, 1, WHOLE, most_pixels=area).pixel_count == area


def test_what_reaches_the_edge_is_no_hole(ring):
    assert fill_holes(ring, 0, WHOLE).pixel_count == (ring == 1).sum() - 12 + (ring == 2).sum() + 12


def test_an_island_vanishes_into_its_neighbour(ring):
    region = islands(ring, 1, WHOLE, least_pixels=13)
    assert region.rect == Rect(100, 10, 104, 13)
    cleaned = _relabelled(ring, given_to_neighbours(ring, region))
    expected = ring.copy()
    expected[10:13, 100:104] = 0
    assert np.array_equal(cleaned, expected)


def test_an_island_of_just_enough_pixels_stays(ring):
    assert islands(ring, 1, WHOLE, least_pixels=12).is_empty


def test_small_parts_of_all_classes_are_found_at_once(ring):
    found = _mask(all_islands(ring, WHOLE, least_pixels=60))
    expected = ring == 2
    expected[10:13, 100:104] = True
    assert np.array_equal(found, expected)


def test_all_but_the_largest_part(ring):
    assert all_but_largest(ring, 1, WHOLE).rect == Rect(100, 10, 104, 13)
    assert all_but_largest(ring, 2, WHOLE).is_empty
    assert all_but_largest(ring, 9, WHOLE).is_empty


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), most=st.integers(1, 40))
def test_after_removing_islands_every_pixel_belongs_to_a_large_part(seed, most):
    rng = np.random.default_rng(seed)
    noise = cv2.GaussianBlur(rng.random(SHAPE, np.float32), (0, 0), 2)
    labels = np.digitize(noise, np.quantile(noise, [0.33, 0.66])).astype(np.uint8)
    for _ in range(6):
        region = all_islands(labels, WHOLE, least_pixels=most)
        if region.is_empty:
            break
        labels = _relabelled(labels, given_to_neighbours(labels, region))
    assert all_islands(labels, WHOLE, least_pixels=most).is_empty


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_nearest_label_is_one_of_the_nearest(seed):
    rng = np.random.default_rng(seed)
    labels, known = rng.integers(0, 5, (20, 20)).astype(np.uint8), rng.random((20, 20)) < 0.05
    found = nearest_labels(labels, wanted=~known, known=known)
    places = np.argwhere(known)
    for row, column in np.argwhere(~known) if len(places) else []:
        distance = np.hypot(*(places - (row, column)).T)
        # The 5 x 5 chamfer distance may be off by a few hundredths.
        near = places[distance <= distance.min() * 1.05 + 1e-6]
        assert found[row, column] in labels[near[:, 0], near[:, 1]]
    assert np.array_equal(found[known], labels[known])


@pytest.mark.parametrize("pixels", [1, 2, 5, 8, 9, 25])
def test_growing_reaches_exactly_so_far(pixels):
    labels = np.zeros(SHAPE, np.uint8)
    labels[50, 60] = 3
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    near = np.hypot(rows - 50, columns - 60) <= pixels
    near[50, 60] = False
    assert np.array_equal(_mask(grown(labels, 3, WHOLE, pixels=pixels)), near)


def test_shrinking_gives_the_rim_to_the_nearest_class_and_the_images_edge_is_no_rim():
    labels = np.zeros(SHAPE, np.uint8)
    labels[:, 40:] = 1
    labels[:, 80:] = 2
    shrunken = _relabelled(labels, shrunk(labels, 1, WHOLE, pixels=4))
    expected = labels.copy()
    expected[:, 40:44] = 0
    expected[:, 76:80] = 2
    assert np.array_equal(shrunken, expected)


def test_shrinking_beside_unlabelled_pixels_leaves_unlabelled_pixels():
    labels = np.full(SHAPE, IGNORE, np.uint8)
    labels[:, 40:] = 1
    document = _document(labels, Origin.NOBODY)
    edit = document.begin_edit("Shrink")
    relabel(edit, shrunk(document.labels, 1, WHOLE, pixels=4))
    edit.commit()
    assert (document.labels[:, :44] == IGNORE).all()
    assert (document.origins[:, :44] == Origin.NOBODY).all()
    assert (document.labels[:, 44:] == 1).all()


def test_closing_bridges_gaps_up_to_its_width():
    labels = np.zeros(SHAPE, np.uint8)
    labels[20:80, 10:50] = 1
    labels[20:80, 54:90] = 1
    labels[20:80, 97:110] = 1
    found = _mask(closed(labels, 1, WHOLE, most_width=5))
    assert found[25:75, 50:54].all()
    assert not found[:, 90:97].any()


@pytest.mark.parametrize("most", range(1, 8))
def test_gaps_are_closed_up_to_exactly_the_width_asked_for(most):
    for width in range(1, 9):
        labels = np.full(SHAPE, 1, np.uint8)
        labels[:, 50 : 50 + width] = 0
        document = _document(labels)
        document.labels[:, 50 : 50 + width], document.origins[:, 50 : 50 + width] = IGNORE, Origin.NOBODY
        expected = 100 * width if width <= most else 0
        assert closed(labels, 1, WHOLE, most_width=most).pixel_count == expected
        gaps = closed_gaps(document.labels, document.origins, WHOLE, most_width=most)
        assert gaps.region.pixel_count == expected


def test_a_class_that_is_not_there_does_no_harm(ring):
    for region in (
        fill_holes(ring, 9, WHOLE),
        islands(ring, 9, WHOLE, least_pixels=5),
        grown(ring, 9, WHOLE, pixels=5),
        closed(ring, 9, WHOLE, most_width=5),
        shrunk(ring, 9, WHOLE, pixels=5).region,
    ):
        assert region.is_empty


def test_a_class_that_is_all_there_is_cannot_shrink():
    labels = np.full(SHAPE, 4, np.uint8)
    assert shrunk(labels, 4, WHOLE, pixels=5).is_empty
    assert grown(labels, 4, WHOLE, pixels=5).is_empty


def test_smoothing_removes_specks_and_keeps_straight_borders():
    labels = np.zeros(SHAPE, np.uint8)
    labels[:, 60:] = 1
    rough = labels.copy()
    rough[30, 30] = 1
    rough[70, 90] = 0
    assert np.array_equal(_relabelled(rough, smoothed(rough, WHOLE, radius=2)), labels)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), radius=st.integers(1, 3))
def test_smoothing_takes_the_commonest_class(seed, radius):
    labels = random_document(seed, 30, 25).labels
    labels[:] = np.where(np.random.default_rng(seed).random(labels.shape) < 0.3, 7, labels)
    found = smoothed(labels, Rect(5, 5, 25, 20), radius=radius)
    for row in range(5, 20):
        for column in range(5, 25):
            votes = np.bincount(
                labels[row - radius : row + radius + 1, column - radius : column + radius + 1].ravel()
            )
            label = found.labels[row - 5, column - 5]
            assert votes[label] == votes.max()
            if label != labels[row, column]:
                assert votes[labels[row, column]] < votes.max()


def test_tools_stay_within_the_rectangle_they_are_given(ring):
    part = Rect(20, 30, 60, 55)
    for region in (
        fill_holes(ring, 1, part),
        grown(ring, 1, part, pixels=5),
        closed(ring, 1, part, most_width=9),
        shrunk(ring, 1, part, pixels=3).region,
        smoothed(ring, part, radius=3).region,
    ):
        assert region.rect.intersected(part) == region.rect


@pytest.fixture
def holey() -> LabelDocument:
    """Half 1, half 2; a slit of 3 pixels and a block of 20 are unlabelled, a block is a person's ignore."""
    labels = np.ones(SHAPE, np.uint8)
    labels[:, 60:] = 2
    origins = np.full(SHAPE, Origin.MODEL, np.uint8)
    for rect in (Rect(20, 0, 23, 100), Rect(70, 40, 90, 60)):
        labels[rect.slices], origins[rect.slices] = IGNORE, Origin.NOBODY
    labels[10:20, 100:110], origins[10:20, 100:110] = IGNORE, Origin.PERSON
    return LabelDocument(labels, origins)


def test_the_unlabelled_region_leaves_a_persons_ignore_out(holey):
    assert unlabelled_region(holey.labels, holey.origins, WHOLE).pixel_count == 300 + 400


def test_filling_from_the_nearest_leaves_nothing_unlabelled(holey):
    edit = holey.begin_edit("Fill unlabelled")
    relabel(edit, filled_from_nearest(holey.labels, holey.origins, WHOLE))
    assert edit.commit().pixels_changed == 700
    assert (holey.labels[:, :60] == 1).all()
    assert (holey.labels[:, 60:] == 2).sum() == 6000 - 100
    assert (holey.labels[10:20, 100:110] == IGNORE).all()


def test_closing_gaps_fills_slits_and_leaves_wide_openings(holey):
    edit = holey.begin_edit("Close gaps")
    relabel(edit, closed_gaps(holey.labels, holey.origins, WHOLE, most_width=4))
    assert (holey.labels[:, 20:23] == 1).all()
    assert (holey.labels[42:58, 72:88] == IGNORE).all()


def test_an_image_without_any_label_stays_as_it_is():
    document = _document(np.full(SHAPE, IGNORE, np.uint8), Origin.NOBODY)
    edit = document.begin_edit("Fill unlabelled")
    relabel(edit, filled_from_nearest(document.labels, document.origins, WHOLE))
    assert edit.commit().is_empty
