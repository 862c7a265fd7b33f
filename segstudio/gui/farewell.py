"""The last moments of a window: what was painted goes to the disk, and the window says so if that takes long."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from segstudio.services.jobs import JobRunner

NOTICED_SECONDS = 0.3
_PAUSE_SECONDS = 0.02
WORDS = "Saving the labels. The window closes by itself as soon as the disk has them."


def wait_for_saves(jobs: JobRunner, tell: Callable[[str], None]) -> None:
    """Returns when nothing is left to save. Meanwhile the window is drawn, but takes neither keys nor clicks."""
    noticed = time.monotonic() + NOTICED_SECONDS
    is_told = False
    while jobs.is_saving:
        if not is_told and time.monotonic() >= noticed:
            is_told = True
            tell(WORDS)
        if is_told:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        time.sleep(_PAUSE_SECONDS)
