"""Between which classes the model wavers."""

from __future__ import annotations

import numpy as np

from segstudio.domain.geometry import Rect, Size
from segstudio.domain.prediction import Probabilities
from segstudio.services.doubt import doubted_classes


def wavering() -> Probabilities:
    """Class 3 is certain at the left; 5 and 9 are near each other at the right."""
    values = np.zeros((3, 4, 8), np.uint8)
    values[0, :, :4] = 255
    values[1, :, 4:], values[2, :, 4:] = 140, 115
    return Probabilities(values, (3, 5, 9), Size(32, 16), 4)


def test_the_two_classes_that_compete_are_named_the_likelier_first() -> None:
    assert doubted_classes(wavering(), Rect(16, 0, 32, 16)) == (5, 9)


def test_a_sure_part_of_the_place_does_not_count() -> None:
    assert doubted_classes(wavering(), Rect(0, 0, 32, 16)) == (5, 9)


def test_where_nothing_is_doubted_nothing_is_named() -> None:
    assert doubted_classes(wavering(), Rect(0, 0, 16, 16)) == ()
