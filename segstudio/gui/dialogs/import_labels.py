"""Brings labels of another program in: what, as what, and what each class becomes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.formats.exchange import Format, OverlapOrder, ReadOptions
from segstudio.formats.registry import find_format, format_names
from segstudio.gui.dialogs.path_line import PathLine
from segstudio.gui.parts import column, push_button, set_kind, text_label
from segstudio.services.import_preview import ImportPreview

NEW = "new"
ORDERS = (
    ("", "Is not allowed"),
    (OverlapOrder.SMALL_OVER_LARGE.value, "The smaller one wins"),
    (OverlapOrder.LISTED.value, "The later one in the file wins"),
    (OverlapOrder.CLASS_PRIORITY.value, "The class listed first wins"),
)


class ImportDialog(QDialog):
    """First a look (``preview_asked``), then the import itself (``import_asked``)."""

    preview_asked = Signal(str, object, object)
    import_asked = Signal(str, object, object, object)

    def __init__(self, own: LabelSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import labels")
        self.resize(620, 600)
        self._own = own
        self._formats = readable_formats()
        self._preview: ImportPreview | None = None
        layout = column(self, margin=20, spacing=14)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        self.format = QComboBox()
        for spec in self._formats:
            self.format.addItem(spec.title, spec.name)
        self.source = PathLine("Choose the labels", QFileDialog.FileMode.Directory)
        self.overlap = QComboBox()
        for name, words in ORDERS:
            self.overlap.addItem(words, name)
        form.addRow("Format", self.format)
        form.addRow("Labels", self.source)
        form.addRow("Overlap", self.overlap)
        layout.addLayout(form)
        look = push_button("Look at them", icon_name="eye")
        look.clicked.connect(self._on_look)
        layout.addWidget(look)
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels(["Found", "Share", "Becomes"])
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.setShowGrid(False)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(1, 80)
        self.table.setColumnWidth(2, 220)
        layout.addWidget(self.table, 1)
        self._words = text_label("", "small", wraps=True)
        layout.addWidget(self._words)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = push_button("Import", kind="primary")
        buttons.addButton(self.go, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._on_import)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.finished.connect(self.deleteLater)
        for changed in (self.format.currentIndexChanged, self.overlap.currentIndexChanged, self.source.changed):
            changed.connect(self._forget_preview)
        self._forget_preview()

    @property
    def chosen(self) -> dict[int, int | None]:
        """What each class found becomes: a class of the project, 255, or None for a new class."""
        found = self._preview.classes if self._preview is not None else ()
        choices: dict[int, int | None] = {}
        for line, one in enumerate(found):
            data = self._box(line).currentData()
            choices[one.spec.id] = None if data == NEW else int(data)
        return choices

    def show_preview(self, preview: ImportPreview) -> None:
        self._preview = preview
        self.table.setRowCount(len(preview.classes))
        for line, found in enumerate(preview.classes):
            swatch = QPixmap(14, 14)
            swatch.fill(QColor(*found.spec.color))
            self.table.setItem(line, 0, QTableWidgetItem(QIcon(swatch), found.spec.name))
            self.table.setItem(line, 1, QTableWidgetItem(f"{found.share:.1%}"))
            self.table.setCellWidget(line, 2, self._target_box(found.spec.name))
            self.table.setRowHeight(line, 38)
        seen = "all" if preview.looked_at == preview.images else f"{preview.looked_at:,}"
        self._say(
            f"{preview.images:,} labelled images; {seen} of them were looked at; {preview.unlabelled:.1%} of their "
            "pixels have no class. Nothing has been changed yet.",
            "small",
        )
        self.go.setEnabled(True)

    def _target_box(self, name: str) -> QComboBox:
        box = QComboBox()
        for spec in self._own.active:
            box.addItem(spec.name, spec.id)
        box.addItem("New class", NEW)
        box.addItem("Ignore", IGNORE)
        match = self._own.by_name(name)
        box.setCurrentIndex(box.findData(NEW if match is None else match.id))
        return box

    def _box(self, line: int) -> QComboBox:
        box = self.table.cellWidget(line, 2)
        assert isinstance(box, QComboBox)
        return box

    def _options(self) -> ReadOptions:
        order = self.overlap.currentData()
        return ReadOptions(overlap=OverlapOrder(order) if order else None)

    def _source(self) -> Path | None:
        if self.source.path is None:
            self._say("Choose the folder or file that holds the labels.", "bad")
        return self.source.path

    def _on_look(self) -> None:
        source = self._source()
        if source is not None:
            self._say("Looking…", "small")
            self.preview_asked.emit(self.format.currentData(), source, self._options())

    def _on_import(self) -> None:
        source = self._source()
        if source is not None:
            self.import_asked.emit(self.format.currentData(), source, self._options(), self.chosen)
            self.accept()

    def _forget_preview(self) -> None:
        self._preview = None
        self.table.setRowCount(0)
        self.go.setEnabled(False)
        self._say(
            "Classes are matched by name; you can change what each becomes before anything is imported.", "small"
        )

    def _say(self, words: str, kind: str) -> None:
        self._words.setText(words)
        set_kind(self._words, kind)


def readable_formats() -> tuple[Format, ...]:
    """Those that can't be loaded (another package's) are left out."""
    found = []
    for name in format_names():
        try:
            spec = find_format(name)
        except FormatError:
            continue
        if spec.open_reader is not None:
            found.append(spec)
    return tuple(found)
