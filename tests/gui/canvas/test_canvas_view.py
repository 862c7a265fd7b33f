"""What the canvas shows, and how the view is moved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.geometry import Point, Rect, Size
from segstudio.domain.prediction import Prediction
from segstudio.domain.stroke import Brush, PaintOver, PaintRule
from segstudio.editing.document import LabelDocument
from segstudio.gui.canvas.label_display import DisplayMode, LabelDisplay
from segstudio.gui.canvas.picture_display import PictureDisplay
from segstudio.gui.canvas.view_mode import ViewMode
from tests.gui.canvas.hands import CAR, CLASSES, HEIGHT, MIDDLE, RIGHT, ROAD, SKY, WIDTH, Hands, picture

CTRL = Qt.KeyboardModifier.ControlModifier


def color_at(hands: Hands, x: float, y: float, pixels: NDArray[np.uint8] | None = None) -> tuple[int, ...]:
    place = hands.at(x + 0.5, y + 0.5)
    shown = hands.pixels() if pixels is None else pixels
    return tuple(int(part) for part in shown[place.y(), place.x()])


def blended(class_id: int, under: tuple[int, int, int], opacity: float) -> tuple[float, ...]:
    color = CLASSES.by_id(class_id).color
    return tuple(opacity * over + (1 - opacity) * below for over, below in zip(color, under, strict=True))


def hide_ring(hands: Hands) -> None:
    QApplication.sendEvent(hands.canvas, QEvent(QEvent.Type.Leave))


def test_a_pixel_is_the_picture_under_the_class_at_its_opacity(hands: Hands) -> None:
    for opacity in (0.0, 0.3, 1.0):
        hands.canvas.look.set_display(LabelDisplay(opacity=opacity))
        assert color_at(hands, 10, 10) == pytest.approx(blended(SKY, (70, 120, 220), opacity), abs=2)
        assert color_at(hands, 10, 80) == pytest.approx(blended(ROAD, (110, 110, 110), opacity), abs=2)


def test_hidden_and_solo_classes(hands: Hands) -> None:
    hands.canvas.look.set_display(LabelDisplay(opacity=1.0, hidden=frozenset({SKY})))
    assert color_at(hands, 10, 10) == (70, 120, 220)
    assert color_at(hands, 10, 80) == CLASSES.by_id(ROAD).color
    hands.canvas.look.set_display(LabelDisplay(opacity=1.0, solo=SKY))
    assert color_at(hands, 10, 10) == CLASSES.by_id(SKY).color
    assert color_at(hands, 10, 80) == (110, 110, 110)


def test_outlines_lie_along_borders_only(hands: Hands) -> None:
    told: list[LabelDisplay] = []
    hands.canvas.look.display_changed.connect(told.append)
    hands.canvas.look.cycle_display_mode()
    assert told[-1].mode is DisplayMode.OUTLINE
    border, shown = hands.at(10, 45), hands.pixels()
    assert tuple(shown[border.y() - 1, border.x()]) == CLASSES.by_id(SKY).color
    assert tuple(shown[border.y(), border.x()]) == CLASSES.by_id(ROAD).color
    assert tuple(shown[border.y() - 4, border.x()]) == (70, 120, 220)


def test_fill_and_outline_together_fill_inside_and_line_the_borders(hands: Hands) -> None:
    hands.canvas.look.set_display(LabelDisplay(mode=DisplayMode.BOTH, opacity=0.5))
    border, shown = hands.at(10, 45), hands.pixels()
    assert tuple(shown[border.y(), border.x()]) == CLASSES.by_id(ROAD).color
    inside = shown[border.y() + 8, border.x()].astype(int)
    half = (np.array(CLASSES.by_id(ROAD).color) + 110) / 2
    assert np.abs(inside - half).max() <= 2


def test_labels_can_be_hidden_and_peeked_through(hands: Hands) -> None:
    shown = color_at(hands, 10, 10)
    hands.canvas.look.toggle_labels()
    assert color_at(hands, 10, 10) == (70, 120, 220)
    hands.canvas.look.toggle_labels()
    QTest.keyPress(hands.canvas, Qt.Key.Key_QuoteLeft)
    assert color_at(hands, 10, 10) == (70, 120, 220)
    assert hands.canvas.look.display.is_visible
    QTest.keyRelease(hands.canvas, Qt.Key.Key_QuoteLeft)
    assert color_at(hands, 10, 10) == shown


def test_a_persons_ignore_is_hatched_and_the_unlabelled_highlighted_when_asked(hands: Hands) -> None:
    left, right = Rect(0, 0, 30, 40), Rect(60, 0, 90, 40)
    for rect, origin in ((left, Origin.PERSON), (right, Origin.NOBODY)):
        edit = hands.document.begin_edit("Ignore", origin=origin)
        edit.write(rect, None, IGNORE)
        edit.commit()
    hands.canvas.refresh()

    def colors(rect: Rect) -> int:
        one, other = hands.at(rect.left + 2, rect.top + 2), hands.at(rect.right - 2, rect.bottom - 2)
        part = hands.pixels()[one.y() : other.y(), one.x() : other.x()]
        return len(np.unique(part.reshape(-1, 3), axis=0))

    assert (colors(left), colors(right)) == (2, 1)
    hands.canvas.look.set_display(replace(hands.canvas.look.display, highlight_unlabelled=True))
    assert (colors(left), colors(right)) == (2, 2)
    hands.canvas.look.set_display(LabelDisplay(hatch_ignore=False))
    assert (colors(left), colors(right)) == (1, 1)


@pytest.mark.parametrize("mode", list(DisplayMode))
@pytest.mark.parametrize("scale", [0.31, 0.5, 1.0, 1.7, 4.0, 13.0])
def test_a_stroke_repaints_to_what_a_full_repaint_shows(hands: Hands, mode: DisplayMode, scale: float) -> None:
    hands.canvas.look.set_display(LabelDisplay(mode=mode))
    hands.canvas.show_view(hands.canvas.view.zoomed(scale, 280.3, 209.6))
    hands.pixels()
    hands.canvas.tools.set_brush(Brush(13))
    hands.drag([(50, 40), (63, 47), (70, 42)])
    hide_ring(hands)
    drawn_by_parts = hands.pixels()
    hands.canvas.redraw()
    np.testing.assert_array_equal(drawn_by_parts, hands.pixels())


@pytest.mark.parametrize("mode", list(DisplayMode))
def test_panning_shows_what_a_full_repaint_shows(hands: Hands, mode: DisplayMode) -> None:
    hands.canvas.look.set_display(LabelDisplay(mode=mode))
    for dx, dy in ((7, 0), (-3, 11), (40, -25), (-200, 0), (3000, 3000)):
        hands.canvas.show_view(hands.canvas.view.panned(dx, dy))
        moved = hands.pixels()
        hands.canvas.redraw()
        np.testing.assert_array_equal(moved, hands.pixels())


def test_undo_shows_the_labels_as_they_were(hands: Hands) -> None:
    hide_ring(hands)
    before = hands.pixels()
    hands.drag([(50, 40), (63, 47)])
    change = hands.document.undo()
    assert change is not None
    hands.canvas.refresh(change.rect)
    hide_ring(hands)
    np.testing.assert_array_equal(hands.pixels(), before)


def test_other_labels_of_another_size_are_refused(hands: Hands) -> None:
    small = np.zeros((10, 10), np.uint8)
    with pytest.raises(ValueError, match="picture"):
        hands.canvas.content.show_document(LabelDocument(small, small.copy()), CLASSES)


def test_another_picture_of_another_size_takes_the_labels_away(hands: Hands) -> None:
    hands.canvas.content.show_image(np.full((30, 40, 3), 200, np.uint8))
    assert color_at(hands, 20, 15) == (200, 200, 200)
    hands.drag([(5, 5), (10, 10)])
    assert hands.changes == []


def test_brightness_and_contrast_change_the_picture_alone(hands: Hands) -> None:
    hands.canvas.look.toggle_labels()
    hands.canvas.look.set_picture_display(PictureDisplay(brightness=0.2))
    assert color_at(hands, 10, 80) == pytest.approx((161, 161, 161), abs=1)
    hands.canvas.look.set_picture_display(PictureDisplay(is_visible=False))
    assert len(np.unique(hands.pixels().reshape(-1, 3), axis=0)) == 2


def test_the_prediction_and_the_difference_are_shown(hands: Hands) -> None:
    predicted = hands.labels.copy()
    predicted[50:70, 40:80] = CAR
    confidence = np.full(predicted.shape, 255, np.uint8)
    confidence[50:70, 40:80] = 80
    hands.canvas.look.set_display(LabelDisplay(opacity=1.0))
    hands.canvas.content.show_prediction(Prediction(predicted, confidence, "m", "cpu", 0.1))
    hands.canvas.look.set_view_mode(ViewMode.PREDICTION)
    assert color_at(hands, 60, 60) == CLASSES.by_id(CAR).color
    hands.canvas.look.set_view_mode(ViewMode.DIFFERENCE)
    one, other = hands.at(45, 55), hands.at(75, 65)
    striped = hands.pixels()[one.y() : other.y(), one.x() : other.x()].reshape(-1, 3)
    assert {tuple(color) for color in np.unique(striped, axis=0).tolist()} == {
        CLASSES.by_id(CAR).color, CLASSES.by_id(ROAD).color,
    }  # fmt: skip
    assert max(color_at(hands, 10, 80)) < 110
    hands.canvas.look.set_view_mode(ViewMode.UNCERTAINTY)
    assert color_at(hands, 10, 10) == (70, 120, 220)
    assert color_at(hands, 60, 60) != (200, 30, 30)


def test_two_views_lie_beside_each_other_behind_a_line_to_drag(hands: Hands) -> None:
    hands.canvas.look.set_display(LabelDisplay(opacity=1.0))
    hands.canvas.look.set_view_mode(ViewMode.LABELS, beside=ViewMode.PICTURE)
    assert color_at(hands, 10, 10) == CLASSES.by_id(SKY).color
    assert color_at(hands, 110, 10) == (70, 120, 220)
    handle = hands.canvas.childAt(280, 60)
    assert handle is not None
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(5, 60))
    QTest.mouseMove(handle, QPoint(5 + 250, 60))
    QApplication.processEvents()
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton)
    hands.canvas.look.set_view_mode(ViewMode.LABELS)
    assert color_at(hands, 110, 10) == CLASSES.by_id(SKY).color


def test_pixels_get_a_grid_when_they_are_large(hands: Hands) -> None:
    hands.canvas.look.toggle_labels()
    hands.canvas.show_view(hands.canvas.view.zoomed(16, 280, 100))
    view = hands.canvas.view
    corner = view.to_device(Point(math_floor(view.to_image(280, 100).x), 10))
    assert tuple(hands.pixels()[100, round(corner.x)]) != tuple(hands.pixels()[100, round(corner.x) + 5])


def math_floor(value: float) -> int:
    return int(np.floor(value))


def test_the_wheel_zooms_and_keeps_what_is_under_the_pointer(hands: Hands) -> None:
    place = QPointF(150, 120)
    before = hands.canvas.view.to_image(150, 120)
    for keys in (Qt.KeyboardModifier.NoModifier, CTRL):
        scale = hands.canvas.view.scale
        wheel(hands, place, QPoint(0, 120), keys)
        after = hands.canvas.view.to_image(150, 120)
        assert hands.canvas.view.scale == pytest.approx(scale * 2**0.25)
        assert after == pytest.approx(before, abs=0.2)


def test_two_fingers_on_a_touchpad_pan(hands: Hands) -> None:
    view = hands.canvas.view
    wheel(hands, QPointF(150, 120), QPoint(0, 0), pixels=QPoint(-15, 20), phase=Qt.ScrollPhase.ScrollUpdate)
    assert (hands.canvas.view.offset_x, hands.canvas.view.offset_y) == (view.offset_x - 15, view.offset_y + 20)
    assert hands.canvas.view.scale == view.scale


def wheel(
    hands: Hands,
    place: QPointF,
    turned: QPoint,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    *,
    pixels: QPoint | None = None,
    phase: Qt.ScrollPhase = Qt.ScrollPhase.NoScrollPhase,
) -> None:
    event = QWheelEvent(
        place, hands.canvas.mapToGlobal(place), pixels or QPoint(), turned, Qt.MouseButton.NoButton, keys, phase,
        False, Qt.MouseEventSource.MouseEventNotSynthesized, QPointingDevice.primaryPointingDevice(),
    )  # fmt: skip
    QApplication.sendEvent(hands.canvas, event)


@pytest.mark.parametrize("how", ["middle button", "Space"])
def test_the_picture_is_dragged_and_nothing_painted(hands: Hands, how: str) -> None:
    view = hands.canvas.view
    if how == "Space":
        QApplication.sendEvent(
            hands.canvas, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
        )
    button = Qt.MouseButton.LeftButton if how == "Space" else MIDDLE
    QTest.mousePress(hands.canvas, button, pos=QPoint(200, 200))
    QTest.mouseMove(hands.canvas, QPoint(230, 190))
    QTest.mouseRelease(hands.canvas, button, pos=QPoint(230, 190))
    moved = hands.canvas.view
    assert (moved.offset_x - view.offset_x, moved.offset_y - view.offset_y) == (30, -10)
    assert hands.changes == []


def test_fit_and_actual_size(hands: Hands) -> None:
    hands.canvas.views.actual_size()
    assert hands.canvas.view.scale == 1.0
    hands.canvas.views.fit()
    assert hands.canvas.view.visible == Rect(0, 0, WIDTH, HEIGHT)
    hands.canvas.resize(300, 200)
    QApplication.processEvents()
    assert hands.canvas.view.visible == Rect(0, 0, WIDTH, HEIGHT)
    assert hands.canvas.view.viewport == Size(300, 200)


def test_the_pointer_tells_position_class_and_colour(hands: Hands) -> None:
    told = []
    hands.canvas.hovered.connect(told.append)
    hands.hover(60.5, 60.5)
    info = told[-1]
    assert (info.column, info.row, info.label, info.color, info.origin) == (
        60,
        60,
        ROAD,
        (200, 30, 30),
        Origin.MODEL,
    )
    hands.hover(-5, 10)
    assert told[-1] is None


def test_ctrl_click_and_the_pick_tool_pick_the_class(hands: Hands) -> None:
    picked: list[int] = []
    hands.canvas.tools.class_picked.connect(picked.append)
    hands.click(10, 80, keys=CTRL)
    hands.canvas.tools.set_tool("pick")
    hands.click(10, 10)
    assert picked == [ROAD, SKY]
    assert hands.changes == []


def test_ignored_is_picked_like_a_class_and_unlabelled_as_nothing(hands: Hands) -> None:
    picked: list[int | None] = []
    hands.canvas.tools.class_picked.connect(picked.append)
    hands.canvas.tools.set_active_class(IGNORE)
    hands.drag([(20, 20), (30, 20)])
    assert hands.document.origins[20, 25] == Origin.PERSON
    hands.drag([(20, 60), (30, 60)], RIGHT)
    hands.click(25, 20, keys=CTRL)
    hands.click(25, 60, keys=CTRL)
    assert picked == [IGNORE, None]


def test_the_ring_marks_what_the_rule_keeps(hands: Hands) -> None:
    hands.canvas.tools.set_brush(Brush(30))
    hands.hover(60, 44)
    free = hands.pixels()
    hands.canvas.tools.set_rule(PaintRule(PaintOver.CLASS_UNDER_PRESS))
    hands.hover(60, 44)
    changed = (hands.pixels() != free).any(axis=2)
    kept, allowed = hands.at(60, 50), hands.at(60, 36)
    assert changed[kept.y() - 6 : kept.y() + 6, kept.x() - 6 : kept.x() + 6].all()
    assert not changed[allowed.y() - 6 : allowed.y() + 6, allowed.x() - 6 : allowed.x() + 6].any()


def test_the_rule_can_be_cycled(hands: Hands) -> None:
    rules: list[PaintRule] = []
    hands.canvas.tools.rule_changed.connect(rules.append)
    for _ in PaintOver:
        hands.canvas.tools.cycle_rule()
    assert [rule.over for rule in rules] == [*list(PaintOver)[1:], PaintOver.ANYTHING]


def test_the_picture_is_smooth_below_200_percent_and_sharp_above(hands: Hands) -> None:
    checked = picture()
    checked[:] = (np.indices((HEIGHT, WIDTH)).sum(axis=0) % 2 * 255).astype(np.uint8)[..., None]
    hands.canvas.look.toggle_labels()
    hands.canvas.content.show_image(checked)

    def greys(scale: float) -> int:
        hands.canvas.show_view(hands.canvas.view.zoomed(scale, 280, 210))
        QApplication.processEvents()
        area = hands.canvas.view.picture_area
        inside = hands.pixels()[area.top + 4 : area.bottom - 4, area.left + 4 : area.right - 4]
        return len(np.unique(inside))

    assert greys(1.4) > 10
    assert greys(2.5) == 2


def test_beside_the_picture_lies_the_backdrop(hands: Hands) -> None:
    hands.canvas.look.set_backdrop(QColor(1, 2, 3))
    view = hands.canvas.view
    hands.canvas.show_view(view.panned(40, 30))
    shown, area = hands.pixels(), hands.canvas.view.picture_area
    outside = np.ones(shown.shape[:2], np.bool_)
    outside[area.slices] = False
    assert (shown[outside] == (1, 2, 3)).all()
    assert (shown[area.slices] != (1, 2, 3)).any(axis=2).all()


@pytest.mark.parametrize("scale", [0.25, 0.5, 1.0])
def test_where_a_level_fits_the_screen_its_own_pixels_are_shown(hands: Hands, scale: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (400, 600, 3), np.uint8)
    hands.canvas.content.show_image(noise)
    while not hands.canvas.content.is_settled:
        QTest.qWait(1)
    hands.canvas.show_view(hands.canvas.view.zoomed(scale, 100, 100).panned(-37, 11))
    view, step = hands.canvas.view, round(1 / scale)
    area = view.picture_area
    means = noise.reshape(400 // step, step, 600 // step, step, 3).mean(axis=(1, 3))
    left, top = area.left - view.offset_x, area.top - view.offset_y
    wanted = means[top : top + area.height, left : left + area.width]
    assert np.abs(hands.pixels()[area.slices] - wanted).max() <= 1.0
