"""What is done to a class without a gesture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.geometry import Rect
from segstudio.gui.canvas import clean_up
from segstudio.gui.canvas.clean_up import CleanUpStep
from tests.gui.canvas.hands import CAR, ROAD, SKY, Hands


def put(hands: Hands, rect: Rect, label: int, origin: Origin = Origin.PERSON) -> None:
    edit = hands.document.begin_edit("Set up", origin=origin)
    edit.write(rect, None, label)
    edit.commit()
    hands.canvas.refresh()


@pytest.mark.parametrize(
    ("step", "place", "expected"),
    [
        (clean_up.fill_holes, (25, 25), CAR),
        (clean_up.remove_islands, (81, 21), SKY),
        (clean_up.keep_largest, (81, 21), SKY),
        (clean_up.grow, (19, 25), CAR),
        (clean_up.shrink, (20, 25), SKY),
        (clean_up.smooth, (81, 21), SKY),
        (clean_up.close_gaps, (100, 60), ROAD),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_command_changes_what_it_says_in_one_step(
    hands: Hands, step: Callable[[], CleanUpStep], place: tuple[int, int], expected: int
) -> None:
    put(hands, Rect(20, 20, 40, 40), CAR)
    put(hands, Rect(25, 25, 26, 26), SKY)
    put(hands, Rect(81, 21, 82, 22), CAR)
    put(hands, Rect(100, 60, 101, 80), IGNORE, Origin.NOBODY)
    column, row = place
    assert hands.labels[row, column] != expected
    hands.canvas.tools.clean_up.do(step(), hands.canvas.view.visible)
    assert hands.labels[row, column] == expected
    assert len(hands.changes) == 1


def test_filling_the_rest_shows_first_and_fills_then(hands: Hands) -> None:
    put(hands, Rect(100, 60, 110, 80), IGNORE, Origin.NOBODY)
    hands.canvas.tools.offer.fill_rest()
    assert (hands.labels[60:80, 100:110] == IGNORE).all()
    assert "200 unlabelled pixels" in hands.messages[0]
    hands.canvas.tools.offer.fill_rest()
    assert (hands.labels[60:80, 100:110] == CAR).all()


def test_filling_the_rest_can_be_cancelled(hands: Hands) -> None:
    put(hands, Rect(100, 60, 110, 80), IGNORE, Origin.NOBODY)
    hands.canvas.tools.offer.fill_rest()
    assert hands.canvas.tools.cancel()
    assert not hands.canvas.tools.cancel()
    assert (hands.labels[60:80, 100:110] == IGNORE).all()


def test_classes_are_swapped_merged_and_copied(hands: Hands) -> None:
    hands.canvas.tools.commands.swap(SKY, ROAD)
    assert hands.labels[0, 0] == ROAD and hands.labels[89, 0] == SKY
    hands.canvas.tools.commands.merge(ROAD, CAR)
    assert hands.labels[0, 0] == CAR
    other = np.full((45, 60), ROAD, np.uint8)
    other[:, :30] = IGNORE
    hands.canvas.tools.commands.copy_from(other)
    assert (hands.labels[:, 60:] == ROAD).all()
    assert hands.labels[0, 0] == CAR
    assert [change.name for change in hands.changes] == ["Swap classes", "Merge classes", "Copy labels"]


def test_nothing_to_do_is_said_and_leaves_no_step(hands: Hands) -> None:
    hands.canvas.tools.offer.fill_rest()
    hands.canvas.tools.clean_up.do(clean_up.fill_holes(), hands.canvas.view.visible)
    hands.canvas.tools.clean_up.do(clean_up.remove_islands(), hands.canvas.view.visible)
    assert hands.changes == []
    assert hands.messages == ["Nothing is unlabelled.", "Nothing to change here.", "Nothing to change here."]


def test_a_step_shows_what_it_would_change_and_changes_nothing(hands: Hands) -> None:
    put(hands, Rect(20, 20, 40, 40), CAR)
    put(hands, Rect(25, 25, 27, 28), SKY)
    tools, before = hands.canvas.tools, hands.labels.copy()
    tools.clean_up.look_at(clean_up.fill_holes(), hands.canvas.view.visible)
    assert tools.offer.preview.region.pixel_count == 6
    assert np.array_equal(hands.labels, before)
    tools.clean_up.look_at(clean_up.smooth(), hands.canvas.view.visible)
    assert tools.offer.preview.region.pixel_count > 6
    tools.clean_up.look_away()
    assert tools.offer.preview.region.is_empty
    assert hands.changes == []


def test_a_step_that_is_done_is_no_longer_shown(hands: Hands) -> None:
    put(hands, Rect(20, 20, 40, 40), CAR)
    put(hands, Rect(25, 25, 26, 26), SKY)
    tools = hands.canvas.tools
    tools.clean_up.look_at(clean_up.fill_holes(), hands.canvas.view.visible)
    tools.clean_up.do(clean_up.fill_holes(), hands.canvas.view.visible)
    assert hands.labels[25, 25] == CAR
    assert tools.offer.preview.region.is_empty


def test_looking_away_leaves_another_offer_alone(hands: Hands) -> None:
    put(hands, Rect(100, 60, 110, 80), IGNORE, Origin.NOBODY)
    hands.canvas.tools.offer.fill_rest()
    hands.canvas.tools.clean_up.look_away()
    assert hands.canvas.tools.offer.preview.region.pixel_count == 200
