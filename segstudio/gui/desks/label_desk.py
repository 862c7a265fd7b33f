"""The canvas and the open image's labels: strokes, undo, classes, what is shown of them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer

from segstudio.domain.arrays import IGNORE
from segstudio.domain.changes import ClassesChanged, LabelsChanged
from segstudio.domain.classes import LabelSet
from segstudio.domain.images import ImageId
from segstudio.editing.change import DocumentChange
from segstudio.gui.actions import TOOL_PREFIX, Actions
from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.canvas.label_display import DisplayMode, LabelDisplay
from segstudio.gui.desks.command_desk import NEEDS_AN_IMAGE as COMMANDS
from segstudio.gui.panels.class_list import ClassPanel, ClassView
from segstudio.gui.panels.tool_options import ToolOptionsBar
from segstudio.gui.panels.top_bar import TopBar
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.class_shares import class_shares
from segstudio.services.jobs import Lane, Urgency
from segstudio.services.studio import Studio

COUNT_PAUSE_MS = 400
NEEDS_AN_IMAGE = ("run_model", "run_model_over", *COMMANDS, "fit", "actual_size", "zoom_in", "zoom_out")


class LabelDesk:
    """Gives the canvas what it shows and hands its strokes on to the workspace."""

    def __init__(
        self,
        studio: Studio,
        actions: Actions,
        canvas: CanvasView,
        classes: ClassPanel,
        options: ToolOptionsBar,
        top_bar: TopBar,
        signals: WorkspaceSignals,
    ) -> None:
        self._studio = studio
        self._workspace = studio.workspace
        self._actions = actions
        self._canvas = canvas
        self._classes = classes
        self._options = options
        self._top_bar = top_bar
        self._count_soon = QTimer(canvas)
        self._count_soon.setSingleShot(True)
        self._count_soon.setInterval(COUNT_PAUSE_MS)
        self._count_soon.timeout.connect(self._count)
        self._connect_signals(signals)
        self._connect_canvas()
        self._connect_actions()
        self._show_display(canvas.look.display)
        actions["tool_brush"].setChecked(True)
        self._push_settings()
        self._show_undo()

    def show_display(self, display: LabelDisplay) -> None:
        self._canvas.look.set_display(display)
        self._show_display(display)

    # What the workspace tells

    def _connect_signals(self, signals: WorkspaceSignals) -> None:
        signals.picture_seen.connect(lambda _change: self._on_seen())
        signals.image_opened.connect(lambda _change: self._on_opened())
        signals.picture_changed.connect(lambda _change: self._on_picture_changed())
        signals.image_closed.connect(lambda _change: self._on_closed())
        signals.labels_changed.connect(self._on_labels_changed)
        signals.classes_changed.connect(self._on_classes_changed)
        signals.project_opened.connect(lambda change: self._show_classes(change.info.label_set))
        signals.prediction_changed.connect(lambda _change: self._show_prediction())

    def _on_seen(self) -> None:
        coming = self._workspace.coming
        if coming is not None:
            self._canvas.content.show_image(coming.picture.image)

    def _on_opened(self) -> None:
        opened = self._workspace.current
        if opened is None:
            return
        if not self._canvas.content.shows(opened.image):
            self._canvas.content.show_image(opened.image, opened.halves)
        self._canvas.content.show_document(opened.document, self._workspace.label_set)
        self._canvas.tools.set_read_only(self._workspace.is_read_only)
        self._show_prediction()
        self._actions.enable(NEEDS_AN_IMAGE, wanted=True)
        self._show_undo()
        self._count()

    def _on_picture_changed(self) -> None:
        if self._workspace.current is not None:
            self._canvas.content.renew_image(self._workspace.current.image)

    def _on_closed(self) -> None:
        self._count_soon.stop()
        self._canvas.content.show_document(None, self._workspace.label_set)
        self._canvas.content.show_image(None)
        self._canvas.content.show_prediction(None)
        self._actions.enable(NEEDS_AN_IMAGE, wanted=False)
        self._classes.show_shares({})
        self._show_undo()

    def _on_labels_changed(self, change: LabelsChanged) -> None:
        self._canvas.refresh(change.rect)
        self._show_undo()
        self._count_soon.start()

    def _on_classes_changed(self, change: ClassesChanged) -> None:
        self._show_classes(change.label_set)
        self._canvas.content.show_classes(change.label_set)

    def _show_classes(self, label_set: LabelSet) -> None:
        self._options.show_classes(label_set)
        self._classes.show_classes(label_set)

    def _show_prediction(self) -> None:
        opened = self._workspace.current
        self._canvas.content.show_prediction(None if opened is None else opened.prediction)

    def _show_undo(self) -> None:
        document = None if self._workspace.current is None else self._workspace.current.document
        undo, redo = self._actions["undo"], self._actions["redo"]
        undo.setEnabled(document is not None and document.can_undo)
        redo.setEnabled(document is not None and document.can_redo)
        undo.setText(_step_words("Undo", None if document is None else document.undo_name))
        redo.setText(_step_words("Redo", None if document is None else document.redo_name))

    def _count(self) -> None:
        """The classes' shares, on a lane; the newest count wins."""
        opened = self._workspace.current
        if opened is None:
            return
        image_id, labels = opened.record.id, opened.document.labels
        self._studio.jobs.submit(
            Lane.READ,
            "Counting classes",
            lambda task: class_shares(labels, task),
            on_result=lambda shares: self._show_shares(image_id, shares),
            on_error=lambda error: self._workspace.announce_failure("Counting the classes failed.", error),
            urgency=Urgency.SOON,
        )

    def _show_shares(self, image_id: ImageId, shares: dict[int, float]) -> None:
        if self._workspace.is_current(image_id):
            self._classes.show_shares(shares)

    # What the hand does

    def _connect_canvas(self) -> None:
        canvas = self._canvas
        canvas.stroke_committed.connect(self._on_stroke)
        canvas.tools.class_picked.connect(self._on_picked)
        canvas.tools.tool_changed.connect(self._show_tool)
        canvas.tools.brush_changed.connect(self._options.show_brush)
        canvas.look.display_changed.connect(self._show_display)
        self._classes.merge_asked.connect(canvas.tools.commands.merge)
        self._classes.swap_asked.connect(canvas.tools.commands.swap)
        self._classes.view_changed.connect(self._on_class_view)
        self._options.options_changed.connect(self._push_settings)
        self._top_bar.opacity_changed.connect(
            lambda value: self.show_display(replace(canvas.look.display, opacity=value))
        )
        self._top_bar.mode_chosen.connect(self._on_mode)

    def _on_stroke(self, change: DocumentChange) -> None:
        self._workspace.committed(change)

    def _on_picked(self, class_id: int | None) -> None:
        """What nobody has labelled is what the eraser paints."""
        if class_id is None:
            self._actions["tool_eraser"].trigger()
        else:
            self._classes.choose(class_id)

    def _on_class_view(self, view: ClassView) -> None:
        self.show_display(replace(self._canvas.look.display, hidden=view.hidden, solo=view.solo))
        self._push_settings()

    def _on_mode(self, mode: DisplayMode) -> None:
        self.show_display(replace(self._canvas.look.display, mode=mode))

    def _show_display(self, display: LabelDisplay) -> None:
        self._top_bar.show_display(display.opacity, display.mode)
        self._actions["overlay"].setChecked(display.is_visible)

    def _show_tool(self, name: str) -> None:
        action = self._actions[TOOL_PREFIX + name]
        action.setChecked(True)
        self._options.show_tool(name, action.text())

    def _push_settings(self) -> None:
        view = self._classes.view
        if view.active is not None:
            self._canvas.tools.set_active_class(view.active)
        self._canvas.tools.set_brush(self._options.brush)
        self._canvas.tools.set_rule(replace(self._options.rule, locked=view.locked))
        self._canvas.tools.set_tool_options(self._options.options)

    def _connect_actions(self) -> None:
        actions, canvas = self._actions, self._canvas
        for name, run in (
            ("undo", self._workspace.undo),
            ("redo", self._workspace.redo),
            ("fit", canvas.views.fit),
            ("actual_size", canvas.views.actual_size),
            ("zoom_in", canvas.views.zoom_in),
            ("zoom_out", canvas.views.zoom_out),
            ("overlay", canvas.look.toggle_labels),
            ("overlay_mode", canvas.look.cycle_display_mode),
            ("cancel", canvas.tools.cancel),
            ("swap_classes", self._classes.swap_with_last),
            ("paint_ignore", lambda: self._classes.choose(IGNORE)),
            ("brush_smaller", lambda: canvas.tools.step_brush(-1)),
            ("brush_larger", lambda: canvas.tools.step_brush(1)),
            ("paint_rule", self._options.next_rule),
        ):
            actions.on(name, run)
        actions.tool_chosen.connect(canvas.tools.set_tool)
        actions.class_key_pressed.connect(self._classes.choose_nth)
        actions.enable(NEEDS_AN_IMAGE, wanted=False)


def _step_words(verb: str, name: str | None) -> str:
    return f"{verb} {name[0].lower()}{name[1:]}" if name else verb
