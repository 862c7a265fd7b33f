"""The panel's disagreements of labels and model, and the keys that decide them."""

from __future__ import annotations

from segstudio.editing.region import NOTHING, Region
from segstudio.gui.actions import Actions
from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.panels.differences_box import DifferencesBox
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.review_comparison import report_words
from segstudio.services.review_differences import Difference
from segstudio.services.studio import Studio

MARGIN = 24
SMALLEST_VIEW = 200
"""Pixels: what lies around a region says what it is."""


class DifferencesDesk:
    """Shows the region on the canvas as soon as its image is open."""

    def __init__(
        self,
        studio: Studio,
        actions: Actions,
        box: DifferencesBox,
        canvas: CanvasView,
        signals: WorkspaceSignals,
    ) -> None:
        self._studio = studio
        self._service = studio.differences
        self._box = box
        self._canvas = canvas
        self._shown: Difference | None = None
        box.find_asked.connect(self._service.find)
        box.difference_chosen.connect(self._on_chosen)
        for name, run in (
            ("difference_accept", self._service.accept),
            ("difference_keep", self._service.keep),
            ("difference_swap", self._service.swap),
            ("next_difference", self._service.next),
        ):
            actions.on(name, run)
        signals.review_changed.connect(lambda _change: self._show())
        signals.image_opened.connect(lambda _change: self._show_place())

    def _on_chosen(self, number: int) -> None:
        waiting = self._service.waiting
        if 0 <= number < len(waiting):
            self._service.go_to(waiting[number])

    def _show(self) -> None:
        waiting, report, current = self._service.waiting, self._service.report, self._service.current
        self._box.show_report("" if report is None else report_words(report))
        place = next((number for number, waits in enumerate(waiting) if waits is current), None)
        self._box.show_differences([self._words(difference) for difference in waiting], place)
        self._show_place()

    def _show_place(self) -> None:
        """Once for each region: after that the view is the hand's."""
        difference = self._service.current
        if difference is None:
            self._unmark()
        if difference is None or difference is self._shown:
            return
        if self._studio.workspace.is_current(difference.image_id):
            self._shown = difference
            rect = difference.rect
            room = max(MARGIN, (SMALLEST_VIEW - max(rect.width, rect.height)) // 2)
            self._canvas.views.show_area(rect.expanded(room))
            self._canvas.tools.offer.mark(Region(rect, difference.mask), difference.answer)

    def _unmark(self) -> None:
        """The last one was decided."""
        if self._shown is not None:
            self._shown = None
            self._canvas.tools.offer.mark(NOTHING, 0)

    def _words(self, difference: Difference) -> str:
        label_set = self._studio.workspace.label_set
        label, answer = (
            label_set.by_id(class_id).name if class_id in label_set else str(class_id)
            for class_id in (difference.label, difference.answer)
        )
        learnt = ", learnt" if difference.is_learnt else ""
        return (
            f"{label}, or {answer}? {difference.confidence:.0%} sure, {difference.pixels:,} pixels, "
            f"{difference.path}{learnt}"
        )
