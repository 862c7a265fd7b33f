"""The saved past of one image's labels: look at it, go back to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QWidget

from segstudio.domain.arrays import LabelMap
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import SegStudioError
from segstudio.gui.panels.thumbnails import pixmap_of
from segstudio.gui.parts import column, push_button, text_label
from segstudio.store.versions import Version

PICTURE = QSize(132, 92)


class VersionsDialog(QDialog):
    """Emits ``restore_asked`` with a version's id."""

    restore_asked = Signal(int)

    def __init__(
        self,
        versions: Sequence[Version],
        labels_of: Callable[[int], LabelMap],
        label_set: LabelSet,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Earlier labels of this image")
        self.resize(460, 520)
        self._colors = label_set.color_table()
        layout = column(self, margin=20, spacing=12)
        words = (
            "What is restored becomes the newest version; nothing is lost." if versions else "Nothing saved yet."
        )
        layout.addWidget(text_label(words, "small", wraps=True))
        self.list = QListWidget()
        self.list.setIconSize(PICTURE)
        for version in versions:
            when = time.strftime("%Y-%m-%d  %H:%M:%S", time.localtime(version.saved_at))
            item = QListWidgetItem(self._icon(version.id, labels_of), f"{when}\n{version.reason.value}")
            item.setData(Qt.ItemDataRole.UserRole, version.id)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        layout.addWidget(self.list, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        restore = push_button("Restore", kind="primary")
        restore.setEnabled(bool(versions))
        buttons.addButton(restore, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._on_restore)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _icon(self, version_id: int, labels_of: Callable[[int], LabelMap]) -> QIcon:
        """A version that can't be read any more has no picture."""
        try:
            labels = labels_of(version_id)
        except SegStudioError:
            return QIcon()
        step = max(1, labels.shape[0] // PICTURE.height(), labels.shape[1] // PICTURE.width())
        return QIcon(pixmap_of(np.ascontiguousarray(self._colors[labels[::step, ::step]])))

    def _on_restore(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.restore_asked.emit(item.data(Qt.ItemDataRole.UserRole))
            self.accept()
