"""The canvas's tools: which one the hand holds, and what it is set to."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from segstudio.domain.stroke import Brush, PaintOver, PaintRule
from segstudio.gui.canvas.class_commands import ClassCommands
from segstudio.gui.canvas.clean_up import CleanUp
from segstudio.gui.canvas.hand import Hand
from segstudio.gui.canvas.next_guess import NextGuess
from segstudio.gui.canvas.pick_tool import PickTool
from segstudio.gui.canvas.region_offer import RegionOffer
from segstudio.gui.canvas.tool_settings import ToolOptions
from segstudio.gui.canvas.toolbox import make_tools
from segstudio.gui.canvas.tools import CursorKind
from segstudio.gui.canvas.workbench import Workbench

LARGEST_BRUSH = 2000.0


class ToolKeeper(QObject):
    """One tool at a time is held; the settings are the same for all of them."""

    tool_changed = Signal(str)
    brush_changed = Signal(object)
    """Brush: by wheel or key."""
    rule_changed = Signal(object)
    """PaintRule: by ``cycle_rule``."""
    settings_changed = Signal()
    class_picked = Signal(object)
    """The class's id, or ``IGNORE``; None: what nobody has labelled."""
    tool_message = Signal(str)

    def __init__(self, bench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self._tools = make_tools(bench)
        self._tool_name = "brush"
        self.hand = Hand(self._tools["brush"], PickTool(bench))
        # What needs no gesture:
        self.commands = ClassCommands(bench)
        self.offer = RegionOffer(bench)
        self.clean_up = CleanUp(bench, self.offer)
        self.next_guess = NextGuess(bench)
        bench.class_picked.connect(self.class_picked)
        bench.said.connect(self.tool_message)

    @property
    def tool_name(self) -> str:
        return self._tool_name

    @property
    def shows_ring(self) -> bool:
        """Whether the brush's ring stands for the cursor."""
        return self.hand.tool.cursor is CursorKind.RING

    @property
    def brush(self) -> Brush:
        return self._bench.settings.brush

    def set_tool(self, name: str) -> None:
        """Raises: KeyError: no such tool; ``toolbox.TOOLS`` lists them."""
        if name == self._tool_name:
            return
        self.hand.take(self._tools[name])
        self._tool_name = name
        self.tool_changed.emit(name)

    def set_active_class(self, class_id: int) -> None:
        self._use(class_id=class_id)

    def set_brush(self, brush: Brush) -> None:
        self._use(brush=brush)

    def set_rule(self, rule: PaintRule) -> None:
        self._use(rule=rule)

    def set_tool_options(self, options: ToolOptions) -> None:
        self._use(options=options)

    def set_read_only(self, read_only: bool) -> None:  # noqa: FBT001  # a Qt-like setter
        self._bench.is_read_only = read_only

    def step_brush(self, steps: float) -> None:
        """Each step a fifth larger or smaller, or one pixel below 8."""
        before = self.brush.diameter
        whole = math.copysign(max(1, round(abs(steps))), steps)
        self._resize_brush(before + whole if before + whole < 8 else round(before * 1.2**whole))

    def scale_brush(self, factor: float) -> None:
        self._resize_brush(self.brush.diameter * factor)

    def cycle_rule(self) -> None:
        rule = self._bench.settings.rule
        rules = list(PaintOver)
        self.set_rule(replace(rule, over=rules[(rules.index(rule.over) + 1) % len(rules)]))
        self.rule_changed.emit(self._bench.settings.rule)

    def cancel(self) -> bool:
        """Takes back what a tool has begun. Returns: whether there was something."""
        is_waiting = self._bench.work.drop_edits()
        was_busy = self.offer.cancel() or self.hand.tool.is_busy or is_waiting
        self.hand.drop()
        self.hand.tool.cancel()
        return was_busy

    def finish(self) -> bool:
        """Enter: ends what a tool has begun. Returns: whether there was something."""
        return self.hand.tool.is_busy and self.hand.tool.finish()

    def step_back(self) -> bool:
        """Backspace: takes back a tool's last point. Returns: whether there was one."""
        return self.hand.tool.is_busy and self.hand.tool.step_back()

    def change_image(self) -> None:
        """Another document or picture lies on the bench."""
        self.hand.drop()
        self._bench.work.drop_edits()
        self.offer.cancel()
        for tool in self._tools.values():
            tool.image_changed()

    def change_probabilities(self) -> None:
        """The model has looked at the picture."""
        for tool in self._tools.values():
            tool.probabilities_changed()

    def _use(self, **changes: object) -> None:
        self._bench.settings = replace(self._bench.settings, **changes)  # type: ignore[arg-type]  # fields of settings
        self.hand.tool.settings_changed()
        self.settings_changed.emit()

    def _resize_brush(self, diameter: float) -> None:
        self.set_brush(replace(self.brush, diameter=min(max(1.0, float(diameter)), LARGEST_BRUSH)))
        self.brush_changed.emit(self.brush)
