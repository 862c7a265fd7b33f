"""The models at hand: what they are, where they come from, and which one the project uses."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QInputDialog,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from segstudio.domain.errors import SegStudioError
from segstudio.gui.parts import column, push_button, row, set_kind, text_label
from segstudio.inference.bundled_models import SUFFIX
from segstudio.services.project_models import delete_model, note_about_model, rename_model
from segstudio.store.model_store import ListedModel, ModelStore, list_models
from segstudio.store.project_store import ProjectStore

COLUMNS = ("Name", "Mean IoU", "Measured on", "Images", "From", "Made")
FILES = f"Models (*{SUFFIX})"


class ModelsDialog(QDialog):
    """Bundled models can be used and copied out; the project's own also renamed and deleted."""

    use_asked = Signal(str)

    def __init__(self, store: ProjectStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Models")
        self.resize(820, 460)
        self._project = store
        self._folder = store.folder
        self._store = ModelStore(store.folder)
        self._current = store.info.model
        self._models: tuple[ListedModel, ...] = ()
        layout = column(self, margin=20, spacing=12)
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setHorizontalHeaderLabels(list(COLUMNS))
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.itemSelectionChanged.connect(self._show_possible)
        layout.addWidget(self.table, 1)
        self._words = text_label("", "small", wraps=True)
        layout.addWidget(self._words)
        tools = row(spacing=8)
        self.use = push_button("Use", kind="primary")
        self.rename = push_button("Rename…")
        self.notes = push_button("Notes…")
        self.delete = push_button("Delete", kind="danger")
        self.export = push_button("Copy out…")
        add = push_button("Add a file…", icon_name="plus")
        for button, run in (
            (self.use, self._on_use),
            (self.rename, self._on_rename),
            (self.notes, self._on_notes),
            (self.delete, self._on_delete),
            (self.export, self._on_export),
            (add, self._on_add),
        ):
            button.clicked.connect(run)
            tools.addWidget(button)
        tools.addStretch(1)
        layout.addLayout(tools)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self._show_models()

    def rename_model(self, name: str, new_name: str) -> None:
        if self._try(lambda: rename_model(self._project, name, new_name)) and name == self._current:
            self._current = new_name
            self.use_asked.emit(new_name)
            self._show_models()

    def delete_model(self, name: str) -> None:
        self._try(lambda: delete_model(self._project, name))

    def note_about_model(self, name: str, notes: str) -> None:
        self._try(lambda: note_about_model(self._project, name, notes))

    def add_model(self, file: Path) -> None:
        self._try(lambda: self._store.adopt(file, self._store.free_name(file.stem)))

    def export_model(self, model: ListedModel, target: Path) -> None:
        self._try(lambda: shutil.copyfile(model.path, target))

    def _chosen(self) -> ListedModel | None:
        line = self.table.currentRow()
        return self._models[line] if 0 <= line < len(self._models) else None

    def _show_models(self) -> None:
        self._models = list_models(self._folder)
        self.table.setRowCount(len(self._models))
        for line, model in enumerate(self._models):
            score = model.info.scores[0] if model.info.scores else None
            name = f"{model.name} (bundled)" if model.is_bundled else model.name
            cells = (
                f"{name}  ✓" if model.name == self._current else name,
                "" if score is None else f"{score.mean_iou:.1%}",
                "" if score is None else score.data,
                "" if model.info.learnt is None else f"{len(model.info.learnt):,}",
                model.info.parent or "",
                model.info.created[:10],
            )
            for place, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(line, place, item)
        self.table.setColumnWidth(0, 190)
        self._show_possible()

    def _show_possible(self) -> None:
        chosen = self._chosen()
        is_own = chosen is not None and not chosen.is_bundled
        is_current = chosen is not None and chosen.name == self._current
        self.use.setEnabled(chosen is not None and not is_current)
        self.rename.setEnabled(is_own)
        self.notes.setEnabled(is_own)
        self.delete.setEnabled(is_own and not is_current)
        self.export.setEnabled(chosen is not None)
        self._say("" if chosen is None else chosen.info.notes, "small")

    def _on_use(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._current = chosen.name
            self.use_asked.emit(chosen.name)
            self._show_models()

    def _on_rename(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        dialog = QInputDialog(self)
        dialog.setWindowTitle("Rename the model")
        dialog.setLabelText("New name")
        dialog.setTextValue(chosen.name)
        dialog.textValueSelected.connect(lambda name: self.rename_model(chosen.name, name.strip()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_notes(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        dialog = QInputDialog(self)
        dialog.setWindowTitle("Notes about the model")
        dialog.setLabelText(f"About {chosen.name}")
        dialog.setOption(QInputDialog.InputDialogOption.UsePlainTextEditForTextInput)
        dialog.setTextValue(chosen.info.notes)
        dialog.textValueSelected.connect(lambda notes: self.note_about_model(chosen.name, notes.strip()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_delete(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.delete_model(chosen.name)

    def _on_export(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        dialog = QFileDialog(self, "Copy the model to", f"{chosen.name}{SUFFIX}", FILES)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda name: self.export_model(chosen, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_add(self) -> None:
        dialog = QFileDialog(self, "Add a model", "", FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.add_model(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _try(self, run: Callable[[], object]) -> bool:
        """Whether it went well; what went wrong is said."""
        try:
            run()
        except (SegStudioError, OSError) as error:
            self._say(str(error), "bad")
            return False
        self._show_models()
        return True

    def _say(self, words: str, kind: str) -> None:
        self._words.setText(words)
        set_kind(self._words, kind)
