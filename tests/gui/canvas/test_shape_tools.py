"""Rectangle, ellipse, lasso, polygon and measure, driven by mouse events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from segstudio.domain.arrays import IGNORE
from segstudio.domain.stroke import PaintOver, PaintRule
from tests.gui.canvas.hands import CAR, RIGHT, ROAD, SKY, Hands

SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_a_rectangle_paints_the_pixels_between_its_corners(hands: Hands) -> None:
    hands.canvas.tools.set_tool("rectangle")
    hands.drag([(50, 40), (30, 20), (20, 30)])
    expected = np.zeros(hands.labels.shape, bool)
    expected[30:40, 20:50] = True
    np.testing.assert_array_equal(hands.labels == CAR, expected)
    assert [change.name for change in hands.changes] == ["Rectangle"]


def test_a_rectangle_with_shift_is_a_square(hands: Hands) -> None:
    hands.canvas.tools.set_tool("rectangle")
    hands.drag([(20, 10), (50, 20)], keys=SHIFT)
    rows, columns = np.nonzero(hands.labels == CAR)
    assert np.ptp(rows) == np.ptp(columns) == 29


def test_an_ellipse_fills_its_box_by_a_quarter_of_pi(hands: Hands) -> None:
    hands.canvas.tools.set_tool("ellipse")
    hands.drag([(20, 10), (80, 50)])
    painted = hands.labels == CAR
    assert painted.sum() == pytest.approx(np.pi / 4 * 60 * 40, rel=0.01)
    assert not painted[:10].any() and not painted[50:].any()


def test_a_lasso_paints_what_it_goes_round(hands: Hands) -> None:
    hands.canvas.tools.set_tool("lasso")
    hands.drag([(20, 10), (60, 10), (60, 30), (20, 30)])
    assert (hands.labels == CAR).sum() == 40 * 20


def test_the_right_button_subtracts_a_shape(hands: Hands) -> None:
    hands.canvas.tools.set_tool("lasso")
    hands.drag([(20, 10), (60, 10), (60, 30), (20, 30)], RIGHT)
    assert (hands.labels == IGNORE).sum() == 40 * 20


@pytest.mark.parametrize("close", ["Enter", "double click", "first corner"])
def test_a_polygon_is_painted_when_it_is_closed(hands: Hands, close: str) -> None:
    hands.canvas.tools.set_tool("polygon")
    for corner in ((20, 10), (60, 10), (60, 30), (20, 30)):
        hands.click(*corner)
    assert not (hands.labels == CAR).any()
    if close == "Enter":
        hands.key(Qt.Key.Key_Return)
    elif close == "double click":
        QTest.mouseDClick(hands.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, hands.at(20, 30))
    else:
        hands.click(20, 10)
    assert (hands.labels == CAR).sum() == 40 * 20
    assert [change.name for change in hands.changes] == ["Polygon"]


def test_backspace_takes_back_the_last_corner(hands: Hands) -> None:
    hands.canvas.tools.set_tool("polygon")
    for corner in ((20, 10), (60, 10), (60, 30), (20, 30), (90, 80)):
        hands.click(*corner)
    hands.key(Qt.Key.Key_Backspace)
    hands.key(Qt.Key.Key_Return)
    assert (hands.labels == CAR).sum() == 40 * 20


def test_a_corner_can_be_dragged_before_the_polygon_is_closed(hands: Hands) -> None:
    hands.canvas.tools.set_tool("polygon")
    for corner in ((20, 10), (60, 10), (60, 40), (20, 30)):
        hands.click(*corner)
    hands.drag([(60, 40), (60, 30)])
    assert hands.canvas.tools.finish()
    assert (hands.labels == CAR).sum() == 40 * 20


@pytest.mark.parametrize("tool", ["rectangle", "ellipse", "lasso", "polygon", "scissors", "measure"])
def test_escape_forgets_what_was_begun(hands: Hands, tool: str) -> None:
    before = hands.labels.copy()
    hands.canvas.tools.set_tool(tool)
    hands.press(20, 10)
    hands.move(60, 12)
    hands.move(50, 40)
    hands.key(Qt.Key.Key_Escape)
    hands.release(50, 40)
    np.testing.assert_array_equal(hands.labels, before)
    assert not hands.canvas.tools.finish()
    assert hands.changes == []


def test_a_shape_keeps_the_paint_rule_of_its_first_point(hands: Hands) -> None:
    before = hands.labels.copy()
    hands.canvas.tools.set_rule(PaintRule(PaintOver.CLASS_UNDER_PRESS))
    hands.canvas.tools.set_tool("rectangle")
    hands.drag([(20, 60), (50, 30)])
    assert set(before[hands.labels == CAR].tolist()) == {ROAD}
    assert (hands.labels[30:45, 20:50] == SKY).all()


def test_a_preview_is_seen_before_it_is_painted(hands: Hands) -> None:
    hands.canvas.tools.set_tool("rectangle")
    hands.press(20, 10)
    before = hands.pixels()
    hands.move(60, 40)
    changed = (hands.pixels() != before).any(axis=2)
    assert changed[hands.at(40, 25).y(), hands.at(40, 25).x()]
    assert not changed[hands.at(80, 60).y(), hands.at(80, 60).x()]
    hands.release(60, 40)


def test_measure_tells_a_length_and_paints_nothing(hands: Hands) -> None:
    before = hands.labels.copy()
    hands.canvas.tools.set_tool("measure")
    hands.drag([(20, 20), (50, 60)])
    assert hands.messages[-1].startswith("50.0 px")
    np.testing.assert_array_equal(hands.labels, before)
