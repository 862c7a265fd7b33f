"""Any number of classes, ticked in a short list with their colours."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from segstudio.domain.classes import LabelSet

_ID = Qt.ItemDataRole.UserRole
_MOST_LINES = 6
_LINE_HEIGHT = 24


class ClassChoice(QListWidget):
    """A class that is no longer there is no longer chosen either."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Classes")
        self.setIconSize(QSize(12, 12))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.itemChanged.connect(lambda _item: self.changed.emit())
        self.itemClicked.connect(_toggle)

    @property
    def class_ids(self) -> frozenset[int]:
        return frozenset(item.data(_ID) for item in self._items if item.checkState() is Qt.CheckState.Checked)

    def show_classes(self, label_set: LabelSet) -> None:
        """Emits ``changed`` where a chosen class went."""
        chosen = self.class_ids
        self.blockSignals(True)
        self.clear()
        for spec in label_set.active:
            item = QListWidgetItem(_swatch(spec.color), spec.name, self)
            item.setData(_ID, spec.id)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            item.setCheckState(Qt.CheckState.Checked if spec.id in chosen else Qt.CheckState.Unchecked)
        self.blockSignals(False)
        self.setFixedHeight(_LINE_HEIGHT * max(2, min(_MOST_LINES, self.count())) + 8)
        if self.class_ids != chosen:
            self.changed.emit()

    def choose(self, class_id: int) -> None:
        for item in self._items:
            if item.data(_ID) == class_id:
                item.setCheckState(Qt.CheckState.Checked)

    def choose_none(self) -> None:
        for item in self._items:
            item.setCheckState(Qt.CheckState.Unchecked)

    @property
    def _items(self) -> list[QListWidgetItem]:
        return [self.item(line) for line in range(self.count())]


def _toggle(item: QListWidgetItem) -> None:
    is_chosen = item.checkState() is Qt.CheckState.Checked
    item.setCheckState(Qt.CheckState.Unchecked if is_chosen else Qt.CheckState.Checked)


def _swatch(color: tuple[int, int, int]) -> QIcon:
    pixmap = QPixmap(QSize(12, 12))
    pixmap.fill(QColor(*color))
    return QIcon(pixmap)
