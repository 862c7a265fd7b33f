"""Fine-tuning: what it would learn from, how long it takes, how it goes, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QProgressBar, QWidget

from segstudio.domain.training_log import Phase, TrainingLog
from segstudio.gui.panels.candidate_card import CandidateCard
from segstudio.gui.panels.durations import duration
from segstudio.gui.panels.interrupted_card import InterruptedCard
from segstudio.gui.panels.training_curves import TrainingCurves
from segstudio.gui.parts import choice_box, column, frame, push_button, row, text_label

PHASES = {
    Phase.PREPARING: "Preparing",
    Phase.TRAINING: "Training",
    Phase.VALIDATING: "Measuring",
    Phase.PAUSED: "Paused",
    Phase.FINISHED: "Finished",
}
FINENESS = 1000
"""Of the bar."""

RUNNING = frozenset({Phase.PREPARING, Phase.TRAINING, Phase.VALIDATING, Phase.PAUSED})


class TrainingPanel(QWidget):
    """Every gesture is a signal; the choices are read with ``minutes`` and ``learns``."""

    start_asked = Signal()
    pause_asked = Signal()
    resume_asked = Signal()
    finish_asked = Signal()
    cancel_asked = Signal()
    choices_changed = Signal()
    came_into_view = Signal()

    def __init__(self, parts: Sequence[tuple[str, str]]) -> None:
        """``parts``: what of the network may learn, as the service names it, and the words for it."""
        super().__init__()
        self.setProperty("kind", "page")
        layout = column(self, margin=14, spacing=12)
        self.candidate = CandidateCard()
        self.candidate.hide()
        layout.addWidget(self.candidate)
        self.interrupted = InterruptedCard()
        self.interrupted.hide()
        layout.addWidget(self.interrupted)
        self._ready = text_label("", wraps=True)
        self._missing = text_label("", "warn", wraps=True)
        layout.addWidget(self._ready)
        layout.addWidget(self._missing)
        self._choices = self._choice_box(parts)
        layout.addWidget(self._choices)
        self._plan = text_label("", "small", wraps=True)
        layout.addWidget(self._plan)
        self.start_button = push_button("Train on my corrections", kind="primary", icon_name="")
        self.start_button.clicked.connect(self.start_asked)
        layout.addWidget(self.start_button)
        self._run = self._run_box()
        layout.addWidget(self._run)
        self.curves = TrainingCurves()
        self.curves.hide()
        layout.addWidget(self.curves)
        layout.addStretch(1)
        self._log: TrainingLog | None = None
        self.show_log(None)

    @property
    def minutes(self) -> float:
        return self._minutes.value()

    @property
    def learns(self) -> str:
        return str(self._parts.currentData())

    def show_readiness(self, *, verified: int, corrected: int, missing: Sequence[str]) -> None:
        self._ready.setText(f"{_counted(verified, 'verified image')} and {_counted(corrected, 'corrected image')}.")
        self._missing.setText("\n".join(missing))
        self._missing.setVisible(bool(missing))
        self.start_button.setEnabled(not missing)

    def show_plan(self, words: str) -> None:
        self._plan.setText(words)
        self._plan.setVisible(bool(words))

    def show_choices(self, *, minutes: float, learns: str) -> None:
        with QSignalBlocker(self._minutes), QSignalBlocker(self._parts):
            self._minutes.setValue(minutes)
            self._parts.setCurrentIndex(max(0, self._parts.findData(learns)))

    def show_log(self, log: TrainingLog | None) -> None:
        self._log = log
        is_running = log is not None and log.phase in RUNNING
        for widget in (self._ready, self._choices, self._plan, self.start_button):
            widget.setVisible(not is_running)
        if is_running:
            self._missing.hide()
        self._run.setVisible(log is not None)
        for button in (self._pause, self._finish, self._cancel):
            button.setVisible(is_running)
        if log is None:
            return
        self._phase.setText(PHASES[log.phase])
        left = "" if log.seconds_left is None or not is_running else f"{duration(log.seconds_left)} left"
        self._left.setText(left)
        self._progress.setRange(0, FINENESS)
        self._progress.setValue(round(FINENESS * log.progress))
        self._figures.setText(_figures(log))
        self._remarks.setText("\n".join(log.remarks[-3:]))
        self._remarks.setVisible(bool(log.remarks))
        self._pause.setText("Go on" if log.phase is Phase.PAUSED else "Pause")
        self._draw_curves()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.came_into_view.emit()

    def _draw_curves(self) -> None:
        """From the first epoch on: until then there is nothing to draw, and a later run starts without curves."""
        if self._log is None:
            return
        self.curves.setVisible(bool(self._log.epochs))
        self.curves.show_log(self._log)

    def _choice_box(self, parts: Sequence[tuple[str, str]]) -> QWidget:
        box = QWidget()
        form = QFormLayout(box)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(12)
        self._parts = choice_box("What learns")
        for name, words in parts:
            self._parts.addItem(words, name)
        self._minutes = QDoubleSpinBox()
        self._minutes.setDecimals(1)
        self._minutes.setRange(0.5, 24 * 60)
        self._minutes.setValue(10)
        self._minutes.setSuffix(" min")
        self._minutes.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._minutes.setKeyboardTracking(False)
        form.addRow(text_label("Learn", "muted"), self._parts)
        form.addRow(text_label("At most", "muted"), self._minutes)
        self._parts.activated.connect(lambda _index: self.choices_changed.emit())
        self._minutes.valueChanged.connect(lambda _value: self.choices_changed.emit())
        return box

    def _run_box(self) -> QWidget:
        box = frame("card")
        layout = column(box, margin=12, spacing=8)
        heading = row()
        self._phase = text_label("", "title")
        self._left = text_label("", "muted")
        heading.addWidget(self._phase)
        heading.addStretch(1)
        heading.addWidget(self._left)
        layout.addLayout(heading)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._figures = text_label("", "small", wraps=True)
        self._remarks = text_label("", "small", wraps=True)
        for widget in (self._progress, self._figures, self._remarks):
            layout.addWidget(widget)
        self._pause = push_button("Pause", kind="tight")
        self._finish = push_button("Stop, keep the best", kind="tight")
        self._cancel = push_button("Give it up", kind="link")
        self._pause.clicked.connect(self._on_pause)
        self._finish.clicked.connect(self.finish_asked)
        self._cancel.clicked.connect(self.cancel_asked)
        buttons = row(spacing=6)
        buttons.addWidget(self._pause, 1)
        buttons.addWidget(self._finish, 1)
        layout.addLayout(buttons)
        layout.addWidget(self._cancel)
        return box

    def _on_pause(self) -> None:
        is_paused = self._log is not None and self._log.phase is Phase.PAUSED
        (self.resume_asked if is_paused else self.pause_asked).emit()


def _figures(log: TrainingLog) -> str:
    parts = [f"Epoch {len(log.epochs)} of {log.epochs_planned}", f"step {log.steps_done} of {log.steps_planned}"]
    if log.recent_loss is not None:
        parts.append(f"loss {log.recent_loss:.3f}")
    best = next((epoch for epoch in log.epochs if epoch.epoch == log.best_epoch), None)
    if best is not None and best.mean_iou is not None:
        parts.append(f"best {best.mean_iou:.1%} mean IoU")
    return ", ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
