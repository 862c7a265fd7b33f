"""A pinhole camera over the street: world to picture, and picture to ground.

World coordinates are metres: x to the right, y up, z along the street; the ground is y = 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""float64, shape (N, 3) in the world or (N, 2) in the picture."""

NEAR = 0.25
"""Metres before the lens from which on things are drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """``rotation`` turns world axes to camera axes (x right, y down, z forward); ``focal`` is in pixels."""

    position: NDArray[np.float64]
    rotation: NDArray[np.float64]
    focal: float
    width: int
    height: int

    @classmethod
    def looking(
        cls,
        position: tuple[float, float, float],
        *,
        yaw: float,
        pitch: float,
        roll: float,
        size: tuple[int, int],
        focal: float,
    ) -> Camera:
        """Angles in degrees: yaw to the right, pitch upwards; ``focal`` as a share of the width."""
        yaw_r, pitch_r, roll_r = (math.radians(angle) for angle in (yaw, pitch, roll))
        turn = np.array([[math.cos(yaw_r), 0, -math.sin(yaw_r)], [0, 1, 0], [math.sin(yaw_r), 0, math.cos(yaw_r)]])
        tilt = np.array(
            [[1, 0, 0], [0, math.cos(pitch_r), -math.sin(pitch_r)], [0, math.sin(pitch_r), math.cos(pitch_r)]]
        )
        lean = np.array(
            [[math.cos(roll_r), -math.sin(roll_r), 0], [math.sin(roll_r), math.cos(roll_r), 0], [0, 0, 1]]
        )
        flip = np.diag([1.0, -1.0, 1.0])
        width, height = size
        return cls(np.array(position, float), lean @ flip @ tilt @ turn, focal * width, width, height)

    def to_camera(self, points: Points) -> Points:
        return np.asarray((points - self.position) @ self.rotation.T)

    def depth(self, point: tuple[float, float, float]) -> float:
        """Metres before the camera, along its axis."""
        return float(self.rotation[2] @ (np.array(point) - self.position))

    def polygon(self, points: Points) -> Points | None:
        """The picture of a flat polygon, cut where it passes the camera; None where nothing is left."""
        seen = self.to_camera(points)
        if seen[:, 2].min() < NEAR:
            seen = _cut_near(seen)
            if len(seen) < 3:
                return None
        return self._pinhole(seen)

    def point(self, point: tuple[float, float, float]) -> tuple[float, float]:
        """Picture position of a point known to lie before the camera."""
        x, y = self._pinhole(self.to_camera(np.array([point])))[0]
        return float(x), float(y)

    def homography(self, origin: Points, along: Points, up: Points) -> NDArray[np.float64]:
        """3 x 3: a plane's coordinates (metres ``along``, metres ``up``) to picture positions."""
        axes = np.stack([along, up, origin - self.position], axis=1)
        lens = np.array([[self.focal, 0, self.width / 2], [0, self.focal, self.height / 2], [0, 0, 1]])
        return np.asarray(lens @ self.rotation @ axes)

    def ground(self, scale: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
        """x, z and "is ground" of each pixel of a picture ``scale`` times as fine; not ground beyond 400 m."""
        columns = (np.arange(self.width * scale, dtype=np.float32) + 0.5) / scale - self.width / 2
        rows = (np.arange(self.height * scale, dtype=np.float32) + 0.5) / scale - self.height / 2
        columns, rows = columns[None, :] / self.focal, rows[:, None] / self.focal
        turned = self.rotation.astype(np.float32)
        down = -(turned[0, 1] * columns + (turned[1, 1] * rows + turned[2, 1]))
        far = np.float32(self.position[1]) / np.maximum(down, np.float32(1e-4))
        is_ground = (down > 1e-4) & (far < 400)
        x = np.float32(self.position[0]) + far * (turned[0, 0] * columns + (turned[1, 0] * rows + turned[2, 0]))
        z = np.float32(self.position[2]) + far * (turned[0, 2] * columns + (turned[1, 2] * rows + turned[2, 2]))
        return x, z, is_ground

    def _pinhole(self, seen: Points) -> Points:
        centre = np.array([self.width / 2, self.height / 2])
        return np.asarray(seen[:, :2] / np.maximum(seen[:, 2:], 1e-3) * self.focal + centre)


def _cut_near(points: Points) -> Points:
    """Sutherland-Hodgman against the near plane."""
    kept: list[Points] = []
    for here, there in zip(points, np.roll(points, -1, axis=0), strict=True):
        if here[2] >= NEAR:
            kept.append(here)
        if (here[2] >= NEAR) != (there[2] >= NEAR):
            share = (NEAR - here[2]) / (there[2] - here[2])
            kept.append(here + share * (there - here))
    return np.array(kept).reshape(-1, 3)
