"""What a first training needs comes in behind the engine, off the window's thread."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pytestqt.qtbot import QtBot

from segstudio.domain.training_log import EpochRecord, Phase, TrainingLog
from segstudio.gui.panels.training import TrainingPanel

SITTING = """
import os, sys, threading, time
from PySide6.QtWidgets import QApplication
importers = {}
class Finder:
    def find_spec(name, path, target=None):
        importers.setdefault(name, threading.current_thread() is threading.main_thread())
sys.meta_path.insert(0, Finder)
application = QApplication([])
from segstudio.gui.main_window import MainWindow
from segstudio.gui.sitting import begin
from segstudio.store.settings import Settings
window, ended = MainWindow(Settings()), []
begin(window, (), on_started=lambda: ended.append(True))
while not ended:
    application.processEvents()
    time.sleep(0.001)
names = ("pyqtgraph", "lightning_fabric", "segstudio.training.loop")
print([importers.get(name) for name in names], sys.getswitchinterval() < 0.002, flush=True)
window.studio.shut_down()
os._exit(0)
"""


def log_of(*losses: float) -> TrainingLog:
    epochs = tuple(EpochRecord(number, loss, 0.1, 1.0) for number, loss in enumerate(losses, start=1))
    return TrainingLog(Phase.TRAINING, 5, epochs=epochs, steps_planned=10)


def test_the_windows_thread_imports_none_of_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SITTING],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "SEGSTUDIO_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == "[False, False, False] True", done.stderr


def test_curves_are_shown_with_the_first_epoch(qtbot: QtBot) -> None:
    panel = TrainingPanel([("all", "Everything")])
    qtbot.addWidget(panel)
    panel.show()
    panel.show_log(log_of())
    assert not panel.curves.isVisible()
    panel.show_log(log_of(0.7))
    assert panel.curves.isVisible()
    panel.show_log(log_of(0.7, 0.4))
    assert panel.curves.losses == (0.7, 0.4)
    panel.show_log(log_of())
    assert not panel.curves.isVisible()
