"""What the training panel shows of a candidate, and of a run that was left."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Rect
from segstudio.domain.model_info import Scores
from segstudio.gui.dialogs.changed_places import ChangedPlacesDialog
from segstudio.gui.panels.candidate_card import CandidateCard
from segstudio.gui.panels.interrupted_card import InterruptedCard
from segstudio.services.model_comparison import Comparison
from segstudio.services.model_comparison_advice import advice
from segstudio.services.model_comparison_places import ChangedPlace

CLASSES = LabelSet.from_names(["sky", "pole"])


def place(*, gained: int, lost: int) -> ChangedPlace:
    labels = np.zeros((40, 40), np.uint8)
    return ChangedPlace(
        "a.png", Rect(0, 0, 40, 40), np.zeros((40, 40, 3), np.uint8), labels, labels, labels, gained, lost
    )


def comparison(before: float, after: float, *places: ChangedPlace) -> Comparison:
    first = Scores("held out", before, 0.9, {"sky": 0.9, "pole": before})
    second = Scores("held out", after, 0.9, {"sky": 0.9, "pole": after})
    return Comparison(first, second, advice(first, second, images=8), places)


@pytest.mark.parametrize(("after", "suggested"), [(0.7, "adopt_button"), (0.4, "discard_button")])
def test_the_suggested_choice_stands_out(qtbot: QtBot, after: float, suggested: str) -> None:
    card = CandidateCard()
    qtbot.addWidget(card)
    card.show_candidate(comparison(0.5, after, place(gained=9, lost=0)), CLASSES)
    other = {"adopt_button": "discard_button", "discard_button": "adopt_button"}[suggested]
    assert getattr(card, suggested).property("kind") == "primary"
    assert getattr(card, other).property("kind") == "tight"
    word = "better" if after > 0.5 else "worse"
    assert f"Class pole got {word} by" in card.words


def test_without_held_out_images_it_says_so(qtbot: QtBot) -> None:
    card = CandidateCard()
    qtbot.addWidget(card)
    card.show_candidate(None, CLASSES)
    assert "nothing held out" in card.words


def test_the_largest_changes_are_drawn_worse_ones_first(qtbot: QtBot) -> None:
    dialog = ChangedPlacesDialog([place(gained=1, lost=70), place(gained=50, lost=2)], CLASSES)
    qtbot.addWidget(dialog)
    words = [label.text() for label in dialog.findChildren(QLabel)]
    assert words.index("Worse with the new model") < words.index("Better with the new model")
    assert not dialog.grab().isNull()


def test_a_run_that_was_left_is_offered(qtbot: QtBot) -> None:
    card = InterruptedCard()
    qtbot.addWidget(card)
    card.show_run(images=3, is_trained=False)
    with qtbot.waitSignal(card.go_on_asked):
        card.go_on_button.click()
    card.show_run(images=3, is_trained=True)
    assert card.go_on_button.text() == "Compare"
