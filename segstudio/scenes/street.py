"""The plan of a street: where its kerbs, pavements and side roads lie.

Street coordinates are metres: ``across`` to the right of the street's axis, ``z`` along it; the street
bends to the side by ``bend * z * z``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segstudio.scenes.camera import Points


@dataclass(frozen=True, slots=True)
class SideRoad:
    """``side`` -1 is left, 1 right; open between ``start`` and ``end`` along the street."""

    side: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class StreetPlan:
    """Kerbs and building lines as distances to the left and right of the axis."""

    left_kerb: float
    right_kerb: float
    left_line: float
    right_line: float
    bend: float
    side_roads: tuple[SideRoad, ...]
    crossing: float | None
    """Where a zebra crossing begins."""
    verge: float
    """Width of the grass between pavement and kerb; 0 for none."""
    driving_side: int
    """-1 where cars drive on the left."""
    has_centre_line: bool
    edge_lines: int
    """Yellow or white lines along each kerb: 0, 1 or 2."""
    is_winter: bool
    """Whether most trees are bare."""
    open_ground: str
    """What lies beyond the building line: "grass" or "paving"."""

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> StreetPlan:
        lane = rng.uniform(2.8, 3.8)
        is_wide = rng.random() < 0.22
        left = lane * (rng.uniform(1.6, 3.2) if is_wide else rng.uniform(0.95, 1.35))
        right = lane * (rng.uniform(1.6, 3.2) if is_wide else rng.uniform(0.95, 1.35))
        verge = float(rng.uniform(0.8, 3.0)) if rng.random() < 0.2 else 0.0
        roads = []
        for side in (-1, 1):
            if rng.random() < 0.5:
                start = float(rng.uniform(8, 55))
                roads.append(SideRoad(side, start, start + float(rng.uniform(6, 14))))
        return cls(
            left_kerb=float(left),
            right_kerb=float(right),
            left_line=float(left + verge + rng.uniform(1.3, 5.5)),
            right_line=float(right + verge + rng.uniform(1.3, 5.5)),
            bend=float(rng.choice([0.0, rng.normal(0, 0.0016)], p=[0.4, 0.6])),
            side_roads=tuple(roads),
            crossing=float(rng.uniform(7, 30)) if rng.random() < 0.25 else None,
            verge=verge,
            driving_side=int(rng.choice([-1, 1], p=[0.7, 0.3])),
            has_centre_line=bool(rng.random() < 0.75),
            edge_lines=int(rng.choice([0, 1, 2], p=[0.45, 0.2, 0.35])),
            is_winter=bool(rng.random() < 0.45),
            open_ground=str(rng.choice(["grass", "paving"])),
        )

    def kerb(self, side: int) -> float:
        return -self.left_kerb if side < 0 else self.right_kerb

    def line(self, side: int) -> float:
        return -self.left_line if side < 0 else self.right_line

    def is_open(self, side: int, z: float, margin: float = 0.0) -> bool:
        """Whether a side road leaves there."""
        return any(r.side == side and r.start - margin < z < r.end + margin for r in self.side_roads)

    def world(self, across: float, z: float, height: float = 0.0) -> Points:
        return np.array([across + self.bend * z * z, height, z])

    def heading(self, z: float) -> float:
        """Radians to the right that the street points to at ``z``."""
        return float(np.arctan(2 * self.bend * z))
