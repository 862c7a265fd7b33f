"""Errors put into exact labels, as a tired hand makes them: a whole region gets another class of the image."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, Mask

SMALLEST_PIXELS = 400
LARGEST_PIXELS = 15_000


@dataclass(frozen=True, slots=True, eq=False)
class LabelError:
    """The pixels of ``mask``, truly ``truth``, are labelled ``label``."""

    image: int
    truth: int
    label: int
    mask: Mask

    @property
    def pixels(self) -> int:
        return int(np.count_nonzero(self.mask))


def put_error(image: int, labels: LabelMap, chance: np.random.Generator) -> tuple[LabelMap, LabelError] | None:
    """A copy of ``labels`` with one region mislabelled; None where no region has the right size."""
    regions = _regions(labels)
    classes = [int(class_id) for class_id in np.unique(labels) if class_id != IGNORE]
    if not regions or len(classes) < 2:
        return None
    truth, mask = regions[int(chance.integers(len(regions)))]
    others = [class_id for class_id in classes if class_id != truth]
    label = others[int(chance.integers(len(others)))]
    spoiled = labels.copy()
    spoiled[mask] = label
    return spoiled, LabelError(image, truth, label, mask)


def _regions(labels: LabelMap) -> list[tuple[int, Mask]]:
    found = []
    for class_id in np.unique(labels):
        if class_id == IGNORE:
            continue
        _, numbers, statistics, _ = cv2.connectedComponentsWithStats((labels == class_id).view(np.uint8))
        for number, pixels in enumerate(statistics[:, cv2.CC_STAT_AREA].tolist()):
            if number and SMALLEST_PIXELS <= pixels <= LARGEST_PIXELS:
                found.append((int(class_id), numbers == number))
    return found
