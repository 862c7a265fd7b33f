"""An image of one pixel, row or column breaks no tool."""

import numpy as np
import pytest

from segstudio.domain.arrays import Origin
from segstudio.domain.geometry import Point, Rect
from segstudio.domain.stroke import Brush, PaintOver, PaintRule
from segstudio.editing.brush import paint_segment
from segstudio.editing.document import LabelDocument
from segstudio.editing.flood import label_region
from segstudio.editing.grab_cut import grab_cut
from segstudio.editing.islands import all_islands, fill_holes, given_to_neighbours
from segstudio.editing.journal import apply_change, encode_change
from segstudio.editing.label_pyramid import LabelPyramid
from segstudio.editing.morphology import closed, grown, shrunk, smoothed
from segstudio.editing.refine_edge import refined_edges
from segstudio.editing.region import paint_region, relabel
from segstudio.editing.scissors import Scissors
from segstudio.editing.slic import find_superpixels
from segstudio.editing.unlabelled import closed_gaps, filled_from_nearest
from segstudio.editing.wand import color_region


@pytest.fixture(params=[(1, 1), (1, 7), (7, 1), (2, 2), (1, 300)], ids=str)
def shape(request) -> tuple[int, int]:
    return request.param


@pytest.fixture
def document(shape) -> LabelDocument:
    rng = np.random.default_rng(0)
    return LabelDocument(rng.choice([0, 1, 255], shape).astype(np.uint8), np.zeros(shape, np.uint8))


def test_painting_undoing_and_the_journal(document):
    before, start = document.labels.copy(), document.origins.copy()
    edit = document.begin_edit("Brush")
    paint_segment(
        edit, Point(0.5, 0.5), Point(9, 9), Brush(3), 5, PaintRule(PaintOver.ANYTHING, locked=frozenset({9}))
    )
    paint_region(edit, label_region(document.labels, Point(0.5, 0.5)), 6)
    change = edit.commit()
    assert document.labels[0, 0] == 6
    assert document.origins[0, 0] == Origin.PERSON
    labels, origins = before.copy(), start.copy()
    apply_change(encode_change(change), labels, origins)
    assert np.array_equal(labels, document.labels)
    document.undo()
    assert np.array_equal(document.labels, before)
    assert LabelPyramid(document.labels).levels[0] is document.labels


def test_cleaning(document):
    labels, whole = document.labels, document.rect
    edit = document.begin_edit("Clean")
    for region in (
        fill_holes(labels, 1, whole),
        grown(labels, 1, whole, pixels=3),
        closed(labels, 1, whole, most_width=3),
        label_region(labels, Point(0, 0), contiguous=False),
    ):
        paint_region(edit, region, 1)
    for relabelling in (
        given_to_neighbours(labels, all_islands(labels, whole, least_pixels=2)),
        shrunk(labels, 1, whole, pixels=2),
        smoothed(labels, whole, radius=2),
        closed_gaps(labels, document.origins, whole, most_width=2),
        filled_from_nearest(labels, document.origins, whole),
    ):
        relabel(edit, relabelling)
    edit.cancel()


def test_tools_that_look_at_the_picture(shape, document):
    image = np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8)
    whole = Rect.of_shape(shape)
    assert color_region(image, Point(0.5, 0.5), 10).contains(Point(0.5, 0.5))
    assert find_superpixels(image, whole, cell=8).region_at(Point(0.5, 0.5)).contains(Point(0.5, 0.5))
    assert grab_cut(image, whole).rect.intersected(whole) == grab_cut(image, whole).rect
    refined = refined_edges(image, document.labels, whole, band=2)
    assert refined.labels.shape == shape
    scissors = Scissors(image, reach=400)
    scissors.fix(Point(0, 0))
    assert scissors.way_to(Point(shape[1], shape[0]))[-1] == Point(shape[1] - 0.5, shape[0] - 0.5)
