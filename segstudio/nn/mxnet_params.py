"""A reader for MXNet's ``.params`` files (an NDArray list), of its formats v1, v2 and v3.

Little-endian: uint64 0x112, uint64 0, uint64 count; the arrays; uint64 count; the names, each uint64 length and
bytes. An array: uint32 magic, for v2 and v3 int32 storage type, uint32 ndim, int64 dims, int32 device type, int32
device id, int32 type flag, values. As in MXNet's src/ndarray/ndarray.cc.
"""

from __future__ import annotations

import math
import mmap
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.errors import ModelError
from segstudio.nn.named_arrays import NamedArray

LIST_MAGIC = 0x112
V1, V2, V3 = 0xF993FAC8, 0xF993FAC9, 0xF993FACA
TYPES = ("<f4", "<f8", "<f2", "u1", "<i4", "i1", "<i8")
MOST_ARRAYS = 100_000
MOST_DIMENSIONS = 8
LONGEST_NAME = 4096


def read_mxnet_params(path: Path) -> list[NamedArray]:
    """What the file holds, in its order. Values are mapped, not read; names keep their ``arg:`` or ``aux:``.

    Raises: ModelError: not such a file, cut off, or of a kind that isn't read; the sentence says where.
    """
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} can't be read, or is empty: {error}.") from error
    try:
        return _Reader(data).arrays()
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


class _Reader:
    """Walks through the bytes; nothing is believed before it is known to lie within the file."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._position = 0

    def arrays(self) -> list[NamedArray]:
        magic, _, count = self._numbers("<QQQ", "the header")
        if magic != LIST_MAGIC:
            raise ModelError("This is not an MXNet parameter file: it does not begin with 0x112.")
        if count > MOST_ARRAYS:
            raise ModelError(f"The header speaks of {count} arrays; the file is damaged.")
        found = [self._array(index) for index in range(count)]
        (names,) = self._numbers("<Q", "the count of names")
        if names != count:
            raise ModelError(f"{count} arrays have {names} names; the file is damaged.")
        named = [_named(self._name(index), *found[index]) for index in range(count)]
        if self._position != len(self._data):
            raise ModelError(f"{len(self._data) - self._position} bytes follow the last name; the file is damaged.")
        return named

    def _array(self, index: int) -> tuple[tuple[int, ...], str, memoryview]:
        place = f"array {index + 1}"
        (magic,) = self._numbers("<I", place)
        if magic in (V2, V3):
            (storage,) = self._numbers("<i", place)
            if storage != 0:
                raise ModelError(f"{place} is sparse (storage type {storage}); only dense ones are read.")
        elif magic != V1:
            raise ModelError(f"{place} begins with {magic:#x}; only MXNet's array formats v1, v2 and v3 are read.")
        (dimensions,) = self._numbers("<I", place)
        if dimensions > MOST_DIMENSIONS or (dimensions == 0 and magic != V3):
            raise ModelError(f"{place} has {dimensions} dimensions; the file is damaged.")
        shape = self._numbers(f"<{dimensions}q", place)
        _, _, kind = self._numbers("<iii", place)
        if not 0 <= kind < len(TYPES):
            raise ModelError(f"{place} has the unknown type {kind}.")
        if min(shape, default=0) < 0:
            raise ModelError(f"{place} has the impossible shape {shape}.")
        size = math.prod(shape) * np.dtype(TYPES[kind]).itemsize
        return shape, TYPES[kind], self._bytes(size, f"{place} of shape {shape}")

    def _name(self, index: int) -> str:
        place = f"name {index + 1}"
        (length,) = self._numbers("<Q", place)
        if length > LONGEST_NAME:
            raise ModelError(f"{place} is {length} bytes long; the file is damaged.")
        try:
            return bytes(self._bytes(length, place)).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ModelError(f"{place} is not readable; the file is damaged.") from error

    def _numbers(self, form: str, place: str) -> tuple[int, ...]:
        return struct.unpack(form, self._bytes(struct.calcsize(form), place))

    def _bytes(self, size: int, place: str) -> memoryview:
        left = len(self._data) - self._position
        if size > left:
            raise ModelError(f"The file was cut off: {place} needs {size} bytes and {left} are left.")
        view = memoryview(self._data)[self._position : self._position + size]
        self._position += size
        return view


def _named(name: str, shape: tuple[int, ...], kind: str, values: memoryview) -> NamedArray:
    def read() -> NDArray[np.float32]:
        return np.frombuffer(values, np.dtype(kind)).reshape(shape).astype(np.float32)

    return NamedArray(name, shape, np.dtype(kind).kind == "f", read)
