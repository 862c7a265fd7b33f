"""A hand that knows nothing uses the window: strokes, clicks, wheel and keys at random, until something breaks.

    python -m benchmarks.fuzz.random_hand --images DIR --seed 1 --events 5000

Works on a copy of the images, in a home of its own, with or without a screen. A fault is an exception that nobody
caught, a message of Qt's about painting, a turn of more than 10 seconds, a window that doesn't close, or a project
that ``project repair`` finds something in afterwards. With each fault the last things that the hand did are
printed; threads make no two runs the same, so a seed finds again what doesn't depend on them.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segstudio.gui.main_window import MainWindow


class Faults:
    """What went wrong, once each, with what the hand had done before the first time."""

    def __init__(self, last_deeds: Sequence[str]) -> None:
        self._last_deeds = last_deeds
        self._seen: set[str] = set()

    def __len__(self) -> int:
        return len(self._seen)

    def note(self, words: str) -> None:
        if words not in self._seen:
            self._seen.add(words)
            print(f"FAULT {words}\n  after {'; '.join(self._last_deeds)}", flush=True)

    def on_uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        import traceback

        self.note("".join(traceback.format_exception(kind, error, trace)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--count", type=int, default=6, help="of the images, evenly spread")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--events", type=int, default=5000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="segstudio-hand-") as place:
        images = _copy_images(arguments.images, Path(place) / "images", arguments.count)
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        os.environ["SEGSTUDIO_HOME"] = os.environ["HOME"] = str(Path(place) / "home")
        os.chdir(place)
        faults = _play(images, arguments.seed, arguments.events)
        _check_projects(Path(place), faults)
    print(f"seed {arguments.seed}: {len(faults)} faults")
    return int(len(faults) > 0)


def _copy_images(folder: Path, target: Path, count: int) -> Path:
    target.mkdir()
    found = sorted(path for path in folder.iterdir() if path.is_file())
    for path in found[:: max(1, len(found) // count)][:count]:
        shutil.copy(path, target)
    return target


def _play(images: Path, seed: int, events: int) -> Faults:
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler

    from benchmarks.fuzz.hand import Hand
    from segstudio.gui.app import run

    hands: list[Hand] = []
    told: set[str] = set()
    last_deeds: list[str] = []
    faults = Faults(last_deeds)

    def on_qt_message(_kind: QtMsgType, _context: object, words: str) -> None:
        about = next((name for name in ("QPainter", "QBackingStore", "QThread") if name in words), "")
        if about and about not in told:
            told.add(about)
            faults.note(words)

    def watch(window: MainWindow) -> None:
        sys.excepthook = faults.on_uncaught
        hands.append(Hand(window, seed=seed, events=events, deeds=last_deeds, faults=faults))
        hands[0].begin()

    qInstallMessageHandler(on_qt_message)
    run([images], watch)
    faulthandler.cancel_dump_traceback_later()
    return faults


def _check_projects(place: Path, faults: Faults) -> None:
    from segstudio.domain.task import Task
    from segstudio.store.repair import repair

    for folder in place.glob("**/*.segstudio"):
        report, said_of_a_whole_one = repair(folder, Task()), repair(folder, Task()).done
        for words in (*report.done, *report.unsolved):
            if words not in said_of_a_whole_one:
                faults.note(f"{folder.name}: {words}")
        print(f"{folder.name}: {report.images} images, {report.labelled} labelled")


if __name__ == "__main__":
    sys.exit(main())
