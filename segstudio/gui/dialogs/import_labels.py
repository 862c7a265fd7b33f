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
from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import FormatError
from segstudio.formats.exchange import Format, OverlapOrder, ReadOptions
from segstudio.formats.registry import find_format, format_names
from segstudio.gui.dialogs.path_line import PathLine
from segstudio.gui.parts import column, push_button, set_kind, text_label
from segstudio.services.exchange_survey import SurveyEntry, suggested_class
from segstudio.services.project_transfer import SurveyedSource

NEW = "new"
GREY = (128, 128, 128)
ORDERS = (
    ("", "Is not allowed"),
    (OverlapOrder.SMALL_OVER_LARGE.value, "The smaller one wins"),
    (OverlapOrder.LISTED.value, "The later one in the file wins"),
    (OverlapOrder.CLASS_PRIORITY.value, "The class listed first wins"),
)


class ImportDialog(QDialog):
    """First a look (``survey_asked``), then the import itself (``import_asked``): format, source, options."""

    survey_asked = Signal(str, object, object)
    import_asked = Signal(str, object, object)

    def __init__(self, own: LabelSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import labels")
        self.resize(620, 600)
        self._own = own
        self._formats = readable_formats()
        self._found: SurveyedSource | None = None
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
            changed.connect(self._forget)
        self._forget()

    @property
    def options(self) -> ReadOptions:
        """With the project's classes, those that are new, and what each thing found becomes."""
        label_set, mapping = self._own, {}
        entries = self._found.survey.entries if self._found is not None else ()
        for line, entry in enumerate(entries):
            target = self._box(line).currentData()
            if target == NEW:
                spec = self._source_class(entry.key)
                label_set = label_set.with_class(spec.name if spec else entry.key, spec.color if spec else None)
                target = label_set.classes[-1].id
            mapping[entry.key] = int(target)
        return ReadOptions(label_set=label_set, mapping=mapping, overlap=self._order())

    def show_survey(self, found: SurveyedSource) -> None:
        self._found = found
        entries = found.survey.entries
        self.table.setRowCount(len(entries))
        for line, entry in enumerate(entries):
            self._show_entry(line, entry)
        self._tell_about(found)
        self.go.setEnabled(bool(entries))

    def _show_entry(self, line: int, entry: SurveyEntry) -> None:
        spec = self._source_class(entry.key)
        words = entry.key if spec is None or spec.name == entry.key else f"{entry.key}: {spec.name}"
        swatch = QPixmap(14, 14)
        swatch.fill(QColor(entry.key) if entry.key.startswith("#") else QColor(*(spec.color if spec else GREY)))
        self.table.setItem(line, 0, QTableWidgetItem(QIcon(swatch), words))
        self.table.setItem(line, 1, QTableWidgetItem(f"{entry.share:.2%}"))
        self.table.setCellWidget(line, 2, self._target_box(entry.key))
        self.table.setRowHeight(line, 38)

    def _tell_about(self, found: SurveyedSource) -> None:
        survey = found.survey
        if survey.overlapping and self._order() is None:
            self._say(
                f"In {len(survey.overlapping):,} of {survey.images:,} images shapes of different classes overlap, "
                f"such as {survey.overlapping[0]}. Choose above which one wins.",
                "warn",
            )
            return
        self._say(f"{survey.images:,} labelled images. Nothing has been changed yet.", "small")

    def _source_class(self, key: str) -> ClassSpec | None:
        """What the source itself calls a value, colour or name."""
        specs = self._found.classes.classes if self._found is not None else ()
        names = ((spec, (str(spec.id), spec.name, "#{:02x}{:02x}{:02x}".format(*spec.color))) for spec in specs)
        return next((spec for spec, known in names if key in known), None)

    def _target_box(self, key: str) -> QComboBox:
        box = QComboBox()
        for spec in self._own.active:
            box.addItem(spec.name, spec.id)
        box.addItem("New class", NEW)
        box.addItem("Ignore", IGNORE)
        classes = self._found.classes if self._found is not None else LabelSet(())
        match = suggested_class(key, classes, self._own)
        box.setCurrentIndex(box.findData(NEW if match is None else match))
        return box

    def _box(self, line: int) -> QComboBox:
        box = self.table.cellWidget(line, 2)
        assert isinstance(box, QComboBox)
        return box

    def _order(self) -> OverlapOrder | None:
        order = self.overlap.currentData()
        return OverlapOrder(order) if order else None

    def _source(self) -> Path | None:
        if self.source.path is None:
            self._say("Choose the folder or file that holds the labels.", "bad")
        return self.source.path

    def _on_look(self) -> None:
        source = self._source()
        if source is not None:
            self._say("Looking…", "small")
            self.survey_asked.emit(self.format.currentData(), source, ReadOptions(overlap=self._order()))

    def _on_import(self) -> None:
        source = self._source()
        if source is not None:
            self.import_asked.emit(self.format.currentData(), source, self.options)
            self.accept()

    def _forget(self) -> None:
        self._found = None
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
