"""What a tool finds before it: the open labels and picture, the settings, and the ways to be seen and heard."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Point, Rect, Size
from segstudio.domain.prediction import Probabilities
from segstudio.domain.stroke import PaintOver, PaintRule
from segstudio.editing.change import DocumentChange
from segstudio.editing.document import LabelDocument
from segstudio.editing.edit import Edit
from segstudio.editing.region import Region, Relabelling, paint_region, relabel
from segstudio.gui.canvas.lane_work import LaneWork
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.picture_part import PicturePart
from segstudio.gui.canvas.tool_settings import ToolSettings
from segstudio.services.jobs import JobRunner

_REACH = 1024
NO_PROBABILITIES = "The model hasn't looked at this image yet; run it first."
_NOTHING_TO_CHANGE = "Nothing to change here."


class Workbench(QObject):
    """Owned by the canvas, handed to every tool. It points at state that others own."""

    painted = Signal(object)
    """Rect: labels inside it were written."""
    preview_changed = Signal()
    """What a tool draws over the picture is another thing now."""
    committed = Signal(object)
    """DocumentChange: one undo step was made."""
    class_picked = Signal(object)
    """The class's id, or ``IGNORE``; None: what nobody has labelled."""
    said = Signal(str)

    def __init__(self, parent: QObject | None = None, jobs: JobRunner | None = None) -> None:
        super().__init__(parent)
        self.document: LabelDocument | None = None
        self.picture: Picture | None = None
        self.probabilities: Probabilities | None = None
        self.label_set = LabelSet(())
        self.settings = ToolSettings()
        self.is_read_only = False
        self.work = LaneWork(lambda: self.document, jobs, self)
        self.work.said.connect(self.said)

    @property
    def can_edit(self) -> bool:
        return self.document is not None and not self.is_read_only and self.document.open_edit is None

    @property
    def image_rect(self) -> Rect:
        return Rect(0, 0, 0, 0) if self.document is None else self.document.rect

    @property
    def image_size(self) -> Size | None:
        """Of the picture or, without one, of the labels."""
        if self.picture is not None:
            return self.picture.size
        return None if self.document is None else self.document.size

    def probability_at(self, column: int, row: int, class_id: int) -> float | None:
        """The model's, for a class at a pixel; None where it has none."""
        found = self.probabilities
        if found is None or class_id not in found.class_ids:
            return None
        scores = found.values[found.class_ids.index(class_id)]
        cell_row, cell_column = row // found.cell_width, column // found.cell_width
        if cell_row >= scores.shape[0] or cell_column >= scores.shape[1]:
            return None
        return float(scores[cell_row, cell_column]) / 255.0

    def picture_near(self, rect: Rect) -> PicturePart:
        """The pixels of ``rect`` and of what lies round it: all of a picture in memory, a window of a larger one.

        Raises: ValueError: there is no picture.
        """
        if self.picture is None:
            raise ValueError("There is no picture.")
        window = self.image_rect
        if not self.picture.is_in_memory:
            window = rect.expanded(_REACH).intersected(window)
        return PicturePart(self.picture.exact(window), window)

    def label_at(self, point: Point) -> int | None:
        if self.document is None or not self.document.rect.contains(point):
            return None
        return int(self.document.labels[int(point.y), int(point.x)])

    def class_to_paint(self, *, erasing: bool) -> int:
        return IGNORE if erasing else self.settings.class_id

    def begin(self, name: str, *, erasing: bool = False) -> Edit | None:
        """Opens an edit; None (and a word to the user) where nothing may be edited now. What is erased belongs
        to nobody again, so the model may label it anew."""
        if self.document is None:
            return None
        if self.is_read_only:
            self.said.emit("The project is open for reading only.")
            return None
        if self.document.open_edit is not None:
            return None
        return self.document.begin_edit(name, origin=Origin.NOBODY if erasing else Origin.PERSON)

    def paint(self, name: str, region: Region, *, pressed: Point | None, erasing: bool) -> bool:
        """Paints a region with the active class (or erases it) as one undo step, under the paint rule. ``pressed``
        is where the rule looks for the class under the press. Returns: whether anything changed."""
        if region.rect.is_empty:
            self.say(_NOTHING_TO_CHANGE)
            return False
        edit = self.begin(name, erasing=erasing)
        if edit is None:
            return False
        if pressed is not None:
            edit.press_at(pressed)
        rule = rule_after_press(self.settings.rule, edit)
        return self._end(edit, paint_region(edit, region, self.class_to_paint(erasing=erasing), rule))

    def relabel(self, name: str, relabelling: Relabelling, *, pressed: Point | None = None) -> bool:
        """Writes new labels as one undo step, under the paint rule. Returns: whether anything changed."""
        if relabelling.region.rect.is_empty:
            self.say(_NOTHING_TO_CHANGE)
            return False
        edit = self.begin(name)
        if edit is None:
            return False
        if pressed is not None:
            edit.press_at(pressed)
        return self._end(edit, relabel(edit, relabelling, rule_after_press(self.settings.rule, edit)))

    def _end(self, edit: Edit, painted: Rect) -> bool:
        self.show_painted(painted)
        change = self.commit(edit)
        if change.is_empty:
            self.say(_NOTHING_TO_CHANGE)
        return not change.is_empty

    def show_painted(self, rect: Rect) -> None:
        if not rect.is_empty:
            self.painted.emit(rect)

    def commit(self, edit: Edit) -> DocumentChange:
        """Ends the edit as one undo step and tells of it, unless it changed nothing."""
        change = edit.commit()
        if not change.is_empty:
            self.committed.emit(change)
        return change

    def cancel(self, edit: Edit) -> None:
        self.show_painted(edit.cancel())

    def show_preview(self) -> None:
        self.preview_changed.emit()

    def say(self, sentence: str) -> None:
        self.said.emit(sentence)


def rule_after_press(rule: PaintRule, edit: Edit) -> PaintRule:
    """The rule itself, or, where it asks for the class under a press that was off the image, its locks alone."""
    if rule.over is PaintOver.CLASS_UNDER_PRESS and edit.pressed_class is None:
        return PaintRule(locked=rule.locked)
    return rule
