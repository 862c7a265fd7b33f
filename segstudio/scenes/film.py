"""What a camera does to the picture: focus, exposure, white balance, vignette, noise, compression."""

from __future__ import annotations

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage
from segstudio.scenes.noise import grain_bank


def develop(picture: RgbImage, rng: np.random.Generator) -> RgbImage:
    """The picture as a camera of middling quality would keep it."""
    light = picture.astype(np.float32)
    blur = (
        rng.choice([0.0, rng.uniform(0.3, 0.7), rng.uniform(0.7, 1.3)], p=[0.35, 0.5, 0.15])
        * picture.shape[1]
        / 480
    )
    if blur > 0.2:
        light = cv2.GaussianBlur(light, (0, 0), blur)
    light *= _exposure(light, rng) * rng.uniform(0.94, 1.06, 3).astype(np.float32)
    light *= _vignette(picture.shape, rng)
    curved = 255 * np.power(np.clip(light / 255, 0, 1), np.float32(rng.uniform(0.85, 1.2)))
    grey = curved.mean(axis=2, keepdims=True)
    curved = grey + (curved - grey) * rng.uniform(0.65, 1.15)
    curved += _grain(picture.shape, rng) * rng.uniform(1.0, 7.0)
    developed = np.clip(curved, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        developed = _compressed(developed, int(rng.integers(55, 93)))
    return developed


def _exposure(light: np.ndarray, rng: np.random.Generator) -> float:
    """A factor that brings the mean near a drawn goal, without lifting the night to day."""
    goal = rng.uniform(85, 135)
    return float(np.clip(goal / max(light.mean(), 1.0), 0.6, 1.5))


def _vignette(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    y = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :]
    return (1 - rng.uniform(0, 0.2) * (x * x + y * y) / 2)[:, :, None].astype(np.float32)


def _grain(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """float32, (H, W, 3): normal noise, mostly grey, some in colour."""
    bank = grain_bank(5)
    rows, columns = -(-shape[0] // 1024), -(-shape[1] // 1024)
    layers = []
    for _ in range(3):
        shifted = np.roll(bank, tuple(rng.integers(0, 1024, 2)), axis=(0, 1))
        layers.append(np.tile(shifted, (rows, columns))[: shape[0], : shape[1]])
    grey = layers[0]
    return np.stack([grey + 0.4 * layers[1], grey, grey + 0.5 * layers[2]], axis=2)


def _compressed(picture: RgbImage, quality: int) -> RgbImage:
    _, code = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(code, cv2.IMREAD_COLOR)[:, :, ::-1])
