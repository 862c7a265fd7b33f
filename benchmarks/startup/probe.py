"""Runs inside the program that is measured: notes when its window is painted and how long its event loop stalls.

Works with any Qt for Python, and imports nothing of ours, so that it runs in other programs' environments too:
``python probe.py {bare|segstudio|labelme} REPORT SECONDS [ARGUMENT ...]``. The start of the process comes in the
environment variable ``STARTED`` as seconds since 1970.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

Widget = Any  # a QWidget of whichever Qt the measured program uses
TICK_MS = 2


class Probe:
    """``is_complete`` says when every part of the window is there, ``is_loaded`` when the program has everything
    it will load by itself: the stalls are counted from the first paint until then."""

    def __init__(
        self,
        core: ModuleType,
        widgets: ModuleType,
        report: Path,
        seconds: float,
        is_loaded: Callable[[], bool],
        is_complete: Callable[[], bool] = lambda: True,
    ) -> None:
        self._widgets = widgets
        self._report = report
        self._is_loaded = is_loaded
        self._is_complete = is_complete
        self._started = float(os.environ["STARTED"])
        self._shown: float | None = None
        self._complete: float | None = None
        self._loaded: float | None = None
        self._last_tick = time.perf_counter()
        self._stall = 0.0
        self._stall_at = 0.0
        self._timer = core.QTimer()
        self._timer.timeout.connect(self._on_tick)
        self._timer.start(TICK_MS)
        self._end = core.QTimer()
        self._end.setSingleShot(True)
        self._end.timeout.connect(self._finish)
        self._end.start(int(seconds * 1000))

    def _on_tick(self) -> None:
        """The loop turns: what was asked to be painted before has been painted."""
        now = time.perf_counter()
        if self._shown is None:
            if self._is_painted():
                self._shown = time.time() - self._started
            self._last_tick = time.perf_counter()
            return
        if self._complete is None and self._is_complete():
            self._complete = time.time() - self._started
        if now - self._last_tick > self._stall and self._loaded is None:
            self._stall, self._stall_at = now - self._last_tick, time.time() - self._started
        self._last_tick = now
        if self._loaded is None and self._is_loaded():
            self._loaded = time.time() - self._started
            if os.environ.get("STOP_WHEN_LOADED"):
                self._finish()

    def _is_painted(self) -> bool:
        tops = [widget for widget in self._widgets.QApplication.topLevelWidgets() if widget.isVisible()]
        handles = [widget.windowHandle() for widget in tops]
        return any(handle is not None and handle.isExposed() for handle in handles)

    def _finish(self) -> None:
        figures = {
            "shown_s": self._shown,
            "usable_s": self._complete,
            "loaded_s": self._loaded,
            "longest_stall_s": self._stall,
            "stall_at_s": self._stall_at,
        }
        self._report.write_text(json.dumps(figures), encoding="utf-8")
        sys.stdout.flush()
        os._exit(0)  # how a program ends isn't measured here


def measure_bare(report: Path, seconds: float) -> None:
    """A window with a label: what Qt itself takes."""
    from PySide6 import QtCore, QtWidgets

    application = QtWidgets.QApplication([])
    window = QtWidgets.QMainWindow()
    window.setCentralWidget(QtWidgets.QLabel("bare"))
    window.show()
    probe = Probe(QtCore, QtWidgets, report, seconds, lambda: True)
    application.exec()
    del probe


def measure_segstudio(report: Path, seconds: float, arguments: list[str]) -> None:
    """The command itself, with its parser; loaded when the engine and what training needs are in."""
    from PySide6 import QtCore, QtWidgets

    enter_loop = QtWidgets.QApplication.exec
    probes = []

    def is_furnished() -> bool:
        return any(getattr(top, "is_furnished", False) for top in QtWidgets.QApplication.topLevelWidgets())

    def is_loaded() -> bool:
        if "segstudio.training.live" not in sys.modules or not is_furnished():
            return False
        studios = [top.studio for top in QtWidgets.QApplication.topLevelWidgets() if hasattr(top, "studio")]
        return all(job.lane.value != "device" for studio in studios for job in studio.jobs.running)

    def run(*_arguments: object) -> int:
        probes.append(Probe(QtCore, QtWidgets, report, seconds, is_loaded, is_furnished))
        return int(enter_loop())

    QtWidgets.QApplication.exec = run  # type: ignore[method-assign]  # the same call, watched
    from segstudio.cli import main

    main.main(["gui", *arguments])


def measure_labelme(report: Path, seconds: float, arguments: list[str]) -> None:
    """labelme's own entry point in its own environment."""
    from PyQt5 import QtCore, QtWidgets  # type: ignore[import-not-found]  # labelme's Qt, in its environment

    enter_loop = QtWidgets.QApplication.exec_
    probes = []

    def run(*_arguments: object) -> int:
        probes.append(Probe(QtCore, QtWidgets, report, seconds, lambda: True))
        return int(enter_loop())

    QtWidgets.QApplication.exec_ = run
    QtWidgets.QApplication.exec = run
    from labelme.__main__ import main  # type: ignore[import-not-found]  # in its environment

    sys.argv = ["labelme", *arguments]
    main()


if __name__ == "__main__":
    _, program, report_name, wait, *rest = sys.argv
    match program:
        case "bare":
            measure_bare(Path(report_name), float(wait))
        case "segstudio":
            measure_segstudio(Path(report_name), float(wait), rest)
        case "labelme":
            measure_labelme(Path(report_name), float(wait), rest)
