"""Several threads at one image at one moment: autosave, a scan after a crash, a training that needs the newest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Rect
from segstudio.domain.task import Task
from segstudio.editing.document import LabelDocument
from segstudio.editing.journal import encode_change
from segstudio.store import label_files
from segstudio.store.label_files import LabelPair
from segstudio.store.project_store import ProjectStore
from store.conftest import HEIGHT, WIDTH, paint


def test_saves_of_one_image_from_two_threads_follow_each_other(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    cv2.imwrite(str(pictures / "a.png"), np.zeros((40, 60, 3), np.uint8))
    failures: list[Exception] = []
    with ProjectStore.create(tmp_path / "p", pictures, LabelSet.from_names(["sky", "road"]), "streets") as store:
        image_id = store.records[0].id

        def save(class_id: int) -> None:
            pair = LabelPair(np.full((40, 60), class_id, np.uint8), np.full((40, 60), 3, np.uint8))
            try:
                for _ in range(12):
                    store.labels.save(image_id, pair.labels, pair.origins)
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=save, args=(class_id,)) for class_id in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert set(np.unique(store.labels.load(image_id).labels)) <= {0, 1}


def test_a_save_under_way_is_not_taken_for_a_dead_writers_litter(
    store: ProjectStore, crashed: Callable[[ProjectStore], ProjectStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    image_id = store.records[0].id
    with crashed(store) as again:
        document = LabelDocument(*again.labels.load(image_id))
        again.labels.journal.append((image_id, encode_change(paint(document, 2, Rect(0, 0, 9, 9)))))
        scan = threading.Thread(target=again.scan, args=(Task(),))
        put = label_files.put_in_place

        def put_while_somebody_scans(unfinished: Path, path: Path) -> None:
            if not scan.ident:
                scan.start()
                scan.join(timeout=0.5)
            put(unfinished, path)

        monkeypatch.setattr(label_files, "put_in_place", put_while_somebody_scans)
        again.labels.save_journal(image_id)
        scan.join()
        np.testing.assert_array_equal(again.labels.load(image_id).labels, document.labels)


def test_reading_an_image_that_is_being_saved_waits_for_the_renames(
    store: ProjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    image_id = store.records[0].id
    filled = np.ones((HEIGHT, WIDTH), np.uint8)
    found: list[LabelPair] = []
    reader = threading.Thread(target=lambda: found.append(store.labels.load(image_id)))
    put = label_files.put_in_place

    def put_while_somebody_reads(unfinished: Path, path: Path) -> None:
        if not reader.ident:
            reader.start()
            reader.join(timeout=0.5)
        put(unfinished, path)

    monkeypatch.setattr(label_files, "put_in_place", put_while_somebody_reads)
    store.labels.save(image_id, filled, filled)
    reader.join()
    np.testing.assert_array_equal(found[0].labels, filled)
