"""What lies over the picture: labels, prediction, difference, uncertainty; one view or two."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint

from segstudio.domain.sample_view import SampleView
from segstudio.gui.actions import Actions
from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.canvas.view_mode import ViewMode
from segstudio.gui.panels.picture_sliders import PictureSliders
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.studio import Studio

VIEWS = (ViewMode.LABELS, ViewMode.PREDICTION, ViewMode.DIFFERENCE, ViewMode.UNCERTAINTY, ViewMode.CHANCE)


class ViewDesk:
    """Holds which view is chosen; a new image begins with its labels."""

    def __init__(self, studio: Studio, actions: Actions, canvas: CanvasView, signals: WorkspaceSignals) -> None:
        self._studio = studio
        self._actions = actions
        self._canvas = canvas
        self._mode = ViewMode.LABELS
        self._sliders = PictureSliders(canvas)
        self._sliders.display_changed.connect(canvas.look.set_picture_display)
        self._sliders.samples.view_changed.connect(self._on_samples)
        actions.view_chosen.connect(lambda name: self.show_view(ViewMode(name)))
        actions.on("next_view", self._on_next)
        actions.on("split_view", self._show)
        actions.on("mini_map", lambda: canvas.mini_map.set_wanted(wanted=actions["mini_map"].isChecked()))
        actions.on("unlabelled", self._on_unlabelled)
        actions.on("adjust_picture", self._on_adjust)
        signals.image_opened.connect(lambda _change: self.show_view(ViewMode.LABELS))
        self.show_view(ViewMode.LABELS)

    def show_view(self, mode: ViewMode) -> None:
        self._mode = mode
        self._actions.show_view(mode.value)
        self._show()

    def _show(self) -> None:
        """With two views, the labels stay at the left; beside themselves they show the bare picture."""
        if not self._actions["split_view"].isChecked():
            self._canvas.look.set_view_mode(self._mode)
            return
        beside = ViewMode.PICTURE if self._mode is ViewMode.LABELS else self._mode
        self._canvas.look.set_view_mode(ViewMode.LABELS, beside)

    def _on_next(self) -> None:
        self.show_view(VIEWS[(VIEWS.index(self._mode) + 1) % len(VIEWS)])

    def _on_unlabelled(self) -> None:
        is_on = self._actions["unlabelled"].isChecked()
        self._canvas.look.set_display(replace(self._canvas.look.display, highlight_unlabelled=is_on))

    def _on_samples(self, view: SampleView) -> None:
        self._studio.samples.use(view)
        self._show_samples()

    def _show_samples(self) -> None:
        opened = self._studio.workspace.current
        self._sliders.show_samples(None if opened is None else opened.kind, self._studio.samples.view)

    def _on_adjust(self) -> None:
        self._show_samples()
        self._sliders.move(self._canvas.mapToGlobal(QPoint(16, 16)))
        self._sliders.show()
