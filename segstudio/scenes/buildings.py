"""Houses along the street, roofs and chimneys, and what closes the view at its end."""

from __future__ import annotations

import cv2
import numpy as np

from segstudio.scenes.camera import Points
from segstudio.scenes.classes import Street
from segstudio.scenes.facade import PIXELS_PER_METRE, paint_facade
from segstudio.scenes.light import Light
from segstudio.scenes.stage import Stage, Thing, cast_shadow

_UP = np.array([0.0, 1.0, 0.0])
_ROOFS = ((96, 62, 52), (78, 74, 76), (110, 84, 70), (64, 62, 66), (128, 92, 76))


def house(
    stage_free_rng: np.random.Generator, near: Points, far: Points, side: int, light: Light, z: float
) -> Thing:
    """A house whose front runs from ``near`` to ``far`` (world, on the ground); ``side`` -1 is left."""
    rng = stage_free_rng
    length = float(np.linalg.norm(far - near))
    height = float(rng.choice([rng.uniform(5, 9), rng.uniform(8, 15), rng.uniform(14, 28)], p=[0.4, 0.45, 0.15]))
    depth = float(rng.uniform(6, 12))
    roof = float(rng.uniform(1.5, 4.5)) if height < 14 and rng.random() < 0.65 else 0.0
    along = (far - near) / length
    back = np.array([-along[2], 0.0, along[0]]) * (1 if side < 0 else -1)
    front = paint_facade(rng, length, height)
    gable = paint_facade(rng, depth, height) if rng.random() < 0.4 else _plain(front)
    tile = np.array(_ROOFS[int(rng.integers(len(_ROOFS)))]) * rng.uniform(0.8, 1.3)
    chimneys = [float(rng.uniform(0.1, 0.9)) for _ in range(int(rng.integers(0, 3)))] if roof else []

    def draw(stage: Stage) -> None:
        for foot in (far, near):
            _wall(stage, gable, foot, back, depth, height, along if foot is near else -along)
            if roof:
                peak = np.array([foot, foot + back * depth / 2, foot + back * depth]) + _UP * height
                peak[1] += _UP * roof
                stage.face(peak, _mean(gable), _normal(-along), Street.BUILDING)
        for share in chimneys:
            _chimney(
                stage, near + along * length * share + back * depth / 2 + _UP * (height + roof * 0.6), along, back
            )
        if roof:
            eaves = np.array([near, far, far + back * depth / 2, near + back * depth / 2]) + _UP * height
            eaves[2:] += _UP * roof
            stage.face(eaves, (tile[0], tile[1], tile[2]), _normal(_UP * depth / 2 - back * roof), Street.BUILDING)
        _wall(stage, front, near, along, length, height, -back)

    corners = np.array([near, far, far + back * depth, near + back * depth])
    top = cast_shadow(light, corners + _UP * (height + roof / 2))
    hull = cv2.convexHull(np.concatenate([corners, top])[:, [0, 2]].astype(np.float32))[:, 0]
    shadow = np.stack([hull[:, 0], np.zeros(len(hull)), hull[:, 1]], axis=1).astype(float)
    return Thing(z, draw, shadow)


def _wall(
    stage: Stage, picture: np.ndarray, foot: Points, along: Points, length: float, height: float, normal: Points
) -> None:
    """A picture on an upright wall; nothing where its back is turned."""
    if float(normal @ (stage.camera.position - foot)) <= 0:
        return
    corners = np.array([foot, foot + along * length, foot + along * length + _UP * height, foot + _UP * height])
    shape = stage.camera.polygon(corners)
    if shape is None:
        return
    distance = max(1.0, float(stage.camera.to_camera(corners)[:, 2].clip(1).mean()))
    extent = shape.max(axis=0) - shape.min(axis=0)
    shown = (max(extent[0] * 2 / length, extent[1] * 2 / height) / PIXELS_PER_METRE) * 1.3
    if shown < 1:
        size = (max(2, round(picture.shape[1] * shown)), max(2, round(picture.shape[0] * shown)))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    lit = picture.astype(np.float32) * stage.light.factor(_normal(normal)).astype(np.float32)
    clear = np.float32(np.exp(-distance / stage.light.haze_distance))
    lit = np.clip(lit * clear + stage.light.haze.astype(np.float32) * (1 - clear), 0, 255).astype(np.uint8)
    to_metres = np.array([[length / lit.shape[1], 0, 0], [0, -height / lit.shape[0], height], [0, 0, 1]])
    placing = stage.camera.homography(foot, along, _UP) @ to_metres
    stage.canvas.texture(shape, lit, placing, Street.BUILDING)


def _chimney(stage: Stage, foot: Points, along: Points, back: Points) -> None:
    box = np.array([foot - along * 0.4, foot + along * 0.4])
    stage.face(np.concatenate([box, box[::-1] + _UP * 2.2]), (110, 76, 62), _normal(-back), Street.BUILDING)


def _plain(front: np.ndarray) -> np.ndarray:
    """A bare wall in the colour of a front."""
    bare = np.empty((16, 16, 3), np.uint8)
    bare[:] = np.median(front.reshape(-1, 3), axis=0)
    return bare


def _mean(picture: np.ndarray) -> tuple[float, float, float]:
    red, green, blue = np.median(picture.reshape(-1, 3), axis=0)
    return float(red), float(green), float(blue)


def _normal(vector: Points) -> tuple[float, float, float]:
    x, y, z = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return float(x), float(y), float(z)
