"""The training panel and the fine-tuning service."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox, QWidget

from segstudio.domain.changes import Told, TrainingChanged
from segstudio.gui.actions import Actions
from segstudio.gui.panels.durations import duration
from segstudio.gui.panels.side_tabs import SideTabs
from segstudio.gui.panels.training import TrainingPanel
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.fine_tuning_plan import Choices, PlanSummary
from segstudio.services.studio import Studio

LEARNS = (
    ("", "What suits the images"),
    ("head", "The head"),
    ("head and last stage", "The head and the last stage"),
    ("all", "The whole network"),
)
PLAN_PAUSE_MS = 500


class TrainingDesk:
    """Plans, starts, watches, compares, adopts."""

    def __init__(
        self, studio: Studio, actions: Actions, panel: TrainingPanel, tabs: SideTabs, signals: WorkspaceSignals
    ) -> None:
        self._studio = studio
        self._service = studio.fine_tuning
        self._actions = actions
        self._panel = panel
        self._tabs = tabs
        self._plan_soon = QTimer(panel)
        self._plan_soon.setSingleShot(True)
        self._plan_soon.setInterval(PLAN_PAUSE_MS)
        self._plan_soon.timeout.connect(self._plan)
        actions.on("train", lambda: tabs.show_page(panel))
        actions.on("undo_adoption", self._service.gate.undo_adoption)
        panel.start_asked.connect(self._on_start)
        panel.pause_asked.connect(self._service.pause)
        panel.resume_asked.connect(self._service.resume)
        panel.finish_asked.connect(self._service.finish_early)
        panel.cancel_asked.connect(self._service.cancel)
        panel.choices_changed.connect(self._plan_soon.start)
        panel.came_into_view.connect(self._plan_soon.start)
        panel.candidate.adopt_asked.connect(self._service.gate.adopt)
        panel.candidate.discard_asked.connect(self._service.gate.discard)
        panel.candidate.places_asked.connect(self._on_places)
        panel.interrupted.go_on_asked.connect(self._on_go_on)
        panel.interrupted.forget_asked.connect(self._service.forget_interrupted)
        signals.images_changed.connect(lambda _change: self._show_readiness())
        signals.project_opened.connect(lambda _change: self._show_interrupted())
        signals.project_closed.connect(lambda _change: self._on_project_closed())
        signals.training_changed.connect(self._on_training)
        signals.candidate_changed.connect(lambda _change: self._show_candidate())
        signals.model_changed.connect(lambda _change: self._show_undo())
        self._show_readiness()
        self._show_undo()

    def may_close(self, window: QWidget) -> bool:
        """While a run is under way, the user is asked."""
        if not self._service.is_running:
            return True
        answer = QMessageBox.question(
            window,
            "Training is under way",
            "The model is still learning. It can go on from its last finished round when you open the project "
            "again.\n\nClose now?",
            QMessageBox.StandardButton.Close | QMessageBox.StandardButton.Cancel,
            QMessageBox.StandardButton.Cancel,
        )
        return answer == QMessageBox.StandardButton.Close

    def _choices(self) -> Choices:
        return Choices(learns=self._panel.learns or None, minutes=self._panel.minutes)

    def _on_start(self) -> None:
        self._panel.show_plan("")
        self._service.start(self._choices())

    def _on_go_on(self) -> None:
        self._service.go_on()
        self._panel.interrupted.hide()

    def _on_places(self) -> None:
        candidate = self._service.gate.candidate
        if candidate is None or candidate.comparison is None:
            return
        from segstudio.gui.dialogs.changed_places import ChangedPlacesDialog

        label_set = self._studio.workspace.label_set
        dialog = ChangedPlacesDialog(candidate.comparison.places, label_set, self._panel.window())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show_interrupted(self) -> None:
        """What an earlier sitting left."""
        kept = self._service.interrupted
        self._panel.interrupted.setVisible(kept is not None)
        self._tabs.mark(self._panel, is_waiting=kept is not None or self._service.gate.candidate is not None)
        if kept is not None:
            self._panel.interrupted.show_run(images=len(kept.division.learning), is_trained=kept.is_trained)
        self._show_readiness()
        self._show_undo()

    def _show_readiness(self) -> None:
        readiness = self._service.readiness()
        self._panel.show_readiness(
            verified=readiness.verified, corrected=readiness.corrected, missing=readiness.missing
        )
        self._plan_soon.start()

    def _plan(self) -> None:
        """Only for those who look: an estimate costs a moment of a lane."""
        if not self._panel.isVisible() or self._service.is_running or self._service.readiness().missing:
            return
        self._service.propose(self._choices(), self._show_plan)

    def _show_plan(self, summary: PlanSummary) -> None:
        if not self._service.is_running:
            self._panel.show_plan(plan_words(summary))

    def _on_training(self, change: TrainingChanged) -> None:
        self._panel.show_log(change.log)
        if change.log is None:
            self._show_interrupted()

    def _show_candidate(self) -> None:
        candidate = self._service.gate.candidate
        card = self._panel.candidate
        card.setVisible(candidate is not None)
        self._tabs.mark(self._panel, is_waiting=candidate is not None)
        if candidate is None:
            self._show_readiness()
            return
        self._studio.workspace.announce(Told("A new model is ready: compare it in the panel Train."))
        card.show_candidate(candidate.comparison, self._studio.workspace.label_set)

    def _show_undo(self) -> None:
        self._actions["undo_adoption"].setEnabled(self._service.gate.can_undo_adoption)

    def _on_project_closed(self) -> None:
        self._panel.candidate.hide()
        self._panel.interrupted.hide()
        self._tabs.mark(self._panel, is_waiting=False)
        self._show_readiness()
        self._show_undo()


def plan_words(summary: PlanSummary) -> str:
    """What would be done, how long it takes and why, and what it would lack."""
    images = f"{summary.images} image{'' if summary.images == 1 else 's'}"
    first = f"Learns from {images}, measured on {summary.held_out}: about {duration(summary.seconds)}."
    return "\n".join([f"{first} {summary.reason}".strip(), *summary.remarks])
