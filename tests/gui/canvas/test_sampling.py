"""Reading an image at the pixels of the screen, whichever way round is quickest."""

from __future__ import annotations

import numpy as np
import pytest

from segstudio.domain.geometry import Rect, Size
from segstudio.gui.canvas.sampling import nearest_grid
from segstudio.gui.canvas.view_transform import ViewTransform

IMAGE = Size(331, 217)


@pytest.mark.parametrize("scale", [0.07, 0.125, 0.31, 0.5, 0.7, 1.0, 1.37, 2.0, 5.0, 16.0])
@pytest.mark.parametrize("level", [0, 1, 3])
def test_samples_are_the_pixels_under_the_centres(scale: float, level: int) -> None:
    view = ViewTransform(IMAGE, Size(640, 480), scale, 13, -5)
    area = view.picture_area
    array = np.random.default_rng(0).integers(0, 255, (IMAGE.height, IMAGE.width), np.uint8)[
        :: 1 << level, :: 1 << level
    ]
    rows, columns = (
        ((np.arange(start, stop) + 0.5 - offset) / scale).astype(int) >> level
        for start, stop, offset in ((area.top, area.bottom, -5), (area.left, area.right, 13))
    )
    wanted = array[rows][:, columns]

    grid = nearest_grid(view, area, level)
    target = np.zeros((480, 640), np.uint8)
    grid.read_into(target[area.slices], array[grid.region.slices])

    assert np.array_equal(grid.read(array[grid.region.slices]), wanted)
    assert np.array_equal(target[area.slices], wanted)


@pytest.mark.parametrize("scale", [0.31, 0.5, 1.0, 1.37, 8.0])
def test_a_part_is_sampled_like_the_whole(scale: float) -> None:
    view = ViewTransform(IMAGE, Size(640, 480), scale, 13, -5)
    whole = view.picture_area
    part = Rect(whole.left + 5, whole.top + 7, whole.left + 60, whole.top + 40).intersected(whole)
    array = np.random.default_rng(1).integers(0, 255, (IMAGE.height, IMAGE.width), np.uint8)
    all_of_it, some = nearest_grid(view, whole, 0), nearest_grid(view, part, 0)

    seen = all_of_it.read(array[all_of_it.region.slices])
    found = some.read(array[some.region.slices])
    top, left = part.top - whole.top, part.left - whole.left
    assert np.array_equal(found, seen[top : top + part.height, left : left + part.width])
