"""A window that closes while something is still being saved says so, and loses nothing."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from segstudio.domain.geometry import Rect
from segstudio.gui import farewell
from segstudio.gui.main_window import MainWindow
from segstudio.store.label_store import LabelStore
from segstudio.store.project_store import ProjectStore


def test_a_long_save_is_told_and_waited_for(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.fromarray(np.zeros((40, 60, 3), np.uint8)).save(folder / "a.png")
    window.studio.segmentation.is_automatic = False
    window.open_path(folder)
    qtbot.waitUntil(lambda: window.studio.workspace.current is not None)
    project = window.studio.workspace.project
    document = window.studio.workspace.current.document
    edit = document.begin_edit("Start")
    edit.write(Rect(0, 0, 9, 9), None, 1)

    told, save = threading.Event(), LabelStore.save_journal
    monkeypatch.setattr(farewell, "NOTICED_SECONDS", 0.0)
    tell = window.job_bar.tell
    monkeypatch.setattr(window.job_bar, "tell", lambda words: (tell(words), told.set()))

    def slowly(*arguments: object, **named: object) -> object:
        assert told.wait(30), "nobody was told"
        return save(*arguments, **named)

    monkeypatch.setattr(LabelStore, "save_journal", slowly)
    window.studio.workspace.committed(edit.commit())
    assert window.close()
    assert window.job_bar.told == farewell.WORDS
    assert window.windowTitle().startswith("Saving")
    with ProjectStore.open(project.folder) as store:
        assert (store.labels.load(store.records[0].id).labels[:9, :9] == 1).all()
        assert store.labels.journal.waiting() == {}
