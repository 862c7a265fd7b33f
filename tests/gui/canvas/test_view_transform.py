"""Where the image lies in the window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.domain.geometry import Point, Rect, Size
from segstudio.gui.canvas.sampling import nearest_grid
from segstudio.gui.canvas.view_transform import ViewTransform

VIEWS = st.builds(
    lambda width, height, scale, x, y: ViewTransform(
        Size(width, height), Size(640, 480), scale, x, y
    ).kept_in_reach(),
    st.integers(1, 5000),
    st.integers(1, 5000),
    st.floats(0.02, 64),
    st.integers(-4000, 4000),
    st.integers(-4000, 4000),
)


@settings(max_examples=40, deadline=None)
@given(VIEWS, st.floats(-100, 700), st.floats(-100, 700))
def test_device_and_image_positions_are_each_others_inverse(view: ViewTransform, x: float, y: float) -> None:
    assert view.to_device(view.to_image(x, y)) == pytest.approx((x, y), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(VIEWS)
def test_each_pixel_of_the_screen_shows_the_image_pixel_under_its_middle(view: ViewTransform) -> None:
    area = view.picture_area
    if area.is_empty:
        return
    grid = nearest_grid(view, area, 0)
    for index in (0, (area.width - 1) // 2, area.width - 1):
        point = view.to_image(area.left + index + 0.5, area.top + 0.5)
        expected = min(max(int(np.floor(point.x)), 0), view.image.width - 1)
        assert grid.region.left + grid.columns[index] == expected


@settings(max_examples=40, deadline=None)
@given(VIEWS)
def test_the_picture_never_leaves_the_window_altogether(view: ViewTransform) -> None:
    assert not view.device_rect(Rect(0, 0, view.image.width, view.image.height)).is_empty


@settings(max_examples=40, deadline=None)
@given(VIEWS, st.integers(0, 640), st.integers(0, 480), st.integers(-3, 3).filter(bool))
def test_a_wheel_step_lands_on_quarter_powers_of_two(view: ViewTransform, x: int, y: int, steps: int) -> None:
    zoomed = view.stepped(steps, x, y)
    if view.smallest_scale < zoomed.scale < 64:
        assert np.log2(zoomed.scale) * 4 == pytest.approx(round(np.log2(zoomed.scale) * 4), abs=1e-6)
    assert (zoomed.scale - view.scale) * steps >= 0 or zoomed.scale == view.smallest_scale


def test_a_fitted_image_is_wholly_visible_and_in_the_middle() -> None:
    view = ViewTransform.fitting(Size(4000, 1000), Size(800, 600))
    assert view.visible == Rect(0, 0, 4000, 1000)
    assert view.to_device(Point(2000, 500)) == pytest.approx((400, 300), abs=1)


def test_an_area_is_brought_to_the_middle() -> None:
    view = ViewTransform.fitting(Size(4000, 3000), Size(800, 600)).showing(Rect(1000, 1000, 1100, 1050))
    assert view.to_device(Point(1050, 1025)) == pytest.approx((400, 300), abs=1)
    assert view.scale == pytest.approx(4.8)


@pytest.mark.parametrize(
    ("scale", "labels", "picture"), [(1.0, 0, 0), (0.7, 0, 0), (0.6, 0, 1), (0.5, 1, 1), (0.3, 1, 2), (0.1, 3, 3)]
)
def test_the_pyramid_level_follows_the_zoom(scale: float, labels: int, picture: int) -> None:
    view = ViewTransform(Size(4000, 3000), Size(800, 600), scale)
    assert (view.level, view.picture_level) == (labels, picture)
