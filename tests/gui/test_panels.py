"""The panels as pure widgets: what they are given to show, and what their gestures ask for."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QListView, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from segstudio.domain.arrays import IGNORE
from segstudio.domain.changes import ActivityChanged
from segstudio.domain.classes import LabelSet
from segstudio.domain.images import ImageId, ImageRecord
from segstudio.domain.model_info import Scores
from segstudio.domain.stroke import PaintOver, Tip
from segstudio.domain.training_log import EpochRecord, Phase, TrainingLog
from segstudio.gui.canvas.toolbox import TOOLS
from segstudio.gui.canvas.tools import ToolSpec
from segstudio.gui.panels.class_list import ClassPanel
from segstudio.gui.panels.class_row import Spot
from segstudio.gui.panels.comparison_table import compared
from segstudio.gui.panels.durations import duration
from segstudio.gui.panels.job_bar import JobBar
from segstudio.gui.panels.staying_menu import StayingMenu
from segstudio.gui.panels.thumbnails import WAITING_LIMIT, Thumbnails
from segstudio.gui.panels.tool_options import ToolOptionsBar
from segstudio.gui.panels.training import TrainingPanel

CLASSES = LabelSet.from_names(["sky", "road", "tree"])


@pytest.fixture
def classes(qtbot: QtBot) -> ClassPanel:
    panel = ClassPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 300)
    panel.show_classes(CLASSES)
    panel.show()
    return panel


def click_spot(qtbot: QtBot, panel: ClassPanel, row: int, spot: Spot | None) -> None:
    view = panel.findChild(QListView)
    assert isinstance(view, QListView)
    rect = view.visualRect(view.model().index(row, 0))
    where = QPoint(rect.left() + 70, rect.center().y()) if spot is None else spot.rect(rect).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)


def test_a_click_on_the_name_makes_the_class_active(qtbot: QtBot, classes: ClassPanel) -> None:
    click_spot(qtbot, classes, 1, None)
    assert classes.view.active == 1


@pytest.mark.parametrize("spot", [Spot.EYE, Spot.SOLO, Spot.LOCK])
def test_a_mark_is_set_and_taken_back_without_changing_the_active_class(
    qtbot: QtBot, classes: ClassPanel, spot: Spot
) -> None:
    before = classes.view
    click_spot(qtbot, classes, 2, spot)
    view = classes.view
    marked = {Spot.EYE: view.hidden, Spot.SOLO: {view.solo}, Spot.LOCK: view.locked}[spot]
    assert set(marked) == {2}
    assert view.active == before.active
    click_spot(qtbot, classes, 2, spot)
    assert classes.view == before


def test_solo_hides_every_other_class(qtbot: QtBot, classes: ClassPanel) -> None:
    click_spot(qtbot, classes, 0, Spot.SOLO)
    assert [classes.view.hides(class_id) for class_id in (0, 1, 2)] == [False, True, True]


def test_x_swaps_the_two_last_classes(classes: ClassPanel) -> None:
    classes.choose(1)
    classes.choose(2)
    classes.swap_with_last()
    assert classes.view.active == 1
    classes.swap_with_last()
    assert classes.view.active == 2


def test_ignore_is_chosen_like_a_class_and_can_be_swapped_with_the_last(qtbot: QtBot, classes: ClassPanel) -> None:
    classes.choose(1)
    row = next(button for button in classes.findChildren(QPushButton) if button.text() == "Ignore")
    for _ in range(2):
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
        assert classes.view.active == IGNORE
        assert row.isChecked()
    classes.show_classes(CLASSES)
    assert classes.view.active == IGNORE
    classes.swap_with_last()
    assert classes.view.active == 1
    assert not row.isChecked()


def test_a_class_that_is_retired_is_no_longer_active(classes: ClassPanel) -> None:
    classes.choose(2)
    classes.show_classes(CLASSES.with_retired(2))
    assert classes.view.active == 0


@pytest.fixture
def bar(qtbot: QtBot) -> ToolOptionsBar:
    made = ToolOptionsBar()
    qtbot.addWidget(made)
    made.show_classes(CLASSES)
    made.resize(900, 42)
    made.show()
    return made


def test_the_bar_tells_of_a_changed_brush_once_and_keeps_what_the_canvas_shows(bar: ToolOptionsBar) -> None:
    told: list[float] = []
    bar.options_changed.connect(lambda: told.append(bar.brush.diameter))
    bar.show_brush(bar.brush.__class__(64.0, Tip.SQUARE))
    assert told == []
    bar.findChild(QSpinBox).setValue(77)
    assert told == [77.0]
    assert bar.brush.tip is Tip.SQUARE


def test_the_paint_rule_goes_round_all_five(bar: ToolOptionsBar) -> None:
    seen = [bar.rule.over]
    for _ in PaintOver:
        bar.next_rule()
        seen.append(bar.rule.over)
    assert seen[0] is seen[-1] is PaintOver.ANYTHING
    assert set(seen) == set(PaintOver)


def test_classes_to_paint_over_are_ticked_one_after_the_other(qtbot: QtBot, bar: ToolOptionsBar) -> None:
    while bar.rule.over is not PaintOver.CHOSEN_CLASSES:
        bar.next_rule()
    menu = bar.findChild(StayingMenu)
    told: list[frozenset[int]] = []
    bar.options_changed.connect(lambda: told.append(bar.rule.chosen))
    menu.popup(QPoint(0, 0))
    for action in (menu.actions()[0], menu.actions()[2]):
        qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    assert menu.isVisible()
    assert told == [frozenset({0}), frozenset({0, 2})]
    menu.close()
    bar.show_classes(CLASSES.with_retired(2))
    assert bar.rule.chosen == {0}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_tool_s_options_fit_into_the_bar(bar: ToolOptionsBar, tool: ToolSpec) -> None:
    """Of a window of 1366 pixels, with the most that can be shown."""
    while bar.rule.over is not PaintOver.CHOSEN_CLASSES:
        bar.next_rule()
    bar.show_tool(tool.name, tool.text)
    assert bar.minimumSizeHint().width() <= 776


def test_a_job_is_shown_until_it_ends_and_its_cross_asks_to_stop_it(qtbot: QtBot) -> None:
    bar = JobBar()
    qtbot.addWidget(bar)
    bar.show_activity(ActivityChanged("run", "Pre-labelling", 0.5, "tile 1 of 2", is_running=True))
    assert bar.running_keys == ("run",)
    cross = next(child for child in bar.findChildren(type(bar._activities["run"].stop)))
    with qtbot.waitSignal(bar.stop_asked) as asked:
        cross.click()
    assert asked.args == ["run"]
    bar.show_activity(ActivityChanged("run", "Pre-labelling", 1.0, "", is_running=False))
    assert bar.running_keys == ()


def log_in(phase: Phase, epochs: int = 3) -> TrainingLog:
    records = tuple(EpochRecord(n + 1, 1.0 / (n + 1), 1e-3, 2.0, 0.5 + 0.05 * n) for n in range(epochs))
    return TrainingLog(
        phase, 10, 30, 100, 0.3, recent_loss=0.4, epochs=records, best_epoch=epochs or None, seconds_left=90.0
    )


def button(panel: TrainingPanel, words: str) -> QPushButton:
    return next(found for found in panel.findChildren(QPushButton) if found.text() == words)


def test_what_is_missing_keeps_training_from_starting(qtbot: QtBot) -> None:
    panel = TrainingPanel([("head", "The head")])
    qtbot.addWidget(panel)
    panel.show_readiness(verified=0, corrected=1, missing=["Verify an image."])
    assert not panel.start_button.isEnabled()
    panel.show_readiness(verified=1, corrected=1, missing=[])
    assert panel.start_button.isEnabled()


def test_a_run_is_shown_with_curves_and_can_be_paused_and_gone_on_with(qtbot: QtBot) -> None:
    panel = TrainingPanel([("head", "The head")])
    qtbot.addWidget(panel)
    panel.show()
    panel.show_log(log_in(Phase.TRAINING))
    assert not panel.start_button.isVisible()
    with qtbot.waitSignal(panel.pause_asked):
        button(panel, "Pause").click()
    panel.show_log(log_in(Phase.PAUSED))
    with qtbot.waitSignal(panel.resume_asked):
        button(panel, "Go on").click()
    panel.show_log(log_in(Phase.FINISHED))
    assert panel.start_button.isVisible()


BEFORE = Scores("held out", 0.60, 0.9, {"sky": 0.9, "road": 0.6, "tree": 0.3})
AFTER = Scores("held out", 0.65, 0.9, {"sky": 0.84, "road": 0.8, "tree": 0.31, "car": 0.5})


def test_the_comparison_lists_the_mean_and_then_the_greatest_loss() -> None:
    assert [line.name for line in compared(BEFORE, AFTER)] == ["Mean", "sky", "tree", "road", "car"]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (59, "59 s"), (61, "1 min"), (3600, "1 h"), (12_000, "3 h 20 min")]
)
def test_durations_read_as_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def record(number: int) -> ImageRecord:
    from pathlib import PurePosixPath

    return ImageRecord(ImageId(number), PurePosixPath(f"{number}.png"))


def test_the_thumbnail_asked_for_last_is_fetched_first_and_what_scrolled_by_never(qtbot: QtBot) -> None:
    fetched: list[int] = []
    waiting = []

    def fetch(wanted: ImageRecord, on_ready: object) -> None:
        fetched.append(wanted.id)
        waiting.append(on_ready)

    thumbnails = Thumbnails(fetch)
    for number in range(200):
        assert thumbnails.of(record(number)) is None
    while waiting:
        waiting.pop()(np.zeros((4, 6, 3), np.uint8))
    assert fetched[:3] == [0, 199, 198]
    assert len(fetched) == WAITING_LIMIT + 1
    pixmap = thumbnails.of(record(199))
    assert pixmap is not None
    assert (pixmap.width(), pixmap.height()) == (6, 4)


def test_a_thumbnail_of_the_last_project_is_dropped(qtbot: QtBot) -> None:
    waiting = []
    thumbnails = Thumbnails(lambda _record, on_ready: waiting.append(on_ready))
    thumbnails.of(record(1))
    thumbnails.forget()
    waiting[0](np.zeros((4, 6, 3), np.uint8))
    assert thumbnails.of(record(1)) is None
