"""The light of a scene: where the sun stands, how strong it is, how distance fades things."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segstudio.scenes.canvas import Color


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """``sun`` points at the sun, length 1. Colours are factors; ``haze`` is what distance fades to, 0 to 255."""

    sun: NDArray[np.float64]
    sun_color: NDArray[np.float64]
    ambient: NDArray[np.float64]
    haze: NDArray[np.float64]
    haze_distance: float
    overcast: float
    """0 a clear sky with hard shadows, 1 none at all."""
    darkness: float
    """0 by day, 1 in late dusk."""

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Light:
        azimuth = rng.uniform(0, 2 * math.pi)
        elevation = math.radians(rng.uniform(12, 62))
        sun = np.array(
            [math.cos(elevation) * math.sin(azimuth), math.sin(elevation), math.cos(elevation) * math.cos(azimuth)]
        )
        overcast = float(rng.choice([0.0, rng.uniform(0.2, 0.7), 1.0], p=[0.45, 0.2, 0.35]))
        darkness = float(rng.uniform(0.45, 0.9)) if rng.random() < 0.18 else float(rng.uniform(0, 0.2))
        strength = (1 - overcast) * (1 - 0.8 * darkness)
        warmth = 1 - math.degrees(elevation) / 62
        sun_color = strength * rng.uniform(0.65, 1.05) * np.array([1.0, 1 - 0.06 * warmth, 1 - 0.2 * warmth])
        ambient = (1 - 0.72 * darkness) * rng.uniform(0.42, 0.62) * np.array([0.95, 0.99, 1.06])
        ambient = ambient * (1 + 0.55 * overcast)
        haze = np.array([200.0, 208.0, 218.0]) * (1 - 0.7 * darkness) * rng.uniform(0.85, 1.1)
        return cls(sun, sun_color, ambient, haze, float(rng.uniform(140, 900)), overcast, darkness)

    @property
    def has_shadows(self) -> bool:
        return self.overcast < 0.9 and self.darkness < 0.5

    @property
    def shadow_shift(self) -> NDArray[np.float64]:
        """Where the shadow of a point one metre high falls: (x, z) in metres from its foot."""
        return np.asarray(-self.sun[[0, 2]] / self.sun[1])

    def factor(self, normal: tuple[float, float, float]) -> NDArray[np.float64]:
        """What a surface's colour is multiplied by, three factors."""
        facing = max(0.0, float(np.dot(self.sun, normal)))
        sky_share = 0.75 + 0.25 * normal[1]
        return np.asarray(self.ambient * sky_share + self.sun_color * facing)

    def shade(self, albedo: Color, normal: tuple[float, float, float], distance: float) -> Color:
        """The colour seen of a surface ``distance`` metres away."""
        return self.through_air(np.asarray(albedo) * self.factor(normal), distance)

    def through_air(self, color: NDArray[np.float64], distance: float) -> Color:
        clear = math.exp(-max(distance, 0.0) / self.haze_distance)
        mixed = np.clip(color * clear + self.haze * (1 - clear), 0, 255)
        return float(mixed[0]), float(mixed[1]), float(mixed[2])
