"""The ground: road, markings, kerbs, pavements and grass, found for each canvas pixel from where it lies."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.scenes.camera import Camera, Points
from segstudio.scenes.canvas import SCALE, Canvas
from segstudio.scenes.classes import Street
from segstudio.scenes.light import Light
from segstudio.scenes.markings import marking_mask
from segstudio.scenes.noise import TILE, cloud_tile
from segstudio.scenes.street import StreetPlan

KERB_WIDTH = 0.28
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class GroundColors:
    """Albedo of each part, 0 to 255."""

    road: NDArray[np.float32]
    pavement: NDArray[np.float32]
    kerb: NDArray[np.float32]
    grass: NDArray[np.float32]
    marking: NDArray[np.float32]
    slab: float
    """Side of a paving slab in metres; 0 for asphalt."""

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> GroundColors:
        road = rng.uniform(70, 150) * np.array([1.0, rng.uniform(0.97, 1.01), rng.uniform(0.93, 1.05)])
        pavement = rng.uniform(95, 190) * np.array([1.0, rng.uniform(0.93, 1.0), rng.uniform(0.82, 1.02)])
        if rng.random() < 0.15:
            pavement = road * rng.uniform(0.9, 1.25)
        grass = np.array([rng.uniform(60, 115), rng.uniform(95, 140), rng.uniform(30, 65)])
        return cls(
            road.astype(np.float32),
            pavement.astype(np.float32),
            (pavement * rng.uniform(0.9, 1.35)).astype(np.float32),
            grass.astype(np.float32),
            (np.array([230.0, 230, 222]) * rng.uniform(0.75, 1.1)).astype(np.float32),
            float(rng.choice([0.0, rng.uniform(0.35, 0.9)], p=[0.3, 0.7])),
        )


def draw_ground(
    canvas: Canvas,
    camera: Camera,
    light: Light,
    street: StreetPlan,
    shadows: list[Points],
    rng: np.random.Generator,
) -> None:
    """Everything below the horizon, with the shadows that lie on it."""
    x, z, is_ground = camera.ground(SCALE)
    rows = np.flatnonzero(is_ground.any(axis=1))
    if not len(rows):
        return
    part = slice(int(rows[0]), int(rows[-1]) + 1)
    x, z, is_ground = x[part], z[part], is_ground[part]
    across = x - np.float32(street.bend) * z * z
    colors = GroundColors.drawn(rng)
    labels, picture = _surfaces(street, colors, across, z, rng)
    picture *= _relief(across, z, rng)[:, :, None]
    picture *= _shade(canvas, camera, light, shadows, part, rng)
    distance = np.hypot(x - np.float32(camera.position[0]), z - np.float32(camera.position[2]))
    clear = np.exp(-distance / np.float32(light.haze_distance))[:, :, None]
    picture = picture * clear + light.haze.astype(np.float32) * (1 - clear)
    canvas.color[part][is_ground] = np.clip(picture, 0, 255).astype(np.uint8)[is_ground]
    canvas.labels[part][is_ground] = labels[is_ground]


def _surfaces(
    street: StreetPlan, colors: GroundColors, across: Floats, z: Floats, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], Floats]:
    """The class and the plain colour of each pixel."""
    is_road = (across > -street.left_kerb) & (across < street.right_kerb)
    for road in street.side_roads:
        is_road |= (z > road.start) & (z < road.end) & (across * road.side > 0)
    edge = np.where(across < 0, -across - street.left_kerb, across - street.right_kerb)
    line = np.where(
        across < 0,
        np.float32(street.left_line - street.left_kerb),
        np.float32(street.right_line - street.right_kerb),
    )
    is_grass = ~is_road & (edge > KERB_WIDTH) & (edge < street.verge + KERB_WIDTH) & (street.verge > 0)
    if street.open_ground == "grass":
        is_grass |= ~is_road & (edge > line)
    palette = np.stack([colors.pavement, colors.road, colors.kerb, colors.grass, colors.marking])
    index = is_road.astype(np.uint8)
    is_kerb = ~is_road & (edge < KERB_WIDTH) & (edge > 0)
    index[is_kerb] = 2
    index[is_grass] = 3
    labels = np.where(is_road, np.uint8(Street.ROAD), np.uint8(Street.PAVEMENT))
    labels[is_grass] = Street.TREE
    index[marking_mask(street, across, z, rng) & is_road] = 4
    picture = palette[index]
    if colors.slab:
        joints = (np.mod(across, colors.slab) < 0.03) | (np.mod(z, colors.slab * 1.4) < 0.03)
        picture[joints & (index == 0)] *= 0.72
    return labels, picture


def _relief(across: Floats, z: Floats, rng: np.random.Generator) -> Floats:
    """Around 1: grain near the camera, stains and patches everywhere."""
    near = 1 / (1 + np.abs(z) / 14)
    stains = _tiled(cloud_tile(1.3, 11), across, z * 0.4, 16, rng)
    grain = _tiled(cloud_tile(0.35, 12), across, z, 170, rng)
    tracks = 1 + rng.uniform(-0.08, 0.05) * np.cos(across * np.float32(rng.uniform(3.2, 4.0)))
    return (1 + rng.uniform(0.1, 0.3) * stains + rng.uniform(0.1, 0.45) * grain * near) * tracks


def _tiled(tile: NDArray[np.uint8], u: Floats, v: Floats, scale: float, rng: np.random.Generator) -> Floats:
    """A noise tile laid on the ground, ``scale`` of its pixels a metre; values around 0."""
    shift_u, shift_v = rng.uniform(0, TILE, 2)
    map_u = np.mod(u * np.float32(scale) + np.float32(shift_u), TILE)
    map_v = np.mod(v * np.float32(scale) + np.float32(shift_v), TILE)
    laid = cv2.remap(tile, map_u, map_v, cv2.INTER_NEAREST, borderMode=cv2.BORDER_WRAP)
    return (laid.astype(np.float32) - 128) / 128


def _shade(
    canvas: Canvas, camera: Camera, light: Light, shadows: list[Points], rows: slice, rng: np.random.Generator
) -> Floats:
    """The light on each pixel, (rows, W, 3)."""
    sunny = light.factor((0.0, 1.0, 0.0)).astype(np.float32)
    if not light.has_shadows or not shadows:
        return np.broadcast_to(sunny, (rows.stop - rows.start, canvas.labels.shape[1], 3))
    mask = np.zeros((rows.stop - rows.start, canvas.labels.shape[1]), np.uint8)
    for shadow in shadows:
        shape = camera.polygon(shadow)
        if shape is not None:
            fixed = np.clip(shape * SCALE - (0, rows.start), -30000, 30000)
            cv2.fillPoly(mask, [np.round(fixed).astype(np.int32)], 255)
    soft = cv2.blur(mask, (3, 3)).astype(np.float32)[:, :, None] / 255
    return sunny + (light.ambient.astype(np.float32) * np.float32(rng.uniform(0.85, 1.0)) - sunny) * soft
