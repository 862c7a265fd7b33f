"""Every k-th image without its pre-label, and what that says about accepting."""

from __future__ import annotations

import pytest

from segstudio.domain.arrays import IGNORE
from segstudio.domain.changes import PredictionChanged
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.services.effort import effort_report
from segstudio.services.effort_bias import accepting_bias, bias_words
from segstudio.store.effort_log import EffortEntry
from tests.services.sitting import HEIGHT, WIDTH, Sitting


def offered(sitting: Sitting) -> bool:
    return any("offered blind" in change.remark for change in sitting.saw(PredictionChanged))  # type: ignore[attr-defined]  # narrowed by saw


def test_the_second_image_is_offered_without_its_pre_label_and_measured(sitting: Sitting) -> None:
    blind = sitting.studio.reviewing.blind
    blind.every = 2
    sitting.open()
    assert (sitting.labels() != IGNORE).any()
    second = sitting.ids[1]
    sitting.show(second)
    sitting.until(lambda: offered(sitting))
    assert (sitting.labels() == IGNORE).all()
    assert not sitting.is_pre_labelled
    hidden = blind._hidden
    assert hidden is not None
    # A person agrees with the hidden pre-label in the upper half of the image only.
    assert sitting.workspace.current is not None
    edit = sitting.workspace.current.document.begin_edit("Paint")
    edit.write(Rect(0, 0, WIDTH, HEIGHT), None, hidden)
    edit.write(Rect(0, HEIGHT // 2, WIDTH, HEIGHT), None, (hidden[HEIGHT // 2 :] + 1) % 3)
    sitting.workspace.committed(edit.commit())
    sitting.workspace.accept_current()
    sitting.show(sitting.ids[2])
    store = sitting.workspace.store
    assert store is not None
    sitting.until(lambda: any(entry.image_id == second for entry in store.effort.entries()))
    entry = next(entry for entry in store.effort.entries() if entry.image_id == second)
    assert entry.is_blind
    assert entry.kept_share == pytest.approx(0.5)
    sitting.until(lambda: sitting.is_pre_labelled)
    assert effort_report(store).images[-1].path == "1.png"


def test_an_older_pre_label_is_taken_off_and_comes_back_when_nobody_labelled(sitting: Sitting) -> None:
    sitting.open()
    store = sitting.workspace.store
    assert store is not None
    for image_id in sitting.ids[:2]:
        sitting.show(image_id)
        sitting.until(lambda: sitting.is_pre_labelled)
        sitting.until(lambda image_id=image_id: store.record(image_id).status is ImageStatus.PRE_LABELLED)
    sitting.studio.reviewing.blind.every = 1
    sitting.show(sitting.ids[0])
    sitting.until(lambda: offered(sitting))
    assert (sitting.labels() == IGNORE).all()
    assert store.record(sitting.ids[0]).status is ImageStatus.PRE_LABELLED
    sitting.studio.reviewing.blind.every = 0
    sitting.show(sitting.ids[1])
    sitting.show(sitting.ids[0])
    sitting.until(lambda: bool((sitting.labels() != IGNORE).any()))


def test_asking_for_the_model_shows_its_answer_even_then(sitting: Sitting) -> None:
    sitting.open()
    sitting.studio.reviewing.blind.every = 1
    sitting.show(sitting.ids[1])
    sitting.until(lambda: offered(sitting))
    sitting.studio.segmentation.run()
    sitting.until(lambda: bool((sitting.labels() != IGNORE).any()))


def entry(number: int, share: float | None, *, is_blind: bool = False) -> EffortEntry:
    return EffortEntry(ImageId(number), 1.0, "" if is_blind else "streets", 1, 0, 1, 1.0, share)


def test_the_bias_is_what_is_kept_of_seen_pre_labels_less_what_agrees_with_hidden_ones() -> None:
    assert accepting_bias([entry(1, 0.9)]) is None
    seen = [entry(number, 0.96 + 0.01 * (number % 2)) for number in range(20)]
    blind = [entry(100 + number, 0.90 + 0.01 * (number % 2), is_blind=True) for number in range(10)]
    found = accepting_bias([*seen, *blind, entry(200, None)])
    assert found is not None
    assert (found.seen_images, found.blind_images) == (20, 10)
    assert found.bias == pytest.approx(0.06)
    assert found.error == pytest.approx(0.004, abs=0.001)
    assert "6.0 ± 0.4 points too much" in bias_words(found)


def test_a_difference_within_its_error_is_no_sign() -> None:
    found = accepting_bias(
        [entry(1, 0.9), entry(2, 0.99), entry(3, 0.90, is_blind=True), entry(4, 0.98, is_blind=True)]
    )
    assert "no sign" in bias_words(found)
    assert bias_words(None) == ""
