"""Thumbnails are small, upright, true, kept, and never in the way."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.domain.images import ImageId
from segstudio.domain.task import Task
from segstudio.store.project_store import ProjectStore
from segstudio.store.thumbnails import LONGEST_SIDE, ThumbnailStore, make_thumbnail


def big_picture(path: Path, *, quarter_turn: bool = False, width: int = 1600, height: int = 1200) -> Path:
    """Red above, blue below; with ``quarter_turn`` stored lying on its side."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, :, 0] = 250
    pixels[height // 2 :, :, 2] = 250
    exif = Image.Exif()
    if quarter_turn:
        pixels = np.rot90(pixels)
        exif[274] = 6
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, exif=exif)
    return path


def is_red(pixel: np.ndarray) -> bool:  # type: ignore[type-arg]  # one pixel's three values
    red, _, blue = (int(part) for part in pixel)
    assert max(red, blue) > 200
    assert min(red, blue) < 50
    return red > blue


def add(store: ProjectStore, name: str) -> ImageId:
    store.scan(Task())
    record = store.find(name)
    assert record is not None
    return record.id


@pytest.mark.parametrize("name", ["big.jpg", "big.png", "big.bmp"])
def test_a_thumbnail_is_the_picture_in_small(store: ProjectStore, images: Path, name: str) -> None:
    big_picture(images / name)
    thumbnail = ThumbnailStore(store).load(add(store, name))

    assert thumbnail.shape == (144, LONGEST_SIDE, 3)
    assert not thumbnail.flags.writeable
    assert is_red(thumbnail[10, 10])
    assert not is_red(thumbnail[130, 10])


def test_a_thumbnail_is_upright(store: ProjectStore, images: Path) -> None:
    big_picture(images / "turned.jpg", quarter_turn=True)
    thumbnail = ThumbnailStore(store).load(add(store, "turned.jpg"))

    assert thumbnail.shape == (144, LONGEST_SIDE, 3)
    assert is_red(thumbnail[10, 96])
    assert not is_red(thumbnail[130, 96])


def test_a_small_picture_is_not_enlarged(store: ProjectStore) -> None:
    assert ThumbnailStore(store).load(store.records[0].id).shape == (24, 40, 3)


def test_a_thumbnail_is_made_once(store: ProjectStore, images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = add(store, big_picture(images / "big.jpg").name)
    first = ThumbnailStore(store).load(image_id)
    monkeypatch.setattr("segstudio.store.thumbnails.make_thumbnail", None)

    assert np.abs(ThumbnailStore(store).load(image_id).astype(int) - first).mean() < 4


def test_a_changed_picture_gets_a_new_one(store: ProjectStore, images: Path) -> None:
    image_id = add(store, big_picture(images / "big.png").name)
    ThumbnailStore(store).load(image_id)
    cv2.imwrite(str(images / "big.png"), np.full((300, 300, 3), 255, np.uint8))
    os.utime(images / "big.png", (9, 9))
    store.scan(Task())

    assert ThumbnailStore(store).load(image_id).min() == 255


def test_a_damaged_or_deleted_cache_is_made_again(store: ProjectStore, images: Path, folder: Path) -> None:
    image_id = add(store, big_picture(images / "big.jpg").name)
    ThumbnailStore(store).load(image_id)
    (kept,) = (folder / "cache").rglob("*.jpg")
    kept.write_bytes(b"broken")

    assert ThumbnailStore(store).load(image_id).shape[1] == LONGEST_SIDE
    kept.unlink()
    assert ThumbnailStore(store).load(image_id).shape[1] == LONGEST_SIDE


def test_a_reader_writes_nothing(store: ProjectStore, folder: Path) -> None:
    with ProjectStore.open(folder, read_only=True) as reader:
        ThumbnailStore(reader).load(reader.records[0].id)
    assert not list((folder / "cache").rglob("*.jpg"))


def test_a_damaged_picture_is_told(tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"not a picture")
    with pytest.raises(FormatError):
        make_thumbnail(path, Size(2000, 2000))
