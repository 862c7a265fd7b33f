"""Brings labels of another program in: what, as what, what each class becomes, and how it will look."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QWidget

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import LabelSet
from segstudio.domain.task import Progress
from segstudio.formats.exchange import OverlapOrder, ReadOptions
from segstudio.formats.registry import loadable_formats
from segstudio.gui.dialogs.exchange_form import FormatBox, Remark, exchange_form, go_and_cancel
from segstudio.gui.dialogs.import_table import ImportTable, TargetBox
from segstudio.gui.dialogs.path_line import PathLine
from segstudio.gui.panels.thumbnails import pixmap_of
from segstudio.gui.parts import column, push_button, row, text_label
from segstudio.services.exchange_survey import SourceSurvey
from segstudio.services.import_choices import read_options
from segstudio.services.import_preview import ImportPreview

ORDERS = {
    OverlapOrder.SMALL_OVER_LARGE: "The smaller one wins",
    OverlapOrder.LISTED: "The later one in the file wins",
    OverlapOrder.CLASS_PRIORITY: "The class listed first wins",
}
PREVIEW_SIDE = 200
PREVIEW_DELAY_MS = 250


class ImportDialog(QDialog):
    """First a look (``survey_asked``), then a picture (``preview_asked``), then the import (``import_asked``).

    Each comes with the format's name, the source and the options.
    """

    survey_asked = Signal(str, object, object)
    preview_asked = Signal(str, object, object)
    import_asked = Signal(str, object, object)
    look_dropped = Signal()
    """What was asked for isn't waited for any more."""

    def __init__(self, own: LabelSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import labels")
        self.resize(720, 660)
        self._own = own
        self._survey: SourceSurvey | None = None
        self.format = FormatBox([spec for spec in loadable_formats() if spec.open_reader is not None])
        self.source = PathLine("Choose the labels", QFileDialog.FileMode.Directory)
        self.overlap = QComboBox()
        self.uncovered = TargetBox(own, offers_own_name=False)
        self.table = ImportTable(own)
        self.picture = text_label("", "small", wraps=True)
        self.remark = Remark()
        self._form = exchange_form()
        self._preview_timer = QTimer(self)
        self._preview_timer.setSingleShot(True)
        self._preview_timer.setInterval(PREVIEW_DELAY_MS)
        self._fill()
        self._connect()
        self._show_format()

    def _fill(self) -> None:
        layout = column(self, margin=20, spacing=14)
        for words, widget in (("Format", self.format), ("Labels", self.source), ("Overlap", self.overlap)):
            self._form.addRow(words, widget)
        self._form.addRow("Not covered", self.uncovered)
        self.picture.setFixedSize(PREVIEW_SIDE, PREVIEW_SIDE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        top = row(spacing=16)
        top.addLayout(self._form, 1)
        top.addWidget(self.picture)
        layout.addLayout(top)
        look = push_button("Look at them", icon_name="eye")
        look.clicked.connect(self._on_look)
        layout.addWidget(look)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.remark.label)
        buttons, self.go = go_and_cancel("Import")
        buttons.accepted.connect(self._on_import)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _connect(self) -> None:
        self.finished.connect(self.deleteLater)
        self.format.currentIndexChanged.connect(self._show_format)
        self.source.changed.connect(self._forget)
        self.table.changed.connect(self._on_choice)
        for box in (self.overlap, self.uncovered):
            box.currentIndexChanged.connect(self._on_choice)
        self._preview_timer.timeout.connect(self._ask_for_preview)

    @property
    def options(self) -> ReadOptions:
        """With the project's classes, those that are new, and what each thing found becomes."""
        if self._survey is None:
            return ReadOptions(overlap=self._order())
        uncovered = self.uncovered.target if self.format.spec.has_shapes else IGNORE
        return read_options(self._own, self._survey, self.table.targets, uncovered=uncovered, overlap=self._order())

    def show_progress(self, state: Progress) -> None:
        self.remark.say(f"Looking: {state.done:,} of {state.total:,} images…")

    def show_survey(self, survey: SourceSurvey) -> None:
        self._survey = survey
        self.table.show_survey(survey)
        self._on_choice()

    def show_failed_survey(self, error: Exception) -> None:
        self.remark.say(str(error), "bad")

    def show_preview(self, preview: ImportPreview | None) -> None:
        if self._survey is None:
            return
        if preview is None:
            self.picture.setText("None of these images is in the project: names are compared with their folders.")
            return
        pixmap = pixmap_of(preview.picture)
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        self.picture.setPixmap(pixmap.scaled(PREVIEW_SIDE, PREVIEW_SIDE, keep, smooth))
        self.picture.setToolTip(str(preview.image))
        images = self._survey.images
        self.remark.say(
            f"{preview.matched:,} of {images:,} labelled images are in the project. Nothing has been changed yet."
        )

    def show_failed_preview(self, error: Exception) -> None:
        if self._survey is not None:
            self.picture.clear()
            self.remark.say(str(error), "bad")

    def _show_format(self) -> None:
        spec = self.format.spec
        self.overlap.blockSignals(True)
        self.overlap.clear()
        self.overlap.addItem("Is not allowed" if spec.asks_for_order else "As the format says", "")
        for order, words in ORDERS.items():
            self.overlap.addItem(words, order.value)
        self.overlap.blockSignals(False)
        self.uncovered.show_target(IGNORE)
        for box in (self.overlap, self.uncovered):
            self._form.setRowVisible(box, spec.has_shapes)
        self._forget()

    def _on_choice(self) -> None:
        """Looks again whether all is said that has to be."""
        survey = self._survey
        if survey is None:
            return
        must_choose = bool(survey.overlapping) and self.format.spec.asks_for_order and self._order() is None
        self.go.setEnabled(bool(survey.entries) and not must_choose)
        if must_choose:
            self.remark.say(
                f"In {len(survey.overlapping):,} of {survey.images:,} images shapes of different classes overlap, "
                f"such as {survey.overlapping[0]}. Choose above which one wins.",
                "warn",
            )
            return
        self.remark.say(f"{survey.images:,} labelled images. Nothing has been changed yet.")
        self._preview_timer.start()

    def _order(self) -> OverlapOrder | None:
        order = self.overlap.currentData()
        return OverlapOrder(order) if order else None

    def _source(self) -> Path | None:
        if self.source.path is None:
            self.remark.say("Choose the folder or file that holds the labels.", "bad")
        return self.source.path

    def _on_look(self) -> None:
        source = self._source()
        if source is not None:
            self._forget()
            self.remark.say("Looking…")
            self.survey_asked.emit(self.format.spec.name, source, self.options)

    def _ask_for_preview(self) -> None:
        if self._survey is not None and self.source.path is not None:
            self.preview_asked.emit(self.format.spec.name, self.source.path, self.options)

    def _on_import(self) -> None:
        source = self._source()
        if source is not None:
            self.import_asked.emit(self.format.spec.name, source, self.options)
            self.accept()

    def _forget(self) -> None:
        self._survey = None
        self._preview_timer.stop()
        self.look_dropped.emit()
        self.table.show_survey(None)
        self.picture.clear()
        self.go.setEnabled(False)
        self.remark.say(
            "Classes are matched by name; you can change what each becomes before anything is imported."
        )
