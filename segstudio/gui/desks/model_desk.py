"""The segmentation panel and the model: which one, where it runs, what it said."""

from __future__ import annotations

from pathlib import Path

from segstudio.domain.changes import ModelChanged, PredictionChanged, ProjectOpened
from segstudio.gui.actions import Actions
from segstudio.gui.panels.image_model import ImageListModel
from segstudio.gui.panels.segmentation import SegmentationPanel
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.studio import Studio
from segstudio.store.model_store import list_models
from segstudio.store.settings import Settings

AUTOMATIC = "segment_on_opening"
DEVICE = "device"
SITTING = "learn_from_finished_images"


class ModelDesk:
    """Turns the panel's wishes into calls of the segmentation service."""

    def __init__(
        self,
        studio: Studio,
        settings: Settings,
        actions: Actions,
        panel: SegmentationPanel,
        images: ImageListModel,
        signals: WorkspaceSignals,
    ) -> None:
        self._studio = studio
        self._settings = settings
        self._panel = panel
        segmentation = studio.segmentation
        segmentation.is_automatic = settings.get(AUTOMATIC, default=True)
        panel.show_automatic(is_on=segmentation.is_automatic)
        actions.on("run_model", segmentation.run)
        actions.on("run_model_over", lambda: segmentation.run(over_person=True))
        actions.on("run_batch", lambda: studio.batch.run(images.shown_ids))
        actions.on("undo_batch", studio.batch.undo)
        panel.model_chosen.connect(segmentation.set_model)
        panel.device_chosen.connect(self._on_device)
        panel.live_changed.connect(self._on_live)
        panel.show_live(is_on=studio.live.is_on)
        panel.automatic_changed.connect(self._on_automatic)
        panel.sitting_changed.connect(self._on_sitting)
        self._use_sitting()
        panel.show_device(settings.get(DEVICE, "auto"))
        signals.project_opened.connect(self._on_project)
        signals.model_changed.connect(self._on_model)
        signals.prediction_changed.connect(self._on_prediction)
        signals.image_opened.connect(lambda _change: self._show_kept_answer())
        signals.image_closed.connect(lambda _change: panel.show_answer(seconds=None))

    def _on_project(self, change: ProjectOpened) -> None:
        self._show_models(change.info.folder, change.info.model)

    def _show_models(self, folder: Path, current: str) -> None:
        models = list_models(folder)
        names = [(m.name, f"{m.name} (bundled)" if m.is_bundled else m.name) for m in models]
        self._panel.show_models(names, current)
        chosen = next((model.info for model in models if model.name == current), None)
        self._panel.show_model(chosen)

    def _on_model(self, change: ModelChanged) -> None:
        project = self._studio.workspace.project
        if project is not None:
            self._show_models(project.folder, change.name if change.info is None else project.model)
        if change.info is not None:
            self._panel.show_model(change.info)

    def _on_device(self, device: str) -> None:
        self._studio.segmentation.set_device(device)
        self._settings.set(DEVICE, device)

    def _on_prediction(self, change: PredictionChanged) -> None:
        opened = self._studio.workspace.current
        prediction = None if opened is None else opened.prediction
        mean = None if prediction is None else float(prediction.confidence[::3, ::3].mean()) / 255
        self._panel.show_answer(seconds=change.seconds, device=change.device, remark=change.remark, confidence=mean)

    def _show_kept_answer(self) -> None:
        opened = self._studio.workspace.current
        if opened is not None and opened.prediction is not None:
            kept = opened.prediction
            self._on_prediction(PredictionChanged(kept.seconds, kept.device, kept.remark))

    def use_settings(self) -> None:
        """The settings were changed elsewhere."""
        self._studio.segmentation.is_automatic = self._settings.get(AUTOMATIC, default=True)
        self._panel.show_automatic(is_on=self._studio.segmentation.is_automatic)
        device = self._settings.get(DEVICE, "auto")
        self._panel.show_device(device)
        self._studio.segmentation.set_device(device)
        self._use_sitting()

    def _on_live(self, is_on: bool) -> None:  # noqa: FBT001  # a slot
        self._studio.live.switch(is_on=is_on)

    def _on_sitting(self, is_on: bool) -> None:  # noqa: FBT001  # a slot
        self._studio.sitting.switch(is_on=is_on)
        self._settings.set(SITTING, is_on)

    def _use_sitting(self) -> None:
        is_on = self._settings.get(SITTING, default=True)
        self._studio.sitting.switch(is_on=is_on)
        self._panel.show_sitting(is_on=is_on)

    def _on_automatic(self, is_on: bool) -> None:  # noqa: FBT001  # a slot
        self._studio.segmentation.is_automatic = is_on
        self._settings.set(AUTOMATIC, is_on)
