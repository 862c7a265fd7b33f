"""The bottom line: jobs, what lies under the cursor, zoom, model, saved or not; and failures."""

from __future__ import annotations

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.changes import Failed, ModelChanged, SavedStateChanged
from segstudio.domain.classes import LabelSet
from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.canvas.hover import HoverInfo
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.failures import Failures
from segstudio.gui.panels.job_bar import JobBar
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services import (
    auto_segmentation,
    batch_run,
    fine_tuning,
    live_proposals,
    project_door,
    project_transfer,
    reviewing_differences,
    reviewing_survey,
)
from segstudio.services.studio import Studio

ORIGIN_WORDS = {Origin.NOBODY: "", Origin.MODEL: "model", Origin.ACCEPTED: "accepted", Origin.PERSON: "you"}


class StatusDesk:
    """Shows what happens; asks for nothing but to stop a job."""

    def __init__(
        self, studio: Studio, job_bar: JobBar, canvas: CanvasView, failures: Failures, signals: WorkspaceSignals
    ) -> None:
        self._studio = studio
        self._workspace = studio.workspace
        self._bar = job_bar
        self._failures = failures
        job_bar.stop_asked.connect(self._on_stop)
        canvas.hovered.connect(self._on_hovered)
        canvas.views.changed.connect(self._on_view)
        canvas.tools.tool_message.connect(job_bar.tell)
        signals.activity_changed.connect(job_bar.show_activity)
        signals.told.connect(lambda change: job_bar.tell(change.sentence))
        signals.failed.connect(self._on_failed)
        signals.saved_state_changed.connect(self._on_saved)
        signals.model_changed.connect(self._on_model)
        signals.image_closed.connect(lambda _change: self._on_hovered(None))
        signals.project_closed.connect(lambda _change: job_bar.show_saved(is_saved=None))

    def _on_stop(self, key: str) -> None:
        match key:
            case auto_segmentation.ACTIVITY:
                self._studio.segmentation.stop()
            case project_door.ACTIVITY:
                self._workspace.stop_opening()
            case project_transfer.ACTIVITY:
                self._studio.transfer.stop()
            case batch_run.ACTIVITY:
                self._studio.batch.stop()
            case fine_tuning.ACTIVITY:
                self._studio.fine_tuning.finish_early()
            case live_proposals.ACTIVITY:
                self._studio.proposals.stop()
            case reviewing_survey.ACTIVITY:
                self._studio.reviewing.survey.stop()
            case reviewing_differences.ACTIVITY:
                self._studio.differences.stop()

    def _on_hovered(self, info: HoverInfo | None) -> None:
        if info is None:
            self._bar.show_cursor("", "", None)
            return
        position = f"{info.column}, {info.row}"
        if info.color is not None:
            position += f"   RGB {info.color[0]} {info.color[1]} {info.color[2]}"
        label_set = self._workspace.label_set
        color = None if info.label is None or info.label not in label_set else label_set.by_id(info.label).color
        self._bar.show_cursor(position, hover_words(info, label_set), color)

    def _on_view(self, view: ViewTransform) -> None:
        self._bar.show_zoom(view.scale * 100 if self._workspace.current is not None else None)

    def _on_saved(self, change: SavedStateChanged) -> None:
        self._bar.show_saved(is_saved=change.is_saved)

    def _on_model(self, change: ModelChanged) -> None:
        self._bar.show_model(f"{change.name} on {change.device}" if change.device else change.name)

    def _on_failed(self, change: Failed) -> None:
        self._failures.show(change.sentence, change.report)


def hover_words(info: HoverInfo, label_set: LabelSet) -> str:
    """Class, who set it, and how sure the model is of it."""
    if info.label is None:
        return ""
    if info.label == IGNORE:
        return "Ignore" if info.origin is Origin.PERSON else "Unlabelled"
    name = label_set.by_id(info.label).name if info.label in label_set else f"Unknown class {info.label}"
    details = [ORIGIN_WORDS[info.origin] if info.origin is not None else ""]
    details.append("" if info.confidence is None else f"{info.confidence:.0%}")
    words = ", ".join(detail for detail in details if detail)
    return f"{name} ({words})" if words else name
