"""Labels in halved sizes, so that drawing zoomed out reads few bytes."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.domain.geometry import Rect

_ROWS_AT_ONCE = 64


class LabelPyramid:
    """``levels[0]`` is the label map itself; each further level keeps every second row and column of the last. The
    same for ``origin_levels``, if there are origins.

    A strided sample, so never a class that isn't there. Whoever changes the labels calls ``update``.
    """

    def __init__(
        self,
        labels: LabelMap,
        origins: OriginMap | None = None,
        *,
        smallest: int = 256,
        level_count: int | None = None,
    ) -> None:
        count = level_count or _level_count(labels.shape, smallest)
        self.levels: list[LabelMap] = _halvings(labels, count)
        self.origin_levels: list[OriginMap] = [] if origins is None else _halvings(origins, count)

    def update(self, rect: Rect) -> None:
        """Samples ``rect`` (in image pixels) anew in every level."""
        rect = rect.intersected(Rect.of_shape(self.levels[0].shape))
        for levels in (self.levels, self.origin_levels):
            _update(levels, rect)

    def level_for(self, scale: float) -> int:
        """The coarsest level that still has a pixel for each pixel of the screen, at ``scale`` screen pixels for
        one image pixel."""
        level = 0
        while level + 1 < len(self.levels) and scale * 2 ** (level + 1) <= 1.0:
            level += 1
        return level


def _level_count(shape: tuple[int, ...], smallest: int) -> int:
    count, shortest = 1, min(shape)
    while shortest >= 2 * smallest:
        count, shortest = count + 1, -(-shortest // 2)
    return count


def _halvings(array: NDArray[np.uint8], count: int) -> list[NDArray[np.uint8]]:
    levels = [array]
    while len(levels) < count:
        levels.append(_every_second(levels[-1]))
    return levels


def _every_second(finer: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Rows and columns. Where all is 0, as where nobody has set a pixel, nothing is written and takes no room."""
    coarser = np.zeros((-(-finer.shape[0] // 2), -(-finer.shape[1] // 2)), np.uint8)
    for top in range(0, coarser.shape[0], _ROWS_AT_ONCE):
        rows = finer[2 * top : 2 * (top + _ROWS_AT_ONCE) : 2]
        if rows.any():
            _take_every_second(rows, coarser[top : top + _ROWS_AT_ONCE])
    return coarser


def _take_every_second(rows: NDArray[np.uint8], target: NDArray[np.uint8]) -> None:
    """Writes the columns 0, 2, 4… of ``rows`` into ``target``. Two columns are read as one number of two bytes and
    cut to the lower: in a third of the time of steps of two."""
    pairs = rows.shape[1] // 2
    target[:, :pairs] = rows[:, : 2 * pairs].view("<u2")
    target[:, pairs:] = rows[:, 2 * pairs :]


def _update(levels: list[NDArray[np.uint8]], rect: Rect) -> None:
    for finer, coarser in itertools.pairwise(levels):
        rect = halved(rect)
        _take_every_second(
            finer[2 * rect.top : 2 * rect.bottom : 2, 2 * rect.left : 2 * rect.right], coarser[rect.slices]
        )


def halved(rect: Rect) -> Rect:
    """The pixels of the next level whose sample lies in ``rect``."""
    return Rect(-(-rect.left // 2), -(-rect.top // 2), -(-rect.right // 2), -(-rect.bottom // 2))
