"""Edits change labels, and undo, redo and cancel bring every byte back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editing.pictures import random_document, state
from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.geometry import Point, Rect
from segstudio.domain.stroke import Brush, PaintOver, PaintRule
from segstudio.editing import bands
from segstudio.editing import edit as edit_module
from segstudio.editing.bands import written_in_turns
from segstudio.editing.brush import paint_segment
from segstudio.editing.change import ChangeKind
from segstudio.editing.document import LabelDocument
from segstudio.editing.tiles import TILE

WIDTH, HEIGHT = 300, 270
RULES = st.builds(
    PaintRule,
    st.sampled_from(PaintOver),
    st.frozensets(st.sampled_from([0, 1, 2, 7, 255])),
    st.frozensets(st.sampled_from([0, 1, 255]), max_size=1),
)
RECTS = st.builds(
    lambda left, top, width, height: Rect(left, top, left + width, top + height),
    st.integers(-40, WIDTH),
    st.integers(-40, HEIGHT),
    st.integers(0, 200),
    st.integers(0, 200),
)
WRITES = st.tuples(RECTS, RULES, st.integers(0, 255), st.sampled_from(["all", "half", "map"]))
EDITS = st.lists(st.tuples(st.sampled_from(Origin), st.lists(WRITES, max_size=4)), min_size=1, max_size=6)


def _write(edit, write, seed):
    rect, rule, class_id, kind = write
    rng = np.random.default_rng(seed)
    mask = None if kind == "all" else rng.random((rect.height, rect.width)) < 0.5
    labels = rng.integers(0, 9, (rect.height, rect.width), np.uint8) if kind == "map" else class_id
    edit.press_at(Point(3, 3))
    return edit.write(rect, mask, labels, rule)


@settings(max_examples=60, deadline=None)
@given(edits=EDITS)
def test_undoing_and_redoing_all_edits_brings_all_bytes_back(edits):
    document = random_document(1, WIDTH, HEIGHT)
    states = [state(document)]
    for seed, (origin, writes) in enumerate(edits):
        edit = document.begin_edit("Change", origin=origin)
        for write in writes:
            _write(edit, write, seed)
        if not edit.commit().is_empty:
            states.append(state(document))
    for expected in reversed(states[:-1]):
        assert document.undo().kind is ChangeKind.UNDO
        assert state(document) == expected
    assert document.undo() is None
    for expected in states[1:]:
        assert document.redo().kind is ChangeKind.REDO
        assert state(document) == expected
    assert document.redo() is None


@settings(max_examples=60, deadline=None)
@given(writes=st.lists(WRITES, max_size=6), most_tiles=st.sampled_from([1, 2, 1024]))
def test_cancelling_brings_all_bytes_back_even_of_an_edit_compressed_on_the_way(writes, most_tiles):
    document = random_document(2, WIDTH, HEIGHT)
    before = state(document)
    edit = document.begin_edit("Change")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edit_module, "MOST_TILES", most_tiles)
        for seed, write in enumerate(writes):
            _write(edit, write, seed)
        edit.cancel()
    assert state(document) == before
    assert not document.can_undo
    assert document.revision == 0


@settings(max_examples=40, deadline=None)
@given(writes=st.lists(WRITES, min_size=1, max_size=6))
def test_a_huge_edit_compressed_on_the_way_undoes_like_any_other(writes):
    document = random_document(2, WIDTH, HEIGHT)
    before = state(document)
    edit = document.begin_edit("Change")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edit_module, "MOST_TILES", 1)
        for seed, write in enumerate(writes):
            _write(edit, write, seed)
        change = edit.commit()
    after = state(document)
    if change.is_empty:
        assert after == before
        return
    document.undo()
    assert state(document) == before
    document.redo()
    assert state(document) == after


@settings(max_examples=40, deadline=None)
@given(write=WRITES)
def test_everything_changed_lies_in_the_rectangle_and_is_counted(write):
    document = random_document(4, WIDTH, HEIGHT)
    labels, origins = document.labels.copy(), document.origins.copy()
    edit = document.begin_edit("Change")
    rect = _write(edit, write, 0)
    change = edit.commit()
    differs = (labels != document.labels) | (origins != document.origins)
    assert change.pixels_changed == differs.sum()
    for found in (rect, change.rect):
        outside = differs.copy()
        outside[found.slices] = False
        assert not outside.any()


def test_many_strokes_stay_within_the_byte_budget():
    document = random_document(5, 640, 512, byte_budget=120_000)
    rng = np.random.default_rng(0)
    for _ in range(60):
        edit = document.begin_edit("Brush")
        for _ in range(4):
            paint_segment(edit, Point(*rng.uniform(0, 600, 2)), Point(*rng.uniform(0, 500, 2)), Brush(20), 3)
            paint_segment(edit, Point(*rng.uniform(0, 600, 2)), Point(*rng.uniform(0, 500, 2)), Brush(20), 4)
        edit.commit()
        assert document.history_byte_count <= 120_000
    undone = 0
    while document.undo():
        undone += 1
    assert 0 < undone < 60


def test_the_newest_step_can_be_undone_even_if_it_is_larger_than_the_budget():
    document = random_document(5, 200, 200, byte_budget=1)
    before = state(document)
    edit = document.begin_edit("Fill")
    edit.write(document.rect, None, np.random.default_rng(0).integers(0, 9, (200, 200), np.uint8))
    edit.commit()
    document.undo()
    assert state(document) == before


def test_a_new_edit_forgets_what_was_undone():
    document = random_document(1, 50, 50)
    for class_id in (11, 12):
        edit = document.begin_edit("Fill")
        edit.write(document.rect, None, class_id)
        edit.commit()
        document.undo()
    assert document.redo().name == "Fill"
    assert (document.labels == 12).all()
    assert not document.can_redo


def test_the_model_leaves_a_persons_pixels_alone():
    document = random_document(6, 100, 100)
    labels, is_persons = document.labels.copy(), document.origins == Origin.PERSON
    edit = document.begin_edit("Pre-label", origin=Origin.MODEL)
    edit.write(document.rect, None, np.full((100, 100), 30, np.uint8))
    edit.commit()
    assert np.array_equal(document.labels[is_persons], labels[is_persons])
    assert (document.labels[~is_persons] == 30).all()
    assert (document.origins[~is_persons] == Origin.MODEL).all()
    assert (document.origins[is_persons] == Origin.PERSON).all()


def test_the_model_overwrites_a_person_only_when_asked():
    document = random_document(6, 100, 100)
    edit = document.begin_edit("Pre-label anew", origin=Origin.MODEL, keep_person=False)
    edit.write(document.rect, None, 30)
    edit.commit()
    assert (document.labels == 30).all()


def test_erasing_leaves_nobodys_unlabelled_pixels():
    document = random_document(6, 40, 40)
    edit = document.begin_edit("Erase", origin=Origin.NOBODY)
    paint_segment(edit, Point(20, 20), Point(20, 20), Brush(10), IGNORE)
    edit.commit()
    assert document.labels[20, 20] == IGNORE
    assert document.origins[20, 20] == Origin.NOBODY


def test_accepting_changes_origins_and_can_be_undone():
    document = random_document(6, 60, 60)
    before = state(document)
    is_models = document.origins == Origin.MODEL
    edit = document.begin_edit("Accept", origin=Origin.ACCEPTED)
    edit.set_origin(document.rect, is_models, Origin.ACCEPTED)
    assert edit.commit().pixels_changed == is_models.sum()
    assert document.labels.tobytes() == before[0]
    assert (document.origins[is_models] == Origin.ACCEPTED).all()
    document.undo()
    assert state(document) == before


def test_two_edits_cannot_be_open_and_none_undoes_meanwhile():
    document = random_document(1, 30, 30)
    edit = document.begin_edit("Brush")
    edit.write(document.rect, None, 9)
    with pytest.raises(ValueError, match="still open"):
        document.begin_edit("Fill")
    assert document.undo() is None
    edit.commit()
    with pytest.raises(ValueError, match="over"):
        edit.write(document.rect, None, 8)
    assert document.can_undo


@pytest.mark.parametrize("class_id", [-1, 256])
def test_a_label_that_cannot_be_is_refused(class_id):
    edit = random_document(1, 30, 30).begin_edit("Brush")
    with pytest.raises(ValueError, match="label"):
        edit.write(Rect(0, 0, 5, 5), None, class_id)


def test_a_mask_of_another_shape_is_refused():
    edit = random_document(1, 30, 30).begin_edit("Brush")
    with pytest.raises(ValueError, match="mask"):
        edit.write(Rect(0, 0, 5, 5), np.ones((5, 6), np.bool_), 1)


def test_labels_and_origins_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match="origins"):
        LabelDocument(np.zeros((4, 5), np.uint8), np.zeros((5, 4), np.uint8))


def test_memory_held_uncompressed_is_bounded():
    assert edit_module.MOST_TILES * TILE**2 * 2 <= 32 << 20


def test_writing_in_turns_does_what_writing_at_once_does():
    at_once, in_turns = random_document(7, 300, 270), random_document(7, 300, 270)
    labels = np.random.default_rng(0).integers(0, 9, (270, 300), np.uint8)
    edit = at_once.begin_edit("Pre-label", origin=Origin.MODEL)
    edit.write(at_once.rect, labels > 2, labels)
    edit.commit()
    edit = in_turns.begin_edit("Pre-label", origin=Origin.MODEL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bands, "_TURN_PIXELS", 5000)
        rects = list(written_in_turns(edit, in_turns.rect, labels > 2, labels))
    assert len(rects) > 10
    edit.commit()
    assert state(in_turns) == state(at_once)
    in_turns.undo()
    assert state(in_turns) == state(random_document(7, 300, 270))


def test_restoring_puts_all_back_and_leaves_the_edit_open():
    document = random_document(7, 300, 270)
    before = state(document)
    edit = document.begin_edit("Preview")
    for class_id in range(3):
        edit.write(Rect(20, 20, 200, 200), None, class_id)
        assert state(document) != before
        assert edit.restore() == Rect(20, 20, 200, 200)
        assert state(document) == before
    edit.write(Rect(5, 5, 9, 9), None, 3)
    assert edit.commit().rect == Rect(5, 5, 9, 9)


def test_an_edit_that_joins_the_last_step_is_undone_and_redone_with_it() -> None:
    document = LabelDocument(np.zeros((8, 8), np.uint8), np.zeros((8, 8), np.uint8))
    stroke = document.begin_edit("Brush")
    stroke.write(Rect(0, 0, 4, 4), None, 3)
    stroke.commit()
    update = document.begin_edit("Learnt", origin=Origin.MODEL, joins_last=True)
    update.write(Rect(0, 0, 8, 8), None, 5)
    update.commit()
    after = document.labels.copy()
    assert after[0, 0] == 3
    assert after[7, 7] == 5

    assert document.undo_name == "Brush"
    document.undo()
    assert not document.labels.any()
    assert not document.can_undo
    document.redo()
    assert np.array_equal(document.labels, after)


def test_an_edit_that_joins_the_last_is_undone_with_it():
    document = random_document(7, 300, 270)
    before = state(document)
    for class_id, joins_last in ((20, False), (21, True), (22, True)):
        edit = document.begin_edit("Next best", joins_last=joins_last)
        edit.write(Rect(class_id, 20, 200, 200), None, class_id)
        edit.commit()
    after = state(document)
    document.undo()
    assert state(document) == before
    assert not document.can_undo
    document.redo()
    assert state(document) == after


def test_a_large_brush_going_on_and_on_keeps_few_tiles_uncompressed():
    document = random_document(7, 2000, 2000)
    before = state(document)
    edit = document.begin_edit("Brush")
    for y in range(0, 2000, 250):
        for x in range(0, 2000, 100):
            paint_segment(edit, Point(x, y), Point(x + 100, y), Brush(300), (x // 100 + y) % 5)
            assert edit.uncompressed_tiles <= 256
    edit.commit()
    after = state(document)
    document.undo()
    assert state(document) == before
    document.redo()
    assert state(document) == after
