"""An image's labels and origins as they lie on the disk: packed in bands, so that a save touches what changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, Origin, OriginMap, require_label_map
from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import ProjectError
from segstudio.domain.geometry import Size
from segstudio.editing.journal import apply_change, touched_rows
from segstudio.formats.banded_map import BandedMap
from segstudio.formats.banded_png import banded_png
from segstudio.formats.indexed_png import read_banded_map

ORIGIN_CLASSES = LabelSet(
    (
        ClassSpec(Origin.NOBODY, "nobody", (0, 0, 0)),
        ClassSpec(Origin.MODEL, "model", (70, 130, 180)),
        ClassSpec(Origin.ACCEPTED, "accepted", (60, 179, 113)),
        ClassSpec(Origin.PERSON, "person", (255, 165, 0)),
    )
)
"""The palette of an origin file, so that it can be looked at too."""


class PackedPair(NamedTuple):
    """An image's labels and origins, of one size."""

    labels: BandedMap
    origins: BandedMap

    @classmethod
    def of(cls, labels: LabelMap, origins: OriginMap) -> PackedPair:
        """Raises: ValueError: not maps of one shape."""
        require_label_map(labels)
        require_label_map(origins, "origin map")
        if labels.shape != origins.shape:
            raise ValueError(f"Labels of {labels.shape} don't fit origins of {origins.shape}.")
        return cls(BandedMap.of(labels), BandedMap.of(origins))

    @classmethod
    def read(cls, label_file: Path, origin_file: Path, size: Size) -> PackedPair:
        """Missing labels are all unlabelled. Labels without origins (made elsewhere) count as a person's.

        Raises: FormatError: a file is damaged or of another size than the image. ProjectError: it can't be read.
        """
        if not label_file.is_file():
            return cls(BandedMap.uniform(size, IGNORE), BandedMap.uniform(size, Origin.NOBODY))
        labels = _read(label_file, size)
        if origin_file.is_file():
            origins = _read(origin_file, size)
            if max(origins.counts) > Origin.PERSON:
                origins = BandedMap.of(np.minimum(origins.unpacked(), np.uint8(Origin.PERSON)))
        else:
            is_set = labels.unpacked() != IGNORE
            origins = BandedMap.of(np.where(is_set, np.uint8(Origin.PERSON), np.uint8(Origin.NOBODY)))
        return cls(labels, origins)

    def unpacked(self) -> tuple[LabelMap, OriginMap]:
        """The caller may write to both. Raises: FormatError: damaged."""
        # Nobody is 0: memory that is never written takes no time, nor room, until somebody paints there.
        origins = np.zeros((self.origins.size.height, self.origins.size.width), np.uint8)
        self.origins.unpack_into(origins, range(len(self.origins.bands)), cleared_to=Origin.NOBODY)
        return self.labels.unpacked(), origins

    def with_changes(self, changes: Sequence[bytes]) -> PackedPair:
        """After these journal entries; only the bands that they touch are unpacked and packed anew.

        Raises: FormatError: an entry or a band is damaged.
        """
        rows = [rows for change in changes for rows in touched_rows(change)]
        # Of these arrays only the bands that are touched are ever written: the rest takes no room.
        planes = [np.empty((plane.size.height, plane.size.width), np.uint8) for plane in self]
        touched = [sorted({n for top, bottom in rows for n in plane.under(top, bottom)}) for plane in self]
        for plane, array, numbers in zip(self, planes, touched, strict=True):
            plane.unpack_into(array, numbers)
        for change in changes:
            apply_change(change, *planes)
        return PackedPair(
            *(plane.with_rows(array, n) for plane, array, n in zip(self, planes, touched, strict=True))
        )


def write_packed(path: Path, labels: BandedMap, label_set: LabelSet) -> None:
    """Write and read back: a full disk or a faulty one must not replace a good file.

    Raises: OSError: it can't be written. ProjectError: it isn't kept.
    """
    data = banded_png(labels, label_set.color_table())
    path.write_bytes(data)
    if path.read_bytes() != data:
        raise ProjectError(
            f"{path.parent} didn't keep what was written (is the disk full?); the old file is unchanged."
        )


def _read(path: Path, size: Size) -> BandedMap:
    try:
        return read_banded_map(path, expected_size=size)
    except OSError as error:
        raise ProjectError(f"{path} can't be read: {error.strerror or error}.") from error
