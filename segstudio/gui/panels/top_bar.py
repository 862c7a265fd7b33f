"""The bar under the menus: where we are, what can be undone, how the labels are shown, and the next step."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSlider, QToolButton, QWidget

from segstudio.domain.images import ImageRecord
from segstudio.gui.actions import Actions
from segstudio.gui.canvas.label_display import DisplayMode
from segstudio.gui.panels.elided_label import ElidedLabel
from segstudio.gui.panels.image_row import STATUS_WORDS
from segstudio.gui.parts import action_button, frame, push_button, row, separator, set_kind, text_label

STATUS_KINDS = {"Verified": "good", "Corrected": "warn"}
MODES = ((DisplayMode.FILL, "Fill"), (DisplayMode.OUTLINE, "Outline"), (DisplayMode.BOTH, "Both"))


class TopBar(QFrame):
    """Emits ``opacity_changed`` (0 to 1) and ``mode_chosen`` (a ``DisplayMode``)."""

    opacity_changed = Signal(float)
    mode_chosen = Signal(object)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setFixedHeight(46)
        layout = row(self, spacing=3)
        layout.setContentsMargins(10, 0, 10, 0)
        for name in ("open_folder", "save", "", "undo", "redo", "", "previous_image", "next_image"):
            self._add(layout, name and action_button(actions[name]))
        layout.addSpacing(8)
        self._name = ElidedLabel("", "title", cut=Qt.TextElideMode.ElideMiddle)
        self._status = text_label("", "muted")
        layout.addWidget(self._name)
        layout.addSpacing(8)
        layout.addWidget(self._status)
        layout.addStretch(1)
        layout.addWidget(action_button(actions["overlay"]))
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setRange(0, 100)
        self._opacity.setFixedWidth(96)
        self._opacity.setToolTip("How strongly the labels are shown")
        self._opacity.setAccessibleName("Opacity of the labels")
        self._opacity.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._opacity.valueChanged.connect(lambda value: self.opacity_changed.emit(value / 100))
        layout.addSpacing(4)
        layout.addWidget(self._opacity)
        layout.addSpacing(8)
        layout.addWidget(self._mode_buttons())
        self._add(layout, "")
        for name in ("fit", "actual_size", "", "find_class"):
            self._add(layout, name and action_button(actions[name]))
        layout.addSpacing(8)
        layout.addWidget(_step("Segment", "run_model", actions, kind=""))
        layout.addSpacing(6)
        layout.addWidget(_step("Accept", "accept", actions, kind="primary"))

    def show_image(self, record: ImageRecord | None, place: str = "") -> None:
        """``place``: which of how many."""
        self._name.setText("" if record is None else record.relative_path.name)
        words = "" if record is None else STATUS_WORDS[record.status]
        set_kind(self._status, STATUS_KINDS.get(words, "muted"))
        self._status.setText("   ".join(part for part in (words, place) if part))

    def show_display(self, opacity: float, mode: DisplayMode) -> None:
        with QSignalBlocker(self._opacity):
            self._opacity.setValue(round(opacity * 100))
        self._modes[mode].setChecked(True)

    def _mode_buttons(self) -> QWidget:
        box = frame("")
        line = row(box, spacing=0)
        self._group = QButtonGroup(self)
        self._modes: dict[DisplayMode, QToolButton] = {}
        for mode, words in MODES:
            button = QToolButton()
            button.setText(words)
            button.setCheckable(True)
            button.setProperty("kind", "segment")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, m=mode: self.mode_chosen.emit(m))
            self._group.addButton(button)
            self._modes[mode] = button
            line.addWidget(button)
        return box

    @staticmethod
    def _add(layout: QHBoxLayout, widget: QWidget | str) -> None:
        if isinstance(widget, QWidget):
            layout.addWidget(widget)
            return
        layout.addSpacing(6)
        layout.addWidget(separator(is_vertical=True))
        layout.addSpacing(6)


def _step(text: str, name: str, actions: Actions, *, kind: str) -> QWidget:
    action = actions[name]
    button = push_button(text, kind=kind)
    button.setToolTip(action.toolTip())
    button.clicked.connect(action.trigger)
    button.setEnabled(action.isEnabled())
    action.enabledChanged.connect(button.setEnabled)
    return button
