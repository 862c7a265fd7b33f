"""Small projects for the tests of the services."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from segstudio.domain.arrays import Origin
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId
from segstudio.domain.stroke import PaintRule
from segstudio.editing.change import DocumentChange
from segstudio.editing.document import LabelDocument
from segstudio.store.project_store import ProjectStore

WIDTH, HEIGHT = 32, 20
CLASSES = LabelSet.from_names(["road", "car", "sky"])


def write_images(folder: Path, names: Sequence[str]) -> Path:
    for seed, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
        done, data = cv2.imencode(path.suffix, pixels)
        assert done
        path.write_bytes(data.tobytes())
    return folder


def make_project(place: Path, names: Sequence[str], label_set: LabelSet = CLASSES) -> ProjectStore:
    return ProjectStore.create(place / "project", write_images(place / "images", names), label_set, "streets")


def image_id(store: ProjectStore, path: str) -> ImageId:
    record = store.find(path)
    assert record is not None, path
    return record.id


def label(store: ProjectStore, path: str, value: int, origin: Origin = Origin.PERSON) -> ImageId:
    """Fill an image with one class and save it."""
    found = image_id(store, path)
    labels = np.full((HEIGHT, WIDTH), value, np.uint8)
    store.labels.save(found, labels, np.full_like(labels, origin))
    return found


def paint(document: LabelDocument, class_id: int, rect: Rect) -> DocumentChange:
    edit = document.begin_edit("Paint")
    edit.write(rect, None, class_id, PaintRule())
    return edit.commit()
