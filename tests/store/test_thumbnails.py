"""Thumbnails: upright, small, kept, and made anew when the image changes."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import SegStudioError
from segstudio.store.project_store import ProjectStore
from segstudio.store.thumbnails import LONGER_SIDE, ThumbnailStore


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder


def project(tmp_path: Path, pictures: Path) -> ProjectStore:
    return ProjectStore.create(tmp_path / "project", pictures, LabelSet.from_names(["sky"]), "streets")


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_a_large_picture_becomes_small_and_keeps_its_colours(tmp_path: Path, pictures: Path, name: str) -> None:
    picture = np.zeros((600, 1200, 3), np.uint8)
    picture[:, :600] = (200, 40, 20)
    cv2.imwrite(str(pictures / name), picture)
    with project(tmp_path, pictures) as store:
        small = ThumbnailStore(store).load(store.records[0].id)
    assert small.shape == (LONGER_SIDE // 2, LONGER_SIDE, 3)
    assert np.abs(small[20, 20].astype(int) - (20, 40, 200)).max() < 12


def test_a_small_picture_keeps_its_size(tmp_path: Path, pictures: Path) -> None:
    cv2.imwrite(str(pictures / "a.png"), np.zeros((10, 30, 3), np.uint8))
    with project(tmp_path, pictures) as store:
        assert ThumbnailStore(store).load(store.records[0].id).shape == (10, 30, 3)


def test_a_changed_picture_gets_a_new_thumbnail(tmp_path: Path, pictures: Path) -> None:
    path = pictures / "a.png"
    cv2.imwrite(str(path), np.zeros((20, 30, 3), np.uint8))
    with project(tmp_path, pictures) as store:
        thumbnails = ThumbnailStore(store)
        image_id = store.records[0].id
        assert thumbnails.load(image_id).max() < 12
        cv2.imwrite(str(path), np.full((20, 30, 3), 255, np.uint8))
        assert thumbnails.load(image_id).min() > 240


def test_it_is_read_from_the_cache_the_second_time(tmp_path: Path, pictures: Path) -> None:
    path = pictures / "a.png"
    cv2.imwrite(str(path), np.full((20, 30, 3), 90, np.uint8))
    with project(tmp_path, pictures) as store:
        thumbnails = ThumbnailStore(store)
        image_id = store.records[0].id
        thumbnails.load(image_id)
        stat = path.stat()
        path.write_bytes(b"no picture any more")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert abs(int(thumbnails.load(image_id)[0, 0, 0]) - 90) < 12


def test_a_picture_that_can_not_be_read_is_a_sentence(tmp_path: Path, pictures: Path) -> None:
    (pictures / "a.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    with project(tmp_path, pictures) as store, pytest.raises(SegStudioError):
        ThumbnailStore(store).load(store.records[0].id)
