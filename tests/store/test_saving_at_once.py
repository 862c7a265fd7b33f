"""Two threads that save one image at one moment: autosave, and a training that needs the newest labels."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np

from segstudio.domain.classes import LabelSet
from segstudio.store.label_files import LabelPair
from segstudio.store.project_store import ProjectStore


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
