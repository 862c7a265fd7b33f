"""Makes of an image what the canvas reads, and tells when more of it can be drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.domain.arrays import RgbImage
from segstudio.domain.geometry import Rect
from segstudio.formats.image_source import ImageSource
from segstudio.gui.canvas.picture import MemoryPicture, Picture
from segstudio.gui.canvas.tiled_picture import TiledPicture
from segstudio.services.jobs import JobRunner

_WORK_SECONDS = 0.008


class PictureKeeper(QObject):
    """An array is halved between events, a few milliseconds at a time; a source is read on a lane."""

    arrived = Signal(object)
    """Rect of the image that can be drawn better now."""
    troubled = Signal(str)
    """A sentence: a part of the picture can't be read."""

    def __init__(self, jobs: JobRunner | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._picture: Picture | None = None
        self._growth = QTimer(self)
        self._growth.setInterval(0)
        self._growth.timeout.connect(self._grow)

    @property
    def is_settled(self) -> bool:
        """Whether every level that is to be made is made."""
        return not self._growth.isActive()

    def open(self, image: RgbImage | ImageSource | None, halves: Sequence[RgbImage] = ()) -> Picture | None:
        """Raises: ValueError: a source, and no job runner to read it."""
        self._picture = self._made(image, halves)
        if self._picture is not None:
            self._growth.start()
        return self._picture

    def _made(self, image: RgbImage | ImageSource | None, halves: Sequence[RgbImage]) -> Picture | None:
        if image is None:
            return None
        if isinstance(image, np.ndarray):
            return MemoryPicture(image, halves)
        if len(image.levels) == 1:
            return MemoryPicture(image.read_region(0, Rect(0, 0, *image.size)))
        if self._jobs is None:
            raise ValueError("Reading a picture tile by tile needs a job runner.")
        return self._tiled(image, self._jobs)

    def _tiled(self, source: ImageSource, jobs: JobRunner) -> TiledPicture:
        def on_trouble(sentence: str) -> None:
            if self._picture is picture:  # one that was left is closed, and says so
                self.troubled.emit(sentence)

        picture = TiledPicture(source, jobs, self.arrived.emit, on_trouble)
        return picture

    def _grow(self) -> None:
        picture = self._picture
        if picture is None:
            self._growth.stop()
            return
        levels_before = picture.level_count
        if not picture.work(_WORK_SECONDS):
            self._growth.stop()
        if picture.level_count != levels_before:
            self.arrived.emit(Rect(0, 0, *picture.size))
