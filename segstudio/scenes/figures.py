"""People: jointed outlines of 1.1 to 1.95 metres that stand or walk, facing any way."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from segstudio.scenes.camera import Points
from segstudio.scenes.canvas import Color
from segstudio.scenes.classes import Street
from segstudio.scenes.light import Light
from segstudio.scenes.stage import Stage, Thing, cast_shadow

Part = tuple[Points, Color]

CLOTHES: tuple[Color, ...] = (
    (26, 28, 34), (44, 46, 54), (30, 38, 66), (62, 74, 104), (92, 94, 98), (120, 30, 34), (168, 44, 40),
    (58, 70, 48),
    (110, 84, 60), (180, 170, 150), (222, 220, 214), (70, 110, 160), (206, 170, 60), (120, 60, 110), (40, 96, 88),
)  # fmt: skip
_SKINS: tuple[Color, ...] = ((224, 178, 150), (204, 156, 124), (170, 120, 90), (112, 76, 56), (232, 192, 168))
_HAIRS: tuple[Color, ...] = (
    (36, 28, 24),
    (70, 50, 34),
    (150, 116, 70),
    (120, 118, 116),
    (24, 22, 24),
    (96, 44, 26),
)


def pedestrian(rng: np.random.Generator, foot: Points, light: Light) -> Thing:
    """Somebody on foot."""
    height = float(rng.choice([rng.uniform(1.5, 1.95), rng.uniform(1.05, 1.4)], p=[0.93, 0.07]))
    parts = [(points * height, color) for points, color in _person(rng)]

    def draw(stage: Stage) -> None:
        if not stage.sees(foot, 0.8):
            return
        distance = stage.camera.depth((float(foot[0]), 1.0, float(foot[2])))
        for points, color in parts:
            shaded = stage.light.shade(color, (0.0, 0.3, -0.8), distance)
            stage.canvas.polygon(stage.camera.polygon(stage.upright(foot, points)), shaded, Street.PEDESTRIAN)

    body = np.array([[-0.2, 0, 0], [0.2, 0, 0], [0.15, height, 0], [-0.15, height, 0]])
    return Thing(float(foot[2]), draw, cast_shadow(light, foot + body))


def _person(rng: np.random.Generator) -> Iterator[Part]:
    """Outlines of a figure of height 1, farthest part first: (metres right, metres up)."""
    top, bottom = _cloth(rng), _cloth(rng)
    skin = _SKINS[int(rng.integers(len(_SKINS)))]
    stride = float(rng.uniform(0, 0.3)) * float(rng.choice([0.25, 1.0]))
    wide = float(rng.uniform(0.85, 1.2))
    turn = float(rng.uniform(0.6, 1.0))
    swing = float(rng.uniform(0.0, 0.3))
    shoulder = 0.115 * wide * turn
    is_skirt = rng.random() < 0.12
    shoe: Color = (28, 26, 26) if rng.random() < 0.8 else (200, 198, 190)
    for sign in (-1, 1):
        knee = np.array([sign * 0.04 + sign * stride * 0.4, 0.27])
        ankle = np.array([sign * 0.045 + sign * stride * 0.75, 0.04])
        shade = 0.8 if sign < 0 else 1.0
        leg = _scaled(bottom if not is_skirt else skin, shade)
        yield limb(np.array([sign * 0.04, 0.5]), knee, 0.055 * wide, 0.042 * wide), leg
        yield limb(knee, ankle, 0.042 * wide, 0.03), leg
        yield limb(ankle - (0.0, 0.02), ankle + (0.045 * turn, -0.02), 0.026, 0.022), shoe
    arm = _scaled(top, 0.82)
    yield from _arm(-shoulder, -swing, arm, skin)
    hem = 0.34 if rng.random() < 0.25 else 0.47
    hip = 0.1 * wide
    half = np.array([[hip, hem], [hip * 0.88, 0.62], [shoulder, 0.8], [0.04, 0.84]])
    yield np.concatenate([half, half[::-1] * (-1, 1)]), top
    if is_skirt:
        yield np.array([[-0.14, 0.3], [0.14, 0.3], [0.09, 0.55], [-0.09, 0.55]]), bottom
    yield from _arm(shoulder, swing, _scaled(top, 1.06), skin)
    if rng.random() < 0.25:
        x = float(rng.choice([-1, 1])) * 0.15
        bag = np.array([[x - 0.07, 0.36], [x + 0.07, 0.36], [x + 0.06, 0.52], [x - 0.06, 0.52]])
        yield bag, _cloth(rng)
    yield from head(rng, np.array([0.0, 0.925]), 0.062, skin)


def head(rng: np.random.Generator, middle: Points, radius: float, skin: Color) -> Iterator[Part]:
    """Neck, face and hair."""
    yield limb(middle - (0.0, radius * 1.7), middle, radius * 0.6, radius * 0.6), _scaled(skin, 0.85)
    hair = _HAIRS[int(rng.integers(len(_HAIRS)))]
    yield oval(middle + (0.0, radius * 0.15), radius * 0.92, radius * 1.22), hair
    if rng.random() < 0.6:
        yield oval(middle - (0.0, radius * 0.18), radius * 0.72, radius * 0.92), skin


def _arm(shoulder: float, swing: float, sleeve: Color, skin: Color) -> Iterator[Part]:
    sign = 1.0 if shoulder > 0 else -1.0
    elbow = np.array([shoulder + sign * 0.03 + swing * 0.2, 0.64])
    hand = np.array([shoulder + sign * 0.02 + swing * 0.7, 0.5])
    yield limb(np.array([shoulder, 0.785]), elbow, 0.036, 0.03), sleeve
    yield limb(elbow, hand, 0.03, 0.022), sleeve
    yield oval(hand, 0.022, 0.026), skin


def limb(start: Points, end: Points, thick: float, thin: float) -> Points:
    """A tapering bar with round ends; ``thick`` and ``thin`` are its half widths."""
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    arc = np.linspace(math.pi / 2, 3 * math.pi / 2, 5) + angle
    near = start + thick * np.column_stack([np.cos(arc), np.sin(arc)])
    far = end + thin * np.column_stack([np.cos(arc + math.pi), np.sin(arc + math.pi)])
    return np.concatenate([near, far])


def oval(middle: Points, half_width: float, half_height: float) -> Points:
    arc = np.linspace(0, 2 * math.pi, 15)[:-1]
    return np.asarray(middle + np.column_stack([half_width * np.cos(arc), half_height * np.sin(arc)]))


def _cloth(rng: np.random.Generator) -> Color:
    return _scaled(CLOTHES[int(rng.integers(len(CLOTHES)))], float(rng.uniform(0.75, 1.2)))


def _scaled(color: Color, factor: float) -> Color:
    return color[0] * factor, color[1] * factor, color[2] * factor
