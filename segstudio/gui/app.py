"""Starts the program's window."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.gui.display_check import why_no_window

if TYPE_CHECKING:
    from segstudio.gui.main_window import MainWindow


def run(
    paths: Sequence[Path], watch: Callable[[MainWindow], None] | None = None, *, opens_sample: bool = False
) -> int:
    """Open the window, on ``paths`` where some are given, or on the sample project. Returns: the exit code.

    ``watch`` is given the window when everything is in it: for the smoke test and pictures.
    """
    # Until the engine is in, nothing is garbage, and looking for some would cost a tenth of the start.
    gc.disable()
    try:
        return _run(paths, watch, opens_sample=opens_sample)
    finally:
        gc.unfreeze()
        gc.enable()


def _run(paths: Sequence[Path], watch: Callable[[MainWindow], None] | None, *, opens_sample: bool) -> int:
    reason = why_no_window()
    if reason:
        print(f"segstudio: {reason}", file=sys.stderr)
        return 1
    # Qt is imported only now, so that its absence is a sentence and not a trace.
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QApplication

    from segstudio.gui.main_window import MainWindow
    from segstudio.gui.sitting import begin, furnish_in_slices
    from segstudio.store.settings import Settings

    application = QApplication.instance() or QApplication(["segstudio"])
    application.setApplicationName("SegStudio")
    QGuiApplication.setDesktopFileName("segstudio")
    window = MainWindow(Settings(), is_furnished=False)
    window.show()

    def on_furnished() -> None:
        sys.excepthook = window.failures.on_uncaught
        if watch is not None:
            watch(window)
        begin(window, paths, opens_sample=opens_sample, on_started=_collect_again)

    # The first paint comes before everything that can wait.
    QTimer.singleShot(0, lambda: furnish_in_slices(window, on_furnished))
    return application.exec()


def _collect_again() -> None:
    """What was imported stays until the end: no collection needs to look at it, which would stall the window."""
    gc.freeze()
    gc.enable()
