"""Small pictures of a project's images, kept in its cache until the image's file changes."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage, read_only
from segstudio.domain.errors import SegStudioError
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId
from segstudio.formats.image_source import open_source
from segstudio.store.project_store import ProjectStore

LONGER_SIDE = 160
JPEG_SUFFIXES = frozenset({".jpg", ".jpeg"})


class ThumbnailStore:
    """Safe between threads. The cache may be deleted at any time."""

    def __init__(self, store: ProjectStore) -> None:
        self._store = store
        self._folder = store.layout.cache / "thumbnails"

    def load(self, image_id: ImageId) -> RgbImage:
        """From the cache, or made now. Raises: ProjectError, FormatError: the image is gone or can't be read."""
        path = self._store.image_path(image_id)
        kept = self._folder / _name(image_id, path)
        with contextlib.suppress(OSError):
            picture = _decoded(kept.read_bytes(), cv2.IMREAD_COLOR)
            if picture is not None:
                return picture
        picture = _shrunk(_read_small(path))
        if not self._store.is_read_only:
            with contextlib.suppress(OSError, SegStudioError):
                self._keep(kept, picture)
        return read_only(picture)

    def _keep(self, path: Path, picture: RgbImage) -> None:
        """Without fsync: what a crash spoils is made again."""
        self._folder.mkdir(parents=True, exist_ok=True)
        _, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 85])
        unfinished = path.with_suffix(f".{os.getpid()}.part")
        unfinished.write_bytes(data.tobytes())
        unfinished.replace(path)


def _name(image_id: ImageId, path: Path) -> str:
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return f"{image_id}-{changed:x}.jpg"


def _read_small(path: Path) -> RgbImage:
    """Upright, at least as large as a thumbnail where the image is."""
    if path.suffix.lower() in JPEG_SUFFIXES:
        with contextlib.suppress(OSError):
            picture = _decoded(path.read_bytes(), cv2.IMREAD_REDUCED_COLOR_4)
            if picture is not None and max(picture.shape[:2]) >= LONGER_SIDE:
                return picture
    source = open_source(path)
    try:
        levels = source.levels
        enough = [level for level, size in enumerate(levels) if max(size) >= LONGER_SIDE]
        level = max(enough, default=0)
        return source.read_region(level, Rect(0, 0, levels[level].width, levels[level].height))
    finally:
        source.close()


def _decoded(data: bytes, mode: int) -> RgbImage | None:
    """None where OpenCV can't; its orientation tag is applied."""
    if not data:
        return None
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), mode)
    except cv2.error:
        return None
    return None if picture is None else np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)


def _shrunk(picture: RgbImage) -> RgbImage:
    height, width = picture.shape[:2]
    scale = LONGER_SIDE / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
