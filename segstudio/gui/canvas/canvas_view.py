"""The canvas: shows a picture and its labels, and lets tools work on them. It owns neither."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from segstudio.domain.geometry import Rect
from segstudio.editing.change import DocumentChange
from segstudio.gui.canvas.canvas_content import CanvasContent
from segstudio.gui.canvas.canvas_input import CanvasInput
from segstudio.gui.canvas.canvas_layers import CanvasLayers
from segstudio.gui.canvas.canvas_look import CanvasLook
from segstudio.gui.canvas.canvas_pointer import CanvasPointer
from segstudio.gui.canvas.device_pixels import device_rect, device_size, logical_rect
from segstudio.gui.canvas.mini_map import MiniMap
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.split_handle import SplitHandle
from segstudio.gui.canvas.tool_keeper import ToolKeeper
from segstudio.gui.canvas.view_keeper import ViewKeeper
from segstudio.gui.canvas.view_mode import ViewMode
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench
from segstudio.services.jobs import JobRunner


class CanvasView(QWidget):
    """Joins its parts and paints. ``content`` is what it shows, ``look`` how, ``views`` which part of it, ``tools``
    what the hand can do."""

    stroke_committed = Signal(object)
    """DocumentChange: a tool made one undo step."""
    hovered = Signal(object)
    """HoverInfo, or None off the image."""

    def __init__(self, parent: QWidget | None = None, *, jobs: JobRunner | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(120, 90)
        self._layers = CanvasLayers()
        self._bench = Workbench(self, jobs)
        self._is_telling = False
        self.content = CanvasContent(self._bench, self._layers, jobs, self)
        self.look = CanvasLook(self._layers, SplitHandle(self), self)
        self.views = ViewKeeper(self)
        self.tools = ToolKeeper(self._bench, self)
        self.mini_map = MiniMap(self)
        self._connect_parts()
        self._connect_hand()

    @property
    def view(self) -> ViewTransform:
        return self.views.view

    def show_view(self, view: ViewTransform) -> None:
        self.views.show(view)

    def refresh(self, rect: Rect | None = None) -> None:
        """Labels inside ``rect`` (None: anywhere) were changed by somebody else: an undo, the model."""
        document = self._bench.document
        if document is not None and not self._is_telling:
            self._on_painted(document.rect if rect is None else rect)

    def redraw(self) -> None:
        """Draws everything anew, as after a change of the view."""
        self._layers.invalidate_all()
        self.update()

    def next_best(self) -> None:
        """The region under the pointer becomes the model's next guess for it."""
        if self.views.pointer is not None:
            self.tools.next_guess.take(self.views.pointer)

    def _connect_parts(self) -> None:
        bench, content = self._bench, self.content
        content.picture_changed.connect(self._on_picture)
        content.picture_renewed.connect(self.mini_map.show_picture)
        content.document_changed.connect(self.tools.change_image)
        content.probabilities_changed.connect(self.tools.change_probabilities)
        content.improved.connect(self._on_improved)
        for changed in (content.changed, content.document_changed, self.look.changed, bench.preview_changed):
            changed.connect(self.update)
        self.views.changed.connect(self._on_view)
        self.mini_map.asked_for.connect(self.views.show_point)
        for changed in (content.probabilities_changed, self.tools.settings_changed):
            changed.connect(self._on_chance)
        bench.painted.connect(self._on_painted)
        bench.committed.connect(self._on_committed)

    def _connect_hand(self) -> None:
        hand_events = CanvasInput(self, self, self.tools.hand)
        hand_events.brush_stepped.connect(self.tools.step_brush)
        hand_events.brush_dragged.connect(self.tools.scale_brush)
        hand_events.density_changed.connect(lambda: self.views.resize(device_size(self)))
        hand_events.peeked.connect(self.look.peek)
        self._pointer = CanvasPointer(self, self._bench, self.tools, self.views, hand_events)
        self._pointer.hovered.connect(self.hovered)
        self._pointer.stale.connect(self._update_device)
        self._pointer.update_shape()
        self.tools.tool_changed.connect(lambda _name: self.update())

    def _on_picture(self, picture: Picture | None) -> None:
        self.mini_map.show_picture(picture)
        self.views.show_image(self._bench.image_size)

    def _on_improved(self, rect: Rect) -> None:
        """A part of the picture can be drawn better now."""
        device = self.view.device_rect(rect.expanded(2 << self.view.picture_level))
        self._layers.image.buffer.invalidate(device)
        self._update_device(device)
        self.mini_map.refresh()

    def _on_chance(self) -> None:
        """Another class is active, or the model thinks otherwise."""
        is_seen = ViewMode.CHANCE in (self._layers.mode, self._layers.beside)
        if self._layers.chance.show(self._bench.probabilities, self._bench.settings.class_id) and is_seen:
            self.update()

    def _on_view(self, view: ViewTransform) -> None:
        self._layers.show_view(view)
        self.mini_map.show_view(view)
        self.update()

    def _on_committed(self, change: DocumentChange) -> None:
        """What a tool wrote is on screen already: a ``refresh`` in answer to the signal has nothing to do."""
        self._is_telling = True
        try:
            self.stroke_committed.emit(change)
        finally:
            self._is_telling = False

    def _on_painted(self, rect: Rect) -> None:
        self._update_device(self._layers.labels_changed(rect))

    def _update_device(self, device: Rect) -> None:
        if not device.is_empty:
            self.update(logical_rect(device, self.devicePixelRatioF()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.views.resize(device_size(self))
        self.look.place_split()
        self.mini_map.show_view(self.view)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        with QPainter(self) as painter:
            painter.scale(1.0 / ratio, 1.0 / ratio)
            self._layers.draw(painter, device_rect(event.rect(), ratio))
            self.tools.offer.preview.paint(painter, self.view)
            self.tools.hand.tool.paint(painter, self.view)
            self._pointer.paint(painter)
