"""The lower right: one panel at a time, chosen by a tab, each scrolling by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QStackedWidget, QToolButton, QWidget

from segstudio.gui.parts import column, row, separator
from segstudio.gui.scrolling import scrolling

DOT = " ●"


class SideTabs(QFrame):
    """Tabs named in words above a stack of scrolling pages."""

    def __init__(self, pages: Sequence[tuple[str, QWidget]]) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        layout = column(self, spacing=0)
        line = row(spacing=0)
        line.setContentsMargins(6, 2, 6, 0)
        self._stack = QStackedWidget()
        self._group = QButtonGroup(self)
        self._pages = [page for _, page in pages]
        for index, (title, page) in enumerate(pages):
            button = _tab(title)
            self._group.addButton(button, index)
            line.addWidget(button)
            self._stack.addWidget(scrolling(page))
        line.addStretch(1)
        layout.addLayout(line)
        layout.addWidget(separator(is_vertical=False))
        layout.addWidget(self._stack, 1)
        self._group.idClicked.connect(self._stack.setCurrentIndex)
        self.show_page(self._pages[0])

    def show_page(self, page: QWidget) -> None:
        """Raises: ValueError: none of the pages."""
        index = self._pages.index(page)
        self._group.button(index).setChecked(True)
        self._stack.setCurrentIndex(index)

    def mark(self, page: QWidget, *, is_waiting: bool) -> None:
        """A dot beside the title: something there waits for a decision. Raises: ValueError: none of the pages."""
        button = self._group.button(self._pages.index(page))
        button.setText(button.text().removesuffix(DOT) + (DOT if is_waiting else ""))


def _tab(title: str) -> QToolButton:
    button = QToolButton()
    button.setText(title)
    button.setCheckable(True)
    button.setProperty("kind", "tab")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
