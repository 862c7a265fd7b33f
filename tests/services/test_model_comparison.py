"""The gate: what two models' scores mean, and where the two differ most."""

from __future__ import annotations

import numpy as np
import pytest

from segstudio.domain.model_info import Scores
from segstudio.services.model_comparison_advice import advice
from segstudio.services.model_comparison_places import MOST_PLACES, LargestChanges


def scores(mean: float, **classes: float) -> Scores:
    return Scores("held out", mean, 0.9, classes)


def test_a_class_that_lost_is_named_with_its_points() -> None:
    found = advice(scores(0.6, pole=0.5, sky=0.7), scores(0.63, pole=0.44, sky=0.82), images=9)
    assert found.losses == ("Class pole got worse by 6 points.",)
    assert found.gains == ("Class sky got better by 12 points.",)
    assert found.adopts is True
    assert "if you can live with" in found.suggestion
    assert found.caution == ""


@pytest.mark.parametrize(
    ("before", "after", "adopts", "words"),
    [
        (0.60, 0.66, True, "Use it: 6.0 points"),
        (0.60, 0.50, False, "Keep the current model"),
        (0.60, 0.602, None, "No clear difference"),
        (0.0, 0.7, True, "knows none of these classes"),
    ],
)
def test_a_suggestion_follows_from_the_mean(before: float, after: float, adopts: bool | None, words: str) -> None:
    found = advice(scores(before), scores(after), images=9)
    assert found.adopts is adopts
    assert words in found.suggestion


def test_few_held_out_images_are_pointed_out() -> None:
    assert "one image only" in advice(scores(0.6), scores(0.7), images=1).caution


def test_the_largest_changes_are_cut_out_the_worse_ones_first() -> None:
    truth = np.zeros((256, 384), np.uint8)
    truth[:, 200:] = 1
    before, after = truth.copy(), truth.copy()
    before[10:60, 10:60] = 1  # wrong before, right after
    after[150:180, 300:330] = 0  # right before, wrong after
    image = np.zeros((256, 384, 3), np.uint8)
    changes = LargestChanges()
    changes.add("one.png", image, before=before, after=after, truth=truth)
    worse, better = changes.places()
    assert (worse.lost, worse.gained, worse.is_better) == (900, 0, False)
    assert (better.gained, better.lost, better.is_better) == (2500, 0, True)
    assert worse.rect.left <= 300 and worse.rect.right >= 330
    assert worse.picture.shape[:2] == worse.truth.shape == (worse.rect.height, worse.rect.width)


def test_pixels_that_nobody_judged_are_no_change() -> None:
    truth = np.full((64, 64), 255, np.uint8)
    changes = LargestChanges()
    image = np.zeros((64, 64, 3), np.uint8)
    changes.add("one.png", image, before=np.zeros_like(truth), after=np.ones_like(truth), truth=truth)
    assert changes.places() == ()


def test_of_many_images_only_the_largest_are_kept() -> None:
    changes = LargestChanges()
    for size in range(4, 40, 2):
        truth = np.zeros((64, 64), np.uint8)
        before = truth.copy()
        before[:size, :size] = 1
        changes.add(f"{size}", np.zeros((64, 64, 3), np.uint8), before=before, after=truth, truth=truth)
    found = changes.places()
    assert len(found) == MOST_PLACES
    assert found[0].image == "38"
