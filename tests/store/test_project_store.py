"""A project on disk, opened and changed through its one door."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError, ProjectError
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageStatus, Split
from segstudio.domain.task import Task
from segstudio.editing.document import LabelDocument
from segstudio.editing.journal import encode_change
from segstudio.store.project_store import ProjectStore
from segstudio.store.versions import Reason
from store.conftest import CLASSES, HEIGHT, WIDTH, paint, write_image


def test_a_folder_of_images_becomes_a_project_without_copying_them(store: ProjectStore, images: Path) -> None:
    paths = [str(record.relative_path) for record in store.records]
    assert paths == [
        "one.jpg",
        "one.png",
        "sub/one.png",
        "two.png",
    ]
    assert all(store.image_path(record.id).is_relative_to(images) for record in store.records)
    assert not list(store.folder.rglob("*.jpg"))


def test_a_project_remembers_what_it_is(store: ProjectStore, folder: Path, images: Path) -> None:
    store.set_label_set(CLASSES.with_class("tree", (1, 2, 3), "t").with_retired(1))
    store.set_model("mine")
    expected = store.info
    store.close()

    with ProjectStore.open(folder) as again:
        assert again.info == expected
        assert (again.info.name, again.info.image_folder, again.info.model) == ("project", images, "mine")


def test_a_class_can_not_be_removed(store: ProjectStore) -> None:
    with pytest.raises(ValueError, match="never removed"):
        store.set_label_set(LabelSet(CLASSES.classes[:2]))


def test_a_project_and_its_images_may_be_moved_together(store: ProjectStore, tmp_path: Path) -> None:
    store.close()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "project").rename(tmp_path / "elsewhere" / "project")
    (tmp_path / "images").rename(tmp_path / "elsewhere" / "images")

    with ProjectStore.open(tmp_path / "elsewhere" / "project") as moved:
        assert all(moved.image_path(record.id).is_file() for record in moved.records)


def test_what_is_known_of_an_image_stays_known(store: ProjectStore, folder: Path) -> None:
    first = store.records[0].id
    store.index.set_statuses([first], ImageStatus.CORRECTED)
    store.index.set_splits({first: Split.VALIDATION})
    store.index.set_flags([first], is_flagged=True)
    store.index.set_note(first, "look again 😀")
    store.index.set_uncertainties({first: 0.25})
    expected = store.record(first)
    assert (expected.status, expected.split, expected.is_flagged) == (ImageStatus.CORRECTED, Split.VALIDATION, True)
    store.close()

    with ProjectStore.open(folder) as again:
        assert again.record(first) == expected


def test_missing_labels_are_unlabelled_by_nobody(store: ProjectStore) -> None:
    labels, origins = store.labels.load(store.records[0].id)

    assert labels.shape == origins.shape == (HEIGHT, WIDTH)
    assert (labels == IGNORE).all()
    assert (origins == Origin.NOBODY).all()
    assert not store.labels.exist(store.records[0].id)


def test_labels_come_back_as_they_were_saved(store: ProjectStore, folder: Path) -> None:
    image_id = store.records[2].id
    random = np.random.default_rng(1)
    labels = random.integers(0, 256, (HEIGHT, WIDTH), np.uint8)
    origins = random.integers(0, 4, (HEIGHT, WIDTH), np.uint8)
    store.labels.save(image_id, labels, origins)
    store.close()

    with ProjectStore.open(folder) as again:
        np.testing.assert_array_equal(again.labels.load(image_id).labels, labels)
        np.testing.assert_array_equal(again.labels.load(image_id).origins, origins)


def test_a_label_file_is_a_palette_picture_that_any_viewer_opens(store: ProjectStore, folder: Path) -> None:
    image_id = store.records[2].id
    labels = np.ones((HEIGHT, WIDTH), np.uint8)
    store.labels.save(image_id, labels, labels)

    with Image.open(folder / "labels" / "sub" / "one.png") as picture:
        assert picture.mode == "P"
        assert picture.convert("RGB").getpixel((0, 0)) == CLASSES.by_id(1).color


def test_two_images_of_one_stem_keep_their_own_labels(store: ProjectStore) -> None:
    for value, record in enumerate(store.records):
        filled = np.full((HEIGHT, WIDTH), value, np.uint8)
        store.labels.save(record.id, filled, np.zeros_like(filled))

    assert [int(store.labels.load(record.id).labels[0, 0]) for record in store.records] == [0, 1, 2, 3]


def test_labels_made_elsewhere_count_as_a_persons(store: ProjectStore, folder: Path) -> None:
    picture = np.full((HEIGHT, WIDTH), IGNORE, np.uint8)
    picture[:4] = 2
    Image.fromarray(picture).save(folder / "labels" / "two.png")
    image_id = store.records[3].id

    assert (store.labels.load(image_id).origins == np.where(picture == IGNORE, Origin.NOBODY, Origin.PERSON)).all()


def test_labels_of_another_size_are_refused_when_read(store: ProjectStore, folder: Path) -> None:
    Image.fromarray(np.zeros((3, 5), np.uint8)).save(folder / "labels" / "two.png")

    with pytest.raises(FormatError, match="5 x 3"):
        store.labels.load(store.records[3].id)


def test_labels_of_another_size_are_refused_when_saved(store: ProjectStore) -> None:
    wrong = np.zeros((3, 5), np.uint8)
    with pytest.raises(ValueError, match="don't fit"):
        store.labels.save(store.records[0].id, wrong, wrong)


def test_the_last_ten_saved_versions_can_be_listed_and_restored(store: ProjectStore) -> None:
    image_id = store.records[0].id
    for value in range(12):
        filled = np.full((HEIGHT, WIDTH), value, np.uint8)
        store.labels.save(image_id, filled, filled % 4)

    listed = store.labels.versions(image_id)
    assert len(listed) == 10
    _, labels, origins = store.labels.load_version(listed[9].id)
    assert (int(labels[0, 0]), int(origins[0, 0])) == (2, 2)

    store.labels.restore_version(listed[9].id)
    assert (store.labels.load(image_id).labels == 2).all()
    assert store.labels.versions(image_id)[0].reason is Reason.RESTORED
    _, replaced, _ = store.labels.load_version(store.labels.versions(image_id)[1].id)
    assert (replaced == 11).all()


def test_autosaves_in_a_row_are_one_version(store: ProjectStore) -> None:
    image_id = store.records[0].id
    for value in range(5):
        filled = np.full((HEIGHT, WIDTH), value, np.uint8)
        store.labels.save(image_id, filled, filled, reason=Reason.AUTOSAVE if value else Reason.SAVED)

    values = [int(store.labels.load_version(version.id)[1][0, 0]) for version in store.labels.versions(image_id)]
    assert values == [4, 0]


def test_labels_that_lay_there_already_are_the_first_version(store: ProjectStore, folder: Path) -> None:
    Image.fromarray(np.full((HEIGHT, WIDTH), 2, np.uint8)).save(folder / "labels" / "two.png")
    image_id = store.records[3].id
    filled = np.ones((HEIGHT, WIDTH), np.uint8)
    store.labels.save(image_id, filled, filled)

    assert [version.reason for version in store.labels.versions(image_id)] == [Reason.SAVED, Reason.FOUND]


def test_journalled_edits_are_seen_before_they_are_in_the_file(store: ProjectStore, folder: Path) -> None:
    image_id = store.records[0].id
    document = LabelDocument(*store.labels.load(image_id))
    store.labels.journal.append((image_id, encode_change(paint(document, 1, Rect(2, 2, 9, 9)))))

    assert not (folder / "labels" / "one.png").exists()
    np.testing.assert_array_equal(store.labels.load(image_id).labels, document.labels)
    np.testing.assert_array_equal(store.labels.load(image_id).origins, document.origins)


def test_saving_the_journal_brings_the_file_up_to_it_and_empties_it(store: ProjectStore, folder: Path) -> None:
    image_id = store.records[3].id
    document = LabelDocument(*store.labels.load(image_id))
    for value in (0, 1, 2):
        store.labels.journal.append((image_id, encode_change(paint(document, value, Rect(value, 0, value + 9, 9)))))

    assert store.labels.save_journal(image_id)
    assert not store.labels.journal.waiting()
    assert not store.labels.save_journal(image_id)
    with Image.open(folder / "labels" / "two.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), document.labels)


def test_a_project_can_not_be_made_twice(store: ProjectStore, folder: Path, images: Path) -> None:
    with pytest.raises(ProjectError, match=r"a project at .* already"):
        ProjectStore.create(folder, images, CLASSES, "streets")


@pytest.mark.parametrize("name", ["nowhere", "images"])
def test_what_is_no_project_is_told_in_a_sentence(store: ProjectStore, tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError, match=r"There is no folder|is not a SegStudio project"):
        ProjectStore.open(tmp_path / name)


def test_an_image_that_is_gone_is_told_in_a_sentence(store: ProjectStore, images: Path) -> None:
    (images / "two.png").unlink()

    with pytest.raises((ProjectError, FormatError), match=r"two\.png"):
        store.labels.load(store.records[3].id)


def test_a_project_inside_its_image_folder_does_not_find_its_own_labels(tmp_path: Path) -> None:
    write_image(tmp_path / "photo.png")
    with ProjectStore.create(tmp_path / "work", tmp_path, CLASSES, "streets") as store:
        filled = np.ones((HEIGHT, WIDTH), np.uint8)
        store.labels.save(store.records[0].id, filled, filled)
        assert store.scan(Task()).images == 1


def test_a_lost_description_is_taken_from_the_index(store: ProjectStore, folder: Path) -> None:
    expected = store.info
    store.close()
    (folder / "project.json").unlink()

    with ProjectStore.open(folder) as again:
        assert again.info == expected
