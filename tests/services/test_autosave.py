"""Edits are on the disk within a moment, in the label file soon after, and nothing is given up."""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.errors import ProjectError
from segstudio.domain.geometry import Rect
from segstudio.editing.document import LabelDocument
from segstudio.services.autosave import Autosave
from segstudio.services.jobs import JobRunner, Lane, Urgency
from segstudio.store.project_store import ProjectStore
from segstudio.store.stroke_journal import StrokeJournal
from services.project_images import image_id, make_project, paint


class Window:
    """A thread that gets callbacks, as the window's does, and the autosave that lives on it."""

    def __init__(self, store: ProjectStore, quiet_seconds: float) -> None:
        self.store = store
        self.calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.jobs = JobRunner(self.calls.put)
        self.failures: list[Exception] = []
        self.autosave = Autosave(
            self.jobs,
            store,
            on_state=lambda: None,
            on_failure=self.failures.append,
            quiet_seconds=quiet_seconds,
            retry_seconds=0.1,
        )

    def run_until(self, is_reached: Callable[[], bool], seconds: float = 10.0) -> None:
        ends = time.monotonic() + seconds
        while not is_reached():
            assert time.monotonic() < ends, "it never came to that"
            try:
                self.calls.get(timeout=0.05)()
            except queue.Empty:
                continue

    def shut_down(self) -> None:
        self.autosave.close()
        self.jobs.shut_down()
        while not self.calls.empty():
            self.calls.get()()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    with make_project(tmp_path, ["a.png", "b.png"]) as store:
        yield store


@pytest.fixture
def window(store: ProjectStore) -> Iterator[Window]:
    window = Window(store, 0.05)
    yield window
    window.shut_down()


@pytest.fixture
def document(store: ProjectStore) -> LabelDocument:
    return LabelDocument(*store.labels.load(image_id(store, "a.png")))


def label_file(store: ProjectStore) -> Path:
    return store.folder / "labels" / "a.png"


def entries_on_disk(store: ProjectStore) -> int:
    """As another program sees the file."""
    with closing(sqlite3.connect(store.folder / "project.sqlite")) as connection:
        return int(connection.execute("SELECT count(*) FROM journal").fetchone()[0])


def test_an_edit_is_safe_first_and_in_the_file_later(store: ProjectStore, document: LabelDocument) -> None:
    window = Window(store, 60.0)
    first = image_id(store, "a.png")
    window.autosave.add(first, paint(document, 1, Rect(0, 0, 5, 5)))
    assert not window.autosave.is_safe
    window.run_until(lambda: window.autosave.is_safe)

    assert entries_on_disk(store) == 1
    assert not window.autosave.is_saved
    assert not label_file(store).exists()
    window.autosave.save_now()
    window.run_until(lambda: window.autosave.is_saved)
    assert label_file(store).exists()
    assert entries_on_disk(store) == 0
    window.shut_down()


def test_many_edits_end_up_in_the_file(window: Window, store: ProjectStore, document: LabelDocument) -> None:
    first = image_id(store, "a.png")
    for number in range(30):
        change = document.undo() if number % 7 == 6 else paint(document, number % 3, Rect(number, 0, number + 9, 9))
        assert change is not None
        window.autosave.add(first, change)
    window.run_until(lambda: window.autosave.is_saved)

    np.testing.assert_array_equal(store.labels.load(first).labels, document.labels)
    np.testing.assert_array_equal(store.labels.load(first).origins, document.origins)
    assert not store.labels.journal.waiting()


def test_the_window_never_waits(window: Window, store: ProjectStore, document: LabelDocument) -> None:
    """Whoever waited for the disk lane would wait for ever here."""
    release = threading.Event()
    slow = window.jobs.submit(
        Lane.DISK,
        "something slow",
        lambda _: release.wait(60.0),
        on_result=lambda _: None,
        on_error=window.failures.append,
    )
    window.autosave.add(image_id(store, "a.png"), paint(document, 1, Rect(0, 0, 5, 5)))
    try:
        window.run_until(lambda: window.autosave.is_safe)
        assert entries_on_disk(store) == 1
        assert not slow.is_ended
    finally:
        release.set()


