"""The canvas: shows a picture and its labels, and lets tools work on them. It owns neither."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from segstudio.domain.arrays import LabelMap, RgbImage
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Point, Rect, Size
from segstudio.domain.prediction import Prediction, Probabilities
from segstudio.domain.stroke import Brush, PaintOver, PaintRule
from segstudio.editing.change import DocumentChange
from segstudio.editing.document import LabelDocument
from segstudio.editing.label_pyramid import LabelPyramid
from segstudio.formats.image_source import ImageSource
from segstudio.gui.canvas.canvas_input import CanvasInput
from segstudio.gui.canvas.canvas_layers import CanvasLayers
from segstudio.gui.canvas.class_commands import ClassCommands
from segstudio.gui.canvas.hand import Hand
from segstudio.gui.canvas.hover import hover_info
from segstudio.gui.canvas.label_display import LabelDisplay
from segstudio.gui.canvas.mini_map import MiniMap
from segstudio.gui.canvas.pick_tool import PickTool
from segstudio.gui.canvas.picture_display import PictureDisplay
from segstudio.gui.canvas.picture_keeper import PictureKeeper
from segstudio.gui.canvas.pointer_marks import PointerMarks
from segstudio.gui.canvas.split_handle import SplitHandle
from segstudio.gui.canvas.tool_settings import ToolOptions
from segstudio.gui.canvas.toolbox import make_tools
from segstudio.gui.canvas.tools import CursorKind
from segstudio.gui.canvas.view_keeper import ViewKeeper
from segstudio.gui.canvas.view_mode import ViewMode
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench
from segstudio.services.jobs import JobRunner

LARGEST_BRUSH = 2000.0
_LARGEST_AT_ONCE = 8_000_000


class CanvasView(QWidget):
    """Give it what to show through the ``show_…`` and ``set_…`` methods; it tells what the hand did by signals."""

    stroke_committed = Signal(object)
    """DocumentChange: a tool made one undo step."""
    class_picked = Signal(int)
    hovered = Signal(object)
    """HoverInfo, or None off the image."""
    view_changed = Signal(object)
    """ViewTransform."""
    tool_changed = Signal(str)
    tool_message = Signal(str)
    brush_changed = Signal(object)
    """Brush: by wheel or key."""
    rule_changed = Signal(object)
    """PaintRule: by ``cycle_rule``."""
    display_changed = Signal(object)
    """LabelDisplay: by ``cycle_display_mode`` or ``toggle_labels``."""

    def __init__(self, parent: QWidget | None = None, *, jobs: JobRunner | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(120, 90)
        self._layers = CanvasLayers()
        self._views = ViewKeeper(self)
        self._pictures = PictureKeeper(jobs, self)
        self._bench = Workbench(self, jobs)
        self._tools = make_tools(self._bench)
        self._tool_name = "brush"
        self._hand = Hand(self._tools["brush"], PickTool(self._bench))
        self._input = CanvasInput(self, self, self._hand)
        self._marks = PointerMarks(self._bench)
        self._commands = ClassCommands(self._bench)
        self._split = SplitHandle(self)
        self._mini_map = MiniMap(self)
        self._peeking = False
        self._is_telling = False
        self._display = LabelDisplay()
        self._connect()
        self._update_cursor()

    # What is shown

    def show_image(self, image: RgbImage | ImageSource | None) -> None:
        """Shows another picture, fitted; labels of another size go. A source is read tile by tile on a lane.

        Raises: ValueError: a source, and no job runner to read it.
        """
        picture = self._pictures.open(image)
        self._bench.picture = picture
        document = self._bench.document
        if picture is not None and document is not None and document.size != picture.size:
            self._bench.document = None
            self._layers.show_document(None)
        self._layers.image.show_picture(picture)
        self.show_prediction(None)
        self._mini_map.show_picture(picture)
        self._image_changed()
        self._views.show_image(self._bench.image_size)

    def show_document(self, document: LabelDocument | None, label_set: LabelSet) -> None:
        """Wraps the document's labels, which are never copied. Raises: ValueError: not of the picture's size."""
        picture = self._bench.picture
        if document is not None and picture is not None and document.size != picture.size:
            raise ValueError(f"The labels are {document.size} and the picture {picture.size}.")
        self._bench.document = document
        self._layers.show_document(document)
        if document is not None:
            self._make_pyramid(document.labels)
        self.show_classes(label_set)
        self._image_changed()
        if picture is None:
            self._views.show_image(self._bench.image_size)

    def show_classes(self, label_set: LabelSet) -> None:
        self._bench.label_set = label_set
        self._layers.show_classes(label_set)
        self.update()

    def set_display(self, display: LabelDisplay) -> None:
        """Only what is on screen is coloured anew."""
        self._display = display
        shown = replace(display, is_visible=False) if self._peeking else display
        self._layers.show_display(shown)
        self.update()

    def show_prediction(self, prediction: Prediction | None) -> None:
        """What the model said of the picture, for the views of it and, through its probabilities, for the tools."""
        self._layers.show_prediction(prediction)
        if prediction is not None:
            self._make_pyramid(prediction.labels)
        self.set_probabilities(None if prediction is None else prediction.probabilities)
        self.update()

    def set_view_mode(self, mode: ViewMode, beside: ViewMode | None = None) -> None:
        """What lies over the picture; with ``beside``, that lies over its right side, behind a line to drag."""
        self._layers.mode, self._layers.beside = mode, beside
        self._split.setVisible(beside is not None)
        self._place_split()
        self.update()

    def set_mini_map(self, wanted: bool) -> None:  # noqa: FBT001  # a Qt-like setter
        self._mini_map.set_wanted(wanted=wanted)
        self._mini_map.show_view(self.view)

    def set_picture_display(self, display: PictureDisplay) -> None:
        self._layers.image.show_display(display)
        self.update()

    def set_backdrop(self, color: QColor) -> None:
        """The colour round the picture."""
        self._layers.image.show_backdrop(color.rgba())
        self.update()

    def set_probabilities(self, probabilities: Probabilities | None) -> None:
        """What the network thinks of the picture, for the tools that ask it."""
        self._bench.probabilities = probabilities
        for tool in self._tools.values():
            tool.probabilities_changed()

    def refresh(self, rect: Rect | None = None) -> None:
        """Labels inside ``rect`` (None: anywhere) were changed by somebody else: an undo, the model."""
        document = self._bench.document
        if document is not None and not self._is_telling:
            self._on_painted(document.rect if rect is None else rect)

    # What the tools work with

    @property
    def tool_name(self) -> str:
        return self._tool_name

    @property
    def display(self) -> LabelDisplay:
        return self._display

    @property
    def brush(self) -> Brush:
        return self._bench.settings.brush

    def set_tool(self, name: str) -> None:
        """Raises: KeyError: no such tool; ``toolbox.TOOLS`` lists them."""
        if name == self._tool_name:
            return
        self._hand.take(self._tools[name])
        self._tool_name = name
        self._update_cursor()
        self.update()
        self.tool_changed.emit(name)

    def set_active_class(self, class_id: int) -> None:
        self._use(class_id=class_id)

    def set_brush(self, brush: Brush) -> None:
        self._use(brush=brush)

    def set_rule(self, rule: PaintRule) -> None:
        self._use(rule=rule)

    def set_tool_options(self, options: ToolOptions) -> None:
        self._use(options=options)

    def set_read_only(self, read_only: bool) -> None:  # noqa: FBT001  # a Qt-like setter
        self._bench.is_read_only = read_only

    def step_brush(self, steps: float) -> None:
        """Each step a fifth larger or smaller, or one pixel below 8."""
        before = self.brush.diameter
        whole = math.copysign(max(1, round(abs(steps))), steps)
        self._resize_brush(before + whole if before + whole < 8 else round(before * 1.2**whole))

    def cycle_rule(self) -> None:
        rule = self._bench.settings.rule
        rules = list(PaintOver)
        self.set_rule(replace(rule, over=rules[(rules.index(rule.over) + 1) % len(rules)]))
        self.rule_changed.emit(self._bench.settings.rule)

    def cycle_display_mode(self) -> None:
        self._change_display(self._display.with_next_mode())

    def toggle_labels(self) -> None:
        self._change_display(replace(self._display, is_visible=not self._display.is_visible))

    def cancel(self) -> bool:
        """Takes back what a tool has begun. Returns: whether there was something."""
        was_busy = self._commands.cancel() or self._hand.tool.is_busy
        self._hand.drop()
        self._hand.tool.cancel()
        return was_busy

    def finish(self) -> bool:
        """Enter: ends what a tool has begun. Returns: whether there was something."""
        return self._hand.tool.is_busy and self._hand.tool.finish()

    def step_back(self) -> bool:
        """Backspace: takes back a tool's last point. Returns: whether there was one."""
        return self._hand.tool.is_busy and self._hand.tool.step_back()

    @property
    def commands(self) -> ClassCommands:
        """What needs no gesture: fill holes, grow, smooth, and so on. They take ``visible_rect``."""
        return self._commands

    def next_best(self) -> None:
        """The region under the pointer becomes the model's next guess for it."""
        if self._views.pointer is not None:
            self._commands.next_best(self._views.pointer)

    # The view

    @property
    def is_settled(self) -> bool:
        """Whether every level of the picture that is to be made is made."""
        return self._pictures.is_settled

    @property
    def visible_rect(self) -> Rect:
        """The image pixels on screen."""
        return self.view.visible

    @property
    def view(self) -> ViewTransform:
        return self._views.view

    def show_view(self, view: ViewTransform) -> None:
        self._views.show(view)

    def fit(self) -> None:
        self._views.fit()

    def actual_size(self) -> None:
        self._views.zoom_to(1.0)

    def zoom_in(self) -> None:
        self._views.step_zoom(1)

    def zoom_out(self) -> None:
        self._views.step_zoom(-1)

    def show_area(self, rect: Rect) -> None:
        """Moves to ``rect`` of the image and zooms so that it is seen with its surroundings."""
        self._views.show_area(rect)

    def redraw(self) -> None:
        """Draws everything anew, as after a change of the view."""
        self._layers.invalidate_all()
        self.update()

    # Inside

    @property
    def _viewport(self) -> Size:
        ratio = self.devicePixelRatioF()
        return Size(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))

    def _connect(self) -> None:
        bench, hand_events = self._bench, self._input
        self._split.moved.connect(self._place_split)
        self._mini_map.asked_for.connect(self._views.show_point)
        self._views.changed.connect(self._on_view)
        self._pictures.arrived.connect(self._on_picture_arrived)
        bench.painted.connect(self._on_painted)
        bench.preview_changed.connect(self.update)
        bench.committed.connect(self._on_committed)
        bench.class_picked.connect(self.class_picked)
        bench.said.connect(self.tool_message)
        hand_events.pointer_moved.connect(self._on_pointer_moved)
        hand_events.brush_stepped.connect(self.step_brush)
        hand_events.brush_dragged.connect(lambda factor: self._resize_brush(self.brush.diameter * factor))
        hand_events.density_changed.connect(lambda: self._views.resize(self._viewport))
        hand_events.peeked.connect(self._on_peeked)
        hand_events.hand_changed.connect(self._update_cursor)

    def _on_picture_arrived(self, rect: Rect) -> None:
        """A part of the picture can be drawn better now."""
        device = self.view.device_rect(rect.expanded(2 << self.view.picture_level))
        self._layers.image.buffer.invalidate(device)
        self._update_device(device)
        self._mini_map.refresh()

    def _image_changed(self) -> None:
        self._hand.drop()
        self._commands.cancel()
        for tool in self._tools.values():
            tool.image_changed()
        self.update()

    def _make_pyramid(self, labels: LabelMap) -> None:
        """Halving a huge map takes long enough to be felt; meanwhile it is drawn from its full size."""
        if labels.size <= _LARGEST_AT_ONCE:
            self._layers.use_pyramid(LabelPyramid(labels))
            return

        def show(pyramid: LabelPyramid) -> None:
            self._layers.use_pyramid(pyramid)
            self.update()

        self._bench.later("Preparing labels", lambda _task: LabelPyramid(labels), show)

    def _use(self, **changes: object) -> None:
        self._bench.settings = replace(self._bench.settings, **changes)  # type: ignore[arg-type]  # fields of settings
        self._hand.tool.settings_changed()
        self._show_ring(self._views.pointer)

    def _resize_brush(self, diameter: float) -> None:
        self.set_brush(replace(self.brush, diameter=min(max(1.0, float(diameter)), LARGEST_BRUSH)))
        self.brush_changed.emit(self.brush)

    def _change_display(self, display: LabelDisplay) -> None:
        self.set_display(display)
        self.display_changed.emit(display)

    def _on_view(self, view: ViewTransform) -> None:
        self._layers.show_view(view)
        self._mini_map.show_view(view)
        self.update()
        self.view_changed.emit(view)

    def _place_split(self) -> None:
        self._split.place()
        self._layers.split_at = round(self._split.position * self.devicePixelRatioF())
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

    def _on_pointer_moved(self, point: Point | None) -> None:
        self._views.pointer = point
        self._show_ring(point)
        self.hovered.emit(None if point is None else hover_info(self._bench, point))

    def _on_peeked(self, is_peeking: bool) -> None:  # noqa: FBT001  # a slot
        if is_peeking != self._peeking:
            self._peeking = is_peeking
            self.set_display(self._display)

    def _show_ring(self, point: Point | None) -> None:
        is_shown = self._hand.tool.cursor is CursorKind.RING and not self._input.is_panning
        erasing = self._input.is_erasing or self._tool_name == "eraser"
        for device in self._marks.move(point if is_shown else None, self.brush, self.view, erasing=erasing):
            self._update_device(device)

    def _update_cursor(self) -> None:
        if self._input.is_panning:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._input.may_pan:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._hand.tool.cursor is CursorKind.RING:
            shape = Qt.CursorShape.BlankCursor
        else:
            shape = Qt.CursorShape.CrossCursor
        self.setCursor(shape)
        self._show_ring(self._views.pointer)

    def _update_device(self, device: Rect) -> None:
        if device.is_empty:
            return
        ratio = self.devicePixelRatioF()
        left, top = math.floor(device.left / ratio), math.floor(device.top / ratio)
        right, bottom = math.ceil(device.right / ratio), math.ceil(device.bottom / ratio)
        self.update(QRect(left, top, right - left, bottom - top))

    # Qt's own

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._views.resize(self._viewport)
        self._place_split()
        self._mini_map.show_view(self.view)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        painter = QPainter(self)
        painter.scale(1.0 / ratio, 1.0 / ratio)
        self._layers.draw(painter, _device_rect(event.rect(), ratio))
        self._commands.fill_preview.paint(painter, self.view)
        self._hand.tool.paint(painter, self.view)
        self._marks.paint(painter, self.view)
        painter.end()


def _device_rect(part: QRect, ratio: float) -> Rect:
    """The device pixels that a rectangle of logical ones covers."""
    return Rect(
        math.floor(part.left() * ratio),
        math.floor(part.top() * ratio),
        math.ceil((part.left() + part.width()) * ratio),
        math.ceil((part.top() + part.height()) * ratio),
    )
