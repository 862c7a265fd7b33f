"""Fill, wand, superpixels, scissors, GrabCut, border and refine, driven by mouse events."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from segstudio.domain.arrays import IGNORE
from segstudio.domain.stroke import Brush, PaintRule
from segstudio.gui.canvas.tool_settings import ToolOptions
from tests.gui.canvas.hands import CAR, HEIGHT, RIGHT, ROAD, SKY, WIDTH, Hands

CAR_BOX = (slice(50, 70), slice(40, 80))


def car_pixels() -> np.ndarray:
    expected = np.zeros((HEIGHT, WIDTH), bool)
    expected[CAR_BOX] = True
    return expected


def test_fill_paints_the_region_of_one_class(hands: Hands) -> None:
    hands.canvas.tools.set_tool("fill")
    hands.click(10, 10)
    assert (hands.labels[:45] == CAR).all() and (hands.labels[45:] == ROAD).all()
    assert [change.name for change in hands.changes] == ["Fill"]


def test_fill_by_colour_paints_what_looks_alike(hands: Hands) -> None:
    hands.canvas.tools.set_tool_options(ToolOptions(fill_by_color=True, tolerance=10))
    hands.canvas.tools.set_tool("fill")
    hands.click(60, 60)
    np.testing.assert_array_equal(hands.labels == CAR, car_pixels())


def test_fill_erases_with_the_right_button(hands: Hands) -> None:
    hands.canvas.tools.set_tool("fill")
    hands.click(10, 10, RIGHT)
    assert (hands.labels[:45] == IGNORE).all()


def test_fill_keeps_locked_classes(hands: Hands) -> None:
    hands.canvas.tools.set_rule(PaintRule(locked=frozenset({SKY})))
    hands.canvas.tools.set_tool("fill")
    hands.click(10, 10)
    assert (hands.labels[:45] == SKY).all()
    assert hands.changes == []
    assert hands.messages == ["Nothing to change here."]


def test_the_wand_takes_more_when_it_is_dragged_right(hands: Hands) -> None:
    hands.canvas.tools.set_tool_options(ToolOptions(tolerance=0))
    hands.canvas.tools.set_tool("wand")
    hands.press(60, 60)
    hands.move(61, 60)
    assert not (hands.labels == CAR).any()
    hands.release(61, 60)
    np.testing.assert_array_equal(hands.labels == CAR, car_pixels())
    hands.document.undo()
    hands.drag([(42, 60), (118, 60)])
    hands.drag([(42, 60), (42, 61)])
    assert (hands.labels == CAR).sum() >= car_pixels().sum()
    assert any(message.startswith("Tolerance ") for message in hands.messages)


def test_the_wand_can_be_cancelled(hands: Hands) -> None:
    hands.canvas.tools.set_tool("wand")
    hands.press(60, 60)
    hands.key(Qt.Key.Key_Escape)
    hands.release(60, 60)
    assert not (hands.labels == CAR).any()


def test_superpixels_follow_the_picture_and_are_one_step_a_drag(hands: Hands) -> None:
    hands.canvas.tools.set_tool_options(ToolOptions(superpixel_side=10, compactness=5))
    hands.canvas.tools.set_brush(Brush(3))
    hands.canvas.tools.set_tool("superpixel")
    hands.hover(60, 60)
    hands.drag([(45, 60), (60, 60), (75, 60)])
    painted = hands.labels == CAR
    assert painted.sum() > 150
    assert (painted & ~car_pixels()).sum() < 0.1 * painted.sum()
    assert [change.name for change in hands.changes] == ["Superpixels"]


def test_superpixels_can_be_cancelled(hands: Hands) -> None:
    hands.canvas.tools.set_tool("superpixel")
    hands.press(60, 60)
    assert (hands.labels == CAR).any()
    hands.key(Qt.Key.Key_Escape)
    hands.release(60, 60)
    assert not (hands.labels == CAR).any()


def test_scissors_cling_to_the_edges(hands: Hands) -> None:
    hands.canvas.tools.set_tool("scissors")
    for corner in ((40, 50), (79, 50), (79, 69), (40, 69)):
        hands.hover(*corner)
        hands.click(*corner)
    hands.key(Qt.Key.Key_Return)
    painted = hands.labels == CAR
    assert (painted ^ car_pixels()).sum() < 0.15 * car_pixels().sum()
    assert [change.name for change in hands.changes] == ["Scissors"]


def test_backspace_takes_back_the_scissors_last_piece(hands: Hands) -> None:
    hands.canvas.tools.set_tool("scissors")
    hands.click(40, 50)
    hands.click(79, 50)
    hands.key(Qt.Key.Key_Backspace)
    hands.key(Qt.Key.Key_Backspace)
    assert not hands.canvas.tools.finish()


def test_grab_cut_finds_the_object_in_the_box(hands: Hands) -> None:
    hands.canvas.tools.set_tool("grabcut")
    hands.drag([(35, 47), (86, 75)])
    painted = hands.labels == CAR
    assert (painted ^ car_pixels()).sum() < 0.1 * car_pixels().sum()
    assert [change.name for change in hands.changes] == ["GrabCut"]


def test_a_border_follows_the_drag_without_a_gap(hands: Hands) -> None:
    hands.canvas.tools.set_brush(Brush(40))
    hands.canvas.tools.set_tool("border")
    hands.hover(60, 44)
    hands.press(60, 44)
    hands.move(60, 40)
    hands.move(60, 36)
    hands.release(60, 36)
    assert set(np.unique(hands.labels).tolist()) == {SKY, ROAD}
    assert hands.labels[38, 60] == ROAD
    assert (hands.labels[:45, :20] == SKY).all()
    assert [change.name for change in hands.changes] == ["Move border"]


def test_a_border_let_go_with_escape_springs_back(hands: Hands) -> None:
    before = hands.labels.copy()
    hands.canvas.tools.set_brush(Brush(40))
    hands.canvas.tools.set_tool("border")
    hands.press(60, 44)
    hands.move(60, 30)
    assert (hands.labels != before).any()
    hands.key(Qt.Key.Key_Escape)
    hands.release(60, 30)
    np.testing.assert_array_equal(hands.labels, before)


def test_refine_moves_a_border_to_the_pictures_edge_under_the_brush_only(hands: Hands) -> None:
    edit = hands.document.begin_edit("Wrong border")
    edit.write(hands.document.rect, np.indices((HEIGHT, WIDTH))[0] < 42, SKY)
    edit.write(hands.document.rect, np.indices((HEIGHT, WIDTH))[0] >= 42, ROAD)
    edit.commit()
    hands.canvas.refresh()
    hands.canvas.tools.set_tool_options(ToolOptions(band_width=8))
    hands.canvas.tools.set_brush(Brush(16))
    hands.canvas.tools.set_tool("refine")
    hands.drag([(0, 43), (60, 43)])
    assert (hands.labels[42:45, 5:50] == SKY).mean() > 0.9
    assert (hands.labels[42:45, 80:] == ROAD).all()
    assert [change.name for change in hands.changes] == ["Refine edge"]
