"""Pictures of the real window for the README: opens the sample project, waits for the model, paints, and looks.

Needs a display (`make screenshots` brings one): python docs/screenshots.py docs/images
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from segstudio.domain.changes import Change, Failed
from segstudio.domain.geometry import Point, Rect
from segstudio.domain.stroke import Brush
from segstudio.gui.main_window import MainWindow
from segstudio.gui.sitting import begin
from segstudio.scenes import Street
from segstudio.store.locations import HOME_VARIABLE
from segstudio.store.settings import Settings

SIZE = (1440, 900)
PATIENCE_S = 240.0
REPAINT_MS = 400


def pause(milliseconds: int) -> None:
    """Lets the window live; unlike ``QTest.qWait`` it lets other threads have the interpreter meanwhile."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Sitting:
    """One window on the sample project, driven as a hand would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.window = MainWindow(Settings())
        self.window.resize(*SIZE)
        self.window.show()
        begin(self.window, None, opens_sample=True)
        self.workspace = self.window.studio.workspace
        self.workspace.subscribe(self._on_change)

    def _on_change(self, change: Change) -> None:
        if isinstance(change, Failed):
            print(f"The window says: {change.sentence}\n{change.report}", file=sys.stderr)

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Raises: TimeoutError: it never became true."""
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"Waited {PATIENCE_S:.0f} s for {what}.")
            pause(50)

    def wait_for_labels(self) -> None:
        def is_labelled() -> bool:
            current = self.workspace.current
            return current is not None and current.prediction is not None

        self.wait(is_labelled, "the model's labels")
        pause(REPAINT_MS)

    def open_image(self, stem: str) -> None:
        store = self.workspace.store
        assert store is not None
        record = next(record for record in store.records if record.relative_path.stem == stem)
        self.workspace.open_image(record.id)
        self.wait(lambda: self.workspace.is_current(record.id), stem)
        self.wait_for_labels()

    def do(self, action: str) -> None:
        self.window.actions_table[action].trigger()
        pause(REPAINT_MS)

    def drag(self, points: list[Point], *, releases: bool = True) -> None:
        """The mouse through image positions with the left button down."""
        canvas = self.window.canvas
        ratio = canvas.devicePixelRatioF()
        places = [canvas.view.to_device(point) for point in points]
        spots = [QPoint(round(place.x / ratio), round(place.y / ratio)) for place in places]
        QTest.mouseMove(canvas, spots[0])
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=spots[0])
        for spot in spots:
            QTest.mouseMove(canvas, spot)
            pause(20)
        if releases:
            QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=spots[-1])

    def keep(self, name: str) -> None:
        pause(REPAINT_MS)
        path = self.folder / f"{name}.jpg"
        screen = self.window.screen()
        # From the screen, so that the pointer's ring and everything else is as a person sees it.
        picture = screen.grabWindow(self.window.winId())
        if picture.isNull() or not picture.save(str(path), quality=92):
            raise RuntimeError(f"{path} could not be written.")
        print(path)


def take(sitting: Sitting) -> None:
    window = sitting.window
    sitting.wait(lambda: sitting.workspace.current is not None, "the sample project")
    sitting.wait_for_labels()
    sitting.keep("window")

    sitting.open_image("06-cyclist")
    window.canvas.views.show_area(Rect(220, 180, 500, 420))
    sitting.do("tool_brush")
    window.classes.choose(Street.BICYCLIST)
    window.canvas.tools.set_brush(Brush(20))
    sitting.drag([Point(369, 236 + step) for step in range(0, 24, 4)])
    window.canvas.tools.set_brush(Brush(12))
    sitting.drag([Point(371, 345 + step) for step in range(0, 68, 4)])
    sitting.keep("brush")

    sitting.do("fit")
    sitting.do("view_uncertainty")
    sitting.keep("uncertainty")
    sitting.do("view_labels")

    window.tabs.show_page(window.training)
    sitting.do("dark_theme")
    sitting.keep("training")


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        # The user's own settings and sample project stay as they are.
        os.environ[HOME_VARIABLE] = home
        application = QApplication(["segstudio"])
        sitting = Sitting(folder)
        try:
            take(sitting)
        finally:
            sitting.window.close()
            application.processEvents()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
