"""What becomes of an image that is left."""

from __future__ import annotations

import threading
from pathlib import PurePosixPath

import numpy as np
import pytest

from segstudio.domain.images import ImageId, ImageRecord
from segstudio.domain.sample_view import AS_SUITS, SampleKind
from segstudio.editing.document import LabelDocument
from segstudio.formats.image_source import WholeSource
from segstudio.services.announcer import Announcer
from segstudio.services.jobs import JobRunner
from segstudio.services.open_image import ImageDoor, OpenImage


def test_a_huge_picture_is_closed_away_from_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    closed_on: list[str] = []
    is_closed = threading.Event()

    def close(_source: WholeSource) -> None:
        closed_on.append(threading.current_thread().name)
        is_closed.set()

    monkeypatch.setattr(WholeSource, "close", close)
    jobs = JobRunner(lambda callback: callback())
    door = ImageDoor(jobs, Announcer(), lambda _: None, lambda _: None, lambda: None)
    door.keep(_left())
    door.forget()
    assert is_closed.wait(30.0)
    assert closed_on != [threading.current_thread().name]
    jobs.shut_down()


def _left() -> OpenImage:
    pixels = np.zeros((4, 6, 3), np.uint8)
    document = LabelDocument(np.zeros((4, 6), np.uint8), np.zeros((4, 6), np.uint8))
    record = ImageRecord(ImageId(1), PurePosixPath("huge.png"))
    return OpenImage(record, WholeSource(pixels), SampleKind(3, "uint8", has_choice=False), AS_SUITS, document)
