"""The wand takes what looks like the pixel that was clicked."""

import cv2
import numpy as np
import pytest

from editing.pictures import on_whole_image
from segstudio.domain.arrays import read_only
from segstudio.domain.geometry import Point
from segstudio.editing.wand import color_region


@pytest.fixture
def two_red_discs() -> np.ndarray:
    image = np.full((120, 200, 3), (40, 90, 60), np.uint8)
    cv2.circle(image, (50, 60), 30, (200, 30, 30), -1)
    cv2.circle(image, (150, 60), 30, (212, 30, 30), -1)
    return read_only(image)


def _mask(region, image):
    return on_whole_image(region.rect, region.mask, image.shape[:2])


def test_one_click_takes_one_disc(two_red_discs):
    found = _mask(color_region(two_red_discs, Point(50, 60), 20), two_red_discs)
    assert np.array_equal(found, (two_red_discs == (200, 30, 30)).all(axis=2))


def test_without_contiguity_both_are_taken(two_red_discs):
    found = _mask(color_region(two_red_discs, Point(50, 60), 20, contiguous=False), two_red_discs)
    assert np.array_equal(found, two_red_discs[..., 0] >= 200)


def test_the_tolerance_is_kept_exactly(two_red_discs):
    for tolerance, is_both in ((11, False), (12, True)):
        found = _mask(color_region(two_red_discs, Point(50, 60), tolerance, contiguous=False), two_red_discs)
        assert found[60, 150] == is_both


def test_the_clicked_pixel_belongs_to_it_even_among_others():
    image = np.zeros((9, 9, 3), np.uint8)
    image[4, 4] = 255
    region = color_region(image, Point(4.5, 4.5), 0)
    assert region.pixel_count == 1
    assert region.contains(Point(4.5, 4.5))


def test_on_a_photograph_a_larger_tolerance_takes_more(camvid):
    path = sorted((camvid / "val" / "images").iterdir())[0]
    image = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    counts = [color_region(image, Point(240, 320), tolerance).pixel_count for tolerance in (5, 15, 30, 60)]
    assert counts == sorted(counts)
    assert 0 < counts[0] < counts[-1]


def test_a_click_outside_takes_nothing(two_red_discs):
    assert color_region(two_red_discs, Point(-1, 5), 10).is_empty
