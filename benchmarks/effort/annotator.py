"""A simulated person who corrects one image: always the largest wrong region, until enough is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.effort.brush_stroke import plan_brush_stroke
from benchmarks.effort.hand import Hand
from benchmarks.effort.superpixel_stroke import Pieces
from benchmarks.effort.truth import Truth
from segstudio.editing.brush import paint_stroke
from segstudio.editing.change import DocumentChange
from segstudio.editing.document import LabelDocument
from segstudio.editing.region import paint_region

GOALS = (0.95, 0.98)
"""Shares of the judged pixels that are to be right."""

MOST_STROKES = 3000


@dataclass(frozen=True, slots=True)
class Effort:
    """What it took so far. ``pixels``: whose label or origin the strokes changed, each time it happened."""

    strokes: int = 0
    class_changes: int = 0
    pixels: int = 0

    @property
    def actions(self) -> int:
        return self.strokes + self.class_changes


class Annotator:
    """Works on ``document`` with the editing code of the program; sees the truth.

    ``pieces``: the superpixels that may be dragged over, where that repairs more than the brush.
    """

    def __init__(
        self, document: LabelDocument, truth: Truth, *, hand: Hand | None = None, pieces: Pieces | None = None
    ) -> None:
        self.effort = Effort()
        self._document = document
        self._truth = truth
        self._hand = hand or Hand()
        self._pieces = pieces
        self._class_id: int | None = None

    def work(
        self, *, after_stroke: Callable[[], None] = lambda: None, goals: Sequence[float] = GOALS
    ) -> dict[float, Effort | None]:
        """The effort when each goal was first reached; None where it wasn't. ``after_stroke`` may change labels."""
        reached: dict[float, Effort | None] = dict.fromkeys(sorted(goals))
        while True:
            share = self._truth.share_right(self._document.labels)
            reached |= {goal: self.effort for goal, effort in reached.items() if effort is None and share >= goal}
            if all(effort is not None for effort in reached.values()) or self.effort.strokes >= MOST_STROKES:
                return reached
            if self.make_stroke() is None:
                return reached
            after_stroke()

    def make_stroke(self) -> DocumentChange | None:
        """None where nothing is wrong any more."""
        labels = self._document.labels
        region = self._truth.largest_wrong_region(labels)
        if region is None:
            return None
        worth = self._truth.worth(labels, region.class_id)
        planned = plan_brush_stroke(self._truth, region, worth, self._hand)
        dragged = None if self._pieces is None else self._pieces.plan(region, worth, self._hand)
        if self._pieces is not None and dragged is not None and dragged.gain > planned.gain:
            edit = self._document.begin_edit("Superpixels")
            for number in dragged.numbers:
                paint_region(edit, self._pieces.superpixels.region(number), region.class_id)
        else:
            edit = self._document.begin_edit("Brush")
            paint_stroke(edit, planned.stroke)
        change = edit.commit()
        self._count(change, region.class_id)
        return change

    def _count(self, change: DocumentChange, class_id: int) -> None:
        """As the effort meter does: the first class that is chosen is no change."""
        is_change = self._class_id is not None and self._class_id != class_id
        self._class_id = class_id
        self.effort = Effort(
            self.effort.strokes + 1,
            self.effort.class_changes + is_change,
            self.effort.pixels + change.pixels_changed,
        )
