"""The probability brush: paints only where the model gives the class a chance, so it snaps to edges."""

from __future__ import annotations

from segstudio.domain.arrays import Mask
from segstudio.domain.geometry import EMPTY, Point, Rect
from segstudio.domain.stroke import Brush
from segstudio.editing.edit import Edit
from segstudio.editing.probability import class_probability
from segstudio.editing.probability_brush import paint_probable_segment
from segstudio.gui.canvas.brush_tool import BrushTool
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.workbench import NO_PROBABILITIES, rule_after_press


class ProbabilityTool(BrushTool):
    """Erases like the plain brush."""

    name = "probability"

    def press(self, pointer: Pointer) -> None:
        if self.bench.probabilities is None and not pointer.is_erasing:
            self.bench.say(NO_PROBABILITIES)
            return
        super().press(pointer)

    def keeps(self, rect: Rect) -> Mask | None:
        """Where the model finds the class less likely than is asked for."""
        bench = self.bench
        if bench.probabilities is None:
            return None
        least = bench.settings.options.minimum_probability
        found: Mask = class_probability(bench.probabilities, bench.settings.class_id, rect) < least * 255.0
        return found

    def write(self, edit: Edit, start: Point, end: Point, brush: Brush) -> Rect:
        probabilities = self.bench.probabilities
        if self._erasing:
            return super().write(edit, start, end, brush)
        if probabilities is None:
            return EMPTY
        if edit.pressed_class is None:
            edit.press_at(start)
        settings = self.bench.settings
        return paint_probable_segment(
            edit,
            start,
            end,
            brush=brush,
            class_id=settings.class_id,
            probabilities=probabilities,
            least=settings.options.minimum_probability,
            rule=rule_after_press(settings.rule, edit),
        )

    def _edit_name(self) -> str:
        return "Erase" if self._erasing else "Probability brush"
