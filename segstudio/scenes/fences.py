"""Railings, boards, meshes, hedges and garden walls along the pavement."""

from __future__ import annotations

import numpy as np

from segstudio.scenes.camera import Points
from segstudio.scenes.canvas import Color
from segstudio.scenes.classes import Street
from segstudio.scenes.light import Light
from segstudio.scenes.noise import cloud_tile
from segstudio.scenes.stage import Stage, Thing, cast_shadow

_UP = np.array([0.0, 1.0, 0.0])


def fence(rng: np.random.Generator, near: Points, far: Points, light: Light) -> Thing:
    """A fence from ``near`` to ``far``: railings, boards or mesh."""
    high = float(rng.uniform(0.9, 2.2))
    kind = str(rng.choice(["railing", "boards", "mesh"], p=[0.5, 0.3, 0.2]))
    tone = float(rng.uniform(20, 150))
    color = (tone * rng.uniform(0.9, 1.15), tone * rng.uniform(0.9, 1.05), tone * rng.uniform(0.75, 1.1))
    spacing = float(rng.uniform(0.12, 0.2)) if kind != "boards" else float(rng.uniform(0.2, 0.5))
    normal = _facing(near, far)

    def draw(stage: Stage) -> None:
        panel = stage.camera.polygon(_panel(near, far, 0.08, high))
        distance = float(stage.camera.to_camera(np.array([near, far]))[:, 2].clip(1).mean())
        shade = stage.light.shade(color, normal, distance)
        dark = stage.light.shade((color[0] * 0.6, color[1] * 0.6, color[2] * 0.6), normal, distance)
        if kind == "boards":
            stage.canvas.polygon(panel, shade, Street.FENCE)
            stage.canvas.polygons(_bars(stage, near, far, spacing=spacing, thick=0.03, high=high), dark, None)
            return
        stage.canvas.veil(panel, shade, 0.3 if kind == "railing" else 0.5, Street.FENCE)
        stage.canvas.polygons(_bars(stage, near, far, spacing=spacing, thick=0.03, high=high), shade, Street.FENCE)
        stage.canvas.polygons(
            _bars(stage, near, far, spacing=2.0, thick=0.08, high=high * 1.05), dark, Street.FENCE
        )
        for level in (0.12, high - 0.08):
            stage.canvas.polygon(stage.camera.polygon(_panel(near, far, level, level + 0.07)), shade, Street.FENCE)

    shadow = _panel(near, far, 0.0, high)
    return Thing(float(max(near[2], far[2])), draw, cast_shadow(light, shadow) if kind == "boards" else None)


def hedge(rng: np.random.Generator, near: Points, far: Points, light: Light) -> Thing:
    """A clipped hedge: vegetation, so a tree by its class."""
    high = float(rng.uniform(0.7, 2.4))
    green = (rng.uniform(40, 80), rng.uniform(70, 110), rng.uniform(25, 45))
    return _textured(near, far, light, high=high, color=green, contrast=0.9, label=Street.TREE)


def garden_wall(rng: np.random.Generator, near: Points, far: Points, light: Light) -> Thing:
    """A low wall, a building by its class."""
    high = float(rng.uniform(0.5, 1.8))
    tone = rng.uniform(80, 190)
    brick = (tone, tone * rng.uniform(0.7, 0.98), tone * rng.uniform(0.6, 0.9))
    return _textured(near, far, light, high=high, color=brick, contrast=0.35, label=Street.BUILDING)


def _textured(
    near: Points, far: Points, light: Light, *, high: float, color: Color, contrast: float, label: int
) -> Thing:
    length = float(np.linalg.norm(far - near))
    normal = _facing(near, far)

    def draw(stage: Stage) -> None:
        shape = stage.camera.polygon(_panel(near, far, 0.0, high))
        if shape is None:
            return
        distance = float(stage.camera.to_camera(np.array([near, far]))[:, 2].clip(1).mean())
        extent = shape.max(axis=0) - shape.min(axis=0)
        rows, columns = int(np.clip(extent[1] * 1.5, 4, 90)), int(np.clip(extent[0] * 1.5, 4, 500))
        noise = cloud_tile(0.55, 31)[:rows, :columns].astype(np.float32)
        base = np.array(stage.light.shade(color, normal, distance), np.float32)
        picture = base * (1 + contrast * (noise - 128) / 128)[:, :, None]
        lit = np.clip(picture, 0, 255).astype(np.uint8)
        to_metres = np.array([[length / columns, 0, 0], [0, -high / rows, high], [0, 0, 1]])
        placing = stage.camera.homography(near, (far - near) / length, _UP) @ to_metres
        stage.canvas.texture(shape, lit, placing, label)

    return Thing(float(max(near[2], far[2])), draw, cast_shadow(light, _panel(near, far, 0.0, high)))


def _panel(near: Points, far: Points, low: float, high: float) -> Points:
    return np.array([near + _UP * low, far + _UP * low, far + _UP * high, near + _UP * high])


def _bars(stage: Stage, near: Points, far: Points, *, spacing: float, thick: float, high: float) -> list[Points]:
    """Upright bars every ``spacing`` metres, where they are thick enough to be seen."""
    length = float(np.linalg.norm(far - near))
    along = (far - near) / length
    shapes = []
    for place in np.arange(0, length, spacing):
        foot = near + along * place
        depth = float(stage.camera.to_camera(foot[None])[0, 2])
        if depth < 0.4 or stage.pixels_per_metre(depth) * thick < 0.3:
            continue
        shape = stage.camera.polygon(_panel(foot, foot + along * thick, 0.0, high))
        if shape is not None:
            shapes.append(shape)
    return shapes


def _facing(near: Points, far: Points) -> tuple[float, float, float]:
    """The normal of a fence towards the street's axis."""
    along = (far - near) / max(float(np.linalg.norm(far - near)), 1e-9)
    sign = 1.0 if near[0] < 0 else -1.0
    return float(along[2] * sign), 0.0, float(-along[0] * sign)
