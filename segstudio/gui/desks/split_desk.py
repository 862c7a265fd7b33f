"""Dividing the project's images into training, validation and test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from segstudio.domain.changes import ImagesChanged, Told
from segstudio.gui.actions import Actions
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.jobs import Lane, Urgency
from segstudio.services.splits import SplitPlan, SplitReport, make_split, plan_split
from segstudio.services.studio import Studio

if TYPE_CHECKING:
    from segstudio.gui.dialogs.split_images import SplitImagesDialog

ACTION = "split_images"


class SplitDesk:
    """Its dialog is imported when it is first opened."""

    def __init__(self, window: QWidget, studio: Studio, actions: Actions, signals: WorkspaceSignals) -> None:
        self._window = window
        self._studio = studio
        self._workspace = studio.workspace
        self._dialog: SplitImagesDialog | None = None
        actions.on(ACTION, self._on_split)
        actions.enable((ACTION,), wanted=False)
        signals.project_opened.connect(
            lambda change: actions.enable((ACTION,), wanted=not change.info.is_read_only)
        )
        signals.project_closed.connect(lambda _change: actions.enable((ACTION,), wanted=False))

    def _on_split(self) -> None:
        from segstudio.gui.dialogs.split_images import SplitImagesDialog

        dialog = self._dialog = SplitImagesDialog(self._window)
        dialog.preview_asked.connect(self._preview)
        dialog.split_asked.connect(self._divide)
        dialog.finished.connect(self._on_finished)
        dialog.open()

    def _on_finished(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _preview(self, plan: SplitPlan, is_again: bool) -> None:  # noqa: FBT001  # a slot
        store, dialog = self._workspace.store, self._dialog
        if store is None:
            return

        def on_result(report: SplitReport) -> None:
            if dialog is not None and dialog is self._dialog:
                dialog.show_preview(report)

        self._studio.jobs.submit(
            Lane.READ,
            "Dividing the images",
            lambda _task: plan_split(store, plan, is_again=is_again).report,
            on_result=on_result,
            on_error=self._fail,
            urgency=Urgency.NOW,
        )

    def _divide(self, plan: SplitPlan, is_again: bool) -> None:  # noqa: FBT001  # a slot
        store = self._workspace.store
        if store is None:
            return
        self._studio.jobs.submit(
            Lane.DISK,
            "Dividing the images",
            lambda _task: make_split(store, plan, is_again=is_again),
            on_result=self._on_divided,
            on_error=self._fail,
        )

    def _on_divided(self, report: SplitReport) -> None:
        counts = ", ".join(f"{count:,} {part.value}" for part, count in report.counts.items())
        self._workspace.announce(ImagesChanged(None))
        self._workspace.announce(Told(f"The images are divided: {counts}."))

    def _fail(self, error: Exception) -> None:
        self._workspace.announce_failure("The images could not be divided.", error)
