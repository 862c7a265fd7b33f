"""The image folder changes under the project; the project follows."""

from __future__ import annotations

import os
import shutil
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.errors import CancelledError, ProjectError
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.domain.task import Progress, Task
from segstudio.store.image_files import sort_key
from segstudio.store.image_table import CHANGED
from segstudio.store.project_store import ProjectStore
from store.conftest import CLASSES, HEIGHT, WIDTH, write_image


def scan(store: ProjectStore):  # type: ignore[no-untyped-def]  # a test's shorthand
    return store.scan(Task())


def label(store: ProjectStore, path: str, value: int = 1) -> ImageId:
    record = store.find(path)
    assert record is not None
    filled = np.full((HEIGHT, WIDTH), value, np.uint8)
    store.labels.save(record.id, filled, filled)
    return record.id


def test_new_images_are_found(store: ProjectStore, images: Path) -> None:
    write_image(images / "deep" / "er" / "new.bmp", 9)

    assert scan(store).added == 1
    assert store.find("deep/er/new.bmp") is not None


def test_a_second_look_changes_nothing(store: ProjectStore) -> None:
    before = list(store.records)
    report = scan(store)

    assert (report.added, report.moved, report.changed, report.missing, report.images) == (0, (), (), (), 4)
    assert list(store.records) == before


def test_a_renamed_image_keeps_its_labels(store: ProjectStore, images: Path, folder: Path) -> None:
    image_id = label(store, "two.png")
    (images / "two.png").rename(images / "sub" / "zwei.png")

    assert scan(store).moved == (("two.png", "sub/zwei.png"),)
    assert str(store.record(image_id).relative_path) == "sub/zwei.png"
    assert (store.labels.load(image_id).labels == 1).all()
    assert (folder / "labels" / "sub" / "zwei.png").is_file()
    assert not (folder / "labels" / "two.png").exists()


def test_a_copied_and_deleted_image_is_found_by_its_content(store: ProjectStore, images: Path) -> None:
    image_id = label(store, "two.png")
    (images / "far").mkdir()
    shutil.copyfile(images / "two.png", images / "far" / "away.png")
    os.utime(images / "far" / "away.png", (1, 1))
    (images / "two.png").unlink()

    assert scan(store).moved == (("two.png", "far/away.png"),)
    assert (store.labels.load(image_id).labels == 1).all()


def test_of_two_copies_the_one_with_the_old_name_is_taken(store: ProjectStore, images: Path) -> None:
    image_id = label(store, "two.png")
    for place in ("a/other.png", "b/two.png"):
        (images / place).parent.mkdir()
        shutil.copyfile(images / "two.png", images / place)
    (images / "two.png").unlink()

    scan(store)
    assert str(store.record(image_id).relative_path) == "b/two.png"


def test_a_moved_folder_keeps_everything(store: ProjectStore, images: Path) -> None:
    image_id = label(store, "sub/one.png")
    store.index.set_note(image_id, "mine")
    (images / "sub").rename(images / "other")

    scan(store)
    assert str(store.record(image_id).relative_path) == "other/one.png"
    assert store.record(image_id).note == "mine"


def test_an_image_that_nobody_read_is_known_again_by_size_and_time(store: ProjectStore, images: Path) -> None:
    before = store.find("two.png")
    assert before is not None
    (images / "two.png").rename(images / "three.png")

    assert scan(store).moved == (("two.png", "three.png"),)


def test_a_deleted_image_is_missing_and_comes_back(store: ProjectStore, images: Path) -> None:
    image_id = label(store, "two.png")
    content = (images / "two.png").read_bytes()
    (images / "two.png").unlink()
    assert scan(store).missing == ("two.png",)
    assert store.record(image_id).is_missing

    (images / "two.png").write_bytes(content)
    scan(store)
    assert not store.record(image_id).is_missing
    assert (store.labels.load(image_id).labels == 1).all()


def test_a_changed_image_with_labels_is_noticed(store: ProjectStore, images: Path) -> None:
    image_id = label(store, "two.png")
    write_image(images / "two.png", 77)

    assert scan(store).changed == ("two.png",)
    assert store.table.file_states[store.index.row(image_id)] == CHANGED
    store.accept_changed_image(image_id)
    assert scan(store).changed == ()


def test_an_image_that_was_only_touched_is_not_changed(store: ProjectStore, images: Path) -> None:
    label(store, "two.png")
    os.utime(images / "two.png", (5, 5))

    assert scan(store).changed == ()


