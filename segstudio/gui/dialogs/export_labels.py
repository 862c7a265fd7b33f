"""Asks what to export, how and where to."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QFormLayout, QWidget

from segstudio.domain.errors import FormatError
from segstudio.domain.project import ProjectInfo
from segstudio.formats.exchange import Format, RegionStyle, WriteOptions
from segstudio.formats.registry import find_format, format_names
from segstudio.gui.dialogs.path_line import PathLine
from segstudio.gui.parts import column, push_button, set_kind, text_label

SCOPES = (("all", "Every image with labels"), ("verified", "Verified images"), ("shown", "The images in the list"))
STYLES = {RegionStyle.MASKS: "Masks", RegionStyle.POLYGONS: "Polygons"}


class ExportDialog(QDialog):
    """Emits ``export_asked`` with the scope, the format's name, the folder and the options."""

    export_asked = Signal(str, str, object, object)

    def __init__(self, project: ProjectInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export labels")
        self.setMinimumWidth(540)
        self._project = project
        self._formats = writable_formats()
        layout = column(self, margin=20, spacing=16)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        self.format = QComboBox()
        for spec in self._formats:
            self.format.addItem(spec.title, spec.name)
        self.scope = QComboBox()
        for name, words in SCOPES:
            self.scope.addItem(words, name)
        self.style_box = QComboBox()
        self.output = PathLine("Choose a new or empty folder")
        self.copies_images = QCheckBox("Put the pictures beside the labels")
        form.addRow("Format", self.format)
        form.addRow("Regions as", self.style_box)
        form.addRow("Images", self.scope)
        form.addRow("Folder", self.output)
        form.addRow("", self.copies_images)
        self._form = form
        layout.addLayout(form)
        self._words = text_label("", "small", wraps=True)
        layout.addWidget(self._words)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        export = push_button("Export", kind="primary")
        export.setDefault(True)
        buttons.addButton(export, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._on_export)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.finished.connect(self.deleteLater)
        self.format.currentIndexChanged.connect(self._show_format)
        self.style_box.currentIndexChanged.connect(lambda _index: self._show_loss())
        self._show_format(0)

    def _spec(self) -> Format:
        return self._formats[self.format.currentIndex()]

    def _options(self) -> WriteOptions:
        style = self.style_box.currentData()
        return WriteOptions(
            self._project.label_set,
            style=RegionStyle(style) if style else None,
            copy_images_from=self._project.image_folder if self.copies_images.isChecked() else None,
        )

    def _show_format(self, _index: int) -> None:
        self.style_box.clear()
        for style in self._spec().styles:
            self.style_box.addItem(STYLES[style], style.value)
        self._form.setRowVisible(self.style_box, bool(self._spec().styles))
        self._show_loss()

    def _show_loss(self) -> None:
        loss = self._spec().loss_of(self._options())
        self._say(loss or "Keeps every pixel. The files are read back afterwards and compared.", "small")

    def _on_export(self) -> None:
        output = self.output.path
        if output is None:
            self._say("Choose the folder to write to.", "bad")
            return
        self.export_asked.emit(self.scope.currentData(), self._spec().name, output, self._options())
        self.accept()

    def _say(self, words: str, kind: str) -> None:
        self._words.setText(words)
        set_kind(self._words, kind)


def writable_formats() -> tuple[Format, ...]:
    """Those that can't be loaded (another package's) are left out."""
    found = []
    for name in format_names():
        try:
            spec = find_format(name)
        except FormatError:
            continue
        if spec.open_writer is not None:
            found.append(spec)
    return tuple(found)
