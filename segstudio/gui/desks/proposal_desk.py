"""A class from a few strokes: proposed across the image, looked for in the others."""

from __future__ import annotations

from segstudio.domain.arrays import IGNORE, Mask
from segstudio.domain.changes import Told
from segstudio.domain.geometry import Rect
from segstudio.editing.region import Region
from segstudio.gui.actions import Actions
from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.panels.class_list import ClassPanel
from segstudio.gui.panels.queue_box import QueueBox
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.live_search import FoundClass
from segstudio.services.studio import Studio

NEEDS_AN_IMAGE = ("propose_class", "find_class_images")


class ProposalDesk:
    """The first press shows the proposal, the second paints it."""

    def __init__(
        self,
        studio: Studio,
        actions: Actions,
        canvas: CanvasView,
        classes: ClassPanel,
        queue: QueueBox,
        signals: WorkspaceSignals,
    ) -> None:
        self._studio = studio
        self._canvas = canvas
        self._classes = classes
        self._queue = queue
        actions.on("propose_class", self._on_propose)
        actions.on("find_class_images", self._on_find)
        signals.image_opened.connect(lambda _change: actions.enable(NEEDS_AN_IMAGE, wanted=True))
        signals.image_closed.connect(lambda _change: actions.enable(NEEDS_AN_IMAGE, wanted=False))
        actions.enable(NEEDS_AN_IMAGE, wanted=False)

    def _on_propose(self) -> None:
        if self._canvas.tools.offer.take_proposal():
            return
        active = self._active_class()
        if active is not None:
            self._studio.proposals.propose(active, self._show)

    def _show(self, mask: Mask) -> None:
        self._canvas.tools.offer.propose(Region(Rect.of_shape(mask.shape), mask))

    def _on_find(self) -> None:
        active = self._active_class()
        if active is not None:
            self._studio.proposals.search(active, self._show_found)

    def _active_class(self) -> int | None:
        """What is to be ignored looks like nothing in particular, so it can't be sought."""
        active = self._classes.view.active
        if active == IGNORE:
            self._studio.workspace.announce(Told("Choose a class first: Ignore has no look of its own."))
            return None
        return active

    def _show_found(self, found: tuple[FoundClass, ...]) -> None:
        store = self._studio.workspace.store
        if store is None:
            return
        self._queue.show_queue(
            [(one.image_id, f"{store.record(one.image_id).relative_path.name}: {one.share:.1%}") for one in found]
        )
        words = f"{len(found):,} images seem to hold more of it: they are listed in the panel Review."
        self._studio.workspace.announce(Told(words if found else "No other image seems to hold it."))
