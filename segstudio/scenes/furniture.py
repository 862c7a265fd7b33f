"""Poles, lamps, traffic lights, signs, bollards and bins."""

from __future__ import annotations

import math

import numpy as np

from segstudio.scenes.camera import Points
from segstudio.scenes.canvas import Color
from segstudio.scenes.classes import Street
from segstudio.scenes.figures import oval
from segstudio.scenes.light import Light
from segstudio.scenes.stage import Stage, Thing, cast_shadow

Plate = tuple[Points, Color, int | None]
"""An outline (metres right, metres up), its colour, and its class, or None for a detail."""

_GREYS: tuple[Color, ...] = ((120, 122, 124), (70, 72, 74), (40, 42, 44), (160, 162, 162), (44, 70, 56))


def lamp_post(rng: np.random.Generator, foot: Points, light: Light, towards_road: float) -> Thing:
    """A lamp; ``towards_road`` 1 where its arm reaches to the right."""
    high, reach = float(rng.uniform(5, 10)), float(rng.uniform(0.6, 2.2)) * towards_road
    color = _GREYS[int(rng.integers(len(_GREYS)))]
    plates = _pole(high, 0.09, color)
    plates.append((_bar((0, high - 0.05), (reach, high + 0.25), 0.06), color, Street.POLE))
    plates.append((_bar((reach, high + 0.25), (reach + 0.7 * towards_road, high + 0.27), 0.12), color, Street.POLE))
    return _upright(foot, plates, light, high)


def bollard(rng: np.random.Generator, foot: Points, light: Light) -> Thing:
    color = _GREYS[int(rng.integers(len(_GREYS)))] if rng.random() < 0.7 else (150.0, 30.0, 30.0)
    high = float(rng.uniform(0.8, 1.2))
    plates = _pole(high, float(rng.uniform(0.07, 0.13)), color)
    plates.append((_bar((0, high * 0.75), (0, high * 0.85), 0.13), (220, 220, 215), None))
    return _upright(foot, plates, light, high)


def traffic_light(rng: np.random.Generator, foot: Points, light: Light) -> Thing:
    """A pole with a head of three lamps, one of them lit."""
    high = float(rng.uniform(2.6, 3.6))
    plates = _pole(high, 0.07, (60, 62, 64))
    board = np.array([[-0.26, high - 0.95], [0.26, high - 0.95], [0.26, high + 0.15], [-0.26, high + 0.15]])
    plates.append((board, (26, 27, 28), Street.SIGN))
    lit = int(rng.integers(3))
    for index, (bright, dark) in enumerate(_LAMPS):
        plates.append(
            (oval(np.array([0.0, high - 0.1 - 0.3 * index]), 0.11, 0.11), bright if index == lit else dark, None)
        )
    return _upright(foot, plates, light, high)


def sign_post(rng: np.random.Generator, foot: Points, light: Light) -> Thing:
    """One or two signs on a pole."""
    high = float(rng.uniform(2.0, 3.2))
    plates = _pole(high + 0.2, 0.045, _GREYS[int(rng.integers(2))])
    plates += _sign(rng, high)
    if rng.random() < 0.3:
        plates += _sign(rng, high - 0.85)
    return _upright(foot, plates, light, high)


def billboard(rng: np.random.Generator, foot: Points, light: Light) -> Thing:
    """A large board on two legs, or a shop's board."""
    high, wide, tall = float(rng.uniform(1.8, 5)), float(rng.uniform(1.0, 2.6)), float(rng.uniform(0.8, 2.2))
    plates: list[Plate] = []
    for x in (-wide / 3, wide / 3):
        plates.append((_bar((x, 0), (x, high), 0.05), (90, 92, 94), Street.POLE))
    plates += _board(rng, 0.0, high, wide, tall)
    return _upright(foot, plates, light, high)


def hanging_sign(rng: np.random.Generator, foot: Points, light: Light) -> Thing:
    """A shop sign that hangs from a house front above the pavement."""
    return _upright(
        foot,
        _board(rng, 0.0, float(rng.uniform(2.8, 4)), float(rng.uniform(0.5, 1.1)), float(rng.uniform(0.5, 1.0))),
        light,
        0,
    )


def bin_or_box(rng: np.random.Generator, foot: Points, light: Light) -> Thing:
    """A litter bin or a switch box: a thing of no class."""
    wide, high = float(rng.uniform(0.25, 0.6)), float(rng.uniform(0.8, 1.5))
    shade = float(rng.uniform(30, 120))
    body = np.array([[-wide, 0], [wide, 0], [wide, high], [-wide, high]])
    lid = np.array([[-wide, high * 0.85], [wide, high * 0.85], [wide, high], [-wide, high]])
    color = (shade, shade * rng.uniform(0.9, 1.2), shade * rng.uniform(0.8, 1.1))
    plates: list[Plate] = [(body, color, Street.NOTHING), (lid, (shade * 0.5,) * 3, None)]
    return _upright(foot, plates, light, high)


