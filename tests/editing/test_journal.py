"""A journal of changes brings labels back, from wherever they had got to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editing.pictures import random_document, state
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Point
from segstudio.domain.stroke import Brush
from segstudio.editing.brush import paint_segment
from segstudio.editing.document import LabelDocument
from segstudio.editing.journal import apply_change, decode_change, encode_change


def _work(document: LabelDocument, steps: list[int]) -> tuple[list[bytes], list[tuple[bytes, bytes]]]:
    """Strokes (0 to 9), undo (10) and redo (11): the journal of them and every state on the way."""
    journal, states = [], [state(document)]
    for step in steps:
        if step >= 10:
            change = document.undo() if step == 10 else document.redo()
        else:
            edit = document.begin_edit(f"Strich {step} ä")
            paint_segment(edit, Point(30 * step, 10), Point(150, 20 * step), Brush(12), step)
            change = edit.commit()
        if change is not None and not change.is_empty:
            journal.append(encode_change(change))
            states.append(state(document))
    return journal, states


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.integers(0, 11), min_size=1, max_size=12), data=st.data())
def test_replaying_the_journal_on_any_state_on_the_way_ends_in_the_last(steps, data):
    document = random_document(9, 290, 200)
    journal, states = _work(document, steps)
    labels, origins = data.draw(st.sampled_from(states))
    found = LabelDocument(
        np.frombuffer(labels, np.uint8).reshape(200, 290), np.frombuffer(origins, np.uint8).reshape(200, 290)
    )
    for entry in journal:
        apply_change(entry, found.labels, found.origins)
    assert state(found) == state(document)


def test_a_change_comes_back_with_all_it_says():
    document = random_document(9, 290, 200)
    edit = document.begin_edit("Pinsel ä")
    paint_segment(edit, Point(10, 10), Point(150, 90), Brush(12), 3)
    change = edit.commit()
    found = decode_change(encode_change(change))
    for name in ("name", "kind", "rect", "pixels_changed", "revision", "image_size"):
        assert getattr(found, name) == getattr(change, name)
    assert [(patch.labels, patch.origins) for patch in found.patches] == [
        (patch.labels, patch.origins) for patch in change.patches
    ]


@pytest.fixture(scope="module")
def entry() -> bytes:
    return _work(random_document(9, 290, 200), [4])[0][0]


def test_a_stroke_takes_few_bytes(entry):
    assert len(entry) < 3000


@settings(deadline=None)
@given(data=st.data())
def test_a_truncated_entry_is_refused_and_writes_nothing(entry, data):
    document = random_document(9, 290, 200)
    before = state(document)
    with pytest.raises(FormatError):
        apply_change(entry[: data.draw(st.integers(0, len(entry) - 1))], document.labels, document.origins)
    assert state(document) == before


@settings(deadline=None)
@given(data=st.data())
def test_a_damaged_entry_is_refused_and_writes_nothing(entry, data):
    document = random_document(9, 290, 200)
    before = state(document)
    damaged = bytearray(entry)
    damaged[data.draw(st.integers(0, len(entry) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(FormatError):
        apply_change(bytes(damaged), document.labels, document.origins)
    assert state(document) == before


def test_an_entry_of_another_image_is_refused(entry):
    document = random_document(9, 200, 290)
    with pytest.raises(FormatError, match="290 x 200"):
        apply_change(entry, document.labels, document.origins)
