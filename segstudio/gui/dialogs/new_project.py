"""Asks for the images, the place and the classes of a new project."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import SegStudioError
from segstudio.formats.class_file import read_classes
from segstudio.gui.parts import column, push_button, row, set_kind, text_label
from segstudio.services.opening import create_project, project_folder_for
from segstudio.store.model_store import DEFAULT_MODEL

FROM_MODEL, FROM_FILE, FROM_NAMES = range(3)
SOURCES = ("Those of the model (street scenes)", "From a class file", "Type them, one a line")


class NewProjectDialog(QDialog):
    """Emits ``project_asked`` with the words for the job bar and what makes the project."""

    project_asked = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New project")
        self.setMinimumWidth(560)
        layout = column(self, margin=20, spacing=16)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        self.images = QLineEdit()
        self.folder = QLineEdit()
        self.source = QComboBox()
        self.source.addItems(list(SOURCES))
        self.file = QLineEdit()
        self.names = QPlainTextEdit()
        self.names.setPlaceholderText("background\nmembrane")
        self.names.setFixedHeight(130)
        form.addRow("Images", self._with_button(self.images, "Choose the folder of images"))
        form.addRow("Project", self._with_button(self.folder, "Choose where the project is kept"))
        form.addRow("Classes", self.source)
        self._file_row = self._with_button(self.file, "Choose a class file", is_file=True)
        form.addRow("", self._file_row)
        form.addRow("", self.names)
        layout.addLayout(form)
        words = "The images stay where they are. The project keeps labels, models and statistics."
        self._verdict = text_label(words, "small", wraps=True)
        layout.addWidget(self._verdict)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        create = push_button("Create", kind="primary")
        create.setDefault(True)
        buttons.addButton(create, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._on_create)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.source.currentIndexChanged.connect(self._show_source)
        self.images.textChanged.connect(self._propose_folder)
        self.finished.connect(self.deleteLater)
        self._show_source(FROM_MODEL)

    def _on_create(self) -> None:
        images, folder = Path(self.images.text().strip()), Path(self.folder.text().strip())
        if not self.images.text().strip() or not images.is_dir():
            self._complain("Choose the folder that your images are in.")
            return
        if not self.folder.text().strip():
            self._complain("Choose where the project is kept.")
            return
        try:
            classes = self._chosen_classes()
        except (SegStudioError, ValueError, OSError) as error:
            self._complain(str(error))
            return
        self.project_asked.emit(
            f"Making the project {folder.name}",
            lambda task: create_project(folder, images, classes, task, model=DEFAULT_MODEL),
        )
        self.accept()

    def _chosen_classes(self) -> LabelSet | None:
        match self.source.currentIndex():
            case 1:
                return read_classes(Path(self.file.text().strip()))
            case 2:
                names = [line.strip() for line in self.names.toPlainText().splitlines() if line.strip()]
                if not names:
                    raise ValueError("Type at least one class name.")
                return LabelSet.from_names(names)
            case _:
                return None

    def _show_source(self, index: int) -> None:
        self._file_row.setVisible(index == FROM_FILE)
        self.names.setVisible(index == FROM_NAMES)

    def _propose_folder(self, text: str) -> None:
        images = Path(text.strip())
        if text.strip() and images.is_dir():
            self.folder.setText(str(project_folder_for(images)))

    def _complain(self, sentence: str) -> None:
        self._verdict.setText(sentence)
        set_kind(self._verdict, "bad")

    def _with_button(self, line: QLineEdit, title: str, *, is_file: bool = False) -> QWidget:
        box = QWidget()
        layout = row(box, spacing=8)
        layout.addWidget(line, 1)
        button = push_button("Choose…")
        layout.addWidget(button)
        button.clicked.connect(lambda: self._choose(line, title, is_file=is_file))
        return box

    def _choose(self, line: QLineEdit, title: str, *, is_file: bool) -> None:
        dialog = QFileDialog(self, title, line.text() or str(Path.home()))
        mode = QFileDialog.FileMode.ExistingFile if is_file else QFileDialog.FileMode.Directory
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(line.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
