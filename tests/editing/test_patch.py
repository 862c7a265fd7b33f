"""Pixels kept as they are, and the same pixels packed."""

from __future__ import annotations

from threading import Thread

import numpy as np

from editing.pictures import random_document, state
from segstudio.domain.geometry import Rect
from segstudio.editing.document import LabelDocument
from segstudio.editing.history import History, Step
from segstudio.editing.journal import encode_change
from segstudio.editing.patch import Patch

CORNERS = np.array([(0, 0), (64, 32)], np.int32)


def _kept() -> Patch:
    coarse = np.random.default_rng(0).integers(0, 9, (2, 2, 4, 4), np.uint8)
    return Patch.kept(CORNERS, *coarse.repeat(8, axis=2).repeat(8, axis=3))


def _paint(document: LabelDocument, class_id: int) -> None:
    edit = document.begin_edit("Paint")
    edit.write(Rect(5 * class_id, 3, 300, 200), None, class_id)
    edit.commit()


def test_packed_it_says_the_same_and_holds_less():
    patch = _kept()
    seen = [pixels.copy() for pixels in patch.decoded()]
    before = patch.byte_count
    patch.cool()
    assert patch.byte_count < before
    assert all(np.array_equal(*pair) for pair in zip(patch.decoded(), seen, strict=True))


def test_asked_for_run_lengths_it_still_keeps_its_pixels():
    patch = _kept()
    again = Patch(CORNERS, 32, 32, patch.labels, patch.origins)
    assert patch.decoded()[0] is patch.decoded()[0]
    assert np.array_equal(patch.decoded()[0], again.decoded()[0])


def test_packing_on_another_thread_while_the_history_lets_go_does_no_harm():
    for _ in range(50):
        patch = _kept()
        wanted = patch.decoded()[0].copy()
        packing = Thread(target=patch.pack)
        packing.start()
        patch.cool()
        packing.join()
        assert np.array_equal(patch.decoded()[0], wanted)


def test_the_journal_packs_what_the_undo_step_holds_too():
    document = random_document(3, 640, 512)
    edit = document.begin_edit("Paint")
    edit.write(Rect(0, 0, 300, 200), None, 7)
    change = edit.commit()
    encode_change(change)
    assert change.ways_back
    assert all(patch._packed is not None for patch in (*change.patches, *change.ways_back))


def test_only_the_newest_steps_keep_their_pixels():
    history = History(byte_budget=40_000)
    steps = [Step(str(number), Rect(0, 0, 9, 9), 1, before=(_kept(),), after=(_kept(),)) for number in range(4)]
    for step in steps:
        history.push(step)
    assert history.byte_count == sum(step.byte_count for step in steps)
    assert steps[-1].byte_count > 2 * steps[0].byte_count


def test_undo_and_redo_are_exact_whether_hot_or_cold():
    document = random_document(5, 640, 512, byte_budget=400_000)
    states = [state(document)]
    for class_id in range(1, 7):
        _paint(document, class_id)
        states.append(state(document))
    for wanted in reversed(states[:-1]):
        document.undo()
        assert state(document) == wanted
    for wanted in states[1:]:
        document.redo()
        assert state(document) == wanted
