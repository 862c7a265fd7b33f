"""After a crash nothing that was committed is lost, and nothing is forced onto a picture that changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import SegStudioError
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId
from segstudio.domain.model_info import ChannelMap, ModelInfo, NetworkConfig
from segstudio.domain.task import Task
from segstudio.editing.document import LabelDocument
from segstudio.editing.journal import encode_change
from segstudio.nn import checkpoint
from segstudio.nn.network import build_network
from segstudio.store import label_files
from segstudio.store.label_store import LabelStore
from segstudio.store.project_store import ProjectStore
from segstudio.store.versions import Reason
from store.conftest import HEIGHT, WIDTH, paint, write_image

Crash = Callable[[ProjectStore], ProjectStore]


def journal_two_edits(store: ProjectStore, image_id: ImageId) -> LabelDocument:
    document = LabelDocument(*store.labels.load(image_id))
    for class_id, rect in ((1, Rect(0, 0, 9, 9)), (2, Rect(5, 5, 20, 20))):
        store.labels.journal.append((image_id, encode_change(paint(document, class_id, rect))))
    return document


def test_edits_are_replayed_silently(store: ProjectStore, crashed: Crash, folder: Path) -> None:
    image_id = store.records[3].id
    document = journal_two_edits(store, image_id)

    with crashed(store) as again:
        assert again.recovery.images_replayed == (image_id,)
        assert again.recovery.edits_replayed == 2
        assert again.recovery.questions == ()
        np.testing.assert_array_equal(again.labels.load(image_id).labels, document.labels)
        np.testing.assert_array_equal(again.labels.load(image_id).origins, document.origins)
        assert not again.labels.journal.waiting()
    with Image.open(folder / "labels" / "two.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), document.labels)


def test_edits_on_top_of_saved_labels_are_replayed(store: ProjectStore, crashed: Crash) -> None:
    image_id = store.records[0].id
    filled = np.zeros((HEIGHT, WIDTH), np.uint8)
    store.labels.save(image_id, filled, filled)
    document = journal_two_edits(store, image_id)

    with crashed(store) as again:
        np.testing.assert_array_equal(again.labels.load(image_id).labels, document.labels)


def test_a_clean_end_needs_no_recovery(store: ProjectStore, folder: Path) -> None:
    journal_two_edits(store, store.records[0].id)
    store.labels.save_journal(store.records[0].id)
    store.close()

    with ProjectStore.open(folder) as again:
        assert again.recovery.images_replayed == ()


def test_a_reader_sees_edits_that_wait_after_a_crash(store: ProjectStore, crashed: Crash, folder: Path) -> None:
    image_id = store.records[0].id
    document = journal_two_edits(store, image_id)
    with ProjectStore.open(folder, read_only=True) as reader:
        np.testing.assert_array_equal(reader.labels.load(image_id).labels, document.labels)


@pytest.mark.parametrize("answer", ["keep", "discard"])
def test_a_changed_image_is_asked_about(store: ProjectStore, crashed: Crash, images: Path, answer: str) -> None:
    image_id = store.records[3].id
    document = journal_two_edits(store, image_id)
    write_image(images / "two.png", 99)

    with crashed(store) as again:
        (question,) = again.recovery.questions
        assert (question.image_id, question.path, question.edits) == (image_id, "two.png", 2)
        assert "not the picture it was" in question.reason
        assert (again.labels.load(image_id).labels == 255).all()
        if answer == "keep":
            again.keep_recovered(image_id)
            np.testing.assert_array_equal(again.labels.load(image_id).labels, document.labels)
        else:
            again.discard_recovered(image_id)
            assert (again.labels.load(image_id).labels == 255).all()
            (version,) = again.labels.versions(image_id)
            assert version.reason is Reason.DISCARDED
            np.testing.assert_array_equal(again.labels.load_version(version.id)[1], document.labels)
        assert not again.labels.journal.waiting()


def test_an_unanswered_question_is_asked_again(
    store: ProjectStore, crashed: Crash, images: Path, folder: Path
) -> None:
    image_id = store.records[3].id
    journal_two_edits(store, image_id)
    write_image(images / "two.png", 99)
    crashed(store).close()

    with ProjectStore.open(folder) as again:
        assert len(again.recovery.questions) == 1


def test_labels_that_another_program_changed_are_asked_about(
    store: ProjectStore, crashed: Crash, folder: Path
) -> None:
    image_id = store.records[3].id
    filled = np.zeros((HEIGHT, WIDTH), np.uint8)
    store.labels.save(image_id, filled, filled)
    journal_two_edits(store, image_id)
    Image.fromarray(np.full((HEIGHT, WIDTH), 2, np.uint8)).save(folder / "labels" / "two.png")

    with crashed(store) as again:
        assert "changed by another program" in again.recovery.questions[0].reason


def test_edits_of_an_image_of_another_size_do_not_stop_the_opening(
    store: ProjectStore, crashed: Crash, images: Path
) -> None:
    image_id = store.records[3].id
    journal_two_edits(store, image_id)
    write_image(images / "two.png", 1, width=8, height=8)

    with crashed(store) as again:
        again.scan(Task())
        assert len(again.recovery.questions) == 1
        with pytest.raises(SegStudioError):
            again.keep_recovered(image_id)
        assert again.labels.journal.waiting(is_held=True) == {image_id: 2}


def test_a_damaged_journal_entry_is_told_and_does_not_stop_the_opening(store: ProjectStore, crashed: Crash) -> None:
    image_id = store.records[3].id
    store.labels.journal.append((image_id, b"SegJ but not really"))

    with crashed(store) as again:
        assert len(again.recovery.questions) == 1


@pytest.mark.parametrize("step", ["before the first rename", "between the renames", "after the renames"])
def test_a_save_that_was_announced_is_ended_as_a_pair(
    store: ProjectStore, crashed: Crash, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    image_id = store.records[0].id
    old, new = np.zeros((HEIGHT, WIDTH), np.uint8), np.full((HEIGHT, WIDTH), 2, np.uint8)
    store.labels.save(image_id, old, old)
    allowed = {"before the first rename": 0, "between the renames": 1, "after the renames": 2}[step]
    done = []

    def put(unfinished: Path, path: Path) -> None:
        if len(done) == allowed:
            raise KeyboardInterrupt
        done.append(unfinished.replace(path))

    def no_sync(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(label_files, "put_in_place", put)
    monkeypatch.setattr(label_files, "sync_folder", no_sync)
    with pytest.raises(KeyboardInterrupt):
        store.labels.save(image_id, new, new)
    monkeypatch.undo()

    with ProjectStore.open(folder, read_only=True) as reader:
        assert (reader.labels.load(image_id).labels == 2).all()
        assert (reader.labels.load(image_id).origins == 2).all()
    with crashed(store) as again:
        assert again.recovery.saves_finished == 1
        assert (again.labels.load(image_id).labels == 2).all()
        assert (again.labels.load(image_id).origins == 2).all()


def test_a_save_that_died_before_it_was_announced_leaves_the_old_pair_and_no_litter(
    store: ProjectStore, crashed: Crash, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image_id = store.records[0].id
    old = np.zeros((HEIGHT, WIDTH), np.uint8)
    store.labels.save(image_id, old, old)
    for place in (folder / "labels", folder, folder / "models"):
        (place / ".segstudio-dead.png").write_bytes(b"half")

    with crashed(store) as again:
        assert (again.labels.load(image_id).labels == 0).all()
        again.scan(Task())
    assert not list(folder.rglob(".segstudio-*"))


def test_a_model_that_a_killed_training_was_writing_is_swept(
    store: ProjectStore, crashed: Crash, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    network = build_network(NetworkConfig("resnet18", 2, 8, 2, ((1, 1), (1, 2)), base_width=8))
    labels = LabelSet.from_names(["sky", "road"])
    info = ModelInfo("small", network.config, labels, ChannelMap((0, 1)))
    (folder / "cache" / "fine-tuning").mkdir()
    monkeypatch.setattr(checkpoint, "save_file", die)
    for place in ("models", "cache/fine-tuning"):
        with pytest.raises(KeyboardInterrupt):
            checkpoint.write_model(folder / place / "candidate.safetensors", network, info)
    monkeypatch.undo()
    assert len(list(folder.rglob(".*.part"))) == 2

    crashed(store).close()
    assert not list(folder.rglob(".*.part"))


def test_a_failed_save_leaves_the_old_labels_and_the_edits(
    store: ProjectStore, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    image_id = store.records[0].id
    old = np.zeros((HEIGHT, WIDTH), np.uint8)
    store.labels.save(image_id, old, old)
    document = journal_two_edits(store, image_id)

    def full(path: Path, *_: object) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(label_files, "write_packed", full)
    with pytest.raises(SegStudioError, match=r"one\.jpg couldn't be saved.*No space left.*your edits are kept"):
        store.labels.save_journal(image_id)
    monkeypatch.undo()

    with Image.open(folder / "labels" / "one.png") as picture:
        assert not np.asarray(picture).any()
    assert not list(folder.rglob(".segstudio-*"))
    np.testing.assert_array_equal(store.labels.load(image_id).labels, document.labels)


def test_a_disk_that_forgets_what_it_was_given_is_noticed(
    store: ProjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    image_id = store.records[0].id
    old, new = np.zeros((HEIGHT, WIDTH), np.uint8), np.ones((HEIGHT, WIDTH), np.uint8)
    store.labels.save(image_id, old, old)
    real = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", lambda path, data: real(path, data[:-20] + bytes(20)))

    with pytest.raises(SegStudioError, match="didn't keep what was written"):
        store.labels.save(image_id, new, new)
    assert (store.labels.load(image_id).labels == 0).all()


@pytest.mark.parametrize("moment", ["_note_saved", "keep_version"])
def test_a_crash_right_after_a_save_is_not_taken_for_another_programs_change(
    store: ProjectStore, crashed: Crash, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    image_id = store.records[3].id
    document = journal_two_edits(store, image_id)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(LabelStore, moment, die)
    with pytest.raises(KeyboardInterrupt):
        store.labels.save_journal(image_id)
    monkeypatch.undo()
    store.labels.journal.append((image_id, encode_change(paint(document, 0, Rect(1, 1, 3, 3)))))

    with crashed(store) as again:
        assert again.recovery.questions == ()
        np.testing.assert_array_equal(again.labels.load(image_id).labels, document.labels)
        assert again.figures.class_totals()[0] == (1, 4)


def test_an_edit_that_arrives_while_an_image_is_saved_stays_in_the_journal(
    store: ProjectStore, crashed: Crash
) -> None:
    image_id = store.records[3].id
    document = journal_two_edits(store, image_id)
    through = store.labels.journal.last_sequence(image_id)
    labels, origins = document.labels.copy(), document.origins.copy()
    store.labels.journal.append((image_id, encode_change(paint(document, 0, Rect(1, 1, 3, 3)))))
    store.labels.save(image_id, labels, origins, through=through)

    assert store.labels.journal.waiting() == {image_id: 1}
    with crashed(store) as again:
        np.testing.assert_array_equal(again.labels.load(image_id).labels, document.labels)


@pytest.mark.parametrize("answer", ["keep", "discard"])
def test_strokes_painted_while_a_question_is_open_are_kept_whatever_the_answer(
    store: ProjectStore, crashed: Crash, folder: Path, answer: str
) -> None:
    image_id = store.records[3].id
    filled = np.zeros((HEIGHT, WIDTH), np.uint8)
    store.labels.save(image_id, filled, filled)
    old = journal_two_edits(store, image_id)
    Image.fromarray(filled).save(folder / "labels" / "two.png", compress_level=0)

    with crashed(store) as again:
        assert len(again.recovery.questions) == 1
        document = LabelDocument(*again.labels.load(image_id))
        again.labels.journal.append((image_id, encode_change(paint(document, 1, Rect(30, 15, 35, 20)))))
        assert again.labels.save_journal(image_id)
        np.testing.assert_array_equal(again.labels.load(image_id).labels, document.labels)
    with ProjectStore.open(folder) as later:
        (question,) = later.recovery.questions
        assert (question.edits, "still wait" in question.reason) == (2, True)
        (later.keep_recovered if answer == "keep" else later.discard_recovered)(image_id)
        assert int(later.labels.load(image_id).labels[10, 10]) == (2 if answer == "keep" else 0)
        if answer == "discard":
            assert int(later.labels.load(image_id).labels[17, 32]) == 1
            discarded = later.labels.load_version(later.labels.versions(image_id)[0].id)[1]
            np.testing.assert_array_equal(discarded[5:20, 5:20], old.labels[5:20, 5:20])
