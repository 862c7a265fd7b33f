"""The review panel: counts, uncertain places, what to look at next."""

from __future__ import annotations

from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId
from segstudio.gui.actions import Actions
from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.desks.image_desk import ImageDesk
from segstudio.gui.panels.review import ReviewPanel
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.studio import Studio
from segstudio.store.image_table import STATUS_CODES


class ReviewDesk:
    """Enter and Backspace belong to a tool that is under way first."""

    def __init__(
        self,
        studio: Studio,
        actions: Actions,
        panel: ReviewPanel,
        canvas: CanvasView,
        images: ImageDesk,
        signals: WorkspaceSignals,
    ) -> None:
        self._studio = studio
        self._panel = panel
        self._canvas = canvas
        self._images = images
        actions.on("accept", self._on_accept)
        panel.region_chosen.connect(self._on_region)
        panel.image_chosen.connect(lambda image_id: images.go_to(ImageId(image_id)))
        signals.images_changed.connect(lambda _change: self._show_counts())

    def _on_accept(self) -> None:
        if not self._canvas.finish():
            self._images.accept()

    def _on_region(self, rect: Rect) -> None:
        self._canvas.show_area(rect)

    def _show_counts(self) -> None:
        store = self._studio.workspace.store
        if store is None:
            return
        statuses = store.table.statuses
        self._panel.show_counts({status: int((statuses == code).sum()) for code, status in enumerate(STATUS_CODES)})
