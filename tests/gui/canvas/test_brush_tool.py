"""The brush and the eraser, driven by mouse events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.geometry import Point
from segstudio.domain.stroke import Brush, PaintOver, PaintRule, Stroke, Tip
from segstudio.editing.brush import paint_stroke
from segstudio.gui.canvas.tool_settings import ToolOptions
from tests.gui.canvas.hands import CAR, RIGHT, ROAD, SKY, Hands, document

SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)


def test_a_drag_paints_exactly_what_the_engine_paints_for_the_same_points(hands: Hands) -> None:
    points = [(20.0, 20.0), (40.0, 30.0), (60.0, 24.0)]
    hands.canvas.tools.set_brush(Brush(9))
    hands.drag(points)
    expected = document()
    edit = expected.begin_edit("Brush")
    paint_stroke(edit, Stroke(tuple(Point(*point) for point in points), Brush(9), CAR))
    edit.commit()
    np.testing.assert_array_equal(hands.labels, expected.labels)
    np.testing.assert_array_equal(hands.document.origins, expected.origins)


def test_one_stroke_is_one_undo_step(hands: Hands) -> None:
    before = hands.labels.copy()
    hands.drag([(20, 20), (40, 30), (60, 24)])
    assert [change.name for change in hands.changes] == ["Brush"]
    hands.document.undo()
    np.testing.assert_array_equal(hands.labels, before)
    assert not hands.document.can_undo


@pytest.mark.parametrize("how", ["right button", "Alt", "eraser"])
def test_erasing_leaves_pixels_that_belong_to_nobody(hands: Hands, how: str) -> None:
    hands.canvas.tools.set_brush(Brush(9))
    if how == "eraser":
        hands.canvas.tools.set_tool("eraser")
    hands.drag([(20, 20), (40, 20)], RIGHT if how == "right button" else Qt.MouseButton.LeftButton,
               ALT if how == "Alt" else Qt.KeyboardModifier.NoModifier)  # fmt: skip
    assert hands.labels[20, 30] == IGNORE
    assert hands.document.origins[20, 30] == Origin.NOBODY
    assert hands.changes[0].name == "Erase"


def test_escape_takes_a_stroke_back_and_leaves_no_step(hands: Hands) -> None:
    before = hands.labels.copy()
    hands.press(20, 20)
    hands.move(50, 20)
    assert (hands.labels != before).any()
    hands.key(Qt.Key.Key_Escape)
    np.testing.assert_array_equal(hands.labels, before)
    hands.move(70, 20)
    hands.release(70, 20)
    np.testing.assert_array_equal(hands.labels, before)
    assert not hands.document.can_undo
    assert hands.changes == []


def test_shift_drag_paints_a_straight_line_at_the_release(hands: Hands) -> None:
    hands.canvas.tools.set_brush(Brush(3))
    hands.press(20, 20, keys=SHIFT)
    hands.move(40, 40, keys=SHIFT)
    assert not (hands.labels == CAR).any()
    hands.move(60, 20, keys=SHIFT)
    hands.release(60, 20, keys=SHIFT)
    rows, columns = np.nonzero(hands.labels == CAR)
    assert (columns.min(), columns.max()) == (19, 60)
    assert rows.max() - rows.min() <= 3


def test_shift_click_joins_the_last_stroke(hands: Hands) -> None:
    hands.canvas.tools.set_brush(Brush(3))
    hands.click(20, 20)
    hands.click(60, 20, keys=SHIFT)
    assert (hands.labels[20, 20:60] == CAR).all()
    assert len(hands.changes) == 2


def test_a_square_tip_paints_a_square(hands: Hands) -> None:
    hands.canvas.tools.set_brush(Brush(8, Tip.SQUARE))
    hands.click(30, 30)
    assert (hands.labels == CAR).sum() == 64


@pytest.mark.parametrize(
    ("rule", "painted"),
    [
        (PaintRule(PaintOver.CLASS_UNDER_PRESS), {SKY}),
        (PaintRule(PaintOver.CHOSEN_CLASSES, chosen=frozenset({ROAD})), {ROAD}),
        (PaintRule(locked=frozenset({SKY})), {ROAD}),
        (PaintRule(PaintOver.UNLABELLED), set()),
        (PaintRule(PaintOver.MODEL_PIXELS), {SKY, ROAD}),
    ],
    ids=lambda value: str(getattr(value, "over", "")),
)
def test_the_paint_rule_is_kept(hands: Hands, rule: PaintRule, painted: set[int]) -> None:
    before = hands.labels.copy()
    hands.canvas.tools.set_rule(rule)
    hands.canvas.tools.set_brush(Brush(10))
    hands.drag([(60, 35), (60, 60)])
    assert set(before[hands.labels == CAR].tolist()) == painted


def test_a_rule_for_the_class_under_the_press_paints_nothing_from_off_the_image(hands: Hands) -> None:
    hands.canvas.tools.set_rule(PaintRule(PaintOver.CLASS_UNDER_PRESS))
    hands.drag([(-3, 20), (20, 20)])
    assert not (hands.labels == CAR).any()


@pytest.mark.parametrize("locked", [frozenset[int](), frozenset({SKY})], ids=["free", "locked"])
@pytest.mark.parametrize("over", list(PaintOver))
def test_under_every_rule_the_pointer_may_leave_the_image(
    hands: Hands, over: PaintOver, locked: frozenset[int]
) -> None:
    hands.canvas.tools.set_rule(PaintRule(over, chosen=frozenset({SKY}), locked=locked))
    for x, y in ((-12.0, 20.0), (30.0, -12.0), (-12.0, -12.0), (10.0, 10.0)):
        hands.hover(x, y)
        assert hands.pixels().any()
    hands.drag([(-12.0, -12.0), (-10.0, 30.0)])


def test_a_read_only_project_is_not_painted_and_says_so(hands: Hands) -> None:
    hands.canvas.tools.set_read_only(True)
    hands.drag([(20, 20), (40, 20)])
    assert not (hands.labels == CAR).any()
    assert "reading only" in hands.messages[0]


def test_shift_wheel_and_steps_change_the_brush(hands: Hands) -> None:
    from PySide6.QtGui import QWheelEvent

    told = []
    hands.canvas.tools.brush_changed.connect(lambda brush: told.append(brush.diameter))
    hands.canvas.tools.set_brush(Brush(20))
    place = QPointF(hands.at(30, 30))
    for turned in (120, -120):
        wheel = QWheelEvent(
            place, hands.canvas.mapToGlobal(place), QPointF(0, 0).toPoint(), QPointF(0, turned).toPoint(),
            Qt.MouseButton.NoButton, SHIFT, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(hands.canvas, wheel)
    hands.canvas.tools.set_brush(Brush(5))
    hands.canvas.tools.step_brush(1)
    hands.canvas.tools.step_brush(-1)
    assert told == [24, 20, 6, 5]


def test_ctrl_and_the_right_button_drag_the_size(hands: Hands) -> None:
    hands.canvas.tools.set_brush(Brush(20))
    hands.press(30, 30, RIGHT, CTRL)
    hands.move(60, 30, RIGHT, CTRL)
    assert hands.canvas.tools.brush.diameter == pytest.approx(20 * np.e)
    hands.move(0, 30, RIGHT, CTRL)
    hands.release(0, 30, RIGHT, CTRL)
    assert hands.canvas.tools.brush.diameter == pytest.approx(20 / np.e)
    assert hands.changes == []
    hands.drag([(30, 30), (40, 30)])
    assert len(hands.changes) == 1


def test_a_light_pen_paints_a_thinner_line(hands: Hands) -> None:
    hands.canvas.tools.set_brush(Brush(20))
    widths = []
    for pressure, x in ((1.0, 30), (0.25, 80)):
        _pen(hands, x, 20, pressure)
        widths.append(int((hands.labels[:, x - 15 : x + 15] == CAR).any(axis=0).sum()))
    assert widths == [20, 4]
    hands.canvas.tools.set_tool_options(ToolOptions(pen_pressure=False))
    _pen(hands, 30, 70, 0.25)
    assert (hands.labels[60:80, 15:45] == CAR).any(axis=0).sum() == 20


def test_another_tool_ends_what_was_begun(hands: Hands) -> None:
    hands.press(20, 20)
    hands.canvas.tools.set_tool("fill")
    assert hands.document.open_edit is None
    assert not (hands.labels == CAR).any()
    hands.release(20, 20)


def test_losing_the_keyboard_forgets_the_erase_key(hands: Hands) -> None:
    alt = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Alt, ALT)
    QApplication.sendEvent(hands.canvas, alt)
    QApplication.sendEvent(hands.canvas, QEvent(QEvent.Type.FocusOut))
    hands.drag([(20, 20), (30, 20)])
    assert (hands.labels == CAR).any()


def _pen(hands: Hands, x: float, y: float, pressure: float) -> None:
    from PySide6.QtGui import QPointingDevice, QTabletEvent

    device = QPointingDevice.primaryPointingDevice()
    place = QPointF(hands.at(x, y))
    for kind, buttons in ((QEvent.Type.TabletPress, Qt.MouseButton.LeftButton),
                          (QEvent.Type.TabletRelease, Qt.MouseButton.NoButton)):  # fmt: skip
        event = QTabletEvent(
            kind, device, place, hands.canvas.mapToGlobal(place), pressure, 0, 0, 0, 0, 0,
            Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, buttons,
        )  # fmt: skip
        QApplication.sendEvent(hands.canvas, event)
