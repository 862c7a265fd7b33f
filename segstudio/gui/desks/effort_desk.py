"""Tells the effort meter what the hand does: activity on the canvas, and the classes it chooses."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject

from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.panels.class_list import ClassPanel
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.studio import Studio

ACTIVITY = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel})


class EffortDesk(QObject):
    """Watches without taking anything away from the canvas."""

    def __init__(self, studio: Studio, canvas: CanvasView, classes: ClassPanel, signals: WorkspaceSignals) -> None:
        super().__init__(canvas)
        self._meter = studio.reviewing.meter
        self._classes = classes
        canvas.installEventFilter(self)
        classes.view_changed.connect(lambda _view: self._note_class())
        signals.image_opened.connect(lambda _change: self._note_class())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in ACTIVITY:
            self._meter.note_activity()
        return False

    def _note_class(self) -> None:
        """The class that an image begins with is a choice of the image before."""
        active = self._classes.view.active
        if active is not None:
            self._meter.note_class(active)
