"""Preferences: look, device, what happens on opening, memory."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QFormLayout, QWidget

from segstudio.gui.parts import column, text_label
from segstudio.store.settings import Settings

THEMES = (("auto", "As the desktop"), ("dark", "Dark"), ("light", "Light"))
DEVICES = (("auto", "Best available"), ("cpu", "Processor"), ("cuda", "Graphics card"))


class PreferencesDialog(QDialog):
    """Reads and writes the settings; the window uses them when it is accepted."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self.setMinimumWidth(460)
        self._settings = settings
        layout = column(self, margin=20, spacing=16)
        form = QFormLayout()
        form.setHorizontalSpacing(20)
        form.setVerticalSpacing(12)
        self.theme = _choice(THEMES, settings.get("theme", "auto"))
        self.device = _choice(DEVICES, settings.get("device", "auto"))
        self.automatic = QCheckBox("Segment new images when they open")
        self.automatic.setChecked(settings.get("segment_on_opening", default=True))
        form.addRow(text_label("Look", "muted"), self.theme)
        form.addRow(text_label("Device", "muted"), self.device)
        form.addRow("", self.automatic)
        layout.addLayout(form)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _on_accepted(self) -> None:
        self._settings.set("theme", str(self.theme.currentData()))
        self._settings.set("device", str(self.device.currentData()))
        self._settings.set("segment_on_opening", self.automatic.isChecked())
        self.accept()


def _choice(options: tuple[tuple[str, str], ...], current: str) -> QComboBox:
    box = QComboBox()
    for name, words in options:
        box.addItem(words, name)
    box.setCurrentIndex(max(0, box.findData(current)))
    return box
