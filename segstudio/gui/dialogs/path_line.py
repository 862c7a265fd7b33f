"""A line for a path with a button that chooses one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from segstudio.gui.parts import push_button, row


class PathLine(QWidget):
    """``path`` is None while nothing is entered."""

    changed = Signal()

    def __init__(self, title: str, mode: QFileDialog.FileMode = QFileDialog.FileMode.Directory) -> None:
        super().__init__()
        self._title = title
        self._mode = mode
        layout = row(self, spacing=8)
        self.line = QLineEdit()
        self.line.textChanged.connect(lambda _text: self.changed.emit())
        layout.addWidget(self.line, 1)
        button = push_button("Choose…")
        button.clicked.connect(self._on_choose)
        layout.addWidget(button)

    @property
    def path(self) -> Path | None:
        text = self.line.text().strip()
        return Path(text).expanduser() if text else None

    def show_path(self, path: Path) -> None:
        self.line.setText(str(path))

    def _on_choose(self) -> None:
        dialog = QFileDialog(self, self._title, self.line.text() or str(Path.home()))
        dialog.setFileMode(self._mode)
        dialog.fileSelected.connect(self.line.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
