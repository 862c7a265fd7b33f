"""Every condition and every order of the list can be chosen in the window."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QDate
from pytestqt.qtbot import QtBot

from segstudio.domain.classes import LabelSet
from segstudio.domain.images import ImageId, ImageStatus, Split
from segstudio.gui.panels.image_list import ImageListPanel
from segstudio.services.project_index import EVERYTHING, ImageFilter, SortKey

CLASSES = LabelSet.from_names(["sky", "road", "tree"])


@pytest.fixture
def panel(qtbot: QtBot) -> ImageListPanel:
    made = ImageListPanel(lambda _record: None)
    qtbot.addWidget(made)
    made.show_classes(CLASSES)
    return made


def test_each_condition_of_the_card_is_one_of_the_query(panel: ImageListPanel) -> None:
    card = panel.card
    card.statuses[ImageStatus.NEW].setChecked(True)
    card.splits[Split.TEST].setChecked(True)
    card.classes.choose(2)
    card.flagged.setChecked(True)
    card.missing.setChecked(True)
    card.changed.setChecked(True)
    card.doubt.setValue(25)
    wanted = panel.query.filter
    assert wanted == ImageFilter(
        statuses=frozenset({ImageStatus.NEW}),
        splits=frozenset({Split.TEST}),
        is_flagged=True,
        class_ids=frozenset({2}),
        uncertain_above=0.25,
        is_missing=True,
        is_changed=True,
    )


def test_the_days_run_from_the_first_midnight_to_the_last(panel: ImageListPanel) -> None:
    panel.card.since.choose(QDate(2026, 2, 27))
    panel.card.until.choose(QDate(2026, 2, 28))
    since, until = panel.query.filter.labelled_since, panel.query.filter.labelled_until
    assert since is not None
    assert until is not None
    assert time.localtime(since)[:5] == (2026, 2, 27, 0, 0)
    assert time.localtime(until)[:5] == (2026, 3, 1, 0, 0)


def test_what_is_searched_for_stays_while_the_card_changes(qtbot: QtBot, panel: ImageListPanel) -> None:
    with qtbot.waitSignal(panel.query_changed):
        panel.search.setText("fog")
    panel.card.flagged.setChecked(True)
    assert panel.query.filter == ImageFilter(is_flagged=True, text="fog")


def test_show_all_takes_everything_back(panel: ImageListPanel) -> None:
    panel.show_only(frozenset({ImageId(3)}))
    panel.card.flagged.setChecked(True)
    assert panel.query.filter == ImageFilter(is_flagged=True, only=frozenset({ImageId(3)}))
    panel.card.show_all.click()
    assert panel.query.filter == EVERYTHING


def test_a_class_that_is_retired_is_no_longer_filtered_by(panel: ImageListPanel) -> None:
    panel.card.classes.choose(2)
    panel.card.classes.choose(1)
    panel.show_classes(CLASSES.with_retired(2))
    assert panel.query.filter.class_ids == {1}


@pytest.mark.parametrize("sort", SortKey)
def test_the_list_can_be_ordered_by_each_key_and_the_other_way_round(panel: ImageListPanel, sort: SortKey) -> None:
    panel.order.choose(sort)
    is_descending = panel.query.is_descending
    assert panel.query.sort is sort
    panel.order.reversed.trigger()
    assert panel.query.is_descending is not is_descending
