"""What the tools may paint over, in the bar above the canvas."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from segstudio.domain.classes import Color, LabelSet
from segstudio.domain.stroke import PaintOver, PaintRule
from segstudio.gui.icons import icon
from segstudio.gui.panels.staying_menu import StayingMenu
from segstudio.gui.parts import choice_box, push_button, row, text_label

OVER_WORDS = {
    PaintOver.ANYTHING: "Anything",
    PaintOver.UNLABELLED: "Unlabelled only",
    PaintOver.CLASS_UNDER_PRESS: "Class under the press",
    PaintOver.CHOSEN_CLASSES: "Chosen classes",
    PaintOver.MODEL_PIXELS: "Model's pixels only",
}

_SWATCH = 16
_LONGEST = max(len(words) for words in OVER_WORDS.values())


class RuleOptions(QWidget):
    """Emits ``changed`` after a gesture; read ``rule`` then. Locks are the class list's."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._chosen: frozenset[int] = frozenset()
        self._label_set = LabelSet(())
        self._box = choice_box("Paint over")
        self._box.addItems(list(OVER_WORDS.values()))
        self._box.setMinimumWidth(80)
        self._box.setMinimumContentsLength(_LONGEST)
        self._box.setMaximumWidth(190)
        self._box.setToolTip("What the tools may paint over")
        self._box.currentIndexChanged.connect(self._on_rule)
        self._menu = StayingMenu(self)
        self._menu.triggered.connect(lambda _action: self._on_classes())
        self._button = push_button("")
        self._button.setMenu(self._menu)
        self._button.setToolTip("The classes that may be painted over")
        line = row(self, spacing=8)
        for widget in (text_label("Paint over", "muted"), self._box, self._button):
            line.addWidget(widget)
        self._show_chosen()

    @property
    def rule(self) -> PaintRule:
        return PaintRule(tuple(OVER_WORDS)[self._box.currentIndex()], chosen=self._chosen)

    def show_classes(self, label_set: LabelSet) -> None:
        """What can be chosen; classes that are gone are chosen no longer. Nothing is emitted."""
        self._label_set = label_set
        self._chosen &= frozenset(spec.id for spec in label_set.active)
        self._menu.clear()
        for spec in label_set.active:
            action = self._menu.addAction(_swatch(spec.color), spec.name)
            action.setCheckable(True)
            action.setChecked(spec.id in self._chosen)
            action.setData(spec.id)
        self._show_chosen()

    def next_rule(self) -> None:
        self._box.setCurrentIndex((self._box.currentIndex() + 1) % self._box.count())

    def _on_rule(self) -> None:
        self._show_chosen()
        self.changed.emit()

    def _on_classes(self) -> None:
        self._chosen = frozenset(action.data() for action in self._menu.actions() if action.isChecked())
        self._show_chosen()
        self.changed.emit()

    def _show_chosen(self) -> None:
        self._button.setVisible(self.rule.over is PaintOver.CHOSEN_CLASSES)
        names = [spec.name for spec in self._label_set.active if spec.id in self._chosen]
        self._button.setText(_in_short(names))


def _in_short(names: list[str]) -> str:
    match names:
        case []:
            return "Choose…"
        case [only]:
            return only
        case _:
            return f"{len(names)} classes"


def _swatch(color: Color) -> QIcon:
    """With a tick for the state in which the class is chosen."""
    swatch = QIcon()
    for state in (QIcon.State.Off, QIcon.State.On):
        pixmap = QPixmap(2 * _SWATCH, 2 * _SWATCH)
        pixmap.fill(QColor(*color))
        if state is QIcon.State.On:
            painter = QPainter(pixmap)
            is_light = QColor(*color).lightnessF() > 0.5
            icon("check", "#000000" if is_light else "#ffffff").paint(painter, pixmap.rect())
            painter.end()
        swatch.addPixmap(pixmap, QIcon.Mode.Normal, state)
    return swatch
