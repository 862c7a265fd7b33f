"""What a camera does to the picture: focus, exposure, white balance, vignette, noise, compression."""

from __future__ import annotations

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage
from segstudio.scenes.noise import Floats, grain_bank


def develop(picture: RgbImage, rng: np.random.Generator) -> RgbImage:
    """The picture as a camera of middling quality would keep it."""
    sharp = rng.choice([0.0, rng.uniform(0.3, 0.7), rng.uniform(0.7, 1.3)], p=[0.35, 0.5, 0.15])
    blur = float(sharp) * picture.shape[1] / 480
    focused = cv2.GaussianBlur(picture, (0, 0), blur) if blur > 0.2 else picture
    exposure = _exposure(picture, rng) * rng.uniform(0.96, 1.04, 3)
    levels = np.arange(256, dtype=np.float32)[:, None] / 255 * exposure
    curve = 255 * np.power(np.clip(levels, 0, 1), rng.uniform(0.85, 1.2))
    curved = cv2.LUT(focused, curve.astype(np.float32).reshape(1, 256, 3))
    toned = np.asarray(cv2.transform(curved, _saturation(float(rng.uniform(0.65, 1.15)))), np.float32)
    toned *= _vignette(picture.shape, rng)
    toned += _grain(picture.shape, rng) * np.float32(rng.uniform(0.5, 4.0))
    developed = np.clip(toned, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        developed = _compressed(developed, int(rng.integers(55, 93)))
    return developed


def _saturation(strength: float) -> Floats:
    """3 x 3: colours moved away from their grey by ``strength``."""
    return (np.eye(3) * strength + (1 - strength) / 3).astype(np.float32)


def _exposure(light: RgbImage, rng: np.random.Generator) -> float:
    """A factor that brings the mean near a drawn goal, without lifting the night to day."""
    goal = rng.uniform(85, 135)
    return float(np.clip(goal / max(light.mean(), 1.0), 0.6, 1.5))


def _vignette(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    y = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :]
    return (1 - rng.uniform(0, 0.2) * (x * x + y * y) / 2)[:, :, None].astype(np.float32)


def _grain(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """float32, (H, W, 3): normal noise, mostly grey, some in colour."""
    bank = grain_bank(5)
    if max(shape[:2]) > 512:
        bank = np.tile(bank, (-(-(shape[0] + 512) // 1024), -(-(shape[1] + 512) // 1024)))
    layers = []
    for _ in range(3):
        top, left = rng.integers(0, 512, 2)
        layers.append(bank[top : top + shape[0], left : left + shape[1]])
    grey, red, blue = layers
    return np.dstack([grey + np.float32(0.4) * red, grey, grey + np.float32(0.5) * blue])


def _compressed(picture: RgbImage, quality: int) -> RgbImage:
    _, code = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(decoded[:, :, ::-1])
