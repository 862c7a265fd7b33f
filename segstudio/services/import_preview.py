"""One image of a source as it would look in the project, before anything is imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage, read_only
from segstudio.formats.exchange import Reader
from segstudio.formats.overlay import draw_overlay
from segstudio.services.project_exchange import match_images
from segstudio.store.project_store import ProjectStore
from segstudio.store.thumbnails import make_thumbnail


@dataclass(frozen=True, slots=True, eq=False)
class ImportPreview:
    """``matched``: how many of the source's images the project has; ``picture``: the first of them, labelled."""

    image: PurePosixPath
    matched: int
    picture: RgbImage


def preview_import(store: ProjectStore, reader: Reader) -> ImportPreview | None:
    """None where the project has none of the source's images. Raises: FormatError: the first one can't be read."""
    pairs, _ = match_images(store, reader)
    if not pairs:
        return None
    path, image_id = pairs[0]
    labels = reader.read(path).labels
    photo = make_thumbnail(store.image_path(image_id), store.image_size(image_id))
    height, width = photo.shape[:2]
    small = cv2.resize(labels, (width, height), interpolation=cv2.INTER_NEAREST_EXACT).astype(np.uint8, copy=False)
    return ImportPreview(path, len(pairs), read_only(draw_overlay(photo, small, reader.label_set)))
