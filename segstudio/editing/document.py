"""The labels of one image, who set them, and how they came to be."""

from __future__ import annotations

from segstudio.domain.arrays import LabelMap, Origin, OriginMap, require_label_map
from segstudio.domain.geometry import EMPTY, Rect, Size
from segstudio.editing.change import ChangeKind, DocumentChange
from segstudio.editing.edit import Edit
from segstudio.editing.history import DEFAULT_BYTE_BUDGET, History, Step


class LabelDocument:
    """Owns ``labels`` and ``origins``; only an ``Edit`` writes them, a canvas wraps them.

    The arrays are taken over, not copied, unless they are read-only or not contiguous.
    Raises: ValueError: not uint8 maps of one shape.
    """

    def __init__(self, labels: LabelMap, origins: OriginMap, *, byte_budget: int = DEFAULT_BYTE_BUDGET) -> None:
        require_label_map(labels)
        require_label_map(origins, "origin map")
        if labels.shape != origins.shape:
            raise ValueError(f"The labels are of {labels.shape} and their origins of {origins.shape}.")
        self.labels = _owned(labels)
        self.origins = _owned(origins)
        self._history = History(byte_budget)
        self._open_edit: Edit | None = None
        self._joins_last = False
        self._revision = 0

    @property
    def size(self) -> Size:
        height, width = self.labels.shape
        return Size(width, height)

    @property
    def rect(self) -> Rect:
        return Rect.of_shape(self.labels.shape)

    @property
    def revision(self) -> int:
        """Counts up with every commit, undo and redo that changed something."""
        return self._revision

    @property
    def open_edit(self) -> Edit | None:
        return self._open_edit

    @property
    def can_undo(self) -> bool:
        return self._open_edit is None and self._history.undo_name is not None

    @property
    def can_redo(self) -> bool:
        return self._open_edit is None and self._history.redo_name is not None

    @property
    def undo_name(self) -> str | None:
        return self._history.undo_name

    @property
    def redo_name(self) -> str | None:
        return self._history.redo_name

    @property
    def history_byte_count(self) -> int:
        return self._history.byte_count

    def begin_edit(
        self,
        name: str,
        *,
        origin: Origin = Origin.PERSON,
        keep_person: bool | None = None,
        joins_last: bool = False,
    ) -> Edit:
        """Opens the one edit that may write. An edit of the model keeps a person's pixels unless told otherwise;
        one of ``Origin.NOBODY`` with label 255 erases. With ``joins_last`` it becomes part of the newest step.

        Raises: ValueError: another edit is open.
        """
        if self._open_edit is not None:
            raise ValueError(f"The edit {self._open_edit.name!r} is still open.")
        keep = origin in (Origin.MODEL, Origin.ACCEPTED) if keep_person is None else keep_person
        self._open_edit = Edit(
            self.labels, self.origins, name=name, origin=origin, keep_person=keep, finish=self._finish
        )
        self._joins_last = joins_last
        return self._open_edit

    def undo(self) -> DocumentChange | None:
        """Takes back the newest step; None where there is none or an edit is open."""
        step = self._history.take_undo() if self.can_undo else None
        return None if step is None else self._put_back(step, ChangeKind.UNDO)

    def redo(self) -> DocumentChange | None:
        """Does the newest undone step again; None where there is none or an edit is open."""
        step = self._history.take_redo() if self.can_redo else None
        return None if step is None else self._put_back(step, ChangeKind.REDO)

    def _put_back(self, step: Step, kind: ChangeKind) -> DocumentChange:
        patches = tuple(reversed(step.before)) if kind is ChangeKind.UNDO else step.after
        for patch in patches:
            patch.apply(self.labels, self.origins)
        self._revision += 1
        return DocumentChange(step.name, kind, step.rect, step.pixels_changed, self._revision, self.size, patches)

    def _finish(self, step: Step | None) -> DocumentChange:
        assert self._open_edit is not None
        name = self._open_edit.name
        self._open_edit = None
        if step is None:
            return DocumentChange(name, ChangeKind.EDIT, EMPTY, 0, self._revision, self.size, ())
        (self._history.extend if self._joins_last else self._history.push)(step)
        self._revision += 1
        return DocumentChange(
            name,
            ChangeKind.EDIT,
            step.rect,
            step.pixels_changed,
            self._revision,
            self.size,
            step.after,
            step.before,
        )


def _owned(array: LabelMap) -> LabelMap:
    return array if array.flags.writeable and array.flags.c_contiguous else array.copy(order="C")
