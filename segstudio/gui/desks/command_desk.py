"""What is done to a whole class or image by one command: holes, islands, gaps, growing, filling, copying."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint

from segstudio.domain.changes import Told
from segstudio.domain.images import ImageId
from segstudio.domain.task import Progress, Task
from segstudio.gui.actions import Actions
from segstudio.gui.canvas.canvas_view import CanvasView
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


class CommandDesk:
    """The canvas does the work on its document; each is one undo step."""

    def __init__(self, studio: Studio, actions: Actions, canvas: CanvasView, images: ImageListModel) -> None:
        self._studio = studio
        self._canvas = canvas
        self._images = images
        self._cleanup = CleanupPanel(canvas)
        self._cleanup.step_asked.connect(self._run)
        for step in STEPS:
            actions.on(step.name, partial(self._run, step.name))
        actions.on("clean_up", self._on_clean_up)
        actions.on("fill_rest", canvas.tools.commands.fill_rest)
        actions.on("next_best", canvas.next_best)
        actions.on("copy_previous", self._on_copy_previous)

    def _on_clean_up(self) -> None:
        self._cleanup.move(self._canvas.mapToGlobal(QPoint(16, 16)))
        self._cleanup.show()

    def _run(self, name: str) -> None:
        commands, number = self._canvas.tools.commands, partial(self._cleanup.number_of, name)
        on_screen = self._canvas.view.visible
        match name:
            case "close_gaps":
                commands.close_gaps(on_screen, most_width=number())
            case "fill_holes":
                commands.fill_holes(on_screen)
            case "remove_islands":
                commands.remove_islands(on_screen, least_pixels=number())
            case "keep_largest":
                commands.keep_largest(on_screen)
            case "grow":
                commands.grow(on_screen, pixels=number())
            case "shrink":
                commands.shrink(on_screen, pixels=number())
            case "smooth":
                commands.smooth(on_screen, radius=number())

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
