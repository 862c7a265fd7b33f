"""The canvas draws colour and class on the same pixels and never blends a class."""

from __future__ import annotations

import numpy as np
import pytest

from segstudio.scenes.canvas import SCALE, Canvas

RED = (250.0, 10.0, 10.0)
BLUE = (10.0, 10.0, 250.0)


def rectangle(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])


def canvas_of(label: int) -> Canvas:
    canvas = Canvas(20, 12)
    canvas.polygon(rectangle(-5, -5, 30, 30), BLUE, label)
    return canvas


@pytest.mark.parametrize("corners", [(4, 3, 10, 8), (4.3, 3.7, 10.2, 8.1), (0, 0, 20, 12), (18.5, 2, 40, 9)])
def test_colour_and_class_cover_the_same_pixels(corners: tuple[float, float, float, float]) -> None:
    canvas = canvas_of(1)
    canvas.polygon(rectangle(*corners), RED, 7)
    np.testing.assert_array_equal((canvas.color == (250, 10, 10)).all(axis=2), canvas.labels == 7)


def test_a_polygon_lies_where_it_should_to_half_a_pixel() -> None:
    canvas = canvas_of(1)
    canvas.polygon(rectangle(4, 3, 10, 8), RED, 7)
    rows, columns = np.nonzero(canvas.labels == 7)
    edges = np.array([rows.min(), rows.max() + 1, columns.min(), columns.max() + 1]) / SCALE
    assert edges.tolist() == pytest.approx([3, 8, 4, 10], abs=0.5)


def test_a_pixel_mostly_covered_takes_the_class_while_its_colour_is_mixed() -> None:
    canvas = canvas_of(1)
    canvas.polygon(rectangle(4.5, 3, 10, 8), RED, 7)
    canvas.polygon(rectangle(4.5, 3, 5, 3.5), BLUE, 1)
    picture, labels = canvas.finished()
    assert set(np.unique(labels)) == {1, 7}
    assert 10 < picture[4, 4, 0] < 250
    assert labels[3, 4] == 1


def test_a_class_far_from_its_neighbours_never_turns_into_one_between_them() -> None:
    canvas = canvas_of(0)
    rng = np.random.default_rng(4)
    for _ in range(30):
        canvas.polygon(rng.uniform(-4, 24, (3, 2)), RED, 10)
    assert set(np.unique(canvas.finished()[1])) <= {0, 10}


def test_a_detail_changes_colour_only() -> None:
    canvas = canvas_of(4)
    canvas.polygon(rectangle(2, 2, 6, 6), RED, None)
    picture, labels = canvas.finished()
    assert (labels == 4).all()
    assert picture[3, 3, 0] == 250


def test_a_veil_lets_the_colour_through_and_takes_the_class() -> None:
    canvas = canvas_of(4)
    canvas.veil(rectangle(2, 2, 6, 6), RED, 0.5, 9)
    picture, labels = canvas.finished()
    assert (labels[2:6, 2:6] == 9).all()
    assert 16 <= np.count_nonzero(labels == 9) <= 36
    assert picture[3, 3].tolist() == pytest.approx([130, 10, 130], abs=1)


def test_a_texture_fills_its_polygon_and_no_more() -> None:
    canvas = canvas_of(4)
    picture = np.zeros((5, 6, 3), np.uint8)
    picture[:, :3] = 200
    canvas.texture(rectangle(4, 3, 10, 8), picture, np.array([[1.0, 0, 4], [0, 1.0, 3], [0, 0, 1]]), 6)
    seen, labels = canvas.finished()
    assert 30 <= np.count_nonzero(labels == 6) <= 56
    assert (labels[3:8, 4:10] == 6).all()
    assert (seen[3:8, 4:6] == 200).all()
    assert (seen[3:8, 8:10] == 0).all()


def test_a_sprite_is_labelled_where_it_is_solid() -> None:
    canvas = canvas_of(4)
    picture = np.full((8, 8, 3), 120, np.uint8)
    opacity = np.zeros((8, 8), np.uint8)
    opacity[:, 4:] = 255
    canvas.sprite(picture, opacity, left=4, top=2, width=8 / SCALE, height=8 / SCALE, label=5)
    seen, labels = canvas.finished()
    assert (labels[2:6, 6:8] == 5).all()
    assert np.count_nonzero(labels == 5) == 8
    assert (seen[2:6, 6:8] == 120).all()
    assert (seen[2:6, 4:6] == (10, 10, 250)).all()


@pytest.mark.parametrize("place", [(-400.0, 3.0), (400.0, 3.0), (3.0, -400.0), (3.0, 400.0)])
def test_things_beyond_the_picture_leave_no_trace(place: tuple[float, float]) -> None:
    canvas = canvas_of(4)
    shape = rectangle(*place, place[0] + 5, place[1] + 5)
    canvas.polygon(shape, RED, 1)
    canvas.veil(shape, RED, 0.5, 2)
    canvas.texture(shape, np.zeros((4, 4, 3), np.uint8), np.eye(3), 3)
    solid = np.full((4, 4), 255, np.uint8)
    canvas.sprite(np.zeros((4, 4, 3), np.uint8), solid, left=place[0], top=place[1], width=5, height=5, label=5)
    picture, labels = canvas.finished()
    assert (labels == 4).all()
    assert (picture == (10, 10, 250)).all()
