"""The tools that ask the model: probability brush, smart click, next-best class."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from segstudio.domain.arrays import IGNORE
from segstudio.domain.geometry import Size
from segstudio.domain.prediction import Probabilities
from segstudio.domain.stroke import Brush
from segstudio.gui.canvas.tool_settings import ToolOptions
from segstudio.gui.canvas.view_mode import ViewMode
from tests.gui.canvas.hands import CAR, HEIGHT, RIGHT, ROAD, SKY, WIDTH, Hands


@pytest.fixture
def probabilities() -> Probabilities:
    """Cells of 2 x 2 pixels: sky above; below it a car from column 40 to 80, second guess road; road around it."""
    values = np.zeros((3, HEIGHT // 2, WIDTH // 2), np.uint8)
    values[SKY, :23], values[ROAD, 23:] = 250, 250
    values[CAR, 25:35, 20:40], values[ROAD, 25:35, 20:40], values[SKY, 25:35, 20:40] = 180, 60, 15
    return Probabilities(values, (SKY, ROAD, CAR), Size(WIDTH, HEIGHT), 2)


def test_the_probability_brush_paints_only_where_the_class_is_likely(
    hands: Hands, probabilities: Probabilities
) -> None:
    hands.canvas.content.set_probabilities(probabilities)
    hands.canvas.tools.set_tool_options(ToolOptions(minimum_probability=0.5))
    hands.canvas.tools.set_brush(Brush(60))
    hands.canvas.tools.set_tool("probability")
    hands.drag([(60, 60), (66, 60)])
    rows, columns = np.nonzero(hands.labels == CAR)
    assert rows.min() in (49, 50, 51) and rows.max() in (68, 69, 70)
    assert columns.min() in (39, 40, 41) and columns.max() in (78, 79, 80)
    assert [change.name for change in hands.changes] == ["Probability brush"]


def test_the_probability_brush_shows_what_it_would_leave_alone(hands: Hands, probabilities: Probabilities) -> None:
    hands.canvas.content.set_probabilities(probabilities)
    hands.canvas.tools.set_brush(Brush(30))
    hands.hover(40, 60)
    bare = hands.pixels()
    hands.canvas.tools.set_tool("probability")
    hands.hover(40, 60)
    at = [hands.at(x, 60) for x in (33, 47)]
    left, right = (np.s_[place.y() - 12 : place.y() + 12, place.x() - 12 : place.x() + 12] for place in at)
    shown = hands.pixels()
    assert (shown[left] != bare[left]).any()
    assert (shown[right] == bare[right]).all()


def test_the_chance_of_the_active_class_is_seen_and_follows_the_class(
    hands: Hands, probabilities: Probabilities
) -> None:
    bare = hands.pixels().astype(int)
    hands.canvas.look.set_view_mode(ViewMode.PICTURE)
    picture = hands.pixels().astype(int)
    hands.canvas.content.set_probabilities(probabilities)
    hands.canvas.look.set_view_mode(ViewMode.CHANCE)
    car, sky = hands.at(60, 60), hands.at(60, 20)

    def heat(place: QPoint) -> int:
        return int(np.abs(hands.pixels().astype(int) - picture)[place.y(), place.x()].max())

    assert heat(car) > 30 and heat(sky) == 0
    hands.canvas.tools.set_active_class(SKY)
    assert heat(sky) > 30 and heat(car) < 30
    hands.canvas.tools.set_active_class(IGNORE)
    assert heat(sky) == heat(car) == 0
    hands.canvas.look.set_view_mode(ViewMode.LABELS)
    assert np.array_equal(hands.pixels(), bare)


def test_peeking_shows_the_bare_picture_in_every_view(hands: Hands, probabilities: Probabilities) -> None:
    hands.canvas.look.set_view_mode(ViewMode.PICTURE)
    picture = hands.pixels()
    hands.canvas.content.set_probabilities(probabilities)
    for mode in (ViewMode.LABELS, ViewMode.CHANCE):
        hands.canvas.look.set_view_mode(mode)
        assert not np.array_equal(hands.pixels(), picture)
        QTest.keyPress(hands.canvas, Qt.Key.Key_QuoteLeft)
        assert np.array_equal(hands.pixels(), picture)
        QTest.keyRelease(hands.canvas, Qt.Key.Key_QuoteLeft)
        assert not np.array_equal(hands.pixels(), picture)


def test_the_probability_brush_erases_like_any_brush(hands: Hands, probabilities: Probabilities) -> None:
    hands.canvas.content.set_probabilities(probabilities)
    hands.canvas.tools.set_brush(Brush(11))
    hands.canvas.tools.set_tool("probability")
    hands.drag([(20, 20), (30, 20)], RIGHT)
    assert hands.labels[20, 25] == IGNORE


@pytest.mark.parametrize("tool", ["probability", "smart"])
def test_without_a_prediction_the_tools_say_what_is_missing(hands: Hands, tool: str) -> None:
    hands.canvas.tools.set_tool(tool)
    hands.click(60, 60)
    assert hands.changes == []
    assert "run it first" in hands.messages[0]


def test_a_smart_click_paints_the_models_piece(hands: Hands, probabilities: Probabilities) -> None:
    hands.canvas.content.set_probabilities(probabilities)
    hands.canvas.tools.set_tool("smart")
    before = hands.pixels()
    hands.hover(60, 60)
    shown = (hands.pixels() != before).any(axis=2)
    assert shown[hands.at(50, 55).y(), hands.at(50, 55).x()]
    hands.click(60, 60)
    assert (hands.labels[52:68, 42:78] == CAR).all()
    assert (hands.labels[:45] == SKY).all()
    assert [change.name for change in hands.changes] == ["Smart click"]


def test_next_best_goes_round_among_three_guesses_for_one_region(
    hands: Hands, probabilities: Probabilities
) -> None:
    hands.canvas.content.set_probabilities(probabilities)
    edit = hands.document.begin_edit("Car")
    box = np.zeros(hands.labels.shape, bool)
    box[50:70, 40:80] = True
    edit.write(hands.document.rect, box, CAR)
    edit.commit()
    hands.hover(60, 60)
    seen = []
    for _ in range(3):
        hands.canvas.next_best()
        seen.append(int(hands.labels[60, 60]))
        assert set(np.unique(hands.labels[box]).tolist()) == {seen[-1]}
        assert (hands.labels[45:50] == ROAD).all()
    assert seen == [ROAD, SKY, CAR]
    assert len(hands.changes) == 3
    assert hands.messages[0].startswith("road: ")
