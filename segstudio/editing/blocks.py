"""A large rectangle cut into blocks, so that work on it needs little memory and skips what is empty."""

from __future__ import annotations

from collections.abc import Iterator

from segstudio.domain.geometry import Rect

BLOCK = 1024


def blocks(rect: Rect, side: int = BLOCK) -> Iterator[Rect]:
    """Row by row; the last ones may be smaller."""
    for top in range(rect.top, rect.bottom, side):
        for left in range(rect.left, rect.right, side):
            yield Rect(left, top, min(left + side, rect.right), min(top + side, rect.bottom))
