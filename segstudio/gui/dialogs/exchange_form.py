"""What the import and the export dialog share: a form, a box of formats, a line that says how things stand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QFormLayout, QLabel, QPushButton

from segstudio.formats.exchange import Format
from segstudio.gui.parts import push_button, set_kind, text_label


def exchange_form() -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(10)
    return form


class FormatBox(QComboBox):
    """A choice of formats."""

    def __init__(self, formats: Sequence[Format]) -> None:
        super().__init__()
        self._formats = tuple(formats)
        for spec in self._formats:
            self.addItem(spec.title, spec.name)

    @property
    def spec(self) -> Format:
        return self._formats[self.currentIndex()]


class Remark:
    """One line of words in the style sheet's kinds."""

    def __init__(self) -> None:
        self.label: QLabel = text_label("", "small", wraps=True)

    def say(self, words: str, kind: str = "small") -> None:
        self.label.setText(words)
        set_kind(self.label, kind)


def go_and_cancel(text: str) -> tuple[QDialogButtonBox, QPushButton]:
    """The row of buttons, and the one that goes ahead."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    go = push_button(text, kind="primary")
    buttons.addButton(go, QDialogButtonBox.ButtonRole.AcceptRole)
    return buttons, go
