"""Tells of failures: a sentence for what can be understood, a report to copy for a fault of ours."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Callable
from importlib.metadata import version
from types import TracebackType

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QWidget

from segstudio.domain.errors import CancelledError, SegStudioError
from segstudio.gui.icons import icon_pixmap
from segstudio.gui.parts import column, push_button, row, text_label

OUR_FAULT = "Something in SegStudio went wrong. Your labels are safe; you can go on."


class FailureDialog(QDialog):
    """One failure. ``report`` is empty where the sentence says it all."""

    def __init__(self, sentence: str, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("A fault in SegStudio" if report else "That did not work")
        self.setMinimumWidth(480)
        layout = column(self, margin=20, spacing=16)
        top = row(spacing=16)
        sign = text_label()
        sign.setPixmap(icon_pixmap("warning", 30, "#e3ad4b"))
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        self.sentence = text_label(sentence, wraps=True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top.addWidget(self.sentence, 1)
        layout.addLayout(top)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        if report:
            layout.addWidget(text_label("Please send this report to us:", "muted"))
            text = QPlainTextEdit(report)
            text.setReadOnly(True)
            text.setMinimumHeight(200)
            layout.addWidget(text)
            copy = push_button("Copy the report", icon_name="copy")
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
            buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        layout.addWidget(buttons)


class Failures:
    """Shows one dialog at a time; what comes meanwhile is told in the status line."""

    def __init__(self, window: QWidget, tell: Callable[[str], None]) -> None:
        self._window = window
        self._tell = tell
        self._dialog: FailureDialog | None = None

    def show(self, sentence: str, report: str = "") -> None:
        if self._dialog is not None:
            self._tell(sentence)
            return
        self._dialog = FailureDialog(sentence, report, self._window)
        self._dialog.finished.connect(self._on_finished)
        self._dialog.open()

    def show_error(self, error: BaseException) -> None:
        if isinstance(error, CancelledError):
            return
        if isinstance(error, SegStudioError):
            self.show(str(error))
        else:
            self.show(OUR_FAULT, report_of(error))

    def on_uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """For ``sys.excepthook``: an error in a slot ends nothing."""
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        traceback.print_exception(kind, error, trace)
        self.show_error(error)

    def _on_finished(self) -> None:
        self._dialog = None


def report_of(error: BaseException) -> str:
    """What we need to know: versions, system, trace; no picture and no label."""
    python = platform.python_version()
    facts = f"SegStudio {version('segstudio')}, Python {python}, Qt {qVersion()}, {platform.platform()}"
    return f"{facts}\n\n{''.join(traceback.format_exception(error))}"
