"""A day, or no day at all."""

from __future__ import annotations

from PySide6.QtCore import QDate, QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QDateEdit, QWidget

from segstudio.gui.parts import row
from segstudio.services.project_index import day_begins

SHOWN = "yyyy-MM-dd"


class DayChoice(QWidget):
    """``begin`` and ``end`` are the day's first and last moment, in seconds since 1970; None without a day."""

    changed = Signal()

    def __init__(self, words: str) -> None:
        super().__init__()
        self.box = QCheckBox(words)
        self.day = QDateEdit(QDate.currentDate())
        self.day.setDisplayFormat(SHOWN)
        self.day.setCalendarPopup(True)
        self.day.setAccessibleName(words)
        self.day.setEnabled(False)
        layout = row(self, spacing=8)
        layout.addWidget(self.box, 1)
        layout.addWidget(self.day)
        self.box.toggled.connect(self.day.setEnabled)
        self.box.toggled.connect(lambda _on: self.changed.emit())
        self.day.dateChanged.connect(lambda _day: self.changed.emit())

    @property
    def begin(self) -> float | None:
        return self._midnight(0)

    @property
    def end(self) -> float | None:
        return self._midnight(1)

    def choose(self, day: QDate) -> None:
        with QSignalBlocker(self.day):
            self.day.setDate(day)
        self.box.setChecked(True)

    def clear(self) -> None:
        self.box.setChecked(False)

    def _midnight(self, days_later: int) -> float | None:
        if not self.box.isChecked():
            return None
        day = self.day.date()
        return day_begins(day.year(), day.month(), day.day() + days_later)
