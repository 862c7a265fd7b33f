"""The bottom line: what runs and how far it is, and what lies under the cursor."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from segstudio.domain.changes import ActivityChanged
from segstudio.gui.panels.durations import duration
from segstudio.gui.panels.elided_label import ElidedLabel
from segstudio.gui.parts import column, frame, icon_button, row, separator, text_label

TOLD_MS = 8000


class JobBar(QWidget):
    """``stop_asked`` carries the key of the activity whose cross was pressed."""

    stop_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        outer = column(self, spacing=0)
        outer.addWidget(separator(is_vertical=False))
        line = frame("")
        outer.addWidget(line)
        self.setFixedHeight(32)
        layout = row(line, spacing=10)
        layout.setContentsMargins(12, 0, 12, 0)
        self._activities: dict[str, _ActivityView] = {}
        self._jobs = row(spacing=16)
        layout.addLayout(self._jobs)
        self._told = ElidedLabel("", "muted")
        layout.addWidget(self._told, 1)
        self._swatch = QLabel()
        self._swatch.setFixedSize(12, 12)
        self._cursor = ElidedLabel("", "muted")
        self._zoom = text_label("", "muted")
        self._model = ElidedLabel("", "muted")
        self._saved = text_label("", "muted")
        for widget in (self._swatch, self._cursor, self._zoom, self._model, self._saved):
            layout.addWidget(widget)
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.timeout.connect(lambda: self._told.setText(""))

    def show_activity(self, activity: ActivityChanged) -> None:
        view = self._activities.get(activity.key)
        if not activity.is_running:
            if view is not None:
                del self._activities[activity.key]
                self._jobs.removeWidget(view)
                view.hide()
                view.deleteLater()
            return
        if view is None:
            view = _ActivityView()
            view.stop.clicked.connect(lambda: self.stop_asked.emit(activity.key))
            self._activities[activity.key] = view
            self._jobs.addWidget(view)
        view.show_activity(activity)

    @property
    def running_keys(self) -> tuple[str, ...]:
        return tuple(self._activities)

    def tell(self, sentence: str) -> None:
        """Shown for a few seconds."""
        self._told.setText(sentence)
        self._forget.start(TOLD_MS)

    @property
    def told(self) -> str:
        return self._told.text()

    def show_cursor(self, position: str, name: str, color: tuple[int, int, int] | None) -> None:
        """Position and value in words, the class's name and colour; all empty away from the image."""
        self._cursor.setText("   ".join(part for part in (name, position) if part))
        self._swatch.setVisible(color is not None)
        if color is not None:
            pixmap = QPixmap(QSize(12, 12))
            pixmap.fill(QColor(*color))
            self._swatch.setPixmap(pixmap)

    def show_zoom(self, percent: float | None) -> None:
        self._zoom.setText("" if percent is None else f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %")

    def show_model(self, words: str) -> None:
        self._model.setText(words)

    def show_saved(self, *, is_saved: bool | None) -> None:
        self._saved.setText("" if is_saved is None else "Saved" if is_saved else "Saving…")


class _ActivityView(QWidget):
    """One job: name, progress, message, and a cross to stop it."""

    def __init__(self) -> None:
        super().__init__()
        layout = row(self, spacing=8)
        self._name = ElidedLabel("", cut=Qt.TextElideMode.ElideMiddle)
        self._progress = QProgressBar()
        self._progress.setFixedWidth(110)
        self._progress.setTextVisible(False)
        self._message = ElidedLabel("", "muted")
        self.stop = icon_button("close", "Stop this", side=12)
        for widget in (self._name, self._progress, self._message, self.stop):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_activity(self, activity: ActivityChanged) -> None:
        self._name.setText(activity.name)
        left = "" if activity.seconds_left is None else f"{duration(activity.seconds_left)} left"
        self._message.setText(", ".join(part for part in (activity.message, left) if part))
        self.stop.setVisible(activity.can_stop)
        if activity.fraction is None:
            self._progress.setRange(0, 0)
        else:
            self._progress.setRange(0, 1000)
            self._progress.setValue(round(activity.fraction * 1000))
