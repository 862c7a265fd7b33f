"""Houses along the street, roofs and chimneys, and what closes the view at its end."""

from __future__ import annotations

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage
from segstudio.scenes.camera import Points
from segstudio.scenes.canvas import SCALE
from segstudio.scenes.classes import Street
from segstudio.scenes.facade import paint_facade
from segstudio.scenes.light import Light
from segstudio.scenes.stage import Stage, Thing, cast_shadow

_UP = np.array([0.0, 1.0, 0.0])
_ROOFS = ((96, 62, 52), (78, 74, 76), (110, 84, 70), (64, 62, 66), (128, 92, 76))


def house(rng: np.random.Generator, near: Points, far: Points, light: Light, *, side: int, z: float) -> Thing:
    """A house whose front runs from ``near`` to ``far`` (world, on the ground); ``side`` -1 is left."""
    length = float(np.linalg.norm(far - near))
    height = float(rng.choice([rng.uniform(5, 9), rng.uniform(8, 15), rng.uniform(14, 28)], p=[0.4, 0.45, 0.15]))
    depth = float(rng.uniform(6, 12))
    roof = float(rng.uniform(1.5, 4.5)) if height < 14 and rng.random() < 0.65 else 0.0
    along = (far - near) / length
    back = np.array([-along[2], 0.0, along[0]]) * (1 if side < 0 else -1)
    has_gable_windows = bool(rng.random() < 0.4)
    seed = int(rng.integers(2**32))
    tile = np.array(_ROOFS[int(rng.integers(len(_ROOFS)))]) * rng.uniform(0.8, 1.3)
    chimneys = [float(rng.uniform(0.1, 0.9)) for _ in range(int(rng.integers(0, 3)))] if roof else []

    def draw(stage: Stage) -> None:
        if not _is_seen(stage, near, far, back * depth, height + roof):
            return
        nearest = float(stage.camera.to_camera(np.array([near, far]))[:, 2].min())
        fineness = float(np.clip(stage.pixels_per_metre(max(nearest, 1)) * SCALE * 1.2, 8, 20))
        front = paint_facade(np.random.default_rng(seed), length, height, fineness)
        gable = (
            paint_facade(np.random.default_rng(seed), depth, height, fineness)
            if has_gable_windows
            else _plain(front)
        )
        for foot, outward in ((far, along), (near, -along)):
            _wall(stage, gable, foot, back, length=depth, height=height, normal=outward)
            if roof and _faces(stage, foot, outward):
                peak = np.array([foot, foot + back * depth / 2, foot + back * depth]) + _UP * height
                peak[1] += _UP * roof
                stage.face(peak, _mean(gable), _normal(outward), Street.BUILDING)
        for share in chimneys:
            _chimney(
                stage, near + along * length * share + back * depth / 2 + _UP * (height + roof * 0.6), along, back
            )
        if roof:
            eaves = np.array([near, far, far + back * depth / 2, near + back * depth / 2]) + _UP * height
            eaves[2:] += _UP * roof
            stage.face(eaves, (tile[0], tile[1], tile[2]), _normal(_UP * depth / 2 - back * roof), Street.BUILDING)
        _wall(stage, front, near, along, length=length, height=height, normal=-back)

    corners = np.array([near, far, far + back * depth, near + back * depth])
    top = cast_shadow(light, corners + _UP * (height + roof / 2))
    hull = cv2.convexHull(np.concatenate([corners, top])[:, [0, 2]].astype(np.float32))[:, 0]
    shadow = np.stack([hull[:, 0], np.zeros(len(hull)), hull[:, 1]], axis=1).astype(float)
    return Thing(z, draw, shadow)


def _is_seen(stage: Stage, near: Points, far: Points, depth: Points, high: float) -> bool:
    """Whether any of a house may be in the picture."""
    ground = np.array([near, far, far + depth, near + depth])
    seen = stage.camera.to_camera(np.concatenate([ground, ground + _UP * high]))
    before = seen[seen[:, 2] > 0.2]
    if len(before) < len(seen):
        return len(before) > 0
    x = before[:, 0] / before[:, 2] * stage.camera.focal
    return bool(x.max() > -stage.camera.width / 2 and x.min() < stage.camera.width / 2)


def _faces(stage: Stage, foot: Points, normal: Points) -> bool:
    """Whether the camera is on the side of a wall that ``normal`` points to."""
    return float(normal @ (stage.camera.position - foot)) > 0


def _wall(
    stage: Stage, picture: RgbImage, foot: Points, along: Points, *, length: float, height: float, normal: Points
) -> None:
    """A picture on an upright wall; nothing where its back is turned."""
    if not _faces(stage, foot, normal):
        return
    corners = np.array([foot, foot + along * length, foot + along * length + _UP * height, foot + _UP * height])
    shape = stage.camera.polygon(corners)
    if shape is None:
        return
    distance = max(1.0, float(stage.camera.to_camera(corners)[:, 2].clip(1).mean()))
    extent = shape.max(axis=0) - shape.min(axis=0)
    shown = 1.3 * SCALE * max(extent[0] / picture.shape[1], extent[1] / picture.shape[0])
    if shown < 1:
        size = (max(2, round(picture.shape[1] * shown)), max(2, round(picture.shape[0] * shown)))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    lit = picture.astype(np.float32) * stage.light.factor(_normal(normal)).astype(np.float32)
    clear = np.float32(np.exp(-distance / stage.light.haze_distance))
    seen = np.clip(lit * clear + stage.light.haze.astype(np.float32) * (1 - clear), 0, 255).astype(np.uint8)
    to_metres = np.array([[length / seen.shape[1], 0, 0], [0, -height / seen.shape[0], height], [0, 0, 1]])
    placing = stage.camera.homography(foot, along, _UP) @ to_metres
    stage.canvas.texture(shape, seen, placing, Street.BUILDING)


def _chimney(stage: Stage, foot: Points, along: Points, back: Points) -> None:
    box = np.array([foot - along * 0.4, foot + along * 0.4])
    stage.face(np.concatenate([box, box[::-1] + _UP * 2.2]), (110, 76, 62), _normal(-back), Street.BUILDING)


def _plain(front: RgbImage) -> RgbImage:
    """A bare wall in the colour of a front."""
    bare = np.empty((16, 16, 3), np.uint8)
    bare[:] = front[:: max(1, len(front) // 9), :4].reshape(-1, 3).mean(axis=0)
    return bare


def _mean(picture: RgbImage) -> tuple[float, float, float]:
    red, green, blue = picture[:, :4].reshape(-1, 3).mean(axis=0)
    return float(red), float(green), float(blue)


def _normal(vector: Points) -> tuple[float, float, float]:
    x, y, z = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return float(x), float(y), float(z)
