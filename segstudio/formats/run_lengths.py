"""Run lengths as COCO has them (down the columns) and as CVAT has them (along the rows of a box).

Both count alternating runs, zeros first. COCO's compressed text is that of its ``maskApi.c``: six bits a
character from ``0`` on, five of them value, and from the fourth run on the difference to the run before last.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_masks

from segstudio.domain.arrays import Mask

Counts = NDArray[np.int64]
_MOST_GROUPS = 7  # characters a number, 35 bits: more pixels than any picture has


def counts_of(mask: Mask) -> Counts:
    """Runs along the rows, zeros first."""
    flat = mask.reshape(-1)
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    edges = np.concatenate(([0], changes, [flat.size]))
    runs = np.diff(edges)
    return np.concatenate(([0], runs)) if flat.size and flat[0] else runs


def mask_of(counts: Counts, width: int, height: int) -> Mask:
    """The inverse. Raises: ValueError: the runs don't fill the box."""
    require_runs(counts, width * height)
    bits = np.arange(len(counts)) % 2 == 1
    return np.repeat(bits, counts).reshape(height, width)


def columns_of(counts: Counts, width: int, height: int) -> tuple[Mask, int]:
    """The columns, from the first to the last with a one, of runs down the columns; and the first one's number.

    Raises: ValueError: the runs don't fill the picture.
    """
    require_runs(counts, width * height)
    ends = np.cumsum(counts)
    starts = ends - counts
    ones = (np.arange(len(counts)) % 2 == 1) & (counts > 0)
    if not ones.any():
        return np.zeros((height, 0), bool), 0
    first = int(starts[ones][0]) // height
    last = (int(ends[ones][-1]) - 1) // height
    low, high = first * height, (last + 1) * height
    cut = np.clip(ends, low, high) - np.clip(starts, low, high)
    bits = np.arange(len(counts)) % 2 == 1
    columns = np.repeat(bits, cut).reshape(last + 1 - first, height)
    # OpenCV turns it block by block: fifteen times as quick as NumPy's copy of a transposed view.
    return cv2.transpose(columns.view(np.uint8)).view(np.bool_), first


def require_runs(counts: Counts, total: int) -> None:
    """Raises: ValueError: not the runs of ``total`` pixels."""
    if counts.size == 0 or counts.min() < 0 or counts.max() > total or int(counts.sum()) != total:
        raise ValueError(f"The runs don't add up to the {total} pixels there are.")


def encode_coco(mask: Mask) -> str:
    """COCO's compressed text of a mask of the whole picture."""
    encoded = coco_masks.encode(np.asfortranarray(mask.view(np.uint8)))
    text: bytes = encoded["counts"]
    return text.decode("ascii")


def decode_coco_text(text: str) -> Counts:
    """Raises: ValueError: not such a text."""
    try:
        codes = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.int64) - 48
    except UnicodeEncodeError as error:
        raise ValueError("The run lengths hold characters that can't be there.") from error
    if codes.size == 0 or codes.min() < 0 or codes.max() > 63 or codes[-1] & 32:
        raise ValueError("The run lengths are damaged or cut short.")
    is_last = (codes & 32) == 0
    numbers = np.concatenate(([0], np.cumsum(is_last)[:-1]))
    starts = np.concatenate(([0], np.flatnonzero(is_last)[:-1] + 1))
    place = np.arange(codes.size) - starts[numbers]
    if place.max() >= _MOST_GROUPS:
        raise ValueError("A run is longer than any picture.")
    values = np.zeros(int(is_last.sum()), np.int64)
    np.add.at(values, numbers, (codes & 31) << (5 * place))
    lengths = place[is_last] + 1
    negative = (codes[is_last] & 16) != 0
    values[negative] -= np.int64(1) << (5 * lengths[negative])
    return _undo_differences(values)


def _undo_differences(values: Counts) -> Counts:
    """From the fourth on each is the difference to the one two before: sums along the odd and the even ones."""
    counts = values.copy()
    counts[1::2] = np.cumsum(values[1::2])
    if len(values) > 2:
        counts[2::2] = np.cumsum(values[2::2])
    return counts
