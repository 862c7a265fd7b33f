"""Overlay pictures: the labels' colours over the image, to look at and to show. Out only."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, RgbImage, read_only, require_rgb_image
from segstudio.domain.classes import LabelSet

OPACITY = 0.5


def draw_overlay(image: RgbImage, labels: LabelMap, label_set: LabelSet, *, opacity: float = OPACITY) -> RgbImage:
    """``image`` with each class's colour laid over it; pixels of no class stay as they are.

    Raises: ValueError: the labels are of another size.
    """
    if require_rgb_image(image).shape[:2] != labels.shape:
        raise ValueError(f"Labels of {labels.shape} can't lie over an image of {image.shape[:2]}.")
    blended = cv2.addWeighted(image, 1.0 - opacity, label_set.color_table()[labels], opacity, 0.0)
    return read_only(np.where((labels == IGNORE)[..., np.newaxis], image, blended.astype(np.uint8)))


def write_overlay(
    path: Path, image: RgbImage, labels: LabelMap, label_set: LabelSet, *, opacity: float = OPACITY
) -> None:
    """A PNG, whatever the name ends in. Raises: ValueError: sizes differ. OSError: it can't be written."""
    write_picture(path, draw_overlay(image, labels, label_set, opacity=opacity))


def write_picture(path: Path, picture: RgbImage) -> None:
    """A PNG, whatever the name ends in. Raises: OSError: it can't be written."""
    _, data = cv2.imencode(".png", picture[..., ::-1])
    path.write_bytes(data.tobytes())
