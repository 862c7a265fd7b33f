"""Changes the keys: ready sets, single keys, and a check that no key has two meanings."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from segstudio.gui.action_table import ACTIONS
from segstudio.gui.key_presets import PRESETS, Keys, conflicts, preset_keys
from segstudio.gui.parts import column, row, set_kind, text_label

SEPARATOR = "   "


class EditShortcutsDialog(QDialog):
    """``keys`` holds the result; OK is offered only while no key is given twice."""

    def __init__(self, keys: Mapping[str, tuple[str, ...]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Change the keys")
        self.resize(640, 620)
        self.keys: Keys = dict(keys)
        layout = column(self, margin=20, spacing=12)
        top = row(spacing=10)
        self.presets = QComboBox()
        self.presets.addItems(list(PRESETS))
        self.presets.setPlaceholderText("Choose a set")
        self.presets.setCurrentIndex(-1)
        self.presets.textActivated.connect(lambda name: self._use(preset_keys(name)))
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search")
        self._search.textChanged.connect(self._hide_others)
        top.addWidget(text_label("Keys as in", "muted"))
        top.addWidget(self.presets, 1)
        top.addWidget(self._search, 1)
        layout.addLayout(top)
        self.table = self._key_table()
        layout.addWidget(self.table, 1)
        self._verdict = text_label("", "muted", wraps=True)
        layout.addWidget(self._verdict)
        hint = "Several keys of one action stand apart by spaces: Ctrl+Shift+Z  Ctrl+Y. 1 to 0 choose classes."
        layout.addWidget(text_label(hint, "small", wraps=True))
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout.addWidget(self._buttons)
        self._use(self.keys)

    @property
    def is_free_of_conflicts(self) -> bool:
        return not conflicts(self.keys)

    def _key_table(self) -> QTableWidget:
        table = QTableWidget(len(ACTIONS), 2)
        table.setHorizontalHeaderLabels(["Action", "Keys"])
        table.verticalHeader().hide()
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.setShowGrid(False)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(1, 240)
        for line, spec in enumerate(ACTIONS):
            name = QTableWidgetItem(f"{spec.menu}: {spec.text.rstrip('…')}")
            name.setFlags(Qt.ItemFlag.ItemIsEnabled)
            table.setItem(line, 0, name)
            table.setItem(line, 1, QTableWidgetItem(""))
        table.itemChanged.connect(self._on_changed)
        return table

    def _use(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        self.keys = dict(keys)
        self.table.blockSignals(True)
        for line, spec in enumerate(ACTIONS):
            self._item(line).setText(SEPARATOR.join(self.keys[spec.name]))
        self.table.blockSignals(False)
        self._judge()

    def _item(self, line: int) -> QTableWidgetItem:
        item = self.table.item(line, 1)
        assert item is not None
        return item

    def _on_changed(self, item: QTableWidgetItem) -> None:
        wanted = [QKeySequence(word).toString() for word in item.text().split()]
        self.keys[ACTIONS[item.row()].name] = tuple(key for key in wanted if key)
        self._judge()

    def _judge(self) -> None:
        found = conflicts(self.keys)
        texts = {spec.name: spec.text.rstrip("…") for spec in ACTIONS}
        lines = [
            f"{key.upper()} is given to {' and '.join(texts.get(name, name) for name in names)}."
            for key, names in found.items()
        ]
        self._verdict.setText("\n".join(lines) or "Every key has one meaning.")
        set_kind(self._verdict, "bad" if lines else "muted")
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not lines)

    def _hide_others(self, text: str) -> None:
        wanted = text.casefold()
        for line, spec in enumerate(ACTIONS):
            self.table.setRowHidden(line, wanted not in f"{spec.menu} {spec.text}".casefold())
