"""The sky: a gradient, clouds in perspective, sometimes a glare around the sun."""

from __future__ import annotations

import cv2
import numpy as np

from segstudio.scenes.canvas import SCALE, Canvas
from segstudio.scenes.classes import Street
from segstudio.scenes.light import Light
from segstudio.scenes.noise import TILE, Floats, cloud_tile

_COARSE = 4
"""Canvas pixels along the side of one sky pixel: clouds have no edges that need more."""


def draw_sky(canvas: Canvas, light: Light, rng: np.random.Generator, horizon: float) -> None:
    """Fill everything with sky; ``horizon`` is its row in the picture."""
    height, width = canvas.labels.shape[0] // _COARSE, canvas.labels.shape[1] // _COARSE
    horizon = horizon * SCALE / _COARSE
    rows = np.clip((horizon - np.arange(height, dtype=np.float32)) / max(height * 0.5, 1), 0, 1.6)[:, None, None]
    day = 1 - 0.72 * light.darkness
    top, bottom = _tones(light, rng)
    sky = (bottom + (top - bottom) * np.minimum(rows * rng.uniform(0.8, 1.4), 1)) * day
    sky = np.broadcast_to(sky, (height, width, 3))
    cover = rng.choice([0.0, rng.uniform(0.2, 0.6), rng.uniform(0.6, 1.0)], p=[0.3, 0.4, 0.3])
    if cover:
        share = _clouds(rng, rows[:, 0, 0], width, cover)[:, :, None]
        cloud = np.array([1.0, 1.0, 1.01], np.float32) * rng.uniform(185, 262) * (0.55 + 0.45 * day)
        shadow = cloud * rng.uniform(0.55, 0.95)
        sky = sky * (1 - share) + (cloud * (1 - share) + shadow * share) * share
    if rng.random() < 0.25 and light.overcast < 0.8:
        sky = sky + _glare(rng, height, width) * day
    small = np.clip(sky, 0, 255).astype(np.uint8)
    canvas.color[:] = cv2.resize(
        small, (canvas.labels.shape[1], canvas.labels.shape[0]), interpolation=cv2.INTER_LINEAR
    )
    canvas.labels[:] = Street.SKY


def _tones(light: Light, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Colour high up and at the horizon."""
    if light.overcast > 0.9:
        grey = rng.uniform(150, 262)
        tint = np.array([0.97, 1.0, 1.04], np.float32)
        return grey * rng.uniform(0.75, 1.0) * tint, grey * tint
    if rng.random() < 0.3:
        return np.array([250.0, 252, 255], np.float32), np.array([255.0, 255, 255], np.float32)
    top = np.array([rng.uniform(70, 140), rng.uniform(125, 185), rng.uniform(190, 245)], np.float32)
    bottom = np.array([rng.uniform(190, 250), rng.uniform(205, 250), rng.uniform(225, 255)], np.float32)
    return top, bottom


def _clouds(rng: np.random.Generator, heights: Floats, width: int, cover: float) -> Floats:
    """float32, (H, W), 0 to 1: how much cloud; flatter towards the horizon."""
    distance = 1 / (heights[:, None] + 0.18)
    columns = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    scale = rng.uniform(25, 70)
    x = (columns * distance * scale * 1.6 + rng.uniform(0, TILE)).astype(np.float32) % TILE
    y = np.broadcast_to((distance * scale * 2.2 + rng.uniform(0, TILE)).astype(np.float32) % TILE, x.shape)
    tile = cloud_tile(1.6, int(rng.integers(3)))
    noise = cv2.remap(tile, x, np.ascontiguousarray(y), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    threshold = 128 + 90 * (0.5 - cover)
    return np.asarray(np.clip((noise.astype(np.float32) - threshold) / rng.uniform(20, 80) + 0.5, 0, 1), np.float32)


def _glare(rng: np.random.Generator, height: int, width: int) -> Floats:
    """float32, (H, W, 1): the sun behind thin cloud."""
    y = (np.arange(height, dtype=np.float32) - rng.uniform(-0.1, 0.3) * height)[:, None]
    x = (np.arange(width, dtype=np.float32) - rng.uniform(0, 1) * width)[None, :]
    fading = np.exp(-np.hypot(x, y) / (rng.uniform(0.1, 0.3) * width))
    return np.asarray(rng.uniform(80, 220) * fading[:, :, None], np.float32)
