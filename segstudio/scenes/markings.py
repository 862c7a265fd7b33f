"""Paint on the road: centre and edge lines, zebra crossings, stop lines, zigzags, boxes of letters."""

from __future__ import annotations

import numpy as np

from segstudio.domain.arrays import Mask
from segstudio.scenes.noise import TILE, Floats, cloud_tile
from segstudio.scenes.street import StreetPlan


def marking_mask(street: StreetPlan, across: Floats, z: Floats, rng: np.random.Generator) -> Mask:
    """Where the road is painted; may reach beyond the road."""
    mask = np.zeros(across.shape, bool)
    if street.has_centre_line:
        period, share = rng.uniform(4, 9), rng.uniform(0.35, 0.7)
        dashes = wrapped(z, period) < period * share
        mask |= (np.abs(across) < 0.07) & (dashes if rng.random() < 0.8 else True)
    for place in (0.16, 0.36)[: street.edge_lines]:
        for side in (-1, 1):
            mask |= np.abs(across - (street.kerb(side) - side * place)) < 0.045
    if street.crossing is not None:
        mask |= _zebra(street, across, z, street.crossing, rng)
    if rng.random() < 0.25:
        start = rng.uniform(4, 25)
        mask |= _zigzag(across, z, float(street.kerb(int(rng.choice([-1, 1]))) * rng.uniform(0.5, 0.85)), start)
    if rng.random() < 0.25:
        mask |= _letters(across, z, rng)
    if rng.random() < 0.2:
        mask |= _parking_bays(street, across, z, rng)
    if rng.random() < 0.4:
        mask &= _is_kept(across, z, int(rng.integers(55, 105)))
    return mask


def _zebra(street: StreetPlan, across: Floats, z: Floats, start: float, rng: np.random.Generator) -> Mask:
    stripe = rng.uniform(0.45, 0.65)
    bars = (z > start) & (z < start + rng.uniform(2.5, 4)) & (wrapped(across, 2 * stripe) < stripe)
    before = across * street.driving_side > 0
    return np.asarray(bars | (before & (z > start - 1.6) & (z < start - 1.3)))


def _zigzag(across: Floats, z: Floats, place: float, start: float) -> Mask:
    wave = np.abs(wrapped(z, 4.0) - 2) * 0.35
    return np.asarray((np.abs(across - place - wave) < 0.07) & (z > start) & (z < start + 16))


def _letters(across: Floats, z: Floats, rng: np.random.Generator) -> Mask:
    """A block of strokes, stretched as words on roads are."""
    size = (7, 22)
    strokes = np.repeat(rng.random((size[0], 8)) < 0.55, 3, axis=1)[:, : size[1]]
    strokes[:, 2::3] = False
    start, place = rng.uniform(5, 18), rng.uniform(-3, 1)
    row = np.floor((z - start) / 0.35).astype(np.int32)
    column = np.floor((across - place) / 0.13).astype(np.int32)
    inside = (row >= 0) & (row < size[0]) & (column >= 0) & (column < size[1])
    return np.asarray(inside & strokes[np.clip(row, 0, size[0] - 1), np.clip(column, 0, size[1] - 1)])


def _parking_bays(street: StreetPlan, across: Floats, z: Floats, rng: np.random.Generator) -> Mask:
    side = int(rng.choice([-1, 1]))
    depth = np.abs(across - street.kerb(side))
    edge = np.abs(depth - 2.1) < 0.05
    return np.asarray(edge | ((depth < 2.1) & (wrapped(z, 5.5) < 0.1))) & (across * side > 0)


def _is_kept(across: Floats, z: Floats, threshold: int) -> Mask:
    """False where the paint has worn off."""
    row = np.floor(z * 9).astype(np.int32) & (TILE - 1)
    column = np.floor(across * 9).astype(np.int32) & (TILE - 1)
    return np.asarray(cloud_tile(0.35, 12).ravel()[row * TILE + column] > threshold)


def wrapped(values: Floats, period: float) -> Floats:
    """``values`` modulo ``period``; numpy's own takes ten times as long."""
    step = np.float32(period)
    return np.asarray(values - step * np.floor(values / step))
