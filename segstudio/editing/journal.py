"""A change as bytes, for a journal that brings labels back after a crash.

Little-endian: magic, version, kind, image width and height, rectangle, pixels changed, revision, length of the
name, number of patches, the name in UTF-8; for each patch its number of rectangles, their height
and width, bytes of labels and of origins, the corners (row and column, uint32 each), the labels, the origins; at
the end the CRC-32 of everything before.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

from segstudio.domain.arrays import LabelMap, Origin, OriginMap
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect, Size
from segstudio.editing.change import ChangeKind, DocumentChange
from segstudio.editing.patch import Patch

_MAGIC = b"SegJ"
_VERSION = 1
_HEAD = struct.Struct("<4sBB2I4IQQHI")
_PATCH = struct.Struct("<5I")
_SUM = struct.Struct("<I")
_MOST_BEYOND = 1024
"""No rectangle reaches further beyond the image's edge, so a patch never unpacks to much more than the image."""

_KINDS = (ChangeKind.EDIT, ChangeKind.UNDO, ChangeKind.REDO)


def encode_change(change: DocumentChange) -> bytes:
    """The change as bytes for ``apply_change``. Packs the patches of the change and its ways back, which takes some
    milliseconds: not on the window's thread."""
    name = change.name.encode()[:0xFFFF]
    rect = change.rect
    head = _HEAD.pack(
        _MAGIC,
        _VERSION,
        _KINDS.index(change.kind),
        *change.image_size,
        *(rect.left, rect.top, rect.right, rect.bottom),
        change.pixels_changed,
        change.revision,
        len(name),
        len(change.patches),
    )
    body = b"".join((head, name, *(part for patch in change.patches for part in _encoded(patch))))
    for patch in change.ways_back:
        patch.pack()
    return body + _SUM.pack(zlib.crc32(body))


def decode_change(data: bytes) -> DocumentChange:
    """Raises: FormatError: not a change, cut short or damaged."""
    if len(data) < _HEAD.size + _SUM.size or data[:4] != _MAGIC:
        raise FormatError("This isn't an entry of a stroke journal, or it is cut short.")
    if data[4] != _VERSION:
        raise FormatError(f"The journal entry has version {data[4]}; this program reads version {_VERSION}.")
    body = data[: -_SUM.size]
    if _SUM.unpack(data[-_SUM.size :])[0] != zlib.crc32(body):
        raise FormatError("The journal entry is damaged or cut short: its checksum doesn't fit.")
    try:
        return _decoded(body)
    except (struct.error, ValueError, IndexError) as error:
        raise FormatError("The journal entry is damaged.") from error


def apply_change(data: bytes, labels: LabelMap, origins: OriginMap) -> Rect:
    """Writes the pixels of an encoded change into ``labels`` and ``origins``. Returns: the rectangle
    that it touched.

    Replaying a journal from its start or from anywhere before the labels' own state ends in the same labels.
    Raises: FormatError: damaged, or of another image size; then nothing was written.
    """
    change = decode_change(data)
    if (change.image_size.height, change.image_size.width) != labels.shape or labels.shape != origins.shape:
        size = change.image_size
        raise FormatError(
            f"The journal entry is for an image of {size.width} x {size.height} pixels, not this one."
        )
    for patch in change.patches:
        _check(patch, labels.shape)
    for patch in change.patches:
        patch.apply(labels, origins)
    return change.rect


def touched_rows(data: bytes) -> list[tuple[int, int]]:
    """The first row of pixels that an encoded change writes, and the one behind its last, for each height at which
    it does; rows may lie beyond the image. Raises: FormatError: damaged."""
    return [
        (top, top + patch.height)
        for patch in decode_change(data).patches
        for top in np.unique(patch.corners[:, 0]).tolist()
    ]


def _encoded(patch: Patch) -> Iterator[bytes]:
    yield _PATCH.pack(len(patch.corners), patch.height, patch.width, len(patch.labels), len(patch.origins))
    yield patch.corners.astype("<i4").tobytes()
    yield patch.labels
    yield patch.origins


def _decoded(body: bytes) -> DocumentChange:
    _, _, kind, width, height, *rect, pixels, revision, name_length, patch_count = _HEAD.unpack_from(body)
    name = body[_HEAD.size : _HEAD.size + name_length].decode()
    patches, place = [], _HEAD.size + name_length
    for _ in range(patch_count):
        patch, place = _decoded_patch(body, place)
        patches.append(patch)
    if place != len(body):
        raise ValueError("bytes left over")
    return DocumentChange(name, _KINDS[kind], Rect(*rect), pixels, revision, Size(width, height), tuple(patches))


def _decoded_patch(body: bytes, place: int) -> tuple[Patch, int]:
    count, height, width, labels_length, origins_length = _PATCH.unpack_from(body, place)
    place += _PATCH.size
    corners = np.frombuffer(body, "<i4", 2 * count, place).reshape(-1, 2).astype(np.int32)
    place += 8 * count
    labels = body[place : place + labels_length]
    place += labels_length
    origins = body[place : place + origins_length]
    return Patch(corners, height, width, labels, origins), place + origins_length


def _check(patch: Patch, shape: tuple[int, ...]) -> None:
    """Raises: FormatError: pixels outside the image, or that can't be."""
    is_inside = bool(((patch.corners >= 0) & (patch.corners < shape)).all())
    fits = patch.pixel_count <= (shape[0] + _MOST_BEYOND) * (shape[1] + _MOST_BEYOND)
    if not is_inside or not fits:
        raise FormatError("The journal entry is damaged: it has pixels outside the image.")
    _, origins = patch.decoded()
    if origins.size and int(origins.max()) > max(Origin):
        raise FormatError("The journal entry is damaged: it has origins that don't exist.")
