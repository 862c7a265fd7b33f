"""Trees, bushes and hedges."""

from __future__ import annotations

import numpy as np

from segstudio.scenes.camera import Points
from segstudio.scenes.canvas import SCALE
from segstudio.scenes.classes import Street
from segstudio.scenes.foliage import BARE_KINDS, LEAFY_KINDS, Sprite, bare_crown, fitted, leafy_crown
from segstudio.scenes.light import Light
from segstudio.scenes.stage import Stage, Thing, cast_shadow

_WOOD = (70.0, 58.0, 48.0)


def tree(rng: np.random.Generator, foot: Points, light: Light, *, is_bare: bool) -> Thing:
    """A tree of 4 to 14 metres at ``foot``."""
    height = float(rng.uniform(4, 14))
    wide = float(height * rng.uniform(0.55, 0.95))
    trunk = float(height * (0.1 if is_bare else rng.uniform(0.12, 0.4)))
    green = rng.uniform(0.75, 1.3) * np.array(
        [rng.uniform(0.6, 1.05), rng.uniform(0.95, 1.15), rng.uniform(0.3, 0.6)]
    )
    sprite: Sprite
    if is_bare:
        sprite = bare_crown(int(rng.integers(BARE_KINDS)))
        green = rng.uniform(0.7, 1.5) * np.array([1.05, 0.95, 0.82])
    else:
        sprite = leafy_crown(int(rng.integers(LEAFY_KINDS)))
    is_mirrored = bool(rng.random() < 0.5)

    def draw(stage: Stage) -> None:
        if not stage.sees(foot, wide):
            return
        thick = 0.02 * height + 0.06
        stem = np.array([[-thick, 0], [thick, 0], [thick * 0.7, trunk * 1.6], [-thick * 0.7, trunk * 1.6]])
        stage.face(stage.upright(foot, stem), _WOOD, (0.0, 0.3, -0.9), Street.TREE)
        _crown(
            stage,
            sprite,
            foot,
            bottom=trunk * (1 if not is_bare else 0.6),
            top=height,
            wide=wide,
            tint=green,
            is_mirrored=is_mirrored,
        )

    radius = wide / 2
    ring = [np.array([radius * x, trunk + (height - trunk) / 2 * (1 + y), 0.0]) for x, y in _RING]
    return Thing(
        float(foot[2]), draw, None if is_bare else cast_shadow(light, np.array([foot + point for point in ring]))
    )


def bush(rng: np.random.Generator, foot: Points) -> Thing:
    """A low bush."""
    high, wide = float(rng.uniform(0.6, 2.2)), float(rng.uniform(0.8, 3.0))
    sprite = leafy_crown(int(rng.integers(LEAFY_KINDS)))
    green = rng.uniform(0.6, 1.1) * np.array([rng.uniform(0.6, 1.0), 1.0, 0.5])

    def draw(stage: Stage) -> None:
        _crown(stage, sprite, foot, bottom=-0.15 * high, top=high, wide=wide, tint=green, is_mirrored=False)

    return Thing(float(foot[2]), draw)


def _crown(
    stage: Stage,
    sprite: Sprite,
    foot: Points,
    *,
    bottom: float,
    top: float,
    wide: float,
    tint: Points,
    is_mirrored: bool,
) -> None:
    depth = stage.camera.depth((float(foot[0]), float(foot[1]), float(foot[2])))
    if depth < 0.8:
        return
    middle = foot + np.array([0, (bottom + top) / 2, 0])
    x, y = stage.camera.point((float(middle[0]), float(middle[1]), float(middle[2])))
    scale = stage.pixels_per_metre(depth)
    high, broad = (top - bottom) * scale, wide * scale
    left, upper = x - broad / 2, y - high / 2
    if not stage.canvas.sees(left, upper, broad, high):
        return
    picture, opacity = fitted(sprite, broad * SCALE)
    light = stage.light.factor((0.0, 0.6, -0.4))
    clear = np.exp(-depth / stage.light.haze_distance)
    if is_mirrored:
        picture, opacity = picture[:, ::-1], np.ascontiguousarray(opacity[:, ::-1])
    hazed = picture * (tint * light * clear).astype(np.float32) + (stage.light.haze * (1 - clear)).astype(
        np.float32
    )
    colored = np.clip(hazed, 0, 255).astype(np.uint8)
    stage.canvas.sprite(colored, opacity, left=left, top=upper, width=broad, height=high, label=Street.TREE)


_RING = [(float(np.cos(a)), float(np.sin(a))) for a in np.linspace(0, 2 * np.pi, 9)[:-1]]
