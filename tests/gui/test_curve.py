"""A small curve: higher values lie higher, later ones further right, and even one value has a place."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from segstudio.gui.panels.curve import Curve


def test_later_lies_further_right_and_more_lies_higher(qtbot: QtBot) -> None:
    curve = Curve("Loss", "#e3ad4b", digits=3)
    qtbot.addWidget(curve)
    curve.resize(240, 116)
    points = [(1, 0.9), (2, 0.4), (3, 0.5)]
    curve.show_points(points, end=12, mark=2)
    first, second, third = (curve.place_of(point) for point in points)
    assert first.x() < second.x() < third.x() < curve.width() / 2
    assert first.y() < third.y() < second.y() < curve.height()
    assert curve.accessibleDescription() == "0.900, 0.400, 0.500"


def test_a_single_value_and_equal_values_are_drawn_in_the_middle(qtbot: QtBot) -> None:
    curve = Curve("Mean IoU, %", "#4cbf91", digits=1)
    qtbot.addWidget(curve)
    curve.resize(240, 116)
    for points in ([(1, 62.0)], [(1, 0.0), (2, 0.0)]):
        curve.show_points(points, end=1)
        middle = curve.place_of(points[-1]).y()
        assert curve.height() / 3 < middle < 2 * curve.height() / 3
        assert not curve.grab().isNull()
