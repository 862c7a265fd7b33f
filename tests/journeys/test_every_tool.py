"""Each tool in a real window, by its key and the mouse: what becomes of the labels, undo, Escape, paint rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytest import MonkeyPatch, TempPathFactory

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.gui.canvas.toolbox import TOOLS
from segstudio.gui.main_window import MainWindow
from segstudio.gui.panels.staying_menu import StayingMenu
from segstudio.store.locations import HOME_VARIABLE
from segstudio.store.settings import Settings
from tests.journeys.paint_desk import CAR, CAR_IN_PICTURE, LEFT, NONE, RIGHT, ROAD, SKY, PaintDesk, Places
from tests.pointer import move_pointer

pytestmark = pytest.mark.journey
Labels = NDArray[np.uint8]
Box = tuple[slice, slice]


@dataclass(frozen=True)
class Drag:
    """One press to its release."""

    places: Places

    def begin(self, desk: PaintDesk) -> None:
        """All but the release."""
        desk.press(self.places[0])
        for place in self.places[1:]:
            desk.move(place)

    def end(self, desk: PaintDesk) -> None:
        desk.release(self.places[-1])


@dataclass(frozen=True)
class Clicks:
    """A click at each place, then Enter."""

    places: Places

    def begin(self, desk: PaintDesk) -> None:
        for place in self.places:
            desk.drag([place])

    def end(self, desk: PaintDesk) -> None:
        desk.key(Qt.Key.Key_Return)


@dataclass(frozen=True)
class Case:
    """``inside`` becomes ``label``, ``outside`` keeps what it was; between them anything may happen."""

    tool: str
    gesture: Drag | Clicks
    inside: Box
    outside: Callable[[Labels], NDArray[np.bool_]]
    step: str
    label: int = CAR


def beyond(top: int, bottom: int, left: int, right: int) -> Callable[[Labels], NDArray[np.bool_]]:
    """The pixels that aren't in those rows and columns."""

    def mask(labels: Labels) -> NDArray[np.bool_]:
        found = np.ones(labels.shape, np.bool_)
        found[top:bottom, left:right] = False
        return found

    return mask


def above_the_road(labels: Labels) -> NDArray[np.bool_]:
    return np.indices(labels.shape)[0] < 45


SQUARE = [(20, 20), (60, 20), (60, 60), (20, 60)]
IN_SQUARE = np.s_[23:57, 23:57]
ROUND_SQUARE = beyond(18, 62, 18, 62)
STROKE = Drag([(20, 30), (40, 30), (60, 30)])
ALONG_STROKE, ROUND_STROKE = np.s_[25:35, 20:60], beyond(19, 42, 9, 72)
OVER_THE_CAR = Drag([(60, 60), (64, 60)])
CORNERS_OF_THE_CAR = [(40, 50), (80, 50), (80, 70), (40, 70)]
BORDER_UP = Drag([(60, 45), (60, 40), (60, 37)])
IN_THE_CAR, ROUND_THE_CAR = np.s_[53:67, 52:70], beyond(48, 72, 38, 82)

CASES = (
    Case("brush", STROKE, ALONG_STROKE, ROUND_STROKE, "Brush"),
    Case("eraser", STROKE, ALONG_STROKE, ROUND_STROKE, "Erase", IGNORE),
    Case("polygon", Clicks(SQUARE), IN_SQUARE, ROUND_SQUARE, "Polygon"),
    Case("lasso", Drag([*SQUARE, SQUARE[0]]), IN_SQUARE, ROUND_SQUARE, "Lasso"),
    Case("rectangle", Drag([SQUARE[0], SQUARE[2]]), IN_SQUARE, ROUND_SQUARE, "Rectangle"),
    Case("ellipse", Drag([SQUARE[0], SQUARE[2]]), np.s_[30:50, 30:50], ROUND_SQUARE, "Ellipse"),
    Case("fill", Drag([(100, 80)]), np.s_[45:90, :], above_the_road, "Fill"),
    Case("wand", Drag([(60, 60)]), CAR_IN_PICTURE, ROUND_THE_CAR, "Wand"),
    Case("superpixel", OVER_THE_CAR, IN_THE_CAR, beyond(30, 90, 20, 100), "Superpixels"),
    Case("smart", Drag([(60, 60)]), IN_THE_CAR, ROUND_THE_CAR, "Smart click"),
    Case("scissors", Clicks(CORNERS_OF_THE_CAR), IN_THE_CAR, beyond(45, 75, 35, 85), "Scissors"),
    Case("grabcut", Drag([(34, 46), (86, 76)]), IN_THE_CAR, ROUND_THE_CAR, "GrabCut"),
    Case("probability", OVER_THE_CAR, np.s_[53:67, 55:68], ROUND_THE_CAR, "Probability brush"),
    Case("border", BORDER_UP, np.s_[40:44, 58:62], beyond(34, 46, 30, 90), "Move border", ROAD),
)
CHANGES_NOTHING = frozenset({"measure", "pick"})
NEEDS_A_BORDER = frozenset({"refine"})
AT_ONCE = frozenset({"fill", "smart"})
"""They are done at the press: there is nothing that Escape could stop."""


