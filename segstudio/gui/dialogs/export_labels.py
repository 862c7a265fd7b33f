"""Asks what to export, how and where to."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDoubleSpinBox, QWidget

from segstudio.domain.project import ProjectInfo
from segstudio.formats.exchange import RegionStyle, WriteOptions
from segstudio.formats.registry import loadable_formats
from segstudio.gui.dialogs.exchange_form import FormatBox, Remark, exchange_form, go_and_cancel
from segstudio.gui.dialogs.path_line import PathLine
from segstudio.gui.parts import column

SCOPES = (("all", "Every image with labels"), ("verified", "Verified images"), ("shown", "The images in the list"))
STYLES = {RegionStyle.MASKS: "Masks", RegionStyle.POLYGONS: "Polygons"}
MOST_TOLERANCE = 20.0
BOX_HEIGHT = 36  # as high as the boxes around it


class ExportDialog(QDialog):
    """Emits ``export_asked`` with the scope, the format's name, the folder and the options."""

    export_asked = Signal(str, str, object, object)

    def __init__(self, project: ProjectInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export labels")
        self.setMinimumWidth(540)
        self._project = project
        self.format = FormatBox([spec for spec in loadable_formats() if spec.open_writer is not None])
        self.scope = QComboBox()
        for name, words in SCOPES:
            self.scope.addItem(words, name)
        self.style_box = QComboBox()
        self.tolerance = _tolerance_box(WriteOptions(project.label_set).tolerance)
        self.output = PathLine("Choose a new or empty folder")
        self.copies_images = QCheckBox("Put the pictures beside the labels")
        self.remark = Remark()
        self._form = exchange_form()
        self._fill()
        self.finished.connect(self.deleteLater)
        self.format.currentIndexChanged.connect(self._show_format)
        self.style_box.currentIndexChanged.connect(self._show_loss)
        self.tolerance.valueChanged.connect(self._show_loss)
        self._show_format()

    def _fill(self) -> None:
        layout = column(self, margin=20, spacing=16)
        self._form.addRow("Format", self.format)
        self._form.addRow("Regions as", self.style_box)
        self._form.addRow("Tolerance", self.tolerance)
        self._form.addRow("Images", self.scope)
        self._form.addRow("Folder", self.output)
        self._form.addRow("", self.copies_images)
        layout.addLayout(self._form)
        layout.addWidget(self.remark.label)
        buttons, export = go_and_cancel("Export")
        export.setDefault(True)
        buttons.accepted.connect(self._on_export)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    @property
    def options(self) -> WriteOptions:
        style = self.style_box.currentData()
        return WriteOptions(
            self._project.label_set,
            style=RegionStyle(style) if style else None,
            copy_images_from=self._project.image_folder if self.copies_images.isChecked() else None,
            tolerance=self.tolerance.value(),
        )

    def _show_format(self) -> None:
        styles = self.format.spec.styles
        self.style_box.clear()
        for style in styles:
            self.style_box.addItem(STYLES[style], style.value)
        self._form.setRowVisible(self.style_box, bool(styles))
        self._show_loss()
        self.adjustSize()

    def _show_loss(self) -> None:
        loss = self.format.spec.loss_of(self.options)
        if self._form.isRowVisible(self.tolerance) != bool(loss):
            self._form.setRowVisible(self.tolerance, bool(loss))
            self.adjustSize()
        self.remark.say(loss or "Keeps every pixel. The files are read back afterwards and compared.")

    def _on_export(self) -> None:
        output = self.output.path
        if output is None:
            self.remark.say("Choose the folder to write to.", "bad")
            return
        self.export_asked.emit(self.scope.currentData(), self.format.spec.name, output, self.options)
        self.accept()


def _tolerance_box(value: float) -> QDoubleSpinBox:
    """How far polygons may run beside the border."""
    box = QDoubleSpinBox()
    box.setRange(0.0, MOST_TOLERANCE)
    box.setSingleStep(0.25)
    box.setMinimumHeight(BOX_HEIGHT)
    box.setSuffix(" pixels")
    box.setSpecialValueText("every pixel")
    box.setValue(value)
    return box
