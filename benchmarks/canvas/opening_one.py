"""Opens one picture in a real main window and prints when it was seen, the longest stall, and what is resident.

    SEGSTUDIO_HOME=$(mktemp -d) python -m benchmarks.canvas.opening_one PICTURE

``first`` and ``complete`` are seconds since the picture was asked for; the stalls, in milliseconds,
are the longest turns of the event loop while it was opened, and while it was zoomed, painted and panned.
The work is the most that the window's thread itself computed in one turn: on a busy machine the rest of a stall is
waiting for a core.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from segstudio.gui.canvas.image_item import BACKDROP
from segstudio.gui.canvas.tiled_picture import NOT_YET
from segstudio.gui.desks.model_desk import AUTOMATIC
from segstudio.gui.main_window import MainWindow
from segstudio.gui.sitting import begin
from segstudio.store.settings import Settings

TICK_MS = 1
PATIENCE_S = 150.0
_NOT_YET_PIXEL = 0xFF000000 | NOT_YET[0] << 16 | NOT_YET[1] << 8 | NOT_YET[2]


@dataclass(slots=True)
class Seen:
    """Seconds since the picture was asked for; stalls of the window's thread in milliseconds."""

    first: float = 0.0
    complete: float = 0.0
    opening_stall_ms: float = 0.0
    opening_work_ms: float = 0.0
    using_stall_ms: float = 0.0
    using_work_ms: float = 0.0
    zoomed: float = 0.0
    resident_mb: float = 0.0
    peak_mb: float = 0.0


class Sitting:
    """A main window on one picture's folder; ``ticks`` are how long each turn of the event loop took."""

    def __init__(self, picture: Path, home: Path) -> None:
        images = home / "images"
        images.mkdir()
        cv2.imwrite(str(images / "0.png"), np.zeros((90, 120, 3), np.uint8))
        (images / picture.name).symlink_to(picture)
        settings = Settings()
        settings.set(AUTOMATIC, False)
        self.window = MainWindow(settings)
        self.window.resize(1920, 1080)
        self.window.show()
        self.longest_ms = self.longest_work_ms = 0.0
        self._last, self._last_work = time.perf_counter(), time.thread_time()
        self._timer = QTimer()
        self._timer.timeout.connect(self._on_tick)
        self._images = images

    def _on_tick(self) -> None:
        now, work = time.perf_counter(), time.thread_time()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1e3)
        self.longest_work_ms = max(self.longest_work_ms, (work - self._last_work) * 1e3)
        self._last, self._last_work = now, work

    def start(self) -> None:
        """With the project listed, its thumbnails made and a small picture open."""
        started: list[bool] = []
        begin(self.window, (), on_started=lambda: started.append(True))
        self.until(lambda: bool(started))
        self.window.open_path(self._images)
        workspace = self.window.studio.workspace
        self.until(lambda: workspace.store is not None and len(workspace.store.records) == 2)
        self.until(self._is_idle)
        assert workspace.store is not None
        workspace.open_image(workspace.store.records[0].id)
        self.until(self._is_idle)
        self.pause(0.5)

    def open(self) -> Seen:
        workspace, seen = self.window.studio.workspace, Seen()
        assert workspace.store is not None
        record = workspace.store.records[1]
        small = self.window.canvas._layers.image.picture
        self._watch()
        began = time.perf_counter()
        workspace.open_image(record.id)
        self.until(lambda: self.window.canvas._layers.image.picture not in (small, None))
        self._wipe()
        self.until(self._shows_something)
        seen.first = time.perf_counter() - began
        self.until(self._shows_all)
        seen.complete = time.perf_counter() - began
        self.until(self._is_idle)
        seen.opening_stall_ms, seen.opening_work_ms = self.longest_ms, self.longest_work_ms
        seen.resident_mb, seen.peak_mb = _memory_mb("VmRSS"), _memory_mb("VmHWM")
        return seen

    def use(self, seen: Seen) -> None:
        """Zooms in, paints and pans."""
        canvas = self.window.canvas
        self._watch()
        began = time.perf_counter()
        canvas.show_view(canvas.view.zoomed(1.0, canvas.width() / 2, canvas.height() / 2))
        self.until(self._shows_all)
        seen.zoomed = time.perf_counter() - began
        for step in range(40):
            self._mouse(QMouseEvent.Type.MouseMove if step else QMouseEvent.Type.MouseButtonPress, 300 + 15 * step)
        self._mouse(QMouseEvent.Type.MouseButtonRelease, 900)
        for _ in range(30):
            canvas.show_view(canvas.view.panned(-60, -40))
            self.pause(0.01)
        for _ in range(12):
            canvas.views.zoom_out()
            self.pause(0.02)
        self.until(self._shows_all)
        seen.using_stall_ms, seen.using_work_ms = self.longest_ms, self.longest_work_ms

    def until(self, condition: Callable[[], bool]) -> None:
        """Raises: TimeoutError: it never became true."""
        end = time.perf_counter() + PATIENCE_S
        while not condition():
            if time.perf_counter() > end:
                raise TimeoutError(condition.__name__)
            self.pause(0.004)

    def pause(self, seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        loop.exec()

    def _watch(self) -> None:
        self.longest_ms = self.longest_work_ms = 0.0
        self._last, self._last_work = time.perf_counter(), time.thread_time()
        self._timer.start(TICK_MS)

    def _is_idle(self) -> bool:
        return not self.window.studio.jobs.running and self.window.canvas.content.is_settled

    def _pixels(self) -> NDArray[np.uint32]:
        """A sample of the screen's."""
        layers = self.window.canvas._layers
        area = layers.view.picture_area
        return layers.image.buffer.pixels[area.slices][::3, ::7]

    def _wipe(self) -> None:
        """What is left of the picture before isn't the first of this one."""
        buffer = self.window.canvas._layers.image.buffer
        buffer.pixels[...] = _NOT_YET_PIXEL
        buffer.invalidate_all()
        self.window.canvas.update()

    def _shows_something(self) -> bool:
        pixels = self._pixels()
        canvas = self.window.canvas
        is_picture = (pixels != _NOT_YET_PIXEL) & (pixels != canvas._layers.image._backdrop) & (pixels != BACKDROP)
        return canvas._layers.image.picture is not None and bool(is_picture.any())

    def _shows_all(self) -> bool:
        picture = self.window.canvas._layers.image.picture
        return picture is not None and getattr(picture, "is_waiting", False) is False and self._shows_something()

    def _mouse(self, kind: QMouseEvent.Type, x: float) -> None:
        canvas, at = self.window.canvas, QPointF(x, 400)
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        button = none if kind == QMouseEvent.Type.MouseMove else left
        held = none if kind == QMouseEvent.Type.MouseButtonRelease else left
        event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(canvas, event)
        self.pause(0.004)


def _memory_mb(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def main() -> None:
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        sitting = Sitting(Path(sys.argv[1]).resolve(), Path(folder))
        sitting.start()
        seen = sitting.open()
        sitting.use(seen)
        print(json.dumps({name: round(getattr(seen, name), 3) for name in Seen.__slots__}))
        sitting.window.close()
    app.quit()


if __name__ == "__main__":
    main()
