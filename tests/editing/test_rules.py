"""Each paint rule keeps exactly the pixels it should."""

import numpy as np
import pytest

from editing.pictures import random_document
from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.geometry import Point
from segstudio.domain.stroke import Brush, PaintOver, PaintRule
from segstudio.editing.brush import paint_segment
from segstudio.editing.rules import allowed_pixels

LABELS = random_document(8, 90, 80).labels
ORIGINS = random_document(8, 90, 80).origins
PRESSED = 2

EXPECTED = {
    PaintOver.ANYTHING: np.ones(LABELS.shape, np.bool_),
    PaintOver.UNLABELLED: (LABELS == IGNORE) & (ORIGINS == Origin.NOBODY),
    PaintOver.CLASS_UNDER_PRESS: LABELS == PRESSED,
    PaintOver.CHOSEN_CLASSES: np.isin(LABELS, [0, 7]),
    PaintOver.MODEL_PIXELS: np.isin(ORIGINS, [Origin.MODEL, Origin.ACCEPTED]),
}


@pytest.mark.parametrize("locked", [frozenset(), frozenset({1}), frozenset({0, 2})], ids=str)
@pytest.mark.parametrize("over", list(PaintOver))
def test_a_rule_allows_exactly_its_pixels(over, locked):
    document = random_document(8, 90, 80)
    edit = document.begin_edit("Fill")
    row, column = np.argwhere(LABELS == PRESSED)[0]
    edit.press_at(Point(column + 0.5, row + 0.5))
    edit.write(document.rect, None, 33, PaintRule(over, chosen=frozenset({0, 7}), locked=locked))
    edit.commit()
    expected = EXPECTED[over] & ~np.isin(LABELS, list(locked))
    assert np.array_equal(document.labels == 33, expected)
    assert np.array_equal(document.labels[~expected], LABELS[~expected])
    assert np.array_equal(document.origins, np.where(expected, Origin.PERSON, ORIGINS))


def test_a_rule_that_allows_all_makes_no_mask():
    assert allowed_pixels(LABELS, ORIGINS, PaintRule()) is None


def test_a_stroke_paints_over_the_class_it_was_pressed_on():
    document = random_document(8, 90, 80)
    edit = document.begin_edit("Brush")
    rule = PaintRule(PaintOver.CLASS_UNDER_PRESS)
    pressed = int(LABELS[10, 10])
    paint_segment(edit, Point(10.5, 10.5), Point(40, 40), Brush(9), 33, rule)
    paint_segment(edit, Point(40, 40), Point(80, 70), Brush(9), 33, rule)
    assert set(LABELS[document.labels == 33].tolist()) == {pressed}


def test_a_stroke_pressed_outside_the_image_takes_the_first_class_it_starts_on():
    document = random_document(8, 90, 80)
    edit = document.begin_edit("Brush")
    rule = PaintRule(PaintOver.CLASS_UNDER_PRESS)
    assert paint_segment(edit, Point(-5, 10), Point(5.5, 10.5), Brush(9), 33, rule).is_empty
    paint_segment(edit, Point(5.5, 10.5), Point(9, 10), Brush(9), 33, rule)
    assert set(LABELS[document.labels == 33].tolist()) == {int(LABELS[10, 5])}


def test_the_class_under_the_press_needs_a_press():
    with pytest.raises(ValueError, match="press"):
        allowed_pixels(LABELS, ORIGINS, PaintRule(PaintOver.CLASS_UNDER_PRESS))


@pytest.mark.parametrize("over", list(PaintOver))
def test_of_no_pixels_a_rule_allows_none(over):
    rule = PaintRule(over, chosen=frozenset({0, 7}), locked=frozenset({1}))
    allowed = allowed_pixels(LABELS[:0], ORIGINS[:0], rule, pressed_class=PRESSED)
    assert allowed is not None
    assert allowed.shape == (0, LABELS.shape[1])
