"""Bytes drawn through a table of colours."""

from __future__ import annotations

import numpy as np

from segstudio.domain.arrays import IGNORE
from segstudio.gui.canvas.byte_colors import draw_colors, draw_colors_over

VALUES = np.random.default_rng(0).integers(0, 256, (70, 90), np.uint8)
TABLE = np.random.default_rng(1).integers(0, 1 << 32, 256, np.uint32)


def test_each_value_gets_its_colour_and_only_the_part_that_was_meant_is_written() -> None:
    screen = np.full((100, 120), 7, np.uint32)
    draw_colors(screen[10:50, 20:80], VALUES[5:45, 3:63], TABLE)
    assert np.array_equal(screen[10:50, 20:80], TABLE[VALUES[5:45, 3:63]])
    screen[10:50, 20:80] = 7
    assert (screen == 7).all()


def test_drawn_over_what_is_there_it_shows_where_the_value_is_255() -> None:
    screen = np.full(VALUES.shape, 7, np.uint32)
    draw_colors_over(screen, VALUES, TABLE)
    assert np.array_equal(screen, np.where(VALUES == IGNORE, 7, TABLE[VALUES]))
    assert (VALUES == IGNORE).any()
