"""A line to search in, which says what is wanted once the typing rests."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from segstudio.gui.icons import icon

TYPING_PAUSE_MS = 120
_KEPT_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Left, Qt.Key.Key_Right)


class SearchLine(QLineEdit):
    """Emits ``text_settled``. Keeps Enter, so that it isn't taken for "accept the image"."""

    text_settled = Signal(str)

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setPlaceholderText(words)
        self.setClearButtonEnabled(True)
        self.addAction(icon("search", "#7b8592"), QLineEdit.ActionPosition.LeadingPosition)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_PAUSE_MS)
        self._typing.timeout.connect(lambda: self.text_settled.emit(self.text()))
        self.textChanged.connect(lambda _text: self._typing.start())

    def event(self, event: QEvent) -> bool:
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and event.key() in _KEPT_KEYS:
            event.accept()
            return True
        return super().event(event)
