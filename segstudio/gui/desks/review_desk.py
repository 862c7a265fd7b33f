"""The review panel: counts, uncertain places, what to look at next."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from segstudio.domain.changes import Told
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId
from segstudio.gui.actions import Actions
from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.desks.image_desk import ImageDesk
from segstudio.gui.panels.review import ReviewPanel, UncertainPlace
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.doubt import doubted_classes
from segstudio.services.review_confusion import ConfusedPair, pair_words
from segstudio.services.review_queue import ReviewOrder
from segstudio.services.studio import Studio
from segstudio.store.image_table import STATUS_CODES
from segstudio.store.settings import Settings

QUEUE_LENGTH = 12
BLIND = "blind_every"
PAUSE_MS = 300


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
        settings: Settings,
    ) -> None:
        self._studio = studio
        self._settings = settings
        self._panel = panel
        self._canvas = canvas
        self._images = images
        self._visited = -1
        self._pairs: tuple[ConfusedPair, ...] = ()
        self._soon = QTimer(panel)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PAUSE_MS)
        self._soon.timeout.connect(self._show_all)
        actions.on("accept", self._on_accept)
        actions.on("flag", self._on_flag)
        actions.on("next_uncertain", self._on_next_uncertain)
        actions.on("next_uncertain_region", self._on_next_region)
        panel.region_chosen.connect(canvas.views.show_area)
        self._connect_queue()
        self._connect_blind()
        panel.came_into_view.connect(self._soon.start)
        signals.review_changed.connect(lambda _change: self._soon.start())
        signals.images_changed.connect(lambda _change: self._soon.start())
        signals.prediction_changed.connect(lambda _change: self._on_new_regions())
        signals.image_opened.connect(lambda _change: self._on_new_regions())

    def _connect_queue(self) -> None:
        queue, reviewing = self._panel.queue, self._studio.reviewing
        queue.show_order(reviewing.order)
        queue.image_chosen.connect(lambda image_id: self._images.go_to(ImageId(image_id)))
        queue.order_chosen.connect(self._on_order)
        queue.pair_chosen.connect(self._on_pair)
        queue.survey_asked.connect(reviewing.survey.take)

    def _connect_blind(self) -> None:
        every = self._settings.get(BLIND, 0)
        self._studio.reviewing.blind.every = every
        self._panel.show_blind(every)
        self._panel.blind_changed.connect(self._on_blind)

    def _on_blind(self, every: int) -> None:
        self._studio.reviewing.blind.every = every
        self._settings.set(BLIND, every)

    def _on_order(self, order: ReviewOrder) -> None:
        self._studio.reviewing.order = order
        self._studio.reviewing.pair = None
        self._show_all()

    def _on_pair(self, number: int) -> None:
        """The queue goes by that pair from now on."""
        if 0 <= number < len(self._pairs):
            self._studio.reviewing.order = ReviewOrder.CONFUSION
            self._studio.reviewing.pair = self._pairs[number].pair
            self._panel.queue.show_order(ReviewOrder.CONFUSION)
            self._show_all()

    def _on_accept(self) -> None:
        if not self._canvas.tools.finish():
            self._images.accept()

    def _on_flag(self) -> None:
        if not self._canvas.tools.step_back():
            self._images.flag()

    def _on_next_uncertain(self) -> None:
        self._studio.reviewing.ask_next(self._go_to)

    def _go_to(self, next_id: ImageId | None) -> None:
        if next_id is None:
            self._studio.workspace.announce(Told("No image is left that nobody has looked at."))
        else:
            self._images.go_to(next_id)

    def _on_next_region(self) -> None:
        regions = self._studio.reviewing.regions()
        if not regions:
            self._studio.workspace.announce(Told("The model is sure of this image, or has not been asked yet."))
            return
        self._visited = (self._visited + 1) % len(regions)
        self._canvas.views.show_area(regions[self._visited].rect)

    def _on_new_regions(self) -> None:
        self._visited = -1
        self._soon.start()

    def _show_all(self) -> None:
        """A short while after the last change, and only for those who look."""
        store = self._studio.workspace.store
        if store is None or not self._panel.isVisible():
            return
        statuses = store.table.statuses
        self._panel.show_counts({status: int((statuses == code).sum()) for code, status in enumerate(STATUS_CODES)})
        regions = self._studio.reviewing.regions()
        self._panel.show_places([self._place(region.rect, region.value) for region in regions])
        reviewing = self._studio.reviewing
        reviewing.ask_effort(self._panel.show_effort)
        reviewing.ask_queue(self._show_queue)
        self._panel.queue.show_survey(len(reviewing.survey.survey.looks), len(store.table))
        reviewing.survey.ask_pairs(self._show_pairs)

    def _show_pairs(self, pairs: tuple[ConfusedPair, ...]) -> None:
        self._pairs = pairs
        label_set = self._studio.workspace.label_set
        self._panel.queue.show_pairs([pair_words(found, label_set) for found in pairs])

    def _show_queue(self, queue: tuple[ImageId, ...]) -> None:
        self._panel.queue.show_queue([(image_id, self._image_words(image_id)) for image_id in queue[:QUEUE_LENGTH]])

    def _place(self, rect: Rect, value: float) -> UncertainPlace:
        """Which classes it may be, and how many pixels' worth of doubt."""
        opened = self._studio.workspace.current
        probabilities = None if opened is None or opened.prediction is None else opened.prediction.probabilities
        ids = () if probabilities is None else doubted_classes(probabilities, rect)
        label_set = self._studio.workspace.label_set
        names = [label_set.by_id(class_id).name for class_id in ids if class_id in label_set]
        words = " or ".join(names) or f"Around {rect.left}, {rect.top}"
        return UncertainPlace(rect, f"{words}, {value:,.0f} pixels")

    def _image_words(self, image_id: ImageId) -> str:
        store = self._studio.workspace.store
        assert store is not None  # asked by _show_all
        record = store.record(image_id)
        name = record.relative_path.name
        return name if record.uncertainty is None else f"{name}: {record.uncertainty:.0%} unsure"
