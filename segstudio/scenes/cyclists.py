"""Cyclists: seen from the side as they cross, or from behind and before as they ride along."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from segstudio.scenes.camera import Points
from segstudio.scenes.canvas import Color
from segstudio.scenes.classes import Street
from segstudio.scenes.figures import CLOTHES, Part, head, limb, oval
from segstudio.scenes.light import Light
from segstudio.scenes.stage import Stage, Thing, cast_shadow

_SKIN: Color = (208, 160, 130)
_TYRE: Color = (26, 26, 27)


def cyclist(rng: np.random.Generator, foot: Points, heading: float, light: Light) -> Thing:
    """Somebody on a bicycle; ``heading`` in radians to the right of the z axis."""
    lean = abs(math.sin(heading))
    sign = 1.0 if math.sin(heading) >= 0 else -1.0
    parts = list(_side(rng) if lean > 0.35 else _end(rng))
    scale = float(rng.uniform(0.92, 1.08))
    squeeze = max(lean, 0.45) if lean > 0.35 else 1.0
    wheels = ((-0.52, 0.34), (0.52, 0.34)) if lean > 0.35 else ()

    def draw(stage: Stage) -> None:
        if not stage.sees(foot, 1.2):
            return
        distance = stage.camera.depth((float(foot[0]), 1.0, float(foot[2])))
        fit = np.array([sign * squeeze, 1.0]) * scale
        for x, y in wheels:
            disc = stage.camera.polygon(stage.upright(foot, oval(np.array([x, y]), 0.34, 0.34) * fit))
            stage.canvas.veil(
                disc, stage.light.shade((70, 70, 72), (0.0, 0.3, -0.8), distance), 0.35, Street.BICYCLIST
            )
        for points, color in parts:
            shape = stage.camera.polygon(stage.upright(foot, points * fit))
            stage.canvas.polygon(shape, stage.light.shade(color, (0.0, 0.3, -0.8), distance), Street.BICYCLIST)

    body = np.array([[-0.5, 0, 0], [0.5, 0, 0], [0.2, 1.7, 0], [-0.2, 1.7, 0]])
    return Thing(float(foot[2]), draw, cast_shadow(light, foot + body))


def _side(rng: np.random.Generator) -> Iterator[Part]:
    """Riding to the right, metres."""
    frame: Color = CLOTHES[int(rng.integers(len(CLOTHES)))]
    back, front = np.array([-0.52, 0.34]), np.array([0.52, 0.34])
    for wheel in (back, front):
        yield from _tyre(wheel)
    pedal, saddle, bars = np.array([-0.05, 0.3]), np.array([-0.22, 0.92]), np.array([0.4, 1.0])
    joint, stem = saddle + (0.02, -0.12), bars - (0.02, 0.14)
    tubes = ((back, pedal), (back, saddle), (pedal, saddle), (pedal, bars), (joint, stem), (bars, front))
    for start, end in tubes:
        yield limb(start, end, 0.022, 0.022), frame
    top, bottom = _cloth(rng), _cloth(rng)
    turn = rng.uniform(0, 2 * math.pi)
    hip = saddle + (0.02, 0.06)
    for sign in (-1.0, 1.0):
        foot = pedal + 0.17 * sign * np.array([math.cos(turn), math.sin(turn)])
        knee = (hip + foot) / 2 + (0.2, 0.1)
        shade = 0.75 if sign < 0 else 1.0
        leg: Color = (bottom[0] * shade, bottom[1] * shade, bottom[2] * shade)
        yield limb(hip, knee, 0.1, 0.075), leg
        yield limb(knee, foot, 0.07, 0.05), leg
        yield limb(foot, foot + (0.14, -0.01), 0.045, 0.03), (30, 30, 32)
    shoulder = np.array([rng.uniform(0.05, 0.2), rng.uniform(1.4, 1.5)])
    yield limb(hip, shoulder, 0.15, 0.14), top
    elbow = (shoulder + bars) / 2 - (0.0, 0.08)
    yield limb(shoulder, elbow, 0.07, 0.05), top
    yield limb(elbow, bars, 0.05, 0.035), top
    if rng.random() < 0.4:
        yield limb(hip + (-0.12, 0.15), shoulder + (-0.16, -0.05), 0.1, 0.12), _cloth(rng)
    yield from _headgear(rng, shoulder + (0.08, 0.22))


def _end(rng: np.random.Generator) -> Iterator[Part]:
    """Seen from behind or before, metres."""
    yield limb(np.array([0.0, 0.03]), np.array([0.0, 0.68]), 0.03, 0.03), _TYRE
    yield limb(np.array([-0.28, 1.0]), np.array([0.28, 1.0]), 0.02, 0.02), (50, 50, 52)
    top, bottom = _cloth(rng), _cloth(rng)
    lift = float(rng.uniform(-0.15, 0.15))
    for sign in (-1.0, 1.0):
        knee, foot = np.array([sign * 0.14, 0.62 + sign * lift]), np.array([sign * 0.11, 0.3 + sign * lift])
        yield limb(np.array([sign * 0.08, 0.95]), knee, 0.09, 0.075), bottom
        yield limb(knee, foot, 0.07, 0.05), bottom
        yield oval(foot, 0.05, 0.06), (30, 30, 32)
        yield limb(np.array([sign * 0.2, 1.42]), np.array([sign * 0.3, 1.2]), 0.06, 0.05), top
        yield limb(np.array([sign * 0.3, 1.2]), np.array([sign * 0.24, 1.02]), 0.05, 0.035), top
    yield np.array([[-0.16, 0.9], [0.16, 0.9], [0.22, 1.42], [0.1, 1.5], [-0.1, 1.5], [-0.22, 1.42]]), top
    if rng.random() < 0.4:
        yield np.array([[-0.15, 1.05], [0.15, 1.05], [0.13, 1.42], [-0.13, 1.42]]), _cloth(rng)
    yield from _headgear(rng, np.array([0.0, 1.65]))


def _tyre(middle: Points) -> Iterator[Part]:
    """A ring, as two half rings, and a hub."""
    for start in (0.0, math.pi):
        arc = np.linspace(start, start + math.pi, 12)
        circle = np.column_stack([np.cos(arc), np.sin(arc)])
        yield middle + np.concatenate([circle * 0.34, circle[::-1] * 0.3]), _TYRE
    yield oval(middle, 0.04, 0.04), (120, 120, 122)


def _headgear(rng: np.random.Generator, middle: Points) -> Iterator[Part]:
    yield from head(rng, middle, 0.105, _SKIN)
    if rng.random() < 0.5:
        arc = np.linspace(0, math.pi, 9)
        helmet: Color = CLOTHES[int(rng.integers(len(CLOTHES)))]
        yield middle + np.column_stack([0.13 * np.cos(arc), 0.03 + 0.14 * np.sin(arc)]), helmet


def _cloth(rng: np.random.Generator) -> Color:
    red, green, blue = CLOTHES[int(rng.integers(len(CLOTHES)))]
    factor = float(rng.uniform(0.75, 1.2))
    return red * factor, green * factor, blue * factor
