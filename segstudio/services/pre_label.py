"""Writes a model's answer into a document: never over a person, unless that is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.geometry import Rect
from segstudio.domain.prediction import Prediction
from segstudio.editing.bands import written_in_turns
from segstudio.editing.change import DocumentChange
from segstudio.editing.document import LabelDocument
from segstudio.editing.edit import Edit

EDIT_NAME = "Pre-label"


def write_prediction(
    document: LabelDocument,
    prediction: Prediction,
    *,
    name: str = EDIT_NAME,
    is_over_person: bool = False,
    joins_last: bool = False,
) -> DocumentChange:
    """The model's labels wherever it has a class and, unless asked, no person has painted.

    One undo step, or with ``joins_last`` a part of the newest one.
    """
    edit = begin_pre_label(document, name=name, is_over_person=is_over_person, joins_last=joins_last)
    for _ in pre_label_turns(edit, prediction):
        pass
    return edit.commit()


def begin_pre_label(
    document: LabelDocument, *, name: str = EDIT_NAME, is_over_person: bool = False, joins_last: bool = False
) -> Edit:
    """An edit of the model. Raises: ValueError: another edit is open."""
    return document.begin_edit(name, origin=Origin.MODEL, keep_person=not is_over_person, joins_last=joins_last)


def pre_label_turns(edit: Edit, prediction: Prediction) -> Iterator[Rect]:
    """Writes where the model has a class, some rows each time the next rectangle to redraw is asked for."""
    labels = prediction.labels
    has_class = labels != IGNORE
    return written_in_turns(edit, edit.image_rect, None if has_class.all() else has_class, labels)
