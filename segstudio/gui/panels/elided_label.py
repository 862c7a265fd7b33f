"""A line of text of any length that never widens what it stands in."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

from segstudio.gui.parts import set_kind

LEAST_WIDTH = 48


class ElidedLabel(QLabel):
    """Cut with an ellipsis where room is short; the tool tip has all of it. ``kind``: as of ``text_label``."""

    def __init__(
        self, text: str = "", kind: str = "", *, cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    ) -> None:
        super().__init__()
        self._cut = cut
        self.setTextFormat(Qt.TextFormat.PlainText)
        set_kind(self, kind)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), LEAST_WIDTH), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), self._cut, room.width())
        flags = int(self.alignment().value) | int(Qt.TextFlag.TextSingleLine.value)
        with QPainter(self) as painter:
            style, palette = self.style(), self.palette()
            style.drawItemText(painter, room, flags, palette, self.isEnabled(), shown, self.foregroundRole())
