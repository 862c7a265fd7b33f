"""Everything that a thing needs to draw itself: canvas, camera, light, street and dice."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segstudio.scenes.camera import Camera, Points
from segstudio.scenes.canvas import Canvas, Color
from segstudio.scenes.light import Light
from segstudio.scenes.street import StreetPlan


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """Something that stands in the scene; the farthest is drawn first. ``z`` is its far end along the street."""

    z: float
    draw: Callable[[Stage], None]
    shadow: Points | None = None
    """Its shadow on the ground, world positions (N, 3)."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One scene while it is drawn."""

    canvas: Canvas
    camera: Camera
    light: Light
    street: StreetPlan

    def face(self, points: Points, albedo: Color, normal: tuple[float, float, float], label: int | None) -> None:
        """Fill a flat polygon of the world, shaded and hazed."""
        distance = float(self.camera.to_camera(points)[:, 2].mean())
        self.canvas.polygon(self.camera.polygon(points), self.light.shade(albedo, normal, distance), label)

    def sees(self, foot: Points, reach: float) -> bool:
        """Whether anything within ``reach`` metres of ``foot`` may be in the picture."""
        across, _, ahead = self.camera.to_camera(foot[None])[0]
        if ahead < -reach:
            return False
        return bool(abs(across) - reach < (ahead + reach) * self.camera.width / 2 / self.camera.focal)

    def upright(self, foot: Points, outline: Points) -> Points:
        """World positions of a figure that faces the camera: ``outline`` is (metres right, metres up)."""
        right = self.camera.rotation[0]
        flat = np.array([right[0], 0.0, right[2]]) / math.hypot(right[0], right[2])
        return np.asarray(foot + outline[:, :1] * flat + outline[:, 1:] * np.array([0.0, 1.0, 0.0]))

    def pixels_per_metre(self, z: float) -> float:
        return self.camera.focal / max(z, 0.3)


def cast_shadow(light: Light, points: Points) -> Points:
    """Where points of the world throw their shadows on the ground, (N, 3)."""
    shift = light.shadow_shift
    fallen = points.copy()
    fallen[:, 0] += points[:, 1] * shift[0]
    fallen[:, 2] += points[:, 1] * shift[1]
    fallen[:, 1] = 0
    return fallen
