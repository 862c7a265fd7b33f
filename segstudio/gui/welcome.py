"""The first page: begin, or go on with what was open last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from segstudio.gui.icons import icon, program_icon
from segstudio.gui.parts import column, frame, push_button, row, text_label

SHOWN_RECENT = 6


class WelcomePage(QWidget):
    """Emits ``action_asked`` with an action's name, or ``recent_chosen`` with a path."""

    action_asked = Signal(str)
    recent_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(self, margin=24)
        outer.addStretch(2)
        centre = QWidget()
        centre.setMaximumWidth(720)
        outer.addWidget(centre, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        page = column(centre, spacing=22)
        page.addLayout(_masthead())
        page.addLayout(self._choices())
        self._recent_box = QWidget()
        self._recent = column(self._recent_box, spacing=2)
        page.addWidget(self._recent_box)
        hint = text_label("You can also drop images, a folder or a project anywhere on this window.", "small")
        page.addWidget(hint, 0, Qt.AlignmentFlag.AlignHCenter)
        self.show_recent(())

    def show_recent(self, paths: Sequence[Path]) -> None:
        _clear(self._recent)
        self._recent_box.setVisible(bool(paths))
        if not paths:
            return
        self._recent.addWidget(text_label("Recent projects", "heading"))
        for path in paths[:SHOWN_RECENT]:
            self._recent.addWidget(self._recent_button(path))

    def _choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(14)
        cards = (
            (
                "open_sample",
                "smart",
                "Open the sample project",
                "Street scenes to try everything on",
            ),
            ("open_folder", "folder", "Open a folder of images", "Labels are kept in a project beside it"),
            ("open_project", "project", "Open a project", "Go on where you or a colleague stopped"),
            ("new_project", "plus", "New project", "Choose images, classes and the model"),
        )
        for index, (name, icon_name, title, words) in enumerate(cards):
            card = _Card(icon_name, title, words)
            card.clicked.connect(lambda _checked=False, name=name: self.action_asked.emit(name))
            grid.addWidget(card, index // 2, index % 2)
        return grid

    def _recent_button(self, path: Path) -> QWidget:
        line = QWidget()
        layout = row(line, spacing=10)
        button = push_button(path.name, kind="link")
        button.clicked.connect(lambda: self.recent_chosen.emit(path))
        layout.addWidget(button)
        place = text_label(_shortened(str(path.parent), 64), "small")
        place.setToolTip(str(path))
        layout.addWidget(place)
        layout.addStretch(1)
        return line


class _Card(QPushButton):
    """A large choice: drawing, title, one line of words."""

    def __init__(self, icon_name: str, title: str, words: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setProperty("kind", "choice")
        self.setMinimumWidth(330)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        layout = row(self, spacing=14)
        layout.setContentsMargins(16, 8, 14, 8)
        drawing = _Drawing(icon_name)
        layout.addWidget(drawing)
        lines = frame("")
        text = column(lines, spacing=5)
        text.addStretch(1)
        text.addWidget(text_label(title, "title"))
        text.addWidget(text_label(words, "small"))
        text.addStretch(1)
        layout.addWidget(lines, 1)
        for part in (drawing, lines):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


class _Drawing(QWidget):
    """An icon that follows the theme when it changes."""

    def __init__(self, icon_name: str) -> None:
        super().__init__()
        self._icon = icon(icon_name)
        self.setFixedSize(26, 26)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._icon.paint(painter, self.rect())


def _masthead() -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setSpacing(8)
    mark = QLabel()
    mark.setPixmap(program_icon().pixmap(QSize(64, 64)))
    layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addWidget(text_label("SegStudio", "display"), 0, Qt.AlignmentFlag.AlignHCenter)
    words = "Every pixel labelled, by a network that learns from your corrections."
    layout.addWidget(text_label(words, "muted"), 0, Qt.AlignmentFlag.AlignHCenter)
    return layout


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length // 2]}…{text[-length // 2 :]}"


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
