"""The classes of a project: add, rename, recolour, retire."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from segstudio.domain.classes import ClassSpec, Color, LabelSet
from segstudio.gui.parts import column, push_button, row, set_kind, text_label

COLOR, NAME, VALUE = range(3)
HINT = (
    "A class that is retired disappears from the list; the pixels that have it keep it, and its value is never "
    "given to another class."
)


class EditClassesDialog(QDialog):
    """``label_set`` holds the result."""

    def __init__(self, label_set: LabelSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Edit classes")
        self.resize(520, 560)
        self.label_set = label_set
        layout = column(self, margin=20, spacing=12)
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels(["", "Name", "Value"])
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.setShowGrid(False)
        self.table.setIconSize(QSize(18, 18))
        self.table.setColumnWidth(COLOR, 44)
        self.table.setColumnWidth(VALUE, 80)
        self.table.horizontalHeader().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.table.itemChanged.connect(self._on_changed)
        self.table.cellClicked.connect(self._on_clicked)
        layout.addWidget(self.table, 1)
        tools = row(spacing=8)
        add = push_button("Add a class", icon_name="plus")
        add.clicked.connect(self.add_class)
        retire = push_button("Retire", icon_name="trash")
        retire.clicked.connect(self._on_retire)
        tools.addWidget(add)
        tools.addWidget(retire)
        tools.addStretch(1)
        layout.addLayout(tools)
        self._verdict = text_label(HINT, "small", wraps=True)
        layout.addWidget(self._verdict)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self._show()

    def add_class(self) -> None:
        names = {spec.name.casefold() for spec in self.label_set.active}
        name = next(f"class {n}" for n in range(self.label_set.next_id(), 10_000) if f"class {n}" not in names)
        self._use(self.label_set.with_class(name))
        line = self.table.rowCount() - 1
        self.table.setCurrentCell(line, NAME)
        name_item = self.table.item(line, NAME)
        if name_item is not None:
            self.table.editItem(name_item)

    def retire(self, class_id: int) -> None:
        self._use(self.label_set.with_retired(class_id))

    def recolor(self, class_id: int, color: Color) -> None:
        self._use(self.label_set.with_changed(replace(self.label_set.by_id(class_id), color=color)))

    def _use(self, label_set: LabelSet) -> None:
        self.label_set = label_set
        self._tell("")
        self._show()

    def _show(self) -> None:
        self.table.blockSignals(True)
        self.table.setRowCount(len(self.label_set.active))
        for line, spec in enumerate(self.label_set.active):
            swatch = QPixmap(18, 18)
            swatch.fill(QColor(*spec.color))
            color = QTableWidgetItem(QIcon(swatch), "")
            color.setToolTip("Change the colour")
            color.setFlags(Qt.ItemFlag.ItemIsEnabled)
            value = QTableWidgetItem(str(spec.id))
            value.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.table.setItem(line, COLOR, color)
            self.table.setItem(line, NAME, QTableWidgetItem(spec.name))
            self.table.setItem(line, VALUE, value)
        self.table.blockSignals(False)

    def _spec(self, line: int) -> ClassSpec:
        return self.label_set.active[line]

    def _on_changed(self, item: QTableWidgetItem) -> None:
        spec = self._spec(item.row())
        try:
            self._use(self.label_set.with_changed(replace(spec, name=item.text().strip())))
        except ValueError as error:
            self._show()
            self._tell(str(error))

    def _on_clicked(self, line: int, part: int) -> None:
        if part != COLOR:
            return
        spec = self._spec(line)
        dialog = QColorDialog(QColor(*spec.color), self)
        dialog.colorSelected.connect(
            lambda color: self.recolor(spec.id, (color.red(), color.green(), color.blue()))
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_retire(self) -> None:
        line = self.table.currentRow()
        if 0 <= line < len(self.label_set.active):
            self.retire(self._spec(line).id)

    def _tell(self, fault: str) -> None:
        self._verdict.setText(fault or HINT)
        set_kind(self._verdict, "bad" if fault else "small")
