"""Small pictures for the image list, fetched when a row is drawn and never waited for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from segstudio.domain.arrays import RgbImage
from segstudio.domain.images import ImageId, ImageRecord

Fetch = Callable[[ImageRecord, Callable[[RgbImage | None], None]], None]
"""Reads a thumbnail on a lane; the second argument is called on the window's thread, with None if that failed."""

KEPT = 1500
WAITING_LIMIT = 48


class Thumbnails(QObject):
    """The newest ``KEPT`` pixmaps. The last one asked for is fetched first; what scrolled by is forgotten."""

    arrived = Signal(int)

    def __init__(self, fetch: Fetch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fetch = fetch
        self._kept: OrderedDict[ImageId, QPixmap] = OrderedDict()
        self._waiting: OrderedDict[ImageId, ImageRecord] = OrderedDict()
        self._fetching: ImageId | None = None
        self._round = 0

    def of(self, record: ImageRecord) -> QPixmap | None:
        pixmap = self._kept.get(record.id)
        if pixmap is not None:
            self._kept.move_to_end(record.id)
            return pixmap
        if record.id != self._fetching:
            self._waiting[record.id] = record
            self._waiting.move_to_end(record.id)
            while len(self._waiting) > WAITING_LIMIT:
                self._waiting.popitem(last=False)
            self._fetch_next()
        return None

    def forget(self) -> None:
        """Another project: its ids mean other images."""
        self._round += 1
        self._kept.clear()
        self._waiting.clear()
        self._fetching = None

    def _fetch_next(self) -> None:
        if self._fetching is not None or not self._waiting:
            return
        image_id, record = self._waiting.popitem(last=True)
        self._fetching = image_id
        asked_in = self._round
        self._fetch(record, lambda picture: self._on_arrived(asked_in, image_id, picture))

    def _on_arrived(self, asked_in: int, image_id: ImageId, picture: RgbImage | None) -> None:
        if asked_in != self._round:
            return
        self._fetching = None
        self._kept[image_id] = QPixmap() if picture is None else pixmap_of(picture)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit(image_id)
        self._fetch_next()


def pixmap_of(picture: RgbImage) -> QPixmap:
    contiguous = np.ascontiguousarray(picture)
    height, width = contiguous.shape[:2]
    return QPixmap.fromImage(QImage(contiguous.data, width, height, 3 * width, QImage.Format.Format_RGB888))
