"""What an area does to the active class: it is added, taken away, kept alone, or reversed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.stroke import PaintRule
from segstudio.editing.class_algebra import Combination
from segstudio.gui.canvas.tool_settings import ToolOptions
from tests.gui.canvas.hands import CAR, RIGHT, ROAD, SKY, Hands

BOX = (slice(30, 60), slice(20, 50))
"""The rows and columns of a rectangle that is dragged over the border of sky and road at row 45."""


def drag_box(hands: Hands, how: Combination, class_id: int) -> None:
    hands.canvas.tools.set_active_class(class_id)
    hands.canvas.tools.set_tool_options(ToolOptions(combination=how))
    hands.canvas.tools.set_tool("rectangle")
    hands.drag([(20, 30), (50, 60)])


def test_taken_from_the_class_is_unlabelled_and_no_other_class_changes(hands: Hands) -> None:
    drag_box(hands, Combination.SUBTRACT, ROAD)
    wanted = np.full(hands.labels.shape, SKY, np.uint8)
    wanted[45:] = ROAD
    wanted[45:60, 20:50] = IGNORE
    np.testing.assert_array_equal(hands.labels, wanted)
    assert (hands.document.origins[45:60, 20:50] == Origin.NOBODY).all()
    assert [change.name for change in hands.changes] == ["Take from the class"]


def test_kept_inside_only(hands: Hands) -> None:
    drag_box(hands, Combination.INTERSECT, ROAD)
    assert (hands.labels == ROAD).sum() == 15 * 30
    assert (hands.labels[45:60, 20:50] == ROAD).all()
    assert (hands.labels[:45] == SKY).all()


def test_reversed_inside(hands: Hands) -> None:
    drag_box(hands, Combination.EXCLUDE, ROAD)
    assert (hands.labels[30:45, 20:50] == ROAD).all()
    assert (hands.labels[45:60, 20:50] == IGNORE).all()
    assert (hands.labels[60:] == ROAD).all()


@pytest.mark.parametrize("how", list(Combination)[1:])
def test_each_is_one_step_that_is_undone_whole(hands: Hands, how: Combination) -> None:
    before, origins = hands.labels.copy(), hands.document.origins.copy()
    drag_box(hands, how, ROAD)
    assert len(hands.changes) == 1
    hands.document.undo()
    np.testing.assert_array_equal(hands.labels, before)
    np.testing.assert_array_equal(hands.document.origins, origins)


def test_the_right_button_erases_every_class_whatever_is_chosen(hands: Hands) -> None:
    hands.canvas.tools.set_active_class(CAR)
    hands.canvas.tools.set_tool_options(ToolOptions(combination=Combination.SUBTRACT))
    hands.canvas.tools.set_tool("rectangle")
    hands.drag([(20, 30), (50, 60)], RIGHT)
    assert (hands.labels[BOX] == IGNORE).all()


def test_a_locked_class_keeps_its_pixels(hands: Hands) -> None:
    hands.canvas.tools.set_rule(PaintRule(locked=frozenset({SKY})))
    drag_box(hands, Combination.EXCLUDE, ROAD)
    assert (hands.labels[:45] == SKY).all()


@pytest.mark.parametrize("tool", ["lasso", "polygon", "ellipse"])
def test_other_areas_take_away_too(hands: Hands, tool: str) -> None:
    hands.canvas.tools.set_active_class(ROAD)
    hands.canvas.tools.set_tool_options(ToolOptions(combination=Combination.SUBTRACT))
    hands.canvas.tools.set_tool(tool)
    corners = [(20, 50), (60, 50), (60, 80), (20, 80)]
    if tool == "polygon":
        for corner in corners:
            hands.click(*corner)
        hands.key(Qt.Key.Key_Return)
    else:
        hands.drag([corners[0], corners[2]] if tool == "ellipse" else corners)
    assert hands.labels[65, 40] == IGNORE
    assert (hands.labels[:45] == SKY).all()


def test_an_area_off_the_image_leaves_the_class_alone(hands: Hands) -> None:
    before = hands.labels.copy()
    hands.canvas.tools.set_active_class(ROAD)
    hands.canvas.tools.set_tool_options(ToolOptions(combination=Combination.INTERSECT))
    hands.canvas.tools.set_tool("rectangle")
    hands.drag([(-9, -9), (-4, -4)])
    np.testing.assert_array_equal(hands.labels, before)
