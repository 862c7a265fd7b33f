"""Tiles of noise that repeat without a seam, made once and kept."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

TILE = 512

Floats: TypeAlias = NDArray[np.float32]
"""float32 of any shape."""


@lru_cache(maxsize=8)
def cloud_tile(roughness: float, seed: int) -> NDArray[np.uint8]:
    """uint8, (512, 512), mean 128: noise whose power falls with frequency to the power ``-2 * roughness``."""
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None, :])
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.standard_normal((TILE, TILE))) / frequency**roughness
    field = np.fft.irfft2(spectrum, s=(TILE, TILE))
    return np.asarray(np.clip(128 + 48 * field / field.std(), 0, 255), np.uint8)


@lru_cache(maxsize=2)
def grain_bank(seed: int) -> Floats:
    """float32, (1024, 1024): normal noise, correlated a little as a sensor's is after demosaicing."""
    rng = np.random.default_rng(seed)
    field = rng.standard_normal((1024, 1024)).astype(np.float32)
    return np.asarray(0.8 * field + 0.4 * np.roll(field, 1, axis=1) + 0.4 * np.roll(field, 1, axis=0), np.float32)
