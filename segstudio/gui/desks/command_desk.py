"""What is done to a whole class or image by one command: holes, islands, gaps, growing, filling, copying."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QPoint

from segstudio.domain.changes import Told
from segstudio.domain.images import ImageId
from segstudio.domain.task import Progress, Task
from segstudio.gui.actions import Actions
from segstudio.gui.canvas import clean_up
from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.canvas.clean_up import CleanUpStep
from segstudio.gui.panels.cleanup import STEPS, CleanupPanel
from segstudio.gui.panels.image_model import ImageListModel
from segstudio.services.jobs import Lane, Urgency
from segstudio.services.studio import Studio
from segstudio.store.label_files import LabelPair

NEEDS_AN_IMAGE = (
    "fill_rest",
    "copy_previous",
    "clean_up",
    "close_gaps",
    "fill_holes",
    "remove_islands",
    "keep_largest",
    "grow",
    "shrink",
    "smooth",
    "next_best",
)

_PLAIN_STEPS = {"fill_holes": clean_up.fill_holes, "keep_largest": clean_up.keep_largest}
_NUMBERED_STEPS: Mapping[str, Callable[[int], CleanUpStep]] = {
    "close_gaps": clean_up.close_gaps,
    "remove_islands": clean_up.remove_islands,
    "grow": clean_up.grow,
    "shrink": clean_up.shrink,
    "smooth": clean_up.smooth,
}


class CommandDesk:
    """The canvas does the work on its document; each is one undo step."""

    def __init__(self, studio: Studio, actions: Actions, canvas: CanvasView, images: ImageListModel) -> None:
        self._studio = studio
        self._canvas = canvas
        self._images = images
        self._cleanup = CleanupPanel(canvas)
        self._cleanup.step_asked.connect(self._run)
        self._cleanup.step_looked_at.connect(self._look_at)
        self._cleanup.looked_away.connect(canvas.tools.clean_up.look_away)
        for step in STEPS:
            actions.on(step.name, partial(self._run, step.name))
        actions.on("clean_up", self._on_clean_up)
        actions.on("fill_rest", canvas.tools.offer.fill_rest)
        actions.on("next_best", canvas.next_best)
        actions.on("copy_previous", self._on_copy_previous)

    def _on_clean_up(self) -> None:
        self._cleanup.move(self._canvas.mapToGlobal(QPoint(16, 16)))
        self._cleanup.show()

    def _run(self, name: str) -> None:
        self._canvas.tools.clean_up.do(self._step(name), self._canvas.view.visible)

    def _look_at(self, name: str) -> None:
        self._canvas.tools.clean_up.look_at(self._step(name), self._canvas.view.visible)

    def _step(self, name: str) -> CleanUpStep:
        """Raises: KeyError: no such step."""
        if name in _PLAIN_STEPS:
            return _PLAIN_STEPS[name]()
        return _NUMBERED_STEPS[name](self._cleanup.number_of(name))

    def _on_copy_previous(self) -> None:
        """The labels come from the disk, so the image they go to may be another by the time they arrive."""
        workspace = self._studio.workspace
        store, opened = workspace.store, workspace.current
        previous = self._images.neighbour(-1)
        if store is None or opened is None or previous is None:
            workspace.announce(Told("There is no image before this one in the list."))
            return
        target = opened.record.id

        def read(_task: Task[Progress]) -> LabelPair:
            return store.labels.load(previous)

        self._studio.jobs.submit(
            Lane.READ,
            "Reading the labels before",
            read,
            on_result=lambda pair: self._copy(pair, target),
            on_error=lambda error: workspace.announce_failure("Those labels could not be read.", error),
            urgency=Urgency.NOW,
        )

    def _copy(self, pair: LabelPair, target: ImageId) -> None:
        if self._studio.workspace.is_current(target):
            self._canvas.tools.commands.copy_from(pair.labels)