def _upright(foot: Points, plates: list[Plate], light: Light, high: float) -> Thing:
    """A thing of flat plates that faces the camera."""

    def draw(stage: Stage) -> None:
        if not stage.sees(foot, 3.0):
            return
        distance = stage.camera.depth((float(foot[0]), 1.0, float(foot[2])))
        for points, color, label in plates:
            shape = stage.camera.polygon(stage.upright(foot, points))
            stage.canvas.polygon(shape, stage.light.shade(color, (0.0, 0.35, -0.75), distance), label)

    shadow = None
    if high:
        shadow = cast_shadow(
            light, foot + np.array([[-0.06, 0, 0], [0.06, 0, 0], [0.06, high, 0], [-0.06, high, 0]])
        )
    return Thing(float(foot[2]), draw, shadow)


def _pole(high: float, half: float, color: Color) -> list[Plate]:
    """A post, brighter on one side."""
    bright: Color = (color[0] * 1.35, color[1] * 1.35, color[2] * 1.35)
    return [
        (_bar((0, 0), (0, high), half), color, Street.POLE),
        (_bar((-half * 0.4, 0), (-half * 0.4, high), half * 0.3), bright, None),
    ]


def _bar(start: tuple[float, float], end: tuple[float, float], half: float) -> Points:
    a, b = np.array(start, float), np.array(end, float)
    along = (b - a) / max(float(np.hypot(*(b - a))), 1e-9)
    across = np.array([-along[1], along[0]]) * half
    return np.array([a + across, b + across, b - across, a - across])


def _sign(rng: np.random.Generator, high: float) -> list[Plate]:
    """One traffic sign around the height ``high``."""
    middle, radius = np.array([0.0, high]), float(rng.uniform(0.28, 0.42))
    kind = int(rng.integers(6))
    red, blue, white, black = (176.0, 24.0, 28.0), (24.0, 70.0, 160.0), (228.0, 228.0, 226.0), (24.0, 24.0, 26.0)
    if kind == 0:
        return [
            (oval(middle, radius, radius), red, Street.SIGN),
            (oval(middle, radius * 0.74, radius * 0.74), white, None),
            (_bar((-radius * 0.3, high), (radius * 0.3, high), radius * 0.25), black, None),
        ]
    if kind == 1:
        arrow = _bar((-radius * 0.4, high + radius * 0.4), (radius * 0.4, high - radius * 0.4), radius * 0.12)
        return [(oval(middle, radius, radius), blue, Street.SIGN), (arrow, white, None)]
    if kind == 2:
        corners = np.array([[math.sin(a), math.cos(a)] for a in (0, 2 * math.pi / 3, 4 * math.pi / 3)])
        return [
            (middle + corners * radius * 1.2, red, Street.SIGN),
            (middle + corners * radius * 0.75, white, None),
            (_bar((0, high - radius * 0.25), (0, high + radius * 0.3), radius * 0.08), black, None),
        ]
    if kind == 3:
        bar = _bar((-radius * 0.65, high), (radius * 0.65, high), radius * 0.16)
        return [(oval(middle, radius, radius), red, Street.SIGN), (bar, white, None)]
    return _board(rng, 0.0, high, float(rng.uniform(0.5, 1.3)), float(rng.uniform(0.4, 0.9)))


def _board(rng: np.random.Generator, x: float, high: float, wide: float, tall: float) -> list[Plate]:
    """A rectangle with a rim and lines of writing."""
    ground = _BOARDS[int(rng.integers(len(_BOARDS)))]
    ink: Color = (235, 235, 230) if sum(ground) < 380 else (30, 30, 34)
    plates: list[Plate] = [
        (_bar((x - wide / 2, high), (x + wide / 2, high), tall / 2), ink, Street.SIGN),
        (_bar((x - wide / 2 + 0.04, high), (x + wide / 2 - 0.04, high), tall / 2 - 0.04), ground, None),
    ]
    for line in range(int(rng.integers(1, 4))):
        y = high + tall * (0.28 - 0.26 * line)
        start, end = x - wide * 0.4, x + wide * float(rng.uniform(-0.1, 0.4))
        plates.append((_bar((start, y), (end, y), tall * 0.06), ink, None))
    return plates


_BOARDS: tuple[Color, ...] = (
    (20, 84, 50),
    (24, 66, 150),
    (226, 226, 222),
    (160, 28, 30),
    (30, 30, 34),
    (214, 176, 40),
    (90, 50, 24),
)
_LAMPS: tuple[tuple[Color, Color], ...] = (
    ((255, 60, 50), (70, 20, 18)), ((255, 190, 60), (70, 52, 18)), ((70, 255, 150), (14, 60, 40))
)  # fmt: skip
