"""Scissors follow edges, GrabCut finds the object in its box."""

import math

import cv2
import numpy as np
import pytest
from PIL import Image

from segstudio.domain.arrays import read_only
from segstudio.domain.geometry import Point, Rect
from segstudio.editing.grab_cut import grab_cut
from segstudio.editing.region import Region
from segstudio.editing.scissors import Scissors
from segstudio.editing.shapes import lasso_region

SHAPE = (220, 260)
WHOLE = Rect.of_shape(SHAPE)
CAR = 8


@pytest.fixture(scope="module")
def disc() -> np.ndarray:
    """A bright disc of radius 70 around (120, 110) on dark noise, soft at its edge."""
    image = np.full((*SHAPE, 3), (50, 60, 45), np.uint8)
    cv2.circle(image, (120, 110), 70, (190, 150, 90), -1)
    image = cv2.GaussianBlur(image, (0, 0), 1.0).astype(np.float32)
    return read_only(np.clip(image + np.random.default_rng(0).normal(0, 4, image.shape), 0, 255).astype(np.uint8))


def _on_circle(degrees: float) -> Point:
    angle = math.radians(degrees)
    return Point(120.5 + 70 * math.cos(angle), 110.5 + 70 * math.sin(angle))


def _overlap(found: np.ndarray, expected: np.ndarray) -> float:
    return float((found & expected).sum() / (found | expected).sum())


def test_the_way_between_two_points_of_an_edge_follows_it(disc):
    scissors = Scissors(disc)
    scissors.fix(_on_circle(0))
    way = scissors.way_to(_on_circle(100))
    distances = [abs(math.dist(point, (120.5, 110.5)) - 70) for point in way]
    assert max(distances) <= 4
    assert math.dist(way[0], _on_circle(0)) <= 1
    assert math.dist(way[-1], _on_circle(100)) <= 1


def test_four_points_on_a_disc_cut_it_out(disc):
    scissors, outline = Scissors(disc), []
    for degrees in (10, 100, 190, 280):
        scissors.fix(_on_circle(degrees))
        outline += scissors.way_to(_on_circle(degrees + 90))
    expected = np.zeros(SHAPE, np.uint8)
    cv2.circle(expected, (120, 110), 70, 1, -1)
    assert _overlap(lasso_region(outline, WHOLE).within(WHOLE), expected.view(np.bool_)) > 0.95


def test_a_way_stays_within_its_reach(disc):
    scissors = Scissors(disc, reach=40)
    scissors.fix(Point(100, 100))
    assert scissors.window == Rect(60, 60, 141, 141)
    assert scissors.way_to(Point(1000, -50))[-1] == Point(140.5, 60.5)


def test_a_way_needs_a_start(disc):
    with pytest.raises(ValueError, match="start"):
        Scissors(disc).way_to(Point(1, 1))


def test_grab_cut_finds_the_disc_in_a_loose_box(disc):
    expected = np.zeros(SHAPE, np.uint8)
    cv2.circle(expected, (120, 110), 70, 1, -1)
    found = grab_cut(disc, Rect(35, 25, 205, 200)).within(WHOLE)
    assert _overlap(found, expected.view(np.bool_)) > 0.95


def test_nothing_outside_the_box_is_taken(disc):
    box = Rect(35, 25, 120, 200)
    region = grab_cut(disc, box)
    assert region.rect.intersected(box) == region.rect
    assert not region.is_empty


def test_a_large_box_is_cut_at_a_smaller_scale_to_nearly_the_same(disc):
    image = cv2.resize(disc, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    expected = np.zeros(image.shape[:2], np.uint8)
    cv2.circle(expected, (482, 442), 280, 1, -1)
    found = grab_cut(image, Rect(140, 100, 820, 800)).within(Rect.of_shape(expected.shape))
    assert _overlap(found, expected.view(np.bool_)) > 0.95


def test_drawn_pixels_are_kept_in_and_out(disc):
    inside, outside = Region.whole(Rect(40, 30, 50, 40)), Region.whole(Rect(110, 100, 130, 120))
    found = grab_cut(disc, Rect(35, 25, 205, 200), inside=inside, outside=outside).within(WHOLE)
    assert found[30:40, 40:50].all()
    assert not found[100:120, 110:130].any()


def test_the_models_probability_takes_the_place_of_the_middle(disc):
    """The object lies in a corner of the box; the model knows roughly where."""
    image = np.full_like(disc, 60)
    image[...] = np.clip(60 + np.random.default_rng(0).normal(0, 4, image.shape), 0, 255)
    expected = np.zeros(SHAPE, np.uint8)
    cv2.circle(expected, (60, 60), 25, 1, -1)
    image[expected == 1] = (190, 150, 90)
    box = Rect(30, 30, 230, 190)
    probability = cv2.GaussianBlur(expected.astype(np.float32), (0, 0), 6)[box.slices]
    without_model = _overlap(grab_cut(image, box).within(WHOLE), expected.view(np.bool_))
    with_model = _overlap(grab_cut(image, box, probability=probability).within(WHOLE), expected.view(np.bool_))
    assert with_model > 0.95 > without_model


@pytest.mark.parametrize("box", [Rect(5, 5, 6, 6), Rect(-20, -20, -3, -3), Rect(0, 0, 2, 2)], ids=str)
def test_a_tiny_box_does_no_harm(disc, box):
    assert grab_cut(disc, box).pixel_count <= 4


def test_cars_on_photographs_are_found_better_than_by_their_boxes(camvid):
    overlaps, boxes = [], []
    for path in sorted((camvid / "val" / "images").iterdir())[::16]:
        image = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        with Image.open(camvid / "val" / "labels" / f"{path.stem}.png") as opened:
            cars = (np.array(opened) == CAR).astype(np.uint8)
        _, parts, stats, _ = cv2.connectedComponentsWithStats(cars)
        for number, (left, top, width, height, area) in enumerate(stats[1:].tolist(), start=1):
            if area < 800 or width > 200:
                continue
            whole = Rect.of_shape(cars.shape)
            box = Rect(left, top, left + width, top + height).expanded(4).intersected(whole)
            overlaps.append(_overlap(grab_cut(image, box).within(whole), parts == number))
            boxes.append(area / box.area)
    assert len(overlaps) >= 5
    assert np.mean(overlaps) > np.mean(boxes)
