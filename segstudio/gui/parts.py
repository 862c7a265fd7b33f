"""The few small parts that every panel is built of: text, lines, cards, buttons, in the style sheet's kinds."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from segstudio.gui.icons import icon


def text_label(text: str = "", kind: str = "", *, wraps: bool = False) -> QLabel:
    """``kind``: display, title, heading, muted, small, figure, good, warn, bad or key."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    set_kind(label, kind)
    return label


def set_kind(widget: QWidget, kind: str) -> None:
    """Change what the style sheet makes of ``widget``."""
    if widget.property("kind") == kind:
        return
    widget.setProperty("kind", kind)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def frame(kind: str) -> QFrame:
    """``kind``: panel, bar, rail, card or note."""
    made = QFrame()
    made.setProperty("kind", kind)
    return made


def separator(*, is_vertical: bool) -> QFrame:
    line = frame("separator")
    if is_vertical:
        line.setFixedSize(1, 22)
    else:
        line.setFixedHeight(1)
    return line


def column(parent: QWidget, *, margin: int = 0, spacing: int = 8) -> QVBoxLayout:
    layout = QVBoxLayout(parent)
    _set_room(layout, margin, spacing)
    return layout


def row(parent: QWidget | None = None, *, margin: int = 0, spacing: int = 8) -> QHBoxLayout:
    layout = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    _set_room(layout, margin, spacing)
    return layout


def _set_room(layout: QBoxLayout, margin: int, spacing: int) -> None:
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)


def push_button(text: str, *, kind: str = "", icon_name: str = "") -> QPushButton:
    """``kind``: primary, danger or link. Takes the focus from Tab, not from a click, so that keys go on working."""
    button = QPushButton(text)
    button.setProperty("kind", kind)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if icon_name:
        button.setIcon(icon(icon_name))
    return button


def action_button(action: QAction, *, side: int = 20) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(side, side))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def choice_box(name: str) -> QComboBox:
    """As wide as there is room, however long its entries are; ``name`` is for screen readers."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return box


def number_box(low: int, high: int, value: int, *, suffix: str = "") -> QSpinBox:
    """Gives the keys back to the canvas as soon as a number is entered."""
    box = QSpinBox()
    box.setRange(low, high)
    box.setValue(value)
    box.setSuffix(suffix)
    box.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    box.setFixedWidth(76)
    box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    box.setKeyboardTracking(False)
    box.editingFinished.connect(box.clearFocus)
    return box


def icon_button(icon_name: str, tip: str, *, side: int = 18, is_checkable: bool = False) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(icon_name))
    button.setIconSize(QSize(side, side))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setCheckable(is_checkable)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
