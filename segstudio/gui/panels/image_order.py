"""In which order the list shows its images."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from segstudio.services.project_index import SortKey

ORDERS = (
    ("Name", SortKey.NAME, False),
    ("Status, new ones first", SortKey.STATUS, False),
    ("Flagged first", SortKey.FLAG, False),
    ("Part: training, validation, test", SortKey.SPLIT, False),
    ("Most of the filter's classes first", SortKey.CLASS, True),
    ("Labelled last first", SortKey.DATE, True),
    ("Most uncertain first", SortKey.UNCERTAINTY, True),
)
"""Words, key, and whether the order that people ask for first goes down."""


class ImageOrderMenu(QMenu):
    """Emits ``order_changed`` with a ``SortKey`` and whether it goes down."""

    order_changed = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QActionGroup(self)
        for words, sort, is_descending in ORDERS:
            action = self.addAction(words)
            action.setCheckable(True)
            action.setChecked(sort is SortKey.NAME)
            action.setData((sort, is_descending))
            self._group.addAction(action)
        self.addSeparator()
        self.reversed = self.addAction("The other way round")
        self.reversed.setCheckable(True)
        self._group.triggered.connect(lambda _action: self._tell())
        self.reversed.triggered.connect(lambda _on: self._tell())

    def choose(self, sort: SortKey) -> None:
        """As if it had been clicked."""
        next(action for action in self._group.actions() if action.data()[0] is sort).trigger()

    def _tell(self) -> None:
        chosen = self._group.checkedAction()
        assert chosen is not None, "one order is always checked"
        sort, is_descending = chosen.data()
        self.order_changed.emit(sort, is_descending != self.reversed.isChecked())
