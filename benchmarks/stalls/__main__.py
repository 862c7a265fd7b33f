"""Prints for how long the window's event loop did not turn while something learns beside it.

``python -m benchmarks.stalls --images DIR --labels DIR --classes FILE [--seconds 30]``; needs a display, which
``xvfb-run`` gives, or measures offscreen. A timer of 2 ms notes each turn; meanwhile strokes are painted by mouse
events, as a person would go on labelling. Of each situation: the longest stall, and the share of turns later than
50 ms.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import LabelSet
from segstudio.formats.class_file import read_classes
from segstudio.formats.exchange import ReadOptions
from segstudio.formats.indexed_png import read_label_map, write_label_map
from segstudio.gui.main_window import MainWindow
from segstudio.gui.sitting import begin
from segstudio.services.fine_tuning_plan import Choices
from segstudio.services.opening import create_project
from segstudio.services.project_exchange import ImportSummary
from segstudio.store.settings import Settings

TICK_MS = 2
LATE_SECONDS = 0.05
IMAGES = 6
PATIENCE_SECONDS = 240.0


class Watch:
    """Notes how long each turn of the event loop took."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.gaps: list[float] = []
        self._timer = QTimer()
        self._timer.timeout.connect(self._on_tick)
        self._timer.start(TICK_MS)

    def forget(self) -> None:
        self._last, self.gaps = time.perf_counter(), []

    def _on_tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append(now - self._last)
        self._last = now


class Hand:
    """Paints a short stroke somewhere new every half second."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.strokes = 0
        self._timer = QTimer()
        self._timer.timeout.connect(self._stroke)

    def start(self) -> None:
        self._timer.start(500)

    def stop(self) -> None:
        self._timer.stop()

    def _stroke(self) -> None:
        canvas = self._window.canvas
        self.strokes += 1
        across = (self.strokes * 53) % max(1, canvas.width() // 2)
        start = QPoint(canvas.width() // 4 + across, canvas.height() // 3 + (self.strokes * 31) % 120)
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
        for step in range(1, 9):
            QTest.mouseMove(canvas, start + QPoint(5 * step, 2 * step))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(45, 18))


def run_for(application: QApplication, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        application.processEvents()
        time.sleep(0.0005)


def wait(application: QApplication, is_so: Callable[[], bool], what: str) -> None:
    end = time.perf_counter() + PATIENCE_SECONDS
    while not is_so():
        if time.perf_counter() > end:
            sys.exit(f"It took more than {PATIENCE_SECONDS:.0f} s: {what}.")
        application.processEvents()
        time.sleep(0.001)


def write_known(source: Path, target: Path, classes: LabelSet) -> None:
    """Values that the class file doesn't name are left out."""
    labels = read_label_map(source)
    write_label_map(target, np.where(np.isin(labels, classes.ids), labels, np.uint8(IGNORE)), classes)


def prepared(application: QApplication, arguments: argparse.Namespace, place: Path) -> MainWindow:
    """A window on some images, all but two of which are labelled."""
    images = place / "images"
    images.mkdir()
    chosen = sorted(path for path in arguments.images.iterdir() if path.is_file())[:IMAGES]
    labels = place / "labels"
    labels.mkdir()
    for path in chosen:
        shutil.copy(path, images)
    window = MainWindow(Settings())
    window.resize(1366, 768)
    window.show()
    begin(window, (), on_started=gc.freeze)  # as the program does
    classes = read_classes(arguments.classes)
    for path in chosen[: IMAGES - 2]:
        write_known(arguments.labels / f"{path.stem}.png", labels / f"{path.stem}.png", classes)
    window.studio.workspace.open_with(
        "Opening", lambda task: create_project(place / "project", images, classes, task, model="streets")
    )
    wait(application, lambda: window.studio.workspace.current is not None, "opening the project")
    summaries: list[ImportSummary] = []
    window.studio.transfer.take_in("index-png", labels, ReadOptions(label_set=classes), summaries.append)
    failed: list[str] = []
    window.signals.failed.connect(lambda change: failed.append(change.sentence))
    wait(application, lambda: bool(summaries or failed), "importing the labels")
    if failed:
        sys.exit(failed[0])
    store = window.studio.workspace.store
    assert store is not None
    window.studio.workspace.open_image(store.records[IMAGES - 1].id)
    wait(application, lambda: not window.studio.jobs.running, "the first pre-label")
    return window


def measure(application: QApplication, arguments: argparse.Namespace, place: Path) -> list[dict[str, object]]:
    window = prepared(application, arguments, place)
    watch, hand, tuning = Watch(), Hand(window), window.studio.fine_tuning
    found = []

    def note(situation: str, work: Callable[[], None]) -> None:
        watch.forget()
        hand.start()
        work()
        hand.stop()
        late = sum(gap > LATE_SECONDS for gap in watch.gaps) / max(1, len(watch.gaps))
        found.append({"situation": situation, "longest_s": max(watch.gaps), "late_share": late})
        print(f"{situation}: {max(watch.gaps):.3f} s", file=sys.stderr, flush=True)
        run_for(application, 1.0)

    def train() -> None:
        window.tabs.show_page(window.training)
        tuning.start(Choices(minutes=arguments.seconds / 60))
        wait(application, lambda: tuning.gate.candidate is not None, "the training")

    def learn_live() -> None:
        window.studio.live.switch(is_on=True)
        run_for(application, arguments.seconds)
        window.studio.live.switch(is_on=False)

    note("painting alone", lambda: run_for(application, min(10.0, arguments.seconds)))
    note("training, comparison and painting", train)
    note("live learning and painting", learn_live)
    window.studio.shut_down()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--classes", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=30.0, help="of training, and of live learning")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["SEGSTUDIO_HOME"] = place
        application = QApplication([])
        found = measure(application, arguments, Path(place))
        if arguments.json:
            print(json.dumps(found))
        else:
            print(f"{'situation':<36}{'longest stall':>16}{'turns over 50 ms':>20}")
            for line in found:
                print(f"{line['situation']:<36}{line['longest_s']:>14.3f} s{line['late_share']:>19.2%}")
        sys.stdout.flush()
        os._exit(0)  # how the program ends isn't measured here


if __name__ == "__main__":
    main()
