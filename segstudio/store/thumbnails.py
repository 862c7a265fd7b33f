"""Small pictures for the image list, kept in ``cache/``, made when they are first asked for."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage, read_only
from segstudio.domain.geometry import Rect, Size
from segstudio.domain.images import ImageId
from segstudio.domain.task import Progress, Task
from segstudio.formats.image_files import read_image, read_stored_orientation
from segstudio.formats.image_source import open_source
from segstudio.formats.jpeg_scans import require_few_scans
from segstudio.formats.orientation import upright
from segstudio.store.atomic_files import UNFINISHED_PREFIX, remove_quietly
from segstudio.store.project_store import ProjectStore

LONGEST_SIDE = 192
"""In pixels: enough for a list on a screen of twice the usual density."""

_QUALITY = 82
_WHOLE_PIXELS = 40_000_000
_TURN_SECONDS = 0.05
_IMAGES_A_FOLDER = 1000
_REDUCED = {2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4, 8: cv2.IMREAD_REDUCED_COLOR_8}


class ThumbnailStore:
    """Safe between threads and processes: a thumbnail is a file of its own, and any may vanish."""

    def __init__(self, store: ProjectStore) -> None:
        self._store = store

    def load(self, image_id: ImageId, task: Task[Progress] | None = None) -> RgbImage:
        """At most ``LONGEST_SIDE`` pixels a side. A huge picture gives way to what ``task`` says is more urgent.

        Raises: FormatError, ProjectError: the image can't be read.
        """
        file = self._file(image_id)
        kept = _decoded(file)
        if kept is not None:
            return kept
        thumbnail = make_thumbnail(self._store.image_path(image_id), self._store.image_size(image_id), task)
        if not self._store.is_read_only and self._store.folder.is_dir():
            _keep(file, thumbnail)
        return thumbnail

    def _file(self, image_id: ImageId) -> Path:
        """Its name says which picture it was made of, so that a changed picture gets a new one."""
        modified_ns = int(self._store.table.modified_ns[self._store.index.row(image_id)])
        folder = self._store.layout.cache / "thumbnails" / str(image_id // _IMAGES_A_FOLDER)
        return folder / f"{image_id}-{modified_ns:x}.jpg"


def make_thumbnail(path: Path, size: Size, task: Task[Progress] | None = None) -> RgbImage:
    """Without decoding more of the file than it takes. Raises: FormatError: it can't be read."""
    is_small = size.width * size.height <= _WHOLE_PIXELS
    image = _read_small(path, size) if is_small else _smallest_level(path, task or Task())
    height, width = image.shape[:2]
    scale = min(1.0, LONGEST_SIDE / max(width, height))
    target = (max(1, round(width * scale)), max(1, round(height * scale)))
    return read_only(np.asarray(cv2.resize(image, target, interpolation=cv2.INTER_AREA), np.uint8))


def _read_small(path: Path, size: Size) -> RgbImage:
    reduced = _reduced_jpeg(path, size)
    return read_image(path) if reduced is None else reduced


def _reduced_jpeg(path: Path, size: Size) -> RgbImage | None:
    """A JPEG decoded at a half, a quarter or an eighth of its size; None where that can't be done."""
    factor = next((factor for factor in (8, 4, 2) if max(size) >= factor * LONGEST_SIDE), 1)
    if factor == 1 or path.suffix.lower() not in (".jpg", ".jpeg"):
        return None
    try:
        data = path.read_bytes()
        require_few_scans(size, path, data)
        # The reduced flags come in blue, green, red only.
        image = cv2.imdecode(np.frombuffer(data, np.uint8), _REDUCED[factor] | cv2.IMREAD_IGNORE_ORIENTATION)
    except (cv2.error, OSError):
        return None
    if image is None:
        return None
    return upright(np.ascontiguousarray(image[:, :, ::-1], np.uint8), read_stored_orientation(path))


def _smallest_level(path: Path, task: Task[Progress]) -> RgbImage:
    """A few hundredths of a second at a time: a gigapixel takes many seconds, and others wait for the lane."""
    with contextlib.closing(open_source(path, overview_only=True)) as source:
        level = len(source.levels) - 1
        everything = Rect(0, 0, *source.levels[level])
        while source.prepare(level, everything, _TURN_SECONDS) != everything:
            task.check()
        return source.read_region(level, everything)


def _decoded(file: Path) -> RgbImage | None:
    try:
        data = np.frombuffer(file.read_bytes(), np.uint8)
        image = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB) if len(data) else None
    except (OSError, cv2.error):
        return None
    return None if image is None else read_only(np.asarray(image, np.uint8))


def _keep(file: Path, thumbnail: RgbImage) -> None:
    """Whole or not at all, but without waiting for the disk: it can be made again. A full disk is no failure."""
    unfinished = file.parent / f"{UNFINISHED_PREFIX}{secrets.token_hex(8)}.jpg"
    try:
        done, data = cv2.imencode(".jpg", thumbnail[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        file.parent.mkdir(parents=True, exist_ok=True)
        if done:
            unfinished.write_bytes(data.tobytes())
            unfinished.replace(file)
    except OSError:
        remove_quietly(unfinished)
