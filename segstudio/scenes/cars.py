"""Cars, vans and buses: a side view, drawn out to its width, seen from any direction."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from segstudio.scenes.camera import Points
from segstudio.scenes.canvas import Color
from segstudio.scenes.car_bodies import BODIES, BUS, BUS_PAINTS, PAINTS, VAN, Body
from segstudio.scenes.classes import Street
from segstudio.scenes.light import Light
from segstudio.scenes.outlines import convex_hull, cut_between
from segstudio.scenes.stage import Stage, Thing, cast_shadow

_GLASS: Color = (44, 50, 56)
_RUBBER: Color = (24, 24, 25)


def car(rng: np.random.Generator, middle: Points, heading: float, light: Light, body: Body | None = None) -> Thing:
    """A vehicle on the ground; ``heading`` in radians to the right of the z axis is where its front points."""
    chosen = body or BODIES[int(rng.choice(len(BODIES), p=[0.3, 0.22, 0.16, 0.14, 0.12, 0.06]))]
    paints = BUS_PAINTS if chosen is BUS else PAINTS
    paint = _scaled(paints[int(rng.integers(len(paints)))], float(rng.uniform(0.85, 1.15)))
    lamps_lit = light.darkness > 0.35 or rng.random() < 0.15
    plate: Color = (225, 195, 40) if rng.random() < 0.5 else (225, 225, 225)
    panel = chosen is VAN and rng.random() < 0.6
    frame = _Frame(middle, heading)
    half = max(abs(chosen.hull[0][0]), chosen.hull[-1][0])

    def draw(stage: Stage) -> None:
        if not stage.sees(middle, half + 0.5):
            return
        _Drawing(stage, frame, chosen, paint, plate, lamps_lit, panel).whole()

    roof = max(v for _, v in chosen.cabin)
    box = np.array([[s * half, r * chosen.width / 2, h] for h in (0.0, roof) for s, r in _CORNERS])
    fallen = cast_shadow(light, frame.at(box))
    return Thing(float(middle[2]), draw, convex_hull(fallen))


class _Frame:
    """The car's own axes: forward, to its right, up."""

    def __init__(self, middle: Points, heading: float) -> None:
        self.middle = middle
        self.forward = np.array([math.sin(heading), 0.0, math.cos(heading)])
        self.right = np.array([math.cos(heading), 0.0, -math.sin(heading)])

    def at(self, points: Points) -> Points:
        """World positions of (forward, right, up) in metres."""
        up = np.array([0.0, 1.0, 0.0])
        return np.asarray(
            self.middle + points[:, :1] * self.forward + points[:, 1:2] * self.right + points[:, 2:] * up
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Drawing:
    stage: Stage
    frame: _Frame
    body: Body
    paint: Color
    plate: Color
    lamps_lit: bool
    is_panel_van: bool

    def whole(self) -> None:
        eye = self.stage.camera.position - self.frame.middle
        side = 1.0 if float(eye @ self.frame.right) > 0 else -1.0
        ends = (self.body.hull[0][0], self.body.hull[-1][0])
        half = self.body.width / 2
        under = np.array(
            [[end, hand * half, 0.02] for end, hand in zip(ends + ends[::-1], (-1, -1, 1, 1), strict=True)]
        )
        self.stage.canvas.veil(self.stage.camera.polygon(self.frame.at(under)), (8, 8, 9), 0.75, None)
        for wheel in self.body.wheels:
            self._wheel(wheel, -side * 0.9)
        self._band(self.body.hull, 1.0, self.paint, is_cabin=False)
        self._flank(self.body.hull, side, 1.0, self.paint)
        self._band(self.body.cabin, 0.86, self.paint, is_cabin=True)
        self._flank(self.body.cabin, side, 0.86, self.paint)
        self._windows(side)
        for wheel in self.body.wheels:
            self._wheel(wheel, side)
        self._ends()

    def _face(self, points: Points, color: Color, normal: Points, label: int | None = Street.CAR) -> None:
        world = self.frame.at(points)
        x, y, z = (
            normal[0] * self.frame.forward + normal[1] * self.frame.right + normal[2] * np.array([0.0, 1.0, 0.0])
        )
        self.stage.face(world, color, (float(x), float(y), float(z)), label)

    def _sees(self, point: tuple[float, float], normal: Points) -> bool:
        world = self.frame.at(np.array([[point[0], 0.0, point[1]]]))[0]
        outward = normal[0] * self.frame.forward + normal[2] * np.array([0.0, 1.0, 0.0])
        return bool(outward @ (self.stage.camera.position - world) > 0)

    def _band(
        self, outline: tuple[tuple[float, float], ...], share: float, paint: Color, *, is_cabin: bool
    ) -> None:
        """The strip of faces over the outline, from back to front, across the car."""
        half = self.body.width / 2 * share
        faces = []
        for start, end in pairwise(outline):
            normal = np.array([-(end[1] - start[1]), 0.0, end[0] - start[0]])
            normal = normal / max(float(np.linalg.norm(normal)), 1e-9)
            if self._sees(start, normal):
                faces.append((start, end, normal))
        eye = float((self.stage.camera.position - self.frame.middle) @ self.frame.forward)
        faces.sort(key=lambda face: -abs((face[0][0] + face[1][0]) / 2 - eye))
        for start, end, normal in faces:
            quad = np.array(
                [
                    [start[0], -half, start[1]],
                    [start[0], half, start[1]],
                    [end[0], half, end[1]],
                    [end[0], -half, end[1]],
                ]
            )
            self._face(quad, paint, normal)
            if is_cabin and abs(normal[0]) > 0.35 and not (self.is_panel_van and normal[0] < 0):
                inset = quad.copy()
                inset[:, 1] *= 0.86
                centre = inset.mean(axis=0)
                self._face(centre + (inset - centre) * 0.88, self._glass(normal), normal, None)

    def _flank(self, outline: tuple[tuple[float, float], ...], side: float, share: float, paint: Color) -> None:
        points = np.array([[f, side * self.body.width / 2 * share, u] for f, u in outline])
        self._face(points, paint, np.array([0.0, side, 0.15]))

    def _windows(self, side: float) -> None:
        """Side glass, parted by pillars."""
        if self.is_panel_van:
            return
        outline = np.array(self.body.cabin)
        centre = outline.mean(axis=0)
        glass = centre + (outline - centre) * np.array([0.86, 0.72])
        low, high = glass[:, 1].min(), glass[:, 1].max()
        edges = [float(glass[:, 0].min()), *self.body.pillars, float(glass[:, 0].max())]
        for start, end in pairwise(edges):
            part = cut_between(glass, start + 0.04, end - 0.04)
            if len(part) >= 3 and high > low:
                points = np.array([[f, side * self.body.width / 2 * 0.87, u] for f, u in part])
                self._face(points, self._glass(np.array([0.0, side, 0.2])), np.array([0.0, side, 0.2]), None)

    def _glass(self, normal: Points) -> Color:
        """Dark, with some of the sky in it where it leans back."""
        return _scaled(_GLASS, 1 + 1.2 * max(0.0, float(normal[2])))

    def _wheel(self, forward: float, side: float) -> None:
        for radius, color in ((1.0, _RUBBER), (0.62, (150.0, 150.0, 152.0)), (0.2, (60.0, 60.0, 62.0))):
            ring = self.body.wheel_radius * radius * _CIRCLE
            points = np.column_stack(
                [
                    forward + ring[:, 0],
                    np.full(len(ring), side * self.body.width / 2 * 1.005),
                    self.body.wheel_radius + ring[:, 1],
                ]
            )
            self._face(points, color, np.array([0.0, side, 0.0]))

    def _ends(self) -> None:
        """Lamps, number plate, bumper of the end that faces the camera."""
        eye = float((self.stage.camera.position - self.frame.middle) @ self.frame.forward)
        outline = self.body.hull
        is_front = eye > outline[-1][0]
        if not is_front and eye > outline[0][0]:
            return
        place = max(f for f, _ in outline) if is_front else min(f for f, _ in outline)
        normal = np.array([1.0 if is_front else -1.0, 0.0, 0.0])
        half, low = self.body.width / 2, outline[0][1]
        high = 0.72 if is_front else max(0.85, low + 0.4)

        def patch(r0: float, r1: float, u0: float, u1: float, color: Color) -> None:
            self._face(
                np.array([[place, r0, u0], [place, r1, u0], [place, r1, u1], [place, r0, u1]]), color, normal, None
            )

        patch(-half * 0.96, half * 0.96, low, low + 0.16, _scaled(self.paint, 0.55))
        glow = 2.4 if self.lamps_lit else 1.0
        lamp: Color = _scaled((200.0, 205.0, 205.0), glow) if is_front else _scaled((150.0, 18.0, 20.0), glow)
        for hand in (-1, 1):
            patch(hand * half * 0.62, hand * half * 0.95, high - 0.2, high, lamp)
        patch(-0.26, 0.26, low + 0.18, low + 0.3, self.plate)
        if is_front:
            patch(-half * 0.45, half * 0.45, high - 0.17, high - 0.04, (30.0, 30.0, 32.0))


def _scaled(color: Color, factor: float) -> Color:
    return color[0] * factor, color[1] * factor, color[2] * factor


_CORNERS = ((-1, -1), (-1, 1), (1, 1), (1, -1))
_CIRCLE = np.array([[math.cos(a), math.sin(a)] for a in np.linspace(0, 2 * math.pi, 19)[:-1]])
