"""Type a few letters of a class or a command and press Enter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from segstudio.domain.classes import LabelSet
from segstudio.gui.actions import Actions
from segstudio.gui.parts import column

SHOWN = 12
WIDTH = 460
KEYS_ROLE = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class _Entry:
    words: str
    keys: str
    icon: QIcon
    run: Callable[[], object]


class PaletteDialog(QDialog):
    """Classes first, then actions that can be used now."""

    class_chosen = Signal(int)

    def __init__(self, actions: Actions, label_set: LabelSet, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(WIDTH)
        self.setProperty("kind", "palette")
        layout = column(self, margin=10, spacing=8)
        self.line = QLineEdit()
        self.line.setPlaceholderText("Class or command")
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setProperty("kind", "plain")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setIconSize(QSize(16, 16))
        self.list.setItemDelegate(_KeysDelegate(self.list))
        layout.addWidget(self.line)
        layout.addWidget(self.list)
        self._entries = [*self._classes(label_set), *_actions(actions)]
        self.line.textChanged.connect(self._show_matching)
        self.list.itemClicked.connect(lambda _item: self._run())
        self._show_matching("")
        self.move(parent.mapToGlobal(QPoint((parent.width() - WIDTH) // 2, 90)))
        self.line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            if event.key() in steps:
                count = max(self.list.count(), 1)
                self.list.setCurrentRow((self.list.currentRow() + steps[Qt.Key(event.key())]) % count)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
        return super().eventFilter(watched, event)

    def _show_matching(self, text: str) -> None:
        self.list.clear()
        for entry in ranked(self._entries, text)[:SHOWN]:
            item = QListWidgetItem(entry.icon, entry.words)
            item.setData(KEYS_ROLE, entry.keys)
            item.setData(Qt.ItemDataRole.UserRole, entry.run)
            item.setSizeHint(QSize(0, 30))
            self.list.addItem(item)
        self.list.setFixedHeight(30 * max(1, self.list.count()) + 6)
        self.list.setCurrentRow(0)
        self.adjustSize()

    def _run(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        run = item.data(Qt.ItemDataRole.UserRole)
        self.close()
        run()

    def _classes(self, label_set: LabelSet) -> Iterator[_Entry]:
        for number, spec in enumerate(label_set.active):
            swatch = QPixmap(16, 16)
            swatch.fill(QColor(*spec.color))
            keys = str((number + 1) % 10) if number < 10 else ""
            yield _Entry(spec.name, keys, QIcon(swatch), partial(self.class_chosen.emit, spec.id))


class _KeysDelegate(QStyledItemDelegate):
    """Draws an entry's keys at its right end."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        painter.save()
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(option.rect.adjusted(0, 0, -10, 0), right, str(index.data(KEYS_ROLE)))
        painter.restore()


def _actions(actions: Actions) -> Iterator[_Entry]:
    for spec, action in actions:
        if action.isEnabled() and spec.name != "find_class":
            keys = actions.keys[spec.name]
            yield _Entry(action.text().rstrip("…"), keys[0] if keys else "", action.icon(), action.trigger)


def ranked(entries: list[_Entry], text: str) -> list[_Entry]:
    """Those that hold the letters of ``text`` in order; the closer to a beginning, the earlier."""
    wanted = text.strip().casefold()
    scored = [(rank, entry) for entry in entries if (rank := _rank(entry.words.casefold(), wanted)) is not None]
    return [entry for _, entry in sorted(scored, key=lambda pair: pair[0])]


def _rank(words: str, wanted: str) -> int | None:
    if words.startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in words.split()):
        return 1
    if wanted in words:
        return 2
    letters = iter(words)
    return 3 if all(letter in letters for letter in wanted if not letter.isspace()) else None
