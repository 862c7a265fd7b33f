"""Entry point of the built window program, `SegStudio [PATH …]`; `--smoke PATH` opens and closes it again."""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path

from segstudio.cli.main import main

SHOWN_MS = 3000


def smoke(path: Path) -> int:
    """Show the window on an image for a while and close it; 1 where it never became visible."""
    from PySide6.QtCore import QTimer

    from segstudio.gui.app import run
    from segstudio.gui.main_window import MainWindow

    was_visible = []

    def watch(window: MainWindow) -> None:
        def close() -> None:
            was_visible.append(window.isVisible())
            window.close()

        QTimer.singleShot(SHOWN_MS, close)

    code = run([path], watch)
    return code if was_visible == [True] else 1


if __name__ == "__main__":
    # Workers of a frozen program start as the program itself; this turns them into workers.
    multiprocessing.freeze_support()
    if sys.argv[1:2] == ["--smoke"]:
        sys.exit(smoke(Path(sys.argv[2])))
    sys.exit(main(["gui", *sys.argv[1:]]))
