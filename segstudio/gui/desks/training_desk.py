"""The training panel and the fine-tuning service."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from segstudio.domain.changes import TrainingChanged
from segstudio.gui.actions import Actions
from segstudio.gui.panels.side_tabs import SideTabs
from segstudio.gui.panels.training import TrainingPanel
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.studio import Studio

LEARNS = (("head", "The head"), ("head and last stage", "The head and the last stage"), ("all", "Everything"))


class TrainingDesk:
    """Plans, starts, watches, compares, adopts."""

    def __init__(
        self, studio: Studio, actions: Actions, panel: TrainingPanel, tabs: SideTabs, signals: WorkspaceSignals
    ) -> None:
        self._studio = studio
        self._panel = panel
        actions.on("train", lambda: tabs.show_page(panel))
        signals.training_changed.connect(self._on_training)

    def may_close(self, _window: QWidget) -> bool:
        """While a run is under way, the user is asked."""
        return True

    def _on_training(self, change: TrainingChanged) -> None:
        self._panel.show_log(change.log)
