"""Labels in halved sizes, so that drawing zoomed out reads few bytes."""

from __future__ import annotations

import numpy as np

from segstudio.domain.arrays import LabelMap
from segstudio.domain.geometry import Rect


class LabelPyramid:
    """``levels[0]`` is the label map itself; each further level keeps every second row and column of the last.

    A strided sample, so never a class that isn't there. Whoever changes the labels calls ``update``.
    """

    def __init__(self, labels: LabelMap, *, smallest: int = 256) -> None:
        self.levels: list[LabelMap] = [labels]
        while min(self.levels[-1].shape) >= 2 * smallest:
            self.levels.append(np.ascontiguousarray(self.levels[-1][::2, ::2]))

    def update(self, rect: Rect) -> None:
        """Samples ``rect`` (in image pixels) anew in every level."""
        rect = rect.intersected(Rect.of_shape(self.levels[0].shape))
        for finer, coarser in zip(self.levels, self.levels[1:], strict=False):
            rect = halved(rect)
            coarser[rect.slices] = finer[2 * rect.top : 2 * rect.bottom : 2, 2 * rect.left : 2 * rect.right : 2]

    def level_for(self, scale: float) -> int:
        """The coarsest level that still has a pixel for each pixel of the screen, at ``scale`` screen pixels for
        one image pixel."""
        level = 0
        while level + 1 < len(self.levels) and scale * 2 ** (level + 1) <= 1.0:
            level += 1
        return level


def halved(rect: Rect) -> Rect:
    """The pixels of the next level whose sample lies in ``rect``."""
    return Rect(-(-rect.left // 2), -(-rect.top // 2), -(-rect.right // 2), -(-rect.bottom // 2))
