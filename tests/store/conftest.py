"""A small project of real image files, and edits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from segstudio.domain.arrays import Origin
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Rect
from segstudio.domain.stroke import PaintRule
from segstudio.editing.change import DocumentChange
from segstudio.editing.document import LabelDocument
from segstudio.store.project_store import ProjectStore

WIDTH, HEIGHT = 40, 24
CLASSES = LabelSet.from_names(["road", "car", "sky"])


def write_image(path: Path, seed: int = 0, *, width: int = WIDTH, height: int = HEIGHT) -> Path:
    """A noise image that differs from seed to seed, in the format of the suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    done, data = cv2.imencode(path.suffix, pixels)
    assert done
    path.write_bytes(data.tobytes())
    return path


def paint(document: LabelDocument, class_id: int, rect: Rect, origin: Origin = Origin.PERSON) -> DocumentChange:
    """One committed edit that fills a rectangle."""
    edit = document.begin_edit("Paint", origin=origin)
    edit.write(rect, None, class_id, PaintRule())
    return edit.commit()


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """A folder of four images, two of one stem."""
    folder = tmp_path / "images"
    for seed, name in enumerate(("one.png", "one.jpg", "sub/one.png", "two.png")):
        write_image(folder / name, seed)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "project"


@pytest.fixture
def store(images: Path, folder: Path) -> Iterator[ProjectStore]:
    with ProjectStore.create(folder, images, CLASSES, "streets") as store:
        yield store


@pytest.fixture
def crashed(folder: Path) -> Callable[[ProjectStore], ProjectStore]:
    """Lets go of a project as a killed process would, and opens it again."""

    def crash(store: ProjectStore) -> ProjectStore:
        abandon(store)
        return ProjectStore.open(folder)

    return crash


def abandon(store: ProjectStore) -> None:
    """What the operating system does to a dead process's lock and files; nothing is tidied up."""
    assert store._access.lock is not None
    store._access.lock._lock.release(force=True)
    store._database.close()
    store._versions.close()