@pytest.fixture(scope="module")
def shared_desk(qapp: QApplication, tmp_path_factory: TempPathFactory) -> Iterator[PaintDesk]:
    """One window for all tools: making one takes longer than all that is done in it."""
    folder = tmp_path_factory.mktemp("street")
    with MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(tmp_path_factory.mktemp("home")))
        window = MainWindow(Settings())
        window.resize(1366, 768)
        window.show()
        assert QTest.qWaitForWindowExposed(window)
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window)
        yield PaintDesk(window, folder)
        window.close()
        window.deleteLater()


@pytest.fixture
def desk(shared_desk: PaintDesk) -> Iterator[PaintDesk]:
    shared_desk.reset()
    yield shared_desk
    shared_desk.reset()


def test_every_tool_is_in_the_tables() -> None:
    known = {case.tool for case in CASES} | CHANGES_NOTHING | NEEDS_A_BORDER
    assert known == {tool.name for tool in TOOLS}


def warm_up(desk: PaintDesk, case: Case) -> None:
    """Superpixels are worked out when the pointer first comes near."""
    column, row = case.gesture.places[0]
    desk.move((column + 9, row))
    desk.move((column, row))
    desk.settle()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.tool)
def test_it_changes_what_it_should_in_one_step_that_is_undone_whole(desk: PaintDesk, case: Case) -> None:
    before, origins = desk.labels.copy(), desk.document.origins.copy()
    desk.choose(case.tool)
    warm_up(desk, case)
    case.gesture.begin(desk)
    case.gesture.end(desk)
    desk.wait_until(lambda: bool(desk.steps))
    assert desk.steps == [case.step]
    after = desk.labels.copy()
    assert (after[case.inside] == case.label).all()
    outside = case.outside(before)
    assert (after[outside] == before[outside]).all()
    origin = Origin.NOBODY if case.label == IGNORE else Origin.PERSON
    assert (desk.document.origins[after != before] == origin).all()
    desk.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    np.testing.assert_array_equal(desk.labels, before)
    np.testing.assert_array_equal(desk.document.origins, origins)
    desk.key(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    np.testing.assert_array_equal(desk.labels, after)


@pytest.mark.parametrize("case", [case for case in CASES if case.tool not in AT_ONCE], ids=lambda case: case.tool)
def test_escape_leaves_everything_as_it_was(desk: PaintDesk, case: Case) -> None:
    before, origins = desk.labels.copy(), desk.document.origins.copy()
    desk.choose(case.tool)
    warm_up(desk, case)
    case.gesture.begin(desk)
    desk.key(Qt.Key.Key_Escape)
    if isinstance(case.gesture, Drag):
        case.gesture.end(desk)
    desk.settle()
    np.testing.assert_array_equal(desk.labels, before)
    np.testing.assert_array_equal(desk.document.origins, origins)
    assert desk.steps == []
    assert desk.document.open_edit is None


def only_unlabelled(desk: PaintDesk) -> None:
    desk.use_rule("Unlabelled only")


def no_class_chosen(desk: PaintDesk) -> None:
    desk.use_rule("Chosen classes")


def all_a_person_s(desk: PaintDesk) -> None:
    """Everything was painted by hand, and only the model's pixels may be painted over."""
    edit = desk.document.begin_edit("By hand")
    edit.set_origin(desk.document.rect, None, Origin.PERSON)
    edit.commit()
    desk.steps.append("By hand")
    desk.use_rule("Model's pixels only")


def everything_locked(desk: PaintDesk) -> None:
    for class_id in (SKY, ROAD, CAR):
        desk.click_lock(class_id)
    assert desk.window.classes.view.locked == {SKY, ROAD, CAR}


@pytest.mark.parametrize("guard", [only_unlabelled, no_class_chosen, all_a_person_s, everything_locked])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.tool)
def test_what_a_paint_rule_keeps_no_tool_changes(
    desk: PaintDesk, case: Case, guard: Callable[[PaintDesk], None]
) -> None:
    guard(desk)
    before, steps = desk.labels.copy(), list(desk.steps)
    desk.choose(case.tool)
    warm_up(desk, case)
    case.gesture.begin(desk)
    case.gesture.end(desk)
    desk.settle()
    np.testing.assert_array_equal(desk.labels, before)
    assert desk.steps == steps


