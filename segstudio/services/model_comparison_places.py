"""The places where two models' answers differ most, as pictures to look at before one of them is chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, LabelMap, Mask, RgbImage
from segstudio.domain.geometry import Rect
from segstudio.inference.uncertainty import uncertain_regions

BLOCK = 8
"""Pixels along the side of what is counted at once."""

SMALLEST_SIDE, LARGEST_SIDE = 96, 256
PLACES_AN_IMAGE = 2
MOST_PLACES = 4
"""Of each kind: where the candidate is better, and where it is worse."""


@dataclass(frozen=True, slots=True, eq=False)
class ChangedPlace:
    """A piece of an image, what each model says there, and the truth. ``gained`` pixels became right, ``lost`` ones
    wrong; the arrays are the place's own."""

    image: str
    rect: Rect
    picture: RgbImage
    before: LabelMap
    after: LabelMap
    truth: LabelMap
    gained: int
    lost: int

    @property
    def is_better(self) -> bool:
        return self.gained >= self.lost


class LargestChanges:
    """Collects the places image by image and keeps the largest."""

    def __init__(self) -> None:
        self._better: list[ChangedPlace] = []
        self._worse: list[ChangedPlace] = []

    def add(self, name: str, image: RgbImage, *, before: LabelMap, after: LabelMap, truth: LabelMap) -> None:
        """Label maps of the image's size; where ``truth`` is 255 nothing counts."""
        judged = truth != IGNORE
        gained: Mask = judged & (after == truth) & (before != truth)
        lost: Mask = judged & (after != truth) & (before == truth)
        side = min(LARGEST_SIDE, max(SMALLEST_SIDE, max(truth.shape) // 4))
        for kept, wanted, other in ((self._better, gained, lost), (self._worse, lost, gained)):
            net = np.maximum(_block_sums(wanted) - _block_sums(other), 0.0)
            for region in uncertain_regions(net, cell_width=BLOCK, side=side, count=PLACES_AN_IMAGE):
                rect = region.rect.intersected(Rect.of_shape(truth.shape))
                part = rect.slices
                kept.append(
                    ChangedPlace(
                        name,
                        rect,
                        image[part].copy(),
                        before[part].copy(),
                        after[part].copy(),
                        truth[part].copy(),
                        gained=int(gained[part].sum()),
                        lost=int(lost[part].sum()),
                    )
                )
            kept.sort(key=lambda place: -abs(place.gained - place.lost))
            del kept[MOST_PLACES:]

    def places(self) -> tuple[ChangedPlace, ...]:
        """Those that got worse first: they are what one has to look at."""
        worse = [place for place in self._worse if place.lost > place.gained]
        return (*worse, *(place for place in self._better if place.gained > place.lost))


def _block_sums(mask: Mask) -> NDArray[np.float32]:
    """The share of each block that is set."""
    height, width = (-(-side // BLOCK) for side in mask.shape)
    padded = np.zeros((height * BLOCK, width * BLOCK), np.float32)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    sums: NDArray[np.float32] = padded.reshape(height, BLOCK, width, BLOCK).mean(axis=(1, 3))
    return sums
