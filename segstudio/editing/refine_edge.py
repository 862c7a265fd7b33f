"""Refining edges: a band around borders is decided anew by colour and by the network's probabilities."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, LabelMap, Mask, RgbImage
from segstudio.domain.geometry import Rect
from segstudio.domain.prediction import Probabilities
from segstudio.editing.guided_filter import GuidedFilter
from segstudio.editing.pixels import slices_within
from segstudio.editing.probability import class_probability
from segstudio.editing.region import Relabelling

_SOFTNESS = 1e-4
"""Of the guided filter; its radius is twice the band's, since it must see both sides of the true edge. On CamVid's
labels warped by some pixels, 3.24 % wrong pixels become 2.83 % with radius 4 and 3.00 % with 8; local colour models
made it worse."""

_TRUST_IN_MODEL = 0.5
"""The share of the model in a pixel of the band; the other half is the class drawn there."""


def refined_edges(
    image: RgbImage,
    labels: LabelMap,
    rect: Rect,
    *,
    band: int = 3,
    class_id: int | None = None,
    probabilities: Probabilities | None = None,
) -> Relabelling:
    """Borders within ``rect``, of one class or of all, moved to the picture's edges by at most ``band`` pixels.

    Each class's map, sure outside the band and doubtful in it, goes through a guided filter with the picture as its
    guide; in the band the strongest wins. Unlabelled and ignored pixels stay as they are.
    """
    around = rect.expanded(5 * band).intersected(Rect.of_shape(labels.shape))
    part = np.ascontiguousarray(labels[around.slices])
    in_band = _band(part, band, class_id)
    if not in_band.any():
        return Relabelling.of_differences(rect, labels[rect.slices], labels[rect.slices].copy())
    guide = GuidedFilter(image[around.slices], radius=2 * band, softness=_SOFTNESS)
    best, strength = part.copy(), np.full(part.shape, -np.inf, np.float32)
    for candidate in np.unique(part[in_band]):
        if candidate == IGNORE:
            continue
        chance = _chance(part, int(candidate), in_band, around, probabilities)
        filtered = guide.apply(chance)
        is_best = in_band & (filtered > strength)
        best[is_best], strength[is_best] = candidate, filtered[is_best]
    best[part == IGNORE] = IGNORE
    if class_id is not None:
        concerns_class = (part == class_id) | (best == class_id)
        best[~concerns_class] = part[~concerns_class]
    new = best[slices_within(around, rect)]
    return Relabelling.of_differences(rect, labels[rect.slices], np.ascontiguousarray(new))


def _band(labels: LabelMap, band: int, class_id: int | None) -> Mask:
    """Pixels within ``band`` of a border (of the class), the classes that meet there only."""
    values = labels if class_id is None else (labels == class_id).view(np.uint8)
    kernel = np.ones((3, 3), np.uint8)
    is_border: Mask = cv2.dilate(values, kernel) != cv2.erode(values, kernel)
    if not is_border.any():
        return is_border
    distance = cv2.distanceTransform((~is_border).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    near: Mask = distance < band
    return near


def _chance(
    labels: LabelMap, class_id: int, in_band: Mask, rect: Rect, probabilities: Probabilities | None
) -> NDArray[np.float32]:
    """float32, 0 to 1: what is drawn outside the band; in it, that mixed with what the model says."""
    drawn: NDArray[np.float32] = (labels == class_id).astype(np.float32)
    if probabilities is None or class_id not in probabilities.class_ids:
        return drawn
    model = class_probability(probabilities, class_id, rect).astype(np.float32) / np.float32(255.0)
    mixed = _TRUST_IN_MODEL * model + (1.0 - _TRUST_IN_MODEL) * drawn
    chance: NDArray[np.float32] = np.where(in_band, mixed, drawn).astype(np.float32)
    return chance
