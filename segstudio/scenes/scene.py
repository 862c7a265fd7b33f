"""A whole street scene from a seed: the picture and the exact class of each of its pixels."""

from __future__ import annotations

import math

import numpy as np

from segstudio.domain.arrays import LabelMap, RgbImage, read_only
from segstudio.domain.geometry import Size
from segstudio.scenes.camera import Camera
from segstudio.scenes.canvas import Canvas
from segstudio.scenes.classes import Street
from segstudio.scenes.film import develop
from segstudio.scenes.ground import draw_ground
from segstudio.scenes.layout import things
from segstudio.scenes.light import Light
from segstudio.scenes.sky import draw_sky
from segstudio.scenes.stage import Stage
from segstudio.scenes.street import StreetPlan

DEFAULT_SIZE = Size(480, 360)


def render_scene(seed: int, size: Size = DEFAULT_SIZE) -> tuple[RgbImage, LabelMap]:
    """The picture and its labels, both ``size`` and read-only; the same for the same seed and size.

    Labels are ids of ``Street``; 255 where a thing of no class stands. Raises: ValueError: a side under 16 pixels.
    """
    if min(size) < 16:
        raise ValueError(f"A scene is at least 16 pixels a side, not {size.width} x {size.height}.")
    rng = np.random.default_rng([seed, 0x5CE11E])
    picture, labels = _drawn(rng, size)
    return read_only(develop(picture, rng)), read_only(labels)


def _drawn(rng: np.random.Generator, size: Size) -> tuple[RgbImage, LabelMap]:
    """The scene before a camera has made noise of it."""
    light = Light.drawn(rng)
    street = StreetPlan.drawn(rng)
    camera = _camera(street, rng, size)
    canvas = Canvas(size.width, size.height)
    stage = Stage(canvas, camera, light, street)
    horizon = size.height / 2 + math.tan(math.asin(float(camera.rotation[2, 1]))) * camera.focal
    standing = things(street, light, rng, camera.position)
    draw_sky(canvas, light, rng, horizon)
    shadows = [thing.shadow for thing in standing if thing.shadow is not None]
    draw_ground(stage, shadows, rng)
    for thing in standing:
        if thing.z > camera.position[2] + 0.3:
            thing.draw(stage)
    if rng.random() < 0.15:
        _bonnet(stage, rng)
    return canvas.finished()


def _camera(street: StreetPlan, rng: np.random.Generator, size: Size) -> Camera:
    """A driver's eye in a lane, or a walker's on the pavement."""
    if rng.random() < 0.85:
        side = street.driving_side
        across = side * (street.left_kerb if side < 0 else street.right_kerb) * float(rng.uniform(0.2, 0.6))
        height = float(rng.uniform(1.15, 1.6))
    else:
        side = int(rng.choice([-1, 1]))
        across = (street.kerb(side) + street.line(side)) / 2
        height = float(rng.uniform(1.5, 1.8))
    yaw = float(rng.choice([rng.normal(0, 4), rng.normal(0, 14)], p=[0.7, 0.3]))
    return Camera.looking(
        (across, height, 0.0),
        yaw=yaw,
        pitch=float(rng.normal(0.5, 2.5)),
        roll=float(rng.normal(0, 0.8)),
        size=(size.width, size.height),
        focal=float(rng.uniform(0.8, 1.35)),
    )


def _bonnet(stage: Stage, rng: np.random.Generator) -> None:
    """The camera car's own bonnet along the lower edge: no class."""
    wide, high = stage.camera.width, stage.camera.height
    top = high * rng.uniform(0.9, 0.97)
    steps = np.linspace(0, 1, 12)
    arch = top + high * 0.06 * (2 * steps - 1) ** 2 * rng.uniform(0.2, 1.2)
    outline = np.concatenate([np.column_stack([steps * wide, arch]), [[wide, high + 4.0], [0.0, high + 4.0]]])
    shade = rng.uniform(15, 150)
    stage.canvas.polygon(outline, (shade, shade, shade * 1.05), Street.NOTHING)