def test_only_the_chosen_class_is_painted_over(desk: PaintDesk) -> None:
    desk.use_rule("Chosen classes")
    menu = desk.window.options.findChild(StayingMenu)
    menu.popup(desk.window.mapToGlobal(desk.window.rect().center()))
    QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(menu.actions()[ROAD]).center())
    menu.close()
    desk.window.activateWindow()
    desk.choose("rectangle")
    desk.drag([SQUARE[0], SQUARE[2]])
    assert (desk.labels[45:57, 23:57] == CAR).all()
    assert (desk.labels[:45] == SKY).all()


def test_only_the_class_under_the_press_is_painted_over(desk: PaintDesk) -> None:
    desk.use_rule("Class under the press")
    desk.choose("lasso")
    desk.drag([*SQUARE, SQUARE[0]])
    assert (desk.labels[23:45, 23:57] == CAR).all()
    assert (desk.labels[45:] == ROAD).all()


@pytest.mark.parametrize("tool", ["brush", "polygon", "lasso", "rectangle", "ellipse", "wand", "superpixel"])
def test_the_right_button_erases_with_the_same_tool(desk: PaintDesk, tool: str) -> None:
    case = next(case for case in CASES if case.tool == tool)
    desk.choose(tool)
    warm_up(desk, case)
    if isinstance(case.gesture, Clicks):
        for place in case.gesture.places:
            desk.drag([place], RIGHT)
        case.gesture.end(desk)
    else:
        desk.drag(case.gesture.places, RIGHT)
    assert (desk.labels[case.inside] == IGNORE).all()
    assert (desk.document.origins[case.inside] == Origin.NOBODY).all()


def test_refine_edge_moves_a_border_to_the_edge_of_the_picture(desk: PaintDesk) -> None:
    desk.choose("rectangle")
    desk.drag([(40, 47), (80, 67)])
    wrong = np.count_nonzero((desk.labels == CAR)[45:75, 45:75] != car_in_picture(desk.labels)[45:75, 45:75])
    desk.choose("refine")
    for row in (47, 70):
        desk.drag([(45, row), (60, row), (75, row)])
    desk.wait_until(lambda: desk.steps == ["Rectangle", "Refine edge", "Refine edge"])
    left = np.count_nonzero((desk.labels == CAR)[45:75, 45:75] != car_in_picture(desk.labels)[45:75, 45:75])
    assert left < wrong / 3


def car_in_picture(labels: Labels) -> NDArray[np.bool_]:
    found = np.zeros(labels.shape, np.bool_)
    found[CAR_IN_PICTURE] = True
    return found


def test_measuring_tells_a_length_and_changes_nothing(desk: PaintDesk) -> None:
    before = desk.labels.copy()
    desk.choose("measure")
    desk.drag([(20, 20), (50, 60)])
    assert float(desk.messages[-1].split(" px")[0]) == pytest.approx(50, abs=0.3)
    np.testing.assert_array_equal(desk.labels, before)
    assert desk.steps == []


def test_picking_takes_the_class_under_the_pointer(desk: PaintDesk) -> None:
    desk.choose("pick")
    desk.drag([(60, 80)])
    assert desk.window.classes.view.active == ROAD
    assert desk.steps == []


def test_the_next_best_class_goes_round_by_its_key(desk: PaintDesk) -> None:
    desk.choose("smart")
    desk.drag([(60, 60)])
    desk.move((60, 60))
    seen = []
    for _ in range(3):
        desk.key(Qt.Key.Key_C)
        seen.append(int(desk.labels[60, 60]))
    assert sorted(seen) == [SKY, ROAD, CAR]
    assert desk.steps == ["Smart click", *["Next-best class"] * 3]


def test_the_brush_grows_by_key_wheel_and_drag(desk: PaintDesk) -> None:
    desk.choose("brush")
    sizes = [desk.tools.brush.diameter]
    desk.key(Qt.Key.Key_BracketRight)
    sizes.append(desk.tools.brush.diameter)
    desk.key(Qt.Key.Key_BracketLeft)
    sizes.append(desk.tools.brush.diameter)
    assert sizes == [20, 24, 20]
    assert desk.window.options.brush.diameter == 20


def test_a_line_is_straight_between_a_click_and_a_click_with_shift(desk: PaintDesk) -> None:
    desk.set_size(3)
    desk.choose("brush")
    desk.drag([(20, 20)])
    place = desk.at((80, 60))
    move_pointer(desk.canvas, place)
    QTest.mouseClick(desk.canvas, LEFT, Qt.KeyboardModifier.ShiftModifier, place)
    assert desk.labels[40, 50] == CAR
    assert desk.steps == ["Brush", "Brush"]
