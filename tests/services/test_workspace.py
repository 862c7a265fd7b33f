"""Opening, labelling, leaving and coming back, with everything on the disk in the end."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.arrays import Origin
from segstudio.domain.changes import ImageOpened, ImageOpening, ProjectClosed, ProjectOpened, Told
from segstudio.domain.images import ImageStatus
from segstudio.services.jobs import Lane
from segstudio.services.workspace import NOTHING_TO_ACCEPT
from segstudio.store.project_store import ProjectStore
from tests.services.sitting import CLASSES, HEIGHT, WIDTH, Sitting
from tests.store.conftest import write_image


def _stored(sitting: Sitting, index: int = 0) -> tuple[np.ndarray, np.ndarray, ImageStatus]:
    with ProjectStore.open(sitting.folder / "project") as store:
        record = store.records[index]
        pair = store.labels.load(record.id)
        return pair.labels, pair.origins, record.status


def test_a_folder_of_images_becomes_a_project_with_the_classes_beside_them(sitting: Sitting) -> None:
    sitting.open()
    assert sitting.workspace.label_set == CLASSES
    assert len(sitting.ids) == 3
    assert len(sitting.saw(ProjectOpened)) == 1
    assert sitting.workspace.current is not None
    assert sitting.workspace.current.document.labels.shape == (HEIGHT, WIDTH)


def test_a_stroke_is_on_the_disk_after_closing(sitting: Sitting) -> None:
    sitting.open()
    sitting.paint(1)
    sitting.workspace.close_project()
    sitting.until(lambda: sitting.saw(ProjectClosed))
    sitting.close()
    labels, origins, status = _stored(sitting)
    assert (labels[4:20, 4:20] == 1).all()
    assert (origins[4:20, 4:20] == Origin.PERSON).all()
    assert status is ImageStatus.CORRECTED


def test_undo_and_redo_change_the_labels_and_are_kept_too(sitting: Sitting) -> None:
    sitting.open()
    before = sitting.labels().copy()
    sitting.paint(2)
    painted = sitting.labels().copy()
    sitting.workspace.undo()
    assert np.array_equal(sitting.labels(), before)
    sitting.workspace.redo()
    sitting.workspace.undo()
    sitting.close()
    assert not np.array_equal(painted, before)
    assert np.array_equal(_stored(sitting)[0], before)


def test_coming_back_to_an_image_keeps_its_undo(sitting: Sitting) -> None:
    sitting.open()
    first, second, _ = sitting.ids
    sitting.paint(1)
    sitting.show(second)
    sitting.show(first)
    assert sitting.workspace.current is not None
    assert sitting.workspace.current.document.undo_name == "Brush"


def test_accepting_makes_the_model_s_pixels_accepted_and_the_image_verified(sitting: Sitting) -> None:
    sitting.open()
    sitting.paint(1)
    sitting.workspace.accept_current()
    sitting.close()
    _, origins, status = _stored(sitting)
    assert status is ImageStatus.VERIFIED
    assert set(np.unique(origins)) == {Origin.ACCEPTED, Origin.PERSON}


def test_an_image_that_nobody_has_labelled_can_t_be_accepted(sitting: Sitting) -> None:
    sitting.open()
    sitting.studio.segmentation.is_automatic = False
    second = sitting.ids[1]
    sitting.show(second)
    store = sitting.workspace.store
    assert store is not None
    assert not sitting.workspace.accept_current()
    assert Told(NOTHING_TO_ACCEPT) in sitting.changes
    assert store.record(second).status is ImageStatus.NEW
    sitting.paint(1)
    assert sitting.workspace.accept_current()
    sitting.until(lambda: store.record(second).status is ImageStatus.VERIFIED)


def test_a_damaged_image_is_told_and_the_next_one_still_opens(sitting: Sitting) -> None:
    sitting.open()
    first, second, third = sitting.ids
    (sitting.images / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n, but no more")
    sitting.workspace.open_image(second)
    sitting.until(lambda: sitting.failures)
    assert "1.png" in sitting.failures[0]
    assert sitting.workspace.is_current(first)
    sitting.show(third)
    sitting.changes.clear()


def test_going_back_before_the_next_image_is_there_stays(sitting: Sitting) -> None:
    sitting.open()
    first, second = sitting.ids[:2]
    sitting.workspace.open_image(second)
    sitting.workspace.open_image(first)
    sitting.studio.jobs.submit(
        Lane.READ,
        "Waiting",
        lambda _task: None,
        on_result=lambda _: sitting.changes.append(Told("waited")),
        on_error=lambda _: None,
    )
    sitting.until(lambda: Told("waited") in sitting.changes)
    assert sitting.workspace.is_current(first)
    assert [change.record.id for change in sitting.changes if isinstance(change, ImageOpening)][-2:] == [
        second,
        first,
    ]


def test_something_that_cannot_be_opened_leaves_the_project_open(sitting: Sitting, tmp_path: Path) -> None:
    sitting.open()
    sitting.workspace.open_path(tmp_path / "nothing here")
    sitting.until(lambda: sitting.failures)
    assert "There is nothing at" in sitting.failures[0]
    assert sitting.workspace.project is not None
    sitting.changes.clear()


def test_an_image_opens_its_folder_and_itself(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitting.studio.segmentation, "is_automatic", False)
    sitting.workspace.open_path(sitting.images / "2.png")
    sitting.until(lambda: sitting.saw(ImageOpened))
    assert sitting.workspace.current is not None
    assert sitting.workspace.current.record.relative_path.name == "2.png"
    assert (sitting.folder / "images.segstudio" / "project.sqlite").is_file()


def test_a_project_that_is_open_elsewhere_opens_for_reading(sitting: Sitting) -> None:
    with ProjectStore.create(sitting.folder / "project", sitting.images, CLASSES, str(sitting.model)):
        sitting.workspace.open_path(sitting.folder / "project")
        sitting.until(lambda: sitting.saw(ImageOpened))
        assert sitting.workspace.is_read_only
        assert any("read" in change.sentence for change in sitting.changes if isinstance(change, Told))
        sitting.workspace.close_project()
        sitting.until(lambda: sitting.saw(ProjectClosed))


def test_an_image_that_is_gone_is_told(sitting: Sitting) -> None:
    sitting.open()
    shutil.move(sitting.images / "2.png", sitting.folder / "elsewhere.png")
    sitting.workspace.open_image(sitting.ids[2])
    sitting.until(lambda: sitting.failures)
    assert "2.png" in sitting.failures[0]
    sitting.changes.clear()


def test_opening_the_open_project_again_keeps_it_open_for_writing(sitting: Sitting) -> None:
    sitting.open()
    sitting.workspace.open_path(sitting.folder / "project")
    sitting.until(lambda: not sitting.studio.jobs.running)
    assert not sitting.workspace.is_read_only
    assert len(sitting.saw(ProjectOpened)) == 1
    sitting.paint(1)


def test_new_and_moved_images_are_noticed_when_the_project_is_opened_again(sitting: Sitting) -> None:
    sitting.open()
    sitting.paint(1)
    sitting.until(lambda: not sitting.studio.jobs.running)
    sitting.workspace.close_project()
    sitting.until(lambda: not sitting.studio.jobs.running)
    (sitting.images / "sub").mkdir()
    (sitting.images / "0.png").rename(sitting.images / "sub" / "moved.png")
    write_image(sitting.images / "new.png", 9, width=WIDTH, height=HEIGHT)

    sitting.workspace.open_path(sitting.folder / "project")
    sitting.until(lambda: any(c.sentence.startswith("Images:") for c in sitting.changes if isinstance(c, Told)))
    sitting.until(lambda: not sitting.studio.jobs.running)
    store = sitting.workspace.store
    assert store is not None
    assert len(store.records) == 4
    moved = store.find("sub/moved.png")
    assert moved is not None
    assert (store.labels.load(moved.id).labels[4:20, 4:20] == 1).all()
    sitting.changes.clear()
