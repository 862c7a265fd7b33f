"""A class from a few strokes: what looks, to the network, as alike to them as they are among themselves.

Works on the trunk's features of an image, float32 (C, h, w), one for each ``stride`` by ``stride`` pixels; needs no
torch. Nothing is trained, so that a class that no model knows can be found at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, LabelMap, Mask, Origin, OriginMap

Features = NDArray[np.float32]

MOST_PROTOTYPES = 256
FEWEST_CELLS = 2
NEAREST = 3
"""Likeness to a set is the mean of that to its so many most alike members."""

LENIENCY = 0.1
"""The share of the strokes' own cells that may be less alike to the rest of them than what is proposed."""

LENIENCY_BETWEEN = 0.25
BETWEEN_SHARE = 0.5
"""Cells of one stroke lie side by side and resemble each other more than the class does. How alike they are to the
other strokes says more of it, and counts so much of the threshold where there are several: docs/effort.md."""


@dataclass(frozen=True, slots=True, eq=False)
class Prototypes:
    """``wanted`` and ``others``: features of painted cells, float32 (n, C), of length 1 once ``center`` is taken
    off. ``threshold``: the likeness from which a cell belongs."""

    center: NDArray[np.float32]
    wanted: NDArray[np.float32]
    others: NDArray[np.float32]
    threshold: float


def learn_prototypes(
    features: Features, labels: LabelMap, origins: OriginMap, class_id: int, *, stride: int, seed: int = 0
) -> Prototypes | None:
    """From what a person painted on the image; None where too little of the class is painted."""
    by_person = origins == Origin.PERSON
    wanted_share = _cell_shares(by_person & (labels == class_id), features, stride)
    other_share = _cell_shares(by_person & (labels != class_id) & (labels != IGNORE), features, stride)
    full = 0.5 if (wanted_share >= 0.5).sum() >= FEWEST_CELLS else 0.1
    wanted_cells, other_cells = wanted_share >= full, (other_share >= 0.5) & (wanted_share == 0)
    if wanted_cells.sum() < FEWEST_CELLS:
        return None
    flat = features.reshape(len(features), -1).T
    center = flat.mean(axis=0)
    chance = np.random.default_rng(seed)
    chosen = _some(np.flatnonzero(wanted_cells), chance)
    wanted = _unit(flat[chosen] - center)
    others = _unit(flat[_some(np.flatnonzero(other_cells), chance)] - center)
    strokes = _strokes(by_person & (labels == class_id), features, stride).ravel()[chosen]
    return Prototypes(center, wanted, others, _threshold(wanted, strokes))


def likeness(features: Features, prototypes: Prototypes) -> NDArray[np.float32]:
    """float32 (h, w): above 0 where a cell is alike enough, and more alike to the class than to the others."""
    height, width = features.shape[1:]
    cells = _unit(features.reshape(len(features), -1).T - prototypes.center)
    wanted = _nearest(cells @ prototypes.wanted.T)
    least = np.full(len(cells), prototypes.threshold, np.float32)
    if len(prototypes.others):
        least = np.maximum(least, _nearest(cells @ prototypes.others.T))
    found: NDArray[np.float32] = (wanted - least).reshape(height, width).astype(np.float32)
    return found


def proposed_mask(alike: NDArray[np.float32], shape: tuple[int, int], *, stride: int) -> Mask:
    """The likeness at the image's resolution, above 0."""
    height, width = alike.shape
    enlarged = cv2.resize(alike, (width * stride, height * stride), interpolation=cv2.INTER_LINEAR)
    mask: Mask = enlarged[: shape[0], : shape[1]] > 0.0
    return mask


def _cell_shares(mask: Mask, features: Features, stride: int) -> NDArray[np.float32]:
    """float32 (h, w): the share of each cell's pixels that is set."""
    height, width = features.shape[1:]
    padded = np.zeros((height * stride, width * stride), np.float32)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    shares: NDArray[np.float32] = padded.reshape(height, stride, width, stride).mean(axis=(1, 3))
    return shares


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-6)).astype(np.float32)
    return unit


def _some(cells: NDArray[np.intp], chance: np.random.Generator) -> NDArray[np.intp]:
    if len(cells) <= MOST_PROTOTYPES:
        return cells
    return cells[np.sort(chance.permutation(len(cells))[:MOST_PROTOTYPES])]


def _strokes(mask: Mask, features: Features, stride: int) -> NDArray[np.int32]:
    """int32 (h, w): the number of the connected stroke in each cell."""
    height, width = features.shape[1:]
    _, numbers = cv2.connectedComponents(mask.view(np.uint8))
    padded = np.zeros((height * stride, width * stride), np.int32)
    padded[: mask.shape[0], : mask.shape[1]] = numbers
    found: NDArray[np.int32] = padded.reshape(height, stride, width, stride).max(axis=(1, 3))
    return found


def _nearest(alike: NDArray[np.float32]) -> NDArray[np.float32]:
    count = min(NEAREST, alike.shape[1])
    best: NDArray[np.float32] = np.partition(alike, -count, axis=1)[:, -count:].mean(axis=1)
    return best


def _threshold(wanted: NDArray[np.float32], strokes: NDArray[np.int32]) -> float:
    """How alike most of the strokes' cells are to the rest of them, and to those of other strokes."""
    among = wanted @ wanted.T
    np.fill_diagonal(among, -1.0)
    count = min(NEAREST, len(wanted) - 1)
    within = float(np.quantile(np.partition(among, -count, axis=1)[:, -count:].mean(axis=1), LENIENCY))
    if len(np.unique(strokes)) < 2:
        return within
    among[strokes[:, None] == strokes[None, :]] = -1.0
    fewest = int((strokes[:, None] != strokes[None, :]).sum(axis=1).min())
    count = min(NEAREST, fewest)
    apart = np.partition(among, -count, axis=1)[:, -count:].mean(axis=1)
    between = float(np.quantile(apart, LENIENCY_BETWEEN))
    return min(within, (1.0 - BETWEEN_SHARE) * within + BETWEEN_SHARE * between)
