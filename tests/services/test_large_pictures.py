"""A large picture is seen before its labels are read, and given up whole where they can't be."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest

from segstudio.domain.changes import ActivityChanged, ImageClosed, ImageOpened, PictureSeen
from segstudio.domain.errors import ProjectError
from segstudio.domain.images import ImageId
from segstudio.formats import image_source, streamed_source
from segstudio.services import picture_loading
from segstudio.store.label_store import LabelStore
from tests.services.sitting import HEIGHT, WIDTH, Sitting


@pytest.fixture
def large(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> Sitting:
    """With an open project, all of whose pictures but the first count as large."""
    sitting.open()
    monkeypatch.setattr(picture_loading, "SMALL_PIXELS", 100)
    monkeypatch.setattr(image_source, "SMALL_PIXELS", 100)
    return sitting


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Labels are read once it is set."""
    event, load = threading.Event(), LabelStore.load

    def wait(store: LabelStore, image_id: ImageId) -> object:
        assert event.wait(30)
        return load(store, image_id)

    monkeypatch.setattr(LabelStore, "load", wait)
    return event


def is_reading(sitting: Sitting) -> bool:
    states = [change for change in sitting.saw(ActivityChanged) if change.key == "labels"]  # type: ignore[union-attr]
    return bool(states) and states[-1].is_running  # type: ignore[union-attr]


def test_the_picture_is_there_while_its_labels_are_still_read(large: Sitting, gate: threading.Event) -> None:
    workspace = large.workspace
    workspace.open_image(large.ids[1])
    large.until(lambda: large.saw(PictureSeen))
    assert workspace.current is None
    assert workspace.coming is not None
    assert workspace.coming.picture.image.size == (WIDTH, HEIGHT)  # type: ignore[union-attr]
    assert is_reading(large)
    shown = workspace.coming.picture.image
    gate.set()
    large.until(lambda: workspace.is_current(large.ids[1]))
    assert workspace.current is not None
    assert workspace.current.image is shown
    assert workspace.current.document.labels.shape == (HEIGHT, WIDTH)
    assert workspace.coming is None
    assert not is_reading(large)


def test_a_small_picture_comes_with_its_labels(sitting: Sitting) -> None:
    sitting.open()
    sitting.show(sitting.ids[1])
    assert not sitting.saw(PictureSeen)


def test_a_small_picture_brings_its_halves(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed_source, "_SMALLEST_SIDE", 16)
    sitting.open()
    sitting.show(sitting.ids[1])
    assert sitting.workspace.current is not None
    assert [half.shape[:2] for half in sitting.workspace.current.halves] == [(16, 24), (8, 12)]


def test_asking_for_it_again_does_not_begin_anew(large: Sitting, gate: threading.Event) -> None:
    large.workspace.open_image(large.ids[1])
    large.until(lambda: large.saw(PictureSeen))
    large.workspace.open_image(large.ids[1])
    gate.set()
    large.until(lambda: large.workspace.is_current(large.ids[1]))
    assert len(large.saw(PictureSeen)) == 1


def test_another_wish_comes_before_it(large: Sitting, gate: threading.Event) -> None:
    first, second, third = large.ids
    large.workspace.open_image(second)
    large.until(lambda: large.saw(PictureSeen))
    gate.set()
    large.workspace.open_image(third)
    large.until(lambda: large.workspace.is_current(third))
    large.until(lambda: not large.studio.jobs.running)
    assert large.workspace.is_current(third)
    assert not is_reading(large)
    large.show(first)


def test_labels_that_can_not_be_read_lead_back_to_the_image_before(
    large: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = large.ids
    before = large.workspace.current
    monkeypatch.setattr(LabelStore, "load", _fail)
    large.workspace.open_image(second)
    large.until(lambda: large.saw(PictureSeen))
    large.until(lambda: large.workspace.is_current(first))
    assert large.workspace.current is before
    assert large.workspace.coming is None
    assert not is_reading(large)
    large.until(lambda: large.failures)
    large.changes.clear()  # it was told


def test_without_an_image_before_nothing_is_left_open(large: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    large.workspace.close_project()
    large.until(lambda: not large.studio.jobs.running)
    monkeypatch.setattr(LabelStore, "load", _fail)
    large.workspace.open_path(large.folder / "project")
    large.until(lambda: large.saw(PictureSeen) and large.workspace.coming is None)
    assert large.workspace.current is large.workspace.coming is None
    kinds = [type(change) for change in large.changes]
    assert kinds[::-1].index(ImageClosed) < kinds[::-1].index(PictureSeen)
    large.until(lambda: large.failures)
    large.changes.clear()  # it was told


def test_the_project_can_be_closed_while_labels_are_read(large: Sitting, gate: threading.Event) -> None:
    large.workspace.open_image(large.ids[1])
    large.until(lambda: large.saw(PictureSeen))
    opened = len(large.saw(ImageOpened))
    large.workspace.close_project()
    assert large.workspace.coming is None
    gate.set()
    large.until(lambda: not large.studio.jobs.running)
    assert len(large.saw(ImageOpened)) == opened


def test_what_was_painted_on_it_is_there_when_it_comes_again(large: Sitting) -> None:
    second = large.ids[1]
    large.show(second)
    large.paint(2)
    painted = large.labels().copy()
    large.reopen()
    large.show(second)
    assert np.array_equal(large.labels(), painted)


def _fail(_store: LabelStore, _image_id: ImageId) -> Callable[[], None]:
    raise ProjectError("The labels can't be read.")
