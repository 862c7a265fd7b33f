"""The camera puts the world where a lens would."""

from __future__ import annotations

import numpy as np
import pytest

from segstudio.scenes.camera import NEAR, Camera


def camera(*, yaw: float = 0, pitch: float = 0, roll: float = 0) -> Camera:
    return Camera.looking((0.0, 1.5, 0.0), yaw=yaw, pitch=pitch, roll=roll, size=(200, 100), focal=1.0)


def test_what_lies_straight_ahead_is_in_the_middle() -> None:
    assert camera().point((0.0, 1.5, 10.0)) == pytest.approx((100, 50))


def test_a_metre_shrinks_with_distance() -> None:
    assert camera().point((1.0, 0.5, 10.0)) == pytest.approx((120, 70))
    assert camera().point((1.0, 0.5, 20.0)) == pytest.approx((110, 60))


@pytest.mark.parametrize(
    ("turn", "x", "y"),
    [({"yaw": 5.0}, -1, 0), ({"pitch": 5.0}, 0, 1), ({"yaw": -5.0}, 1, 0), ({"pitch": -5.0}, 0, -1)],
)
def test_turning_the_camera_moves_the_world_the_other_way(turn: dict[str, float], x: int, y: int) -> None:
    point = camera(**turn).point((0.0, 1.5, 10.0))
    assert np.sign(np.round(point[0] - 100)) == x
    assert np.sign(np.round(point[1] - 50)) == y


def test_a_polygon_that_passes_the_camera_is_cut() -> None:
    strip = np.array([[-1.0, 0, -5], [1.0, 0, -5], [1.0, 0, 20], [-1.0, 0, 20]])
    shape = camera().polygon(strip)
    assert shape is not None
    assert shape[:, 1].max() == pytest.approx(50 + 200 * 1.5 / NEAR)


def test_what_lies_behind_is_not_seen() -> None:
    assert camera().polygon(np.array([[-1.0, 0, -5], [1.0, 0, -5], [0, 2, -5]])) is None


@pytest.mark.parametrize("turn", [{}, {"yaw": 20.0}, {"pitch": -6.0, "roll": 3.0}])
def test_the_ground_is_where_its_pixels_show_it(turn: dict[str, float]) -> None:
    lens = camera(**turn)
    x, z, is_ground = lens.ground(1)
    for row, column in ((80, 30), (95, 150), (70, 100)):
        assert is_ground[row, column]
        seen = lens.point((float(x[row, column]), 0.0, float(z[row, column])))
        assert seen == pytest.approx((column + 0.5, row + 0.5), abs=0.01)
    assert not is_ground[5].any()


def test_a_homography_agrees_with_the_lens() -> None:
    lens = camera(yaw=12, roll=2)
    origin, along, up = np.array([2.0, 0.5, 8.0]), np.array([0.6, 0, 0.8]), np.array([0.0, 1.0, 0.0])
    placed = lens.homography(origin, along, up) @ np.array([3.0, 2.0, 1.0])
    world = origin + 3 * along + 2 * up
    assert (placed[:2] / placed[2]).tolist() == pytest.approx(lens.point((world[0], world[1], world[2])))