def test_swapped_images_are_told_not_mixed_up(store: ProjectStore, images: Path) -> None:
    label(store, "two.png", 1)
    label(store, "one.png", 2)
    (images / "two.png").rename(images / "hold")
    (images / "one.png").rename(images / "two.png")
    (images / "hold").rename(images / "one.png")

    assert scan(store).changed == ("one.png", "two.png")


@pytest.mark.parametrize(
    "name",
    [
        "ünïcödé 😀.png",
        "日本語.png",
        "a'b\"c;--.png",
        "%s{}$HOME.png",
        " spaces around .png",
        "\u202eright.png",
    ],
)
def test_any_unicode_name_works(store: ProjectStore, images: Path, name: str) -> None:
    write_image(images / name, 5)
    scan(store)

    label(store, name, 2)
    record = store.find(name)
    assert record is not None
    assert (store.labels.load(record.id).labels == 2).all()


def test_a_name_that_is_no_unicode_is_told_and_left_out(store: ProjectStore, images: Path) -> None:
    shutil.copyfile(images / "two.png", os.fsencode(images) + b"/\xff\xfe.png")

    report = scan(store)
    assert len(report.unusable) == 1
    assert report.added == 0


def test_composed_and_decomposed_names_do_not_share_labels(store: ProjectStore, images: Path) -> None:
    names = [unicodedata.normalize(form, "é.png") for form in ("NFC", "NFD")]
    for seed, name in enumerate(names):
        write_image(images / name, seed)
    scan(store)
    for value, name in enumerate(names):
        label(store, name, value)

    found = [store.find(name) for name in names]
    assert [int(store.labels.load(record.id).labels[0, 0]) for record in found if record is not None] == [0, 1]


def test_a_link_back_to_a_folder_above_ends(store: ProjectStore, images: Path) -> None:
    (images / "sub" / "loop").symlink_to(images)

    assert scan(store).images == 4


def test_linked_images_and_folders_are_used(store: ProjectStore, images: Path, tmp_path: Path) -> None:
    write_image(tmp_path / "elsewhere" / "far.png", 8)
    (images / "linked").symlink_to(tmp_path / "elsewhere")

    assert scan(store).added == 1


def test_another_project_below_the_images_is_left_out(store: ProjectStore, images: Path) -> None:
    write_image(images / "more" / "x.png", 3)
    ProjectStore.create(images / "nested", images / "more", CLASSES, "streets").close()
    write_image(images / "nested" / "labels" / "y.png", 4)

    assert scan(store).added == 1


def test_a_vanished_image_folder_is_told_and_changes_nothing(store: ProjectStore, images: Path) -> None:
    before = list(store.records)
    images.rename(images.with_name("gone"))

    with pytest.raises(ProjectError, match="isn't there: bring it back"):
        scan(store)
    assert list(store.records) == before


def test_images_that_moved_elsewhere_are_found_through_their_new_folder(store: ProjectStore, images: Path) -> None:
    image_id = label(store, "two.png")
    images.rename(images.with_name("gone"))
    store.set_image_folder(images.with_name("gone"))

    assert scan(store).missing == ()
    assert store.image_path(image_id).is_file()


def test_an_interrupted_scan_is_gone_on_with(store: ProjectStore, images: Path) -> None:
    for seed in range(20):
        write_image(images / f"more{seed}.png", 100 + seed)
    task: Task[Progress] = Task()
    task.stop()
    with pytest.raises(CancelledError):
        store.scan(task)

    assert scan(store).images == 24


def test_hashing_reads_every_image_once(store: ProjectStore) -> None:
    label(store, "two.png")
    assert store.hash_images(Task()) == 3
    assert store.hash_images(Task()) == 0


def test_the_list_is_in_the_order_a_person_expects() -> None:
    names = ["a/2.png", "a/10.png", "a-b/1.png", "B/1.png", "img9.png", "img10.png"]

    assert sorted(set(names), key=sort_key) == names


def test_a_verified_image_stays_verified_when_moved(store: ProjectStore, images: Path) -> None:
    image_id = label(store, "one.jpg")
    store.index.set_statuses([image_id], ImageStatus.VERIFIED)
    (images / "one.jpg").rename(images / "uno.jpg")
    scan(store)

    assert store.record(image_id).status is ImageStatus.VERIFIED
