"""Numbers that the index keeps about labels and progress, as they are read for statistics."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.images import ImageId, ImageStatus
from segstudio.store.database import Database
from segstudio.store.image_table import STATUS_CODES


class Figures:
    """Reads only; the label store and the image index write them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def class_totals(self) -> Mapping[int, tuple[int, int]]:
        """(images, pixels) for each label value, 255 included, over all saved labels."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT class_id, count(*), sum(pixels) FROM class_pixels GROUP BY class_id"
            ).fetchall()
        return {class_id: (images, pixels) for class_id, images, pixels in rows}

    def images_with(self, class_ids: Iterable[int]) -> NDArray[np.int64]:
        """The ids of the images that have at least a pixel of one of the classes."""
        found: list[int] = []
        with self._database.reading() as connection:
            for class_id in class_ids:
                rows = connection.execute("SELECT image_id FROM class_pixels WHERE class_id = ?", (class_id,))
                found.extend(itertools.chain.from_iterable(rows))
        return np.array(found, np.int64)

    def class_pixels(self, class_id: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(image ids, pixels) of one class; images without it are left out."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT image_id, pixels FROM class_pixels WHERE class_id = ?", (class_id,))
            flat = np.fromiter(itertools.chain.from_iterable(rows), np.int64)
        return flat[0::2], flat[1::2]

    def classes_by_image(self) -> Mapping[ImageId, Mapping[int, int]]:
        """Pixels of each class, for every image with saved labels."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT image_id, class_id, pixels FROM class_pixels").fetchall()
        found: dict[ImageId, dict[int, int]] = {}
        for image_id, class_id, pixels in rows:
            found.setdefault(ImageId(image_id), {})[class_id] = pixels
        return found

    def status_changes(self) -> tuple[tuple[float, ImageId, ImageStatus], ...]:
        """(seconds since 1970, image, new status), in the order they happened."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT at, image_id, status FROM status_log ORDER BY rowid").fetchall()
        return tuple((at, ImageId(image_id), STATUS_CODES[code]) for at, image_id, code in rows)
