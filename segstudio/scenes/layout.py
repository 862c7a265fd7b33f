"""What stands where: houses along both sides, furniture on the pavements, traffic on the road."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from segstudio.scenes.buildings import house
from segstudio.scenes.camera import Points
from segstudio.scenes.cars import car
from segstudio.scenes.cyclists import cyclist
from segstudio.scenes.fences import fence, garden_wall, hedge
from segstudio.scenes.figures import pedestrian
from segstudio.scenes.furniture import (
    billboard,
    bin_or_box,
    bollard,
    hanging_sign,
    lamp_post,
    sign_post,
    traffic_light,
)
from segstudio.scenes.light import Light
from segstudio.scenes.stage import Thing
from segstudio.scenes.street import StreetPlan
from segstudio.scenes.trees import bush, tree

FAR = 130.0
"""Metres up to which a street is furnished."""

Maker = Callable[[np.random.Generator, Points, Light], Thing]


def things(street: StreetPlan, light: Light, rng: np.random.Generator, eye: Points) -> list[Thing]:
    """Everything that stands in the street, the farthest first; nothing stands in the camera at ``eye``."""
    everything = [
        *_closing(street, light, rng),
        *(thing for side in (-1, 1) for thing in _frontage(street, light, rng, side)),
        *(thing for side in (-1, 1) for thing in _pavement(street, light, rng, side)),
        *_traffic(street, light, rng, eye),
        *_walkers(street, light, rng, eye),
    ]
    return sorted(everything, key=lambda thing: -thing.z)


def _frontage(street: StreetPlan, light: Light, rng: np.random.Generator, side: int) -> Iterator[Thing]:
    """The building line of one side: houses, gaps, gardens behind fences."""
    z = float(rng.uniform(-14, -4))
    built = float(rng.choice([0.95, rng.uniform(0.3, 0.8), 0.08], p=[0.5, 0.35, 0.15]))
    garden = float(rng.uniform(2, 7)) if rng.random() < 0.35 else 0.0
    while z < FAR:
        length = float(rng.uniform(5, 16)) * (1 if z < 60 else 1.8)
        end = z + length
        if street.is_open(side, (z + end) / 2, length / 2):
            z = next(r.end for r in street.side_roads if r.side == side and r.end > z) + 0.1
            continue
        line = street.line(side)
        near, far = street.world(line, z), street.world(line, end)
        if rng.random() < built:
            back = side * garden
            yield house(rng, street.world(line + back, z), street.world(line + back, end), light, side=side, z=end)
            if garden:
                yield from _border(rng, near, far, light)
        else:
            yield from _border(rng, near, far, light)
            for _ in range(int(rng.integers(0, 5))):
                foot = street.world(line + side * rng.uniform(1, 9), rng.uniform(z, end))
                yield (
                    tree(rng, foot, light, is_bare=street.is_winter and rng.random() < 0.8)
                    if rng.random() < 0.7
                    else bush(rng, foot)
                )
        z = end + (float(rng.uniform(0, 6)) if rng.random() < 0.15 else 0.0)


def _border(rng: np.random.Generator, near: Points, far: Points, light: Light) -> Iterator[Thing]:
    kind = rng.random()
    if kind < 0.5:
        yield fence(rng, near, far, light)
    elif kind < 0.7:
        yield hedge(rng, near, far, light)
    elif kind < 0.8:
        yield garden_wall(rng, near, far, light)


def _pavement(street: StreetPlan, light: Light, rng: np.random.Generator, side: int) -> Iterator[Thing]:
    """Lamps, signs, trees and people of one side."""
    kerb, line = street.kerb(side), street.line(side)
    rows: list[tuple[Maker, float, float, float]] = [
        (lambda r, p, s: lamp_post(r, p, s, -float(side)), 0.5, 14, 40),
        (sign_post, 0.5, 8, 45),
        (traffic_light, 0.5, 15, 90),
        (bin_or_box, 0.7, 15, 80),
        (lambda r, p, s: tree(r, p, s, is_bare=street.is_winter), 0.9, 8, 40),
    ]
    for maker, inset, low, high in rows:
        if rng.random() < 0.3:
            continue
        z = float(rng.uniform(3, high))
        while z < FAR * 0.8:
            if not street.is_open(side, z):
                yield maker(rng, street.world(kerb + side * inset, z), light)
            z += float(rng.uniform(low, high))
    if rng.random() < 0.35:
        start, gap = float(rng.uniform(3, 25)), float(rng.uniform(1.2, 3))
        for index in range(int(rng.integers(2, 10))):
            yield bollard(rng, street.world(kerb + side * 0.4, start + gap * index), light)
    if rng.random() < 0.3:
        start = float(rng.uniform(4, 30))
        far = street.world(kerb + side * 0.35, start + float(rng.uniform(4, 14)))
        yield fence(rng, street.world(kerb + side * 0.35, start), far, light)
    for _ in range(int(rng.integers(0, 4))):
        yield hanging_sign(rng, street.world(line - side * 0.6, float(rng.uniform(5, 40))), light)
    if rng.random() < 0.25:
        yield billboard(rng, street.world(line - side * 0.3, float(rng.uniform(8, 30))), light)


def _walkers(street: StreetPlan, light: Light, rng: np.random.Generator, eye: Points) -> Iterator[Thing]:
    """People on the pavements and the crossing, cyclists on the road."""
    for _ in range(int(rng.choice([0, 2, 5, 10, 16], p=[0.1, 0.25, 0.3, 0.25, 0.1]))):
        side = int(rng.choice([-1, 1]))
        kerb, line = street.kerb(side), street.line(side)
        across, z = kerb + side * 0.3 + (line - kerb - side * 0.6) * float(rng.random()), 4 + float(rng.gamma(2, 9))
        for companion in range(int(rng.choice([1, 2, 3], p=[0.6, 0.3, 0.1]))):
            yield from _unless_close(pedestrian(rng, street.world(across + 0.6 * companion, z), light), eye)
    if street.crossing is not None or rng.random() < 0.15:
        place = street.crossing if street.crossing is not None else float(rng.uniform(8, 30))
        for _ in range(int(rng.integers(0, 4))):
            across = float(rng.uniform(-street.left_kerb, street.right_kerb))
            yield pedestrian(rng, street.world(across, place + float(rng.uniform(0.3, 2.5))), light)
    for _ in range(int(rng.choice([0, 1, 2, 4], p=[0.35, 0.35, 0.2, 0.1]))):
        across, z = float(rng.uniform(-street.left_kerb, street.right_kerb)), 5 + float(rng.gamma(2, 6))
        along = street.heading(z) + float(rng.choice([0, math.pi]))
        heading = float(
            rng.choice([along + rng.normal(0, 0.15), along + rng.choice([-1, 1]) * rng.uniform(0.6, 1.6)])
        )
        yield from _unless_close(cyclist(rng, street.world(across, z), heading, light), eye)


def _traffic(street: StreetPlan, light: Light, rng: np.random.Generator, eye: Points) -> Iterator[Thing]:
    """Parked rows, oncoming and preceding cars, some that cross."""
    for side in (-1, 1):
        if rng.random() < 0.45:
            z, share = float(rng.uniform(3, 12)), float(rng.uniform(0.3, 1))
            while z < FAR * 0.7:
                if rng.random() < share and not street.is_open(side, z, 2):
                    facing = (
                        street.heading(z) + (0.0 if rng.random() < 0.6 else math.pi) + float(rng.normal(0, 0.03))
                    )
                    place = street.world(street.kerb(side) - side * 1.05, z)
                    yield from _unless_close(car(rng, place, facing, light), eye)
                z += float(rng.uniform(5.3, 8))
    own = street.driving_side
    for lane, facing in ((own, 0.0), (-own, math.pi)):
        if rng.random() < 0.25:
            continue
        z = float(rng.uniform(7, 25))
        across = lane * (street.left_kerb if lane < 0 else street.right_kerb) * float(rng.uniform(0.3, 0.5))
        while z < FAR * 0.9:
            heading = street.heading(z) + facing + float(rng.normal(0, 0.05))
            yield from _unless_close(car(rng, street.world(across, z), heading, light), eye)
            z += float(rng.uniform(7, 45))
    if rng.random() < 0.3:
        z = float(rng.uniform(9, 35))
        heading = float(rng.choice([-1, 1]) * rng.uniform(0.7, 2.4))
        yield car(rng, street.world(float(rng.uniform(-3, 3)), z), heading, light)


def _closing(street: StreetPlan, light: Light, rng: np.random.Generator) -> Iterator[Thing]:
    """Houses or trees across the view where the street ends, and a skyline behind."""
    z = float(rng.uniform(85, 190))
    x = -90.0
    if rng.random() < 0.8:
        while x < 90:
            wide = float(rng.uniform(8, 25))
            centre = street.world(0, z)
            offset = np.array([centre[0] + x, 0.0, z + float(rng.uniform(0, 15))])
            if rng.random() < 0.7:
                yield house(rng, offset + np.array([wide, 0, 0]), offset, light, side=1, z=z + 15)
            elif rng.random() < 0.8:
                yield tree(rng, offset, light, is_bare=street.is_winter)
            x += wide * float(rng.uniform(0.9, 1.3))
    for _ in range(int(rng.integers(4, 30))):
        yield tree(
            rng,
            street.world(float(rng.uniform(-70, 70)), float(rng.uniform(90, 200))),
            light,
            is_bare=street.is_winter,
        )


def _unless_close(thing: Thing, eye: Points) -> Iterator[Thing]:
    """Nothing that would stand in the camera."""
    if abs(thing.z - eye[2]) > 3.2:
        yield thing
