"""Names of any length and number never make the window wider than it was."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from pytestqt.qtbot import QtBot

from segstudio.domain.changes import ActivityChanged, Told
from segstudio.gui.main_window import MainWindow
from segstudio.gui.panels.elided_label import ElidedLabel

LONG = "a-name-that-somebody-s-script-made-without-a-single-blank-" * 3


def narrowest(qtbot: QtBot, window: MainWindow, folder: Path, stem: str, classes: int) -> int:
    """The least width of the window on an image and classes named ``stem``."""
    folder.mkdir()
    cv2.imwrite(str(folder / f"{stem}.png"), np.full((60, 80, 3), 90, np.uint8))
    (folder / "classes.txt").write_text("".join(f"{stem}{number}\n" for number in range(classes)))
    workspace = window.studio.workspace
    window.open_path(folder)
    qtbot.waitUntil(
        lambda: (current := workspace.current) is not None and current.record.relative_path.stem == stem
    )
    sentence = ", ".join([stem] * classes)
    workspace.announce(Told(sentence))
    workspace.announce(ActivityChanged("work", sentence, 0.5, sentence, is_running=True))
    window.job_bar.show_cursor("10, 20", stem, (1, 2, 3))
    window.job_bar.show_model(stem)
    qtbot.wait(10)
    return window.minimumSizeHint().width()


def test_long_names_do_not_widen_the_window(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.studio.segmentation.is_automatic = False
    short = narrowest(qtbot, window, tmp_path / "short", "a", 2)
    assert narrowest(qtbot, window, tmp_path / "long", LONG, 60) <= short + 150


def test_what_was_cut_is_in_the_tool_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("short")
    qtbot.addWidget(label)
    wide = label.minimumSizeHint().width()
    label.setText(LONG)
    assert label.minimumSizeHint().width() <= max(wide, 48)
    assert label.sizeHint().width() > 500
    assert label.toolTip() == label.text() == LONG
