"""How labels are shown: filled or outlined, how strongly, and which classes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import LabelSet


class DisplayMode(StrEnum):
    FILL = "fill"
    OUTLINE = "outline"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class LabelDisplay:
    """``opacity`` is of the fill, 0 to 1. With ``solo`` set, that class alone is shown. ``hatch_ignore`` marks
    what a person set to ignore; ``highlight_unlabelled`` what nobody has labelled yet."""

    mode: DisplayMode = DisplayMode.FILL
    opacity: float = 0.5
    hidden: frozenset[int] = frozenset()
    solo: int | None = None
    is_visible: bool = True
    hatch_ignore: bool = True
    highlight_unlabelled: bool = False

    @property
    def has_fill(self) -> bool:
        return self.mode is not DisplayMode.OUTLINE

    @property
    def has_outline(self) -> bool:
        return self.mode is not DisplayMode.FILL

    def with_next_mode(self) -> LabelDisplay:
        """Fill, outline, both, and round again."""
        modes = list(DisplayMode)
        return replace(self, mode=modes[(modes.index(self.mode) + 1) % len(modes)])

    def shows(self, class_id: int) -> bool:
        if self.solo is not None:
            return class_id == self.solo
        return class_id not in self.hidden

    def fill_table(self, label_set: LabelSet) -> NDArray[np.uint32]:
        """Premultiplied 0xAARRGGBB of each label value; 255 has none."""
        return self._table(label_set, round(255 * self.opacity) if self.has_fill else 0)

    def outline_table(self, label_set: LabelSet) -> NDArray[np.uint32]:
        """Of the pixels along a region's border."""
        return self._table(label_set, 255)

    def _table(self, label_set: LabelSet, alpha: int) -> NDArray[np.uint32]:
        table = np.zeros(256, np.uint32)
        for spec in label_set.classes:
            if self.shows(spec.id):
                red, green, blue = (round(part * alpha / 255) for part in spec.color)
                table[spec.id] = alpha << 24 | red << 16 | green << 8 | blue
        table[IGNORE] = 0
        return table