def test_an_edit_that_could_not_be_written_is_tried_again(
    window: Window, store: ProjectStore, document: LabelDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = StrokeJournal.append
    attempts: list[int] = []

    def full(self: StrokeJournal, *entries: tuple[object, bytes]) -> None:
        attempts.append(len(entries))
        if len(attempts) < 3:
            raise ProjectError("The disk is full: make room.")
        real(self, *entries)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(StrokeJournal, "append", full)
    first = image_id(store, "a.png")
    window.autosave.add(first, paint(document, 1, Rect(0, 0, 5, 5)))
    window.run_until(lambda: window.autosave.is_saved)

    assert [str(error) for error in window.failures] == ["The disk is full: make room."]
    np.testing.assert_array_equal(store.labels.load(first).labels, document.labels)


def test_closing_saves_what_is_left(store: ProjectStore, document: LabelDocument) -> None:
    window = Window(store, 60.0)
    first = image_id(store, "a.png")
    for number in range(5):
        window.autosave.add(first, paint(document, 1, Rect(number * 3, 0, number * 3 + 2, 9)))
    window.shut_down()

    assert window.failures == []
    assert not store.labels.journal.waiting()
    np.testing.assert_array_equal(store.labels.load(first).labels, document.labels)


def test_a_save_that_is_told_after_the_project_was_closed_asks_it_nothing(tmp_path: Path) -> None:
    with make_project(tmp_path, ["a.png"]) as store:
        window = Window(store, 0.0)
        first = image_id(store, "a.png")
        document = LabelDocument(*store.labels.load(first))
        window.autosave.add(first, paint(document, 1, Rect(0, 0, 9, 9)))
        window.run_until(label_file(store).exists)
        window.autosave.close()
        window.jobs.shut_down()
    while not window.calls.empty():
        window.calls.get()()
    assert window.failures == []


def test_an_edit_whose_job_comes_after_the_closing_one_is_not_replayed_over_newer_ones(
    store: ProjectStore, document: LabelDocument
) -> None:
    window = Window(store, 60.0)
    first, place = image_id(store, "a.png"), Rect(0, 0, 9, 9)
    may_go_on = threading.Event()
    window.jobs.submit(
        Lane.JOURNAL,
        "Busy",
        lambda _task: may_go_on.wait(10),
        on_result=lambda _: None,
        on_error=window.failures.append,
        urgency=Urgency.NOW,
    )
    window.autosave.add(first, paint(document, 1, place))
    window.autosave.add(first, paint(document, 2, place))
    window.autosave.close()
    window.run_until(lambda: bool((store.labels.load(first).labels[place.slices] == 2).all()))
    may_go_on.set()
    window.shut_down()

    assert window.failures == []
    np.testing.assert_array_equal(store.labels.load(first).labels, document.labels)


def test_edits_of_two_images_are_kept_apart(window: Window, store: ProjectStore) -> None:
    documents = {path: LabelDocument(*store.labels.load(image_id(store, path))) for path in ("a.png", "b.png")}
    for number, (path, document) in enumerate(documents.items()):
        window.autosave.add(image_id(store, path), paint(document, number, Rect(0, 0, 9, 9)))
    window.run_until(lambda: window.autosave.is_saved)

    for path, document in documents.items():
        np.testing.assert_array_equal(store.labels.load(image_id(store, path)).labels, document.labels)


def test_an_empty_change_costs_nothing(window: Window, store: ProjectStore, document: LabelDocument) -> None:
    window.autosave.add(image_id(store, "a.png"), document.begin_edit("Nothing").commit())

    assert window.autosave.is_saved
    assert window.jobs.running == ()
