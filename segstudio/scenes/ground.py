"""The ground: road, markings, kerbs, pavements and grass, found for each canvas pixel from where it lies."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.scenes.camera import Points
from segstudio.scenes.canvas import SCALE
from segstudio.scenes.classes import Street
from segstudio.scenes.markings import marking_mask, wrapped
from segstudio.scenes.noise import TILE, Floats, cloud_tile
from segstudio.scenes.stage import Stage
from segstudio.scenes.street import StreetPlan

KERB_WIDTH = 0.28
_PAVEMENT, _ROAD, _KERB, _GRASS, _MARKING, _JOINT = range(6)
_CLASSES = np.array(
    [Street.PAVEMENT, Street.ROAD, Street.PAVEMENT, Street.TREE, Street.ROAD, Street.PAVEMENT], np.uint8
)


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

    def palette(self) -> NDArray[np.uint8]:
        """uint8, (6, 3): pavement, road, kerb, grass, marking, joint between slabs."""
        parts = (self.pavement, self.road, self.kerb, self.grass, self.marking, self.pavement * np.float32(0.72))
        return np.clip(np.stack(parts), 0, 255).astype(np.uint8)


def draw_ground(stage: Stage, shadows: list[Points], rng: np.random.Generator) -> None:
    """Everything below the horizon, with the shadows that lie on it."""
    canvas, camera, light, street = stage.canvas, stage.camera, stage.light, stage.street
    x, z, is_ground = camera.ground(SCALE)
    rows = np.flatnonzero(is_ground.any(axis=1))
    if not len(rows):
        return
    part = slice(int(rows[0]), int(rows[-1]) + 1)
    x, z, is_ground = x[part], z[part], is_ground[part]
    across = x - np.float32(street.bend) * z * z
    colors = GroundColors.drawn(rng)
    labels, index = _surfaces(street, colors, across, z, rng)
    flat = cv2.resize(colors.palette()[index], None, fx=1 / SCALE, fy=1 / SCALE, interpolation=cv2.INTER_AREA)
    picture = flat.astype(np.float32)
    half = (slice(None, None, SCALE), slice(None, None, SCALE))
    shape = picture.shape[:2]
    near_x, near_z, near_across = (
        np.ascontiguousarray(part[half][: shape[0], : shape[1]]) for part in (x, z, across)
    )
    picture *= _relief(near_across, near_z, rng)[:, :, None]
    picture *= _shade(stage, shadows, part.start, shape)
    distance = cv2.magnitude(near_x - np.float32(camera.position[0]), near_z - np.float32(camera.position[2]))
    clear = cv2.exp(distance / np.float32(-light.haze_distance))[:, :, None]
    picture *= clear
    picture += light.haze.astype(np.float32) * (1 - clear)
    lit = np.clip(picture, 0, 255).astype(np.uint8)
    seen = cv2.resize(lit, (labels.shape[1], labels.shape[0]), interpolation=cv2.INTER_NEAREST)
    cv2.copyTo(seen, is_ground.astype(np.uint8), canvas.color[part])
    cv2.copyTo(labels, is_ground.astype(np.uint8), canvas.labels[part])


def _surfaces(
    street: StreetPlan, colors: GroundColors, across: Floats, z: Floats, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The class of each canvas pixel, and the index of its colour in the palette."""
    is_road = (across > -street.left_kerb) & (across < street.right_kerb)
    for road in street.side_roads:
        is_road |= (z > road.start) & (z < road.end) & (across * road.side > 0)
    edge = np.maximum(-across - np.float32(street.left_kerb), across - np.float32(street.right_kerb))
    is_grass = (edge > KERB_WIDTH) & (edge < street.verge + KERB_WIDTH)
    if street.open_ground == "grass":
        is_grass |= (across < -street.left_line) | (across > street.right_line)
    is_grass &= ~is_road
    index = is_road.astype(np.uint8)
    if colors.slab:
        joints = (wrapped(across, colors.slab) < 0.03) | (wrapped(z, colors.slab * 1.4) < 0.03)
        index[joints & ~is_road] = _JOINT
    index[~is_road & (edge < KERB_WIDTH)] = _KERB
    index[is_grass] = _GRASS
    index[marking_mask(street, across, z, rng) & is_road] = _MARKING
    return _CLASSES[index], index


def _relief(across: Floats, z: Floats, rng: np.random.Generator) -> Floats:
    """Around 1: grain near the camera, stains and patches everywhere."""
    near = 1 / (1 + np.abs(z) / 14)
    stains = _tiled(cloud_tile(1.3, 11), across, z * np.float32(0.4), 16, rng)
    grain = _tiled(cloud_tile(0.35, 12), across, z, 170, rng)
    tracks = 1 + np.float32(rng.uniform(-0.08, 0.05)) * np.cos(across * np.float32(rng.uniform(3.2, 4.0)))
    strong, fine = np.float32(rng.uniform(0.1, 0.3)), np.float32(rng.uniform(0.1, 0.45))
    return np.asarray((1 + strong * stains + fine * grain * near) * tracks)


def _tiled(tile: NDArray[np.uint8], u: Floats, v: Floats, scale: float, rng: np.random.Generator) -> Floats:
    """A noise tile laid on the ground, ``scale`` of its pixels a metre; values around 0."""
    shift_u, shift_v = rng.integers(0, TILE, 2)
    column = (np.rint(u * np.float32(scale)).astype(np.int32) + np.int32(shift_u)) & (TILE - 1)
    row = (np.rint(v * np.float32(scale)).astype(np.int32) + np.int32(shift_v)) & (TILE - 1)
    laid = tile.ravel()[row * TILE + column]
    return np.asarray((laid.astype(np.float32) - 128) / 128)


def _shade(stage: Stage, shadows: list[Points], first_row: int, shape: tuple[int, ...]) -> Floats:
    """The light on each picture pixel from canvas row ``first_row`` down, (rows, W, 3)."""
    light = stage.light
    sunny = light.factor((0.0, 1.0, 0.0)).astype(np.float32)
    if not light.has_shadows or not shadows:
        return np.broadcast_to(sunny, (*shape, 3))
    mask = np.zeros(shape, np.uint8)
    for shadow in shadows:
        outline = stage.camera.polygon(shadow)
        if outline is not None:
            fixed = np.rint((outline - (0.5, first_row / SCALE + 0.5)) * 16).astype(np.int32)
            cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, 4)
    soft = mask.astype(np.float32)[:, :, None] / 255
    return np.asarray(sunny + (light.ambient.astype(np.float32) - sunny) * soft, np.float32)
