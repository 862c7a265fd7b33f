"""A save packs what the journal touched, and ends in the same labels as if everything had been read and written."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.geometry import Rect
from segstudio.editing.document import LabelDocument
from segstudio.editing.journal import encode_change
from segstudio.formats import banded_map
from segstudio.store.project_store import ProjectStore
from segstudio.store.versions import decode_planes
from store.conftest import CLASSES, HEIGHT, WIDTH, paint, write_image


def stroke(store: ProjectStore, class_id: int, rect: Rect) -> LabelDocument:
    """Painted, and in the journal."""
    image_id = store.records[0].id
    document = LabelDocument(*store.labels.load(image_id))
    store.labels.journal.append((image_id, encode_change(paint(document, class_id, rect))))
    return document


def assert_saved_as(store: ProjectStore, document: LabelDocument) -> None:
    image_id = store.records[0].id
    paths = store.labels.paths(image_id)
    for path, wanted in ((paths.labels, document.labels), (paths.origins, document.origins)):
        with Image.open(path) as image:
            np.testing.assert_array_equal(np.asarray(image), wanted)
    newest = store.labels.versions(image_id)[0]
    _, labels, origins = store.labels.load_version(newest.id)
    np.testing.assert_array_equal(labels, document.labels)
    np.testing.assert_array_equal(origins, document.origins)


def test_strokes_end_in_both_files_and_the_version(store: ProjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(banded_map, "_BAND_PIXELS", 3 * WIDTH)
    for class_id, rect in ((1, Rect(2, 1, 9, 8)), (2, Rect(0, HEIGHT - 4, WIDTH, HEIGHT)), (0, Rect(0, 5, 3, 6))):
        document = stroke(store, class_id, rect)
        assert store.labels.save_journal(store.records[0].id)
        assert_saved_as(store, document)


@pytest.fixture
def tall(tmp_path: Path) -> Iterator[ProjectStore]:
    """A project of one picture of 1000 rows."""
    write_image(tmp_path / "tall" / "a.png", width=WIDTH, height=1000)
    with ProjectStore.create(tmp_path / "tall project", tmp_path / "tall", CLASSES, "streets") as store:
        yield store


def test_only_the_bands_under_a_stroke_are_packed_anew(tall: ProjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store, image_id = tall, tall.records[0].id
    monkeypatch.setattr(banded_map, "_BAND_PIXELS", 10 * WIDTH)
    noise = np.random.default_rng(0).integers(0, 3, (1000, WIDTH), np.uint8)
    store.labels.save(image_id, noise, noise)
    packed: list[int] = []
    pack = banded_map._deflated
    monkeypatch.setattr(banded_map, "_deflated", lambda rows: packed.append(len(rows)) or pack(rows))
    document = stroke(store, 1, Rect(2, 3, 9, 5))
    store.labels.save_journal(image_id)
    assert 0 < len(packed) < 50, "of 200 bands of labels and origins"
    assert_saved_as(store, document)


def test_the_index_counts_classes_as_if_it_had_read_the_map(store: ProjectStore) -> None:
    image_id = store.records[0].id
    stroke(store, 1, Rect(0, 0, 5, 4))
    store.labels.save_journal(image_id)
    document = stroke(store, 2, Rect(3, 0, 6, 4))
    store.labels.save_journal(image_id)
    wanted = {int(value): int((document.labels == value).sum()) for value in np.unique(document.labels)}
    assert store.figures.classes_by_image()[image_id] == wanted


def test_labels_that_another_program_wrote_are_taken_over(store: ProjectStore) -> None:
    image_id = store.records[0].id
    paths = store.labels.paths(image_id)
    paths.labels.parent.mkdir(parents=True, exist_ok=True)
    found = np.full((HEIGHT, WIDTH), IGNORE, np.uint8)
    found[:3] = 1
    Image.fromarray(found).save(paths.labels)
    document = stroke(store, 2, Rect(0, 2, 4, 6))
    assert document.origins[0, 0] == Origin.PERSON
    store.labels.save_journal(image_id)
    assert_saved_as(store, document)


def test_versions_kept_by_earlier_programs_are_read() -> None:
    old = bytes.fromhex("0300000002000000") + zlib.compress(bytes([1, 2, 3, 4, 5, 255] + [3] * 6))
    labels, origins = decode_planes(old)
    assert labels.tolist() == [[1, 2, 3], [4, 5, 255]]
    assert (origins == Origin.PERSON).all()
