"""Which class each stored value of an index map is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, LabelMap, read_only
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.formats.class_matching import unknown_keys
from segstudio.formats.exchange import ReadOptions

_UNKNOWN = -1


class ValueTable:
    """``classes``: stored value (0 to 65535) to class id or 255. Any other value is an error where it is met."""

    def __init__(self, classes: Mapping[int, int]) -> None:
        self._table = np.full(65536, _UNKNOWN, np.int16)
        for value, class_id in classes.items():
            self._table[value] = class_id
        self._bytes = self._table[:256].astype(np.uint8)
        self._is_strange = (self._table[:256] < 0).view(np.uint8)
        own = np.arange(256, dtype=np.uint8)
        self._is_identity = bool((self._bytes == own)[self._table[:256] >= 0].all())
        self._count = unbroken_count([value for value in range(IGNORE) if self._table[value] >= 0])

    def translated(self, indices: NDArray[np.uint8] | NDArray[np.uint16], path: Path) -> LabelMap:
        """Raises: FormatError: a value that nobody has explained."""
        if indices.itemsize == 1:
            is_usual = self._table[IGNORE] >= 0 and are_below(indices, self._count)
            if not is_usual and cv2.LUT(indices, self._is_strange).any():
                raise self._strange(indices, path)
            same = indices if self._is_identity else cv2.LUT(indices, self._bytes)
            return read_only(same.astype(np.uint8, copy=False))
        labels = self._table[indices]
        if labels.min(initial=0) == _UNKNOWN:
            raise self._strange(indices, path)
        return read_only(labels.astype(np.uint8))

    def class_of(self, value: int) -> int | None:
        """A class id or 255; None where nobody has explained the value, which is 0 to 65535."""
        class_id = int(self._table[value])
        return None if class_id == _UNKNOWN else class_id

    def _strange(self, indices: NDArray[np.uint8] | NDArray[np.uint16], path: Path) -> FormatError:
        found = np.unique(indices)
        strange = found[self._table[found] == _UNKNOWN].tolist()
        return unknown_keys("value", [str(value) for value in strange], path)


def unbroken_count(values: Sequence[int]) -> int:
    """How many there are where they are 0, 1, 2 …; 0 where one is missing between them."""
    return len(values) if list(values) == list(range(len(values))) else 0


def are_below(labels: NDArray[np.uint8] | NDArray[np.uint16], count: int) -> bool:
    """Whether every label, of 8 bits, is below ``count`` or 255, at the speed of memory: 255 + 1 wraps to 0."""
    return int((labels + np.uint8(1)).max(initial=0)) <= count


def table_of(known: Mapping[int, int], options: ReadOptions) -> ValueTable:
    """``known``, overruled by what the user mapped. Raises: FormatError: the mapping's keys are no values."""
    return ValueTable(dict(known) | mapped_values(options))


def identity(label_set: LabelSet) -> dict[int, int]:
    """The stored value is the class id; 255 is ignore."""
    return {class_id: class_id for class_id in label_set.ids} | {IGNORE: IGNORE}


def mapped_values(options: ReadOptions) -> dict[int, int]:
    """Raises: FormatError: a key that is no value of 0 to 65535."""
    values = {}
    for key, class_id in options.mapping.items():
        if not key.isascii() or not key.isdigit() or int(key) > 65535:
            raise FormatError(f"{key!r} is mapped, but the values of this format are whole numbers.")
        values[int(key)] = class_id
    return values
