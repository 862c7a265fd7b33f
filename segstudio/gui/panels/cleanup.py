"""The clean-up of labels, with its numbers, in a small popup over the canvas."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSpinBox, QWidget

from segstudio.gui.parts import column, number_box, push_button, text_label

_STEP = "step"
_REMARK = "Of the active class; gaps and smoothing of all classes. Each is one undo step, under the paint rule."


@dataclass(frozen=True, slots=True)
class CleanupStep:
    """``number``: lowest, highest and first value of what can be chosen; None: there is nothing to choose."""

    name: str
    words: str
    number: tuple[int, int, int] | None = None
    before: str = ""
    suffix: str = " px"


STEPS = (
    CleanupStep("close_gaps", "Close gaps", (1, 64, 3), "up to", " px wide"),
    CleanupStep("fill_holes", "Fill holes"),
    CleanupStep("remove_islands", "Remove islands", (2, 1_000_000, 64), "below"),
    CleanupStep("keep_largest", "Keep the largest"),
    CleanupStep("grow", "Grow", (1, 100, 1), "by"),
    CleanupStep("shrink", "Shrink", (1, 100, 1), "by"),
    CleanupStep("smooth", "Smooth", (1, 20, 2), "radius"),
)


class CleanupPanel(QFrame):
    """Emits ``step_asked`` with a step's name, and stays open for the next. The menu's entries use its numbers.

    ``step_looked_at``: the pointer is on a step's button, or its number is another; ``looked_away`` when it leaves.
    """

    step_asked = Signal(str)
    step_looked_at = Signal(str)
    looked_away = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._boxes: dict[str, QSpinBox] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        for line, step in enumerate(STEPS):
            self._add(grid, line, step)
        layout = column(self, margin=14, spacing=10)
        layout.addLayout(grid)
        layout.addWidget(text_label(_REMARK, "small", wraps=True))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Enter:
            self.step_looked_at.emit(watched.property(_STEP))
        elif event.type() is QEvent.Type.Leave:
            self.looked_away.emit()
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.looked_away.emit()
        super().hideEvent(event)

    def number_of(self, name: str) -> int:
        """What is chosen for a step that has a number."""
        return self._boxes[name].value()

    def _add(self, grid: QGridLayout, line: int, step: CleanupStep) -> None:
        button = push_button(step.words)
        button.clicked.connect(lambda: self.step_asked.emit(step.name))
        button.setProperty(_STEP, step.name)
        button.installEventFilter(self)
        grid.addWidget(button, line, 0)
        if step.number is None:
            return
        low, high, first = step.number
        box = number_box(low, high, first, suffix=step.suffix)
        box.setFixedWidth(112)
        box.setAccessibleName(f"{step.words} {step.before}")
        box.valueChanged.connect(lambda _number: self.step_looked_at.emit(step.name))
        self._boxes[step.name] = box
        grid.addWidget(text_label(step.before, "muted"), line, 1)
        grid.addWidget(box, line, 2)
