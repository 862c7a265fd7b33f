"""Where a model isn't sure, so that a person looks there first. All measures are 0 (sure) to 1.

Works on ``Probabilities`` at the network's own resolution; needs no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import Mask
from segstudio.domain.geometry import Rect
from segstudio.domain.prediction import Prediction, Probabilities

Uncertainty = NDArray[np.float32]
"""float32, shape (h, w): 0 sure, 1 as unsure as can be."""

LARGEST_REGION = 4096
"""Scores along the longer side of a region, at most: only so many places are summed at once."""


@dataclass(frozen=True, slots=True)
class UncertainRegion:
    """A rectangle in image pixels and the uncertainty summed over it, in pixels' worth."""

    rect: Rect
    value: float


def margin(probabilities: Probabilities) -> Uncertainty:
    """1 minus the distance between the most and the second most probable class."""
    values = probabilities.values
    if len(values) < 2:
        return np.zeros(values.shape[1:], np.float32)
    best, second = values[0], np.zeros_like(values[0])
    for layer in values[1:]:
        second = np.maximum(second, np.minimum(best, layer))
        best = np.maximum(best, layer)
    uncertainty: Uncertainty = 1.0 - (best - second).astype(np.float32) / 255.0
    return uncertainty


def entropy(probabilities: Probabilities) -> Uncertainty:
    """Shannon's entropy over the classes, divided by its largest possible value."""
    values = probabilities.values
    total = np.zeros(values.shape[1:], np.float32)
    if len(values) < 2:
        return total
    # p log p of each byte value, looked up, so that no float copy of all classes is needed.
    shares = np.arange(256) / 255.0
    table = np.where(shares > 0, -shares * np.log(np.maximum(shares, 1e-12)), 0.0).astype(np.float32)
    for layer in values:
        total += table[layer]
    share: Uncertainty = np.clip(total / np.float32(np.log(len(values))), 0.0, 1.0)
    return share


def disagreement(looks: Sequence[Probabilities]) -> Uncertainty:
    """How far several looks at one image (mirrored, scaled) are apart: half their mean absolute difference from
    their average, summed over the classes; 0 where all agree.

    Raises: ValueError: fewer than two looks, or of different shapes.
    """
    if len(looks) < 2 or len({look.values.shape for look in looks}) != 1:
        raise ValueError("Disagreement takes at least two looks of one shape.")
    total = np.zeros(looks[0].values.shape[1:], np.float32)
    for channel in range(len(looks[0].values)):
        layers = np.stack([look.values[channel] for look in looks]).astype(np.float32)
        total += np.abs(layers - layers.mean(axis=0)).mean(axis=0)
    share: Uncertainty = np.clip(total / np.float32(2 * 255.0 * (1 - 1 / len(looks))), 0.0, 1.0)
    return share


def image_uncertainty(uncertainty: Uncertainty, done: Mask | None = None) -> float:
    """One number for an image, to queue it by: the mean over what isn't done yet; 0 where all is."""
    left = uncertainty if done is None else uncertainty[~done]
    return float(left.mean()) if left.size else 0.0


def prediction_uncertainty(prediction: Prediction) -> float:
    """One number for an image as predicted: its mean margin, or what its winners lack in confidence."""
    if prediction.probabilities is not None:
        return image_uncertainty(margin(prediction.probabilities))
    return 1.0 - float(prediction.confidence.mean()) / 255.0


def uncertain_regions(
    uncertainty: Uncertainty, *, cell_width: int, side: int, count: int, done: Mask | None = None
) -> list[UncertainRegion]:
    """At most ``count`` squares of about ``side`` image pixels, the one with most uncertainty in it first.

    What lies in one no longer counts for the next. ``done``, bool (h, w), marks scores that count for nothing,
    because a person has been there.
    """
    height, width = uncertainty.shape
    cells = max(1, min(LARGEST_REGION, round(side / cell_width)))
    tall, wide = min(cells, height), min(cells, width)
    left = uncertainty.astype(np.float64) if done is None else np.where(done, 0.0, uncertainty)
    found: list[UncertainRegion] = []
    while len(found) < count:
        sums = _window_sums(left, tall, wide)
        top, start = np.unravel_index(int(sums.argmax()), sums.shape)
        value = float(sums[top, start])
        if value <= 1e-9:
            break
        left[top : top + tall, start : start + wide] = 0.0
        rect = Rect(int(start), int(top), int(start) + wide, int(top) + tall)
        found.append(UncertainRegion(_in_pixels(rect, cell_width), value * cell_width**2))
    return found


def _window_sums(values: NDArray[np.float64], tall: int, wide: int) -> NDArray[np.float64]:
    """The sum of every window of that size: (h - tall + 1, w - wide + 1)."""
    sums = np.zeros((values.shape[0] + 1, values.shape[1] + 1))
    sums[1:, 1:] = values.cumsum(axis=0).cumsum(axis=1)
    return sums[tall:, wide:] - sums[:-tall, wide:] - sums[tall:, :-wide] + sums[:-tall, :-wide]


def _in_pixels(rect: Rect, cell: int) -> Rect:
    return Rect(rect.left * cell, rect.top * cell, rect.right * cell, rect.bottom * cell)
