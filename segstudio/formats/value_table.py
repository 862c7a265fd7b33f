"""Which class each stored value of an index map is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, LabelMap, read_only
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.formats.exchange import ReadOptions

_UNKNOWN = -1


class ValueTable:
    """``classes``: stored value (0 to 65535) to class id or 255. Any other value is an error where it is met."""

    def __init__(self, classes: Mapping[int, int]) -> None:
        self._table = np.full(65536, _UNKNOWN, np.int16)
        for value, class_id in classes.items():
            self._table[value] = class_id
        self._bytes = self._table[:256].astype(np.uint8)
        self._is_known = self._table >= 0

    def translated(self, indices: NDArray[np.uint8] | NDArray[np.uint16], path: Path) -> LabelMap:
        """Raises: FormatError: a value that nobody has explained."""
        present = np.bincount(indices.reshape(-1), minlength=256) > 0
        strange = np.flatnonzero(present & ~self._is_known[: len(present)])
        if strange.size:
            listed = ", ".join(str(value) for value in strange[:8])
            raise FormatError(
                f"The values {listed} are no class of the class list: add them, or map them to a class or to "
                "ignore.",
                path=path,
            )
        if indices.dtype == np.uint8:
            return read_only(self._bytes[indices])
        return read_only(self._table[indices].astype(np.uint8))


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
