"""Pictures of tree crowns and hedges with their opacity, grown once and kept."""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import RgbImage
from segstudio.scenes.noise import Floats, cloud_tile

SIDE = 256
LEAFY_KINDS = 8
BARE_KINDS = 6

Sprite = tuple[RgbImage, NDArray[np.uint8]]
"""Colour (grey-green, to be tinted) and opacity, each SIDE by SIDE."""


@lru_cache(maxsize=LEAFY_KINDS)
def leafy_crown(kind: int) -> Sprite:
    """Clumps of leaves, lit from above."""
    rng = np.random.default_rng(700 + kind)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    light = np.full((SIDE, SIDE), 70, np.uint8)
    tall = rng.uniform(0.8, 1.25)
    for _ in range(int(rng.integers(90, 160))):
        angle, reach = rng.uniform(0, 2 * math.pi), math.sqrt(rng.uniform(0, 1)) * 0.8
        x = SIDE / 2 + math.cos(angle) * reach * SIDE / 2 * min(1, 1 / tall)
        y = SIDE / 2 + math.sin(angle) * reach * SIDE / 2
        radius = rng.uniform(10, 26)
        shade = float(np.clip(118 - 70 * (y / SIDE - 0.35) + rng.normal(0, 16), 25, 190))
        axes = (round(radius), round(radius * rng.uniform(0.5, 0.9)))
        cv2.ellipse(mask, (round(x), round(y)), axes, rng.uniform(-30, 30), 0, 360, 255, -1)
        cv2.ellipse(light, (round(x), round(y)), axes, rng.uniform(-30, 30), 0, 360, shade, -1)
    leaves = cloud_tile(0.6, 31)[:SIDE, SIDE * (kind % 2) : SIDE * (kind % 2) + SIDE]
    edge = cv2.GaussianBlur(mask, (0, 0), 5).astype(np.float32) + (leaves.astype(np.float32) - 128) * 1.1
    solid = np.where(edge > 128, 255, 0).astype(np.uint8)
    tone = np.asarray(light * (1 + 0.5 * (leaves.astype(np.float32) - 128) / 128), np.float32)
    return _grey(tone), solid


@lru_cache(maxsize=BARE_KINDS)
def bare_crown(kind: int) -> Sprite:
    """Branches and a mist of twigs: dense enough to count as tree, thin enough to see the sky in."""
    rng = np.random.default_rng(800 + kind)
    large = SIDE * 2
    wood = np.zeros((large, large), np.uint8)
    twigs = np.zeros((large, large), np.uint8)
    stack = [(large / 2, float(large), -math.pi / 2, large * 0.17, 9.0)]
    while stack:
        x, y, angle, length, width = stack.pop()
        end = (x + math.cos(angle) * length, y + math.sin(angle) * length)
        cv2.line(wood, (round(x), round(y)), (round(end[0]), round(end[1])), 255, max(1, round(width)), cv2.LINE_AA)
        if length < 26:
            cv2.circle(twigs, (round(end[0]), round(end[1])), 15, 255, -1)
        if length > 9:
            for _ in range(int(rng.integers(2, 4))):
                turned = angle + rng.normal(0, 0.42)
                stack.append((*end, turned, length * rng.uniform(0.68, 0.86), width * 0.66))
    mist = cv2.GaussianBlur(twigs, (0, 0), 4).astype(np.float32) * 0.4
    opacity = np.maximum(wood.astype(np.float32), mist)
    small = cv2.resize(np.clip(opacity, 0, 255).astype(np.uint8), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return _grey(np.full((SIDE, SIDE), 70, np.float32)), np.asarray(small, np.uint8)


def fitted(sprite: Sprite, width: float) -> Sprite:
    """A sprite no finer than ``width`` canvas pixels ask for, so that it is quick to draw and doesn't sparkle."""
    picture, opacity = sprite
    side = max(4, math.ceil(width))
    if side >= SIDE:
        return sprite
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    thin = cv2.resize(opacity, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), np.asarray(thin, np.uint8)


def _grey(tone: Floats) -> RgbImage:
    return np.repeat(np.clip(tone, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
