"""Label Studio's brush coding: the RGBA bytes of a mask, row by row, as runs in a stream of bits.

As ``label_studio_sdk.converter.brush`` has it: 32 bits of byte count, 5 bits of word size less one, four times
4 bits of run-length size less one; then blocks of one bit (run or raw), two bits (which size), length less one,
and one value for a run or as many as the length for raw. The most significant bit comes first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import Mask

_WORD_BITS = 8
_SIZES = (3, 4, 8, 16)
_HEADER_BITS = 32 + 5 + 4 * len(_SIZES)
_CHANNELS = 4


def encode_brush(mask: Mask) -> list[int]:
    """Every run a block of its own, cut where it is longer than the largest size can say."""
    starts = np.flatnonzero(np.diff(mask.reshape(-1), prepend=~mask.reshape(-1)[:1]))
    lengths = np.diff(np.append(starts, mask.size)) * _CHANNELS
    values = mask.reshape(-1)[starts]
    pieces = -(-lengths // (1 << _SIZES[-1]))
    whole = np.repeat(values, pieces)
    cut = np.full(len(whole), 1 << _SIZES[-1], np.int64)
    last = np.cumsum(pieces) - 1
    cut[last] = lengths - (pieces - 1) * (1 << _SIZES[-1])
    return _packed(cut, whole, mask.size * _CHANNELS)


def decode_brush(data: NDArray[np.uint8], width: int, height: int) -> Mask:
    """A pixel is covered where its alpha isn't 0. Raises: ValueError: not the coding of such a picture."""
    bits = np.unpackbits(data)
    if bits.size < _HEADER_BITS:
        raise ValueError("The brush coding is cut short.")
    total = _number(bits, 0, 32)
    word = _number(bits, 32, 5) + 1
    sizes = [_number(bits, 37 + 4 * i, 4) + 1 for i in range(len(_SIZES))]
    if total != width * height * _CHANNELS or word != _WORD_BITS:
        raise ValueError(f"The brush coding is of {total} bytes, the picture has {width} x {height} pixels.")
    alpha = _unpacked(bits, total, sizes).reshape(height, width, _CHANNELS)[..., 3]
    return alpha.astype(np.bool_)


def _packed(lengths: NDArray[np.int64], values: NDArray[np.bool_], total: int) -> list[int]:
    sizes = np.array(_SIZES)
    which = np.searchsorted(1 << sizes, lengths)
    widths = 1 + 2 + sizes[which] + _WORD_BITS
    ends = np.cumsum(widths) + _HEADER_BITS
    bits = np.zeros(-(-int(ends[-1] if len(ends) else _HEADER_BITS) // 8) * 8, np.uint8)
    _put(bits, np.array([0]), np.array([total]), 32)
    _put(bits, np.array([32]), np.array([_WORD_BITS - 1]), 5)
    for i, size in enumerate(_SIZES):
        _put(bits, np.array([37 + 4 * i]), np.array([size - 1]), 4)
    starts = ends - widths
    _put(bits, starts, np.ones(len(starts), np.int64), 1)
    _put(bits, starts + 1, which, 2)
    for i, size in enumerate(_SIZES):
        chosen = which == i
        _put(bits, starts[chosen] + 3, lengths[chosen] - 1, size)
    _put(bits, ends - _WORD_BITS, values * 255, _WORD_BITS)
    packed: list[int] = np.packbits(bits).tolist()
    return packed


def _put(bits: NDArray[np.uint8], at: NDArray[np.int64], numbers: NDArray[np.int64], width: int) -> None:
    """Writes each number, ``width`` bits wide, into ``bits`` from its place on."""
    for bit in range(width):
        bits[at + bit] = (numbers >> (width - 1 - bit)) & 1


def _number(bits: NDArray[np.uint8], at: int, width: int) -> int:
    return int.from_bytes(np.packbits(np.concatenate((np.zeros(-width % 8, np.uint8), bits[at : at + width]))))


def _unpacked(bits: NDArray[np.uint8], total: int, sizes: list[int]) -> NDArray[np.uint8]:
    """Block by block: where the next one starts is known only once this one's length is."""
    text = bits.tobytes().translate(_DIGITS).decode("ascii")  # int(text[a:b], 2) is the quickest way to a number
    output = np.zeros(total, np.uint8)
    position, filled = _HEADER_BITS, 0
    while filled < total:
        size_at = position + 3
        if size_at > len(text):
            raise ValueError("The brush coding is cut short.")
        size = sizes[int(text[position + 1 : size_at], 2)]
        value_at = size_at + size
        if value_at + _WORD_BITS > len(text):
            raise ValueError("The brush coding is cut short.")
        length = int(text[size_at:value_at], 2) + 1
        if filled + length > total:
            raise ValueError("The brush coding runs over the picture's end.")
        if text[position] == "1":
            output[filled : filled + length] = int(text[value_at : value_at + _WORD_BITS], 2)
            position = value_at + _WORD_BITS
        else:
            position = value_at + length * _WORD_BITS
            if position > len(text):
                raise ValueError("The brush coding is cut short.")
            output[filled : filled + length] = np.packbits(bits[value_at:position])
        filled += length
    return output


_DIGITS = bytes([48, 49, *range(2, 256)])
