"""A place where two models differ, as pictures side by side: the image, both answers, the truth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from segstudio.domain.arrays import RgbImage
from segstudio.domain.classes import LabelSet
from segstudio.formats.overlay import draw_overlay
from segstudio.gui.panels.thumbnails import pixmap_of
from segstudio.services.model_comparison_places import ChangedPlace

CAPTION_HEIGHT = 20
GAP = 6
OPACITY = 0.6


class PictureStrip(QWidget):
    """Pictures of one size in a row, each with a word above it; as large as there is room, ``side`` at most."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self._side = side
        self._pictures: list[tuple[str, QPixmap]] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_pictures(self, pictures: Sequence[tuple[str, RgbImage]]) -> None:
        self._pictures = [(words, pixmap_of(np.ascontiguousarray(image))) for words, image in pictures]
        self.setAccessibleDescription(", ".join(words for words, _ in pictures))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return CAPTION_HEIGHT + self._shown_side(width)

    def sizeHint(self) -> QSize:
        width = (self._side + GAP) * max(1, len(self._pictures))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(48 * max(1, len(self._pictures)), CAPTION_HEIGHT + 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            side = self._shown_side(self.width())
            for number, (words, pixmap) in enumerate(self._pictures):
                left = number * (side + GAP)
                painter.drawText(QRectF(left, 0, side, CAPTION_HEIGHT), Qt.AlignmentFlag.AlignVCenter, words)
                fitted = pixmap.size().scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio)
                painter.drawPixmap(left, CAPTION_HEIGHT, fitted.width(), fitted.height(), pixmap)

    def _shown_side(self, width: int) -> int:
        count = max(1, len(self._pictures))
        return max(24, min(self._side, (width - GAP * (count - 1)) // count))


class PlaceStrip(PictureStrip):
    """One changed place: the image, the current model's answer, the candidate's, the truth."""

    def show_place(self, place: ChangedPlace, label_set: LabelSet) -> None:
        answers = (("now", place.before), ("new", place.after), ("right", place.truth))
        drawn = [
            (words, draw_overlay(place.picture, labels, label_set, opacity=OPACITY)) for words, labels in answers
        ]
        self.show_pictures([("image", place.picture), *drawn])
        self.setToolTip(place_words(place))


def place_words(place: ChangedPlace) -> str:
    """Which image, and how many pixels became right or wrong."""
    return f"{place.image}: {place.gained:,} pixels became right, {place.lost:,} wrong"
