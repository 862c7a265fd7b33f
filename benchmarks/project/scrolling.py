"""Scrolls the list of a project of 100,000 images in a real window and prints the longest stall.

    xvfb-run -a python -m benchmarks.project.scrolling [--images 100000]

Every image is a CamVid-sized JPEG, so that thumbnails are read, made and kept while the list moves. A stall is the
time between two turns of the window's event loop, less the 5 ms that were waited for; beside it stands for how long
the window's thread was at work in any one turn, Qt's drawing included: the rest of a stall is other threads' and
other programs'.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from segstudio.domain.classes import LabelSet
from segstudio.domain.task import Task
from segstudio.store.project_store import ProjectStore

TICK_MS = 5
SECONDS = 6.0
WIDTH, HEIGHT = 480, 360


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="segstudio-scrolling-") as place:
        os.environ["SEGSTUDIO_HOME"] = str(Path(place) / "home")
        print(f"{arguments.images} images, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
        measure(make_project(Path(place), arguments.images))
    return 0


def make_project(place: Path, count: int) -> Path:
    """Links to a few pictures: what is measured is the window, not the disk."""
    chance = np.random.default_rng(0)
    originals = []
    for number in range(20):
        small = chance.integers(0, 256, (HEIGHT // 12, WIDTH // 12, 3), np.uint8)
        picture = cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        originals.append(place / f"original {number}.jpg")
        cv2.imwrite(str(originals[-1]), picture)
    for number in range(count):
        path = place / "images" / f"drive {number // 1000:03}" / f"frame_{number:06}.jpg"
        if number % 1000 == 0:
            path.parent.mkdir(parents=True)
        path.hardlink_to(originals[number % len(originals)])
    with ProjectStore.create(
        place / "project", place / "images", LabelSet.from_names(["sky", "road"]), "streets", scan=False
    ) as store:
        store.scan(Task())
    return place / "project"


def measure(project: Path) -> None:
    from PySide6.QtWidgets import QApplication

    from segstudio.gui.main_window import MainWindow
    from segstudio.store.settings import Settings

    application = QApplication([])
    window = MainWindow(Settings())
    window.studio.segmentation.is_automatic = False
    window.resize(1366, 768)
    window.show()
    stalls = Stalls(application)
    window.open_path(project)
    seconds = stalls.until(lambda: window.images.model.rowCount() > 0, 60)
    tell("from asking for the project to its list", f"{seconds:.2f} s")
    stalls.until(lambda: window.studio.workspace.current is not None, 60)
    bar = window.images.view.verticalScrollBar()
    for words, step in (("slowly, a row in a turn", 60), ("fast, three pages in a turn", 2000)):
        bar.setValue(0)
        found = stalls.during(lambda step=step: bar.setValue(bar.value() + step))  # type: ignore[misc]  # bound early
        tell(f"scrolling {words}: longest stall", str(found))
    jump = bar.maximum() // 97
    found = stalls.during(lambda: bar.setValue((bar.value() + jump) % bar.maximum()))
    tell("jumping through the whole list: longest stall", str(found))
    began = time.perf_counter()
    window.images.search.setText("frame_0123")
    stalls.until(lambda: window.images.model.rowCount() == 100, 20)
    tell(
        "from the last letter typed to the found ones",
        f"{1000 * (time.perf_counter() - began):.0f} ms (120 waited)",
    )
    window.close()


@dataclass(frozen=True, slots=True)
class Longest:
    """``stall``: between two turns; ``work``: of the window's thread within one, by the processor's time."""

    stall: float
    work: float

    def __str__(self) -> str:
        return f"{1000 * self.stall:.0f} ms (at work {1000 * self.work:.0f} ms)"


class Stalls:
    """Runs the event loop and watches its turns."""

    def __init__(self, application: object) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        self._loop, self._timer = QEventLoop, QTimer
        self._application = application

    def until(self, is_so: Callable[[], bool], patience: float) -> float:
        """How long it took."""
        began = time.perf_counter()
        while not is_so() and time.perf_counter() - began < patience:
            self._turn()
        return time.perf_counter() - began

    def during(self, step: Callable[[], None]) -> Longest:
        """The longest turn, less what it waited, and the most work in one, while each turn makes a step."""
        stall, work, ends = 0.0, 0.0, time.perf_counter() + SECONDS
        while (began := time.perf_counter()) < ends:
            worked = time.thread_time()
            step()
            self._turn()
            stall = max(stall, time.perf_counter() - began - TICK_MS / 1000)
            work = max(work, time.thread_time() - worked)
        return Longest(stall, work)

    def _turn(self) -> None:
        loop = self._loop()
        self._timer.singleShot(TICK_MS, loop.quit)
        loop.exec()


def tell(what: str, value: str) -> None:
    print(f"  {what:50} {value:>26}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
