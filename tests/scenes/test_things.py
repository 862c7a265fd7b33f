"""Each thing of a street is labelled with its own class, where it stands, in every direction it may face."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from segstudio.scenes import Street
from segstudio.scenes.buildings import house
from segstudio.scenes.camera import Camera, Points
from segstudio.scenes.canvas import SCALE, Canvas
from segstudio.scenes.cars import car
from segstudio.scenes.cyclists import cyclist
from segstudio.scenes.fences import fence, garden_wall, hedge
from segstudio.scenes.figures import pedestrian
from segstudio.scenes.furniture import bin_or_box, bollard, lamp_post, sign_post, traffic_light
from segstudio.scenes.light import Light
from segstudio.scenes.stage import Stage, Thing
from segstudio.scenes.street import StreetPlan
from segstudio.scenes.trees import tree

GROUND = 200
"""A label that nothing draws."""

FOOT = np.array([0.5, 0.0, 12.0])
Maker = Callable[[np.random.Generator, Light], Thing]


def empty_stage() -> Stage:
    rng = np.random.default_rng(3)
    camera = Camera.looking((0.0, 1.5, 0.0), yaw=0, pitch=0, roll=0, size=(240, 180), focal=1.0)
    canvas = Canvas(240, 180)
    canvas.labels[:] = GROUND
    return Stage(canvas, camera, Light.drawn(rng), StreetPlan.drawn(rng))


def drawn(maker: Maker, seed: int) -> tuple[Stage, set[int]]:
    stage = empty_stage()
    maker(np.random.default_rng(seed), stage.light).draw(stage)
    return stage, set(np.unique(stage.canvas.labels).tolist()) - {GROUND}


def along(side: float) -> tuple[Points, Points]:
    return np.array([side, 0.0, 8.0]), np.array([side, 0.0, 16.0])


THINGS: dict[str, tuple[Maker, set[int]]] = {
    **{
        f"car heading {heading:.1f}": (lambda rng, light, h=heading: car(rng, FOOT, h, light), {int(Street.CAR)})
        for heading in np.arange(0, 2 * math.pi, 0.7)
    },
    **{
        f"cyclist heading {heading:.1f}": (
            lambda rng, light, h=heading: cyclist(rng, FOOT, h, light),
            {int(Street.BICYCLIST)},
        )
        for heading in (0.0, 0.8, 1.6, 3.1, 4.7)
    },
    "pedestrian": (lambda rng, light: pedestrian(rng, FOOT, light), {Street.PEDESTRIAN}),
    "leafy tree": (lambda rng, light: tree(rng, FOOT, light, is_bare=False), {Street.TREE}),
    "bare tree": (lambda rng, light: tree(rng, FOOT, light, is_bare=True), {Street.TREE}),
    "lamp post": (lambda rng, light: lamp_post(rng, FOOT, light, 1.0), {Street.POLE}),
    "bollard": (lambda rng, light: bollard(rng, FOOT, light), {Street.POLE}),
    "traffic light": (lambda rng, light: traffic_light(rng, FOOT, light), {Street.POLE, Street.SIGN}),
    "sign post": (lambda rng, light: sign_post(rng, FOOT, light), {Street.POLE, Street.SIGN}),
    "litter bin": (lambda rng, light: bin_or_box(rng, FOOT, light), {Street.NOTHING}),
    "fence": (lambda rng, light: fence(rng, *along(2.0), light), {Street.FENCE}),
    "hedge": (lambda rng, light: hedge(rng, *along(-2.0), light), {Street.TREE}),
    "garden wall": (lambda rng, light: garden_wall(rng, *along(2.0), light), {Street.BUILDING}),
    "house": (lambda rng, light: house(rng, *along(-3.0), light, side=-1, z=16.0), {Street.BUILDING}),
}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", THINGS)
def test_a_thing_draws_its_own_classes_and_no_other(name: str, seed: int) -> None:
    maker, classes = THINGS[name]
    _, seen = drawn(maker, seed)
    assert seen == {int(class_id) for class_id in classes}


@pytest.mark.parametrize(
    "name", [name for name in THINGS if name not in {"fence", "hedge", "garden wall", "house"}]
)
def test_a_thing_stands_on_its_foot(name: str) -> None:
    stage, _ = drawn(THINGS[name][0], 1)
    x, y = stage.camera.point((float(FOOT[0]), 0.0, float(FOOT[2])))
    rows, columns = np.nonzero(stage.canvas.labels != GROUND)
    assert rows.max() / SCALE == pytest.approx(y, abs=5 if "car" in name else 3)
    assert columns.min() / SCALE - 3 <= x <= columns.max() / SCALE + 3


def test_colour_changes_only_where_the_label_does() -> None:
    for name, (maker, _) in THINGS.items():
        stage, _ = drawn(maker, 2)
        is_colored = stage.canvas.color.any(axis=2)
        stray = is_colored & (stage.canvas.labels == GROUND)
        # A crown's thinnest twigs count as what lies behind them, the dark under a car as road.
        limit = 0.1 if "tree" in name else 0.02 if "car" in name else 0.001
        assert stray.mean() < limit, name


def test_a_thing_behind_the_camera_leaves_no_trace() -> None:
    behind = np.array([0.5, 0.0, -9.0])
    for maker in (
        lambda rng, light: car(rng, behind, 0.3, light),
        lambda rng, light: pedestrian(rng, behind, light),
        lambda rng, light: tree(rng, behind, light, is_bare=False),
        lambda rng, light: sign_post(rng, behind, light),
    ):
        assert drawn(maker, 5)[1] == set()


def test_the_nearer_thing_hides_the_farther() -> None:
    stage = empty_stage()
    rng = np.random.default_rng(1)
    car(rng, np.array([0.5, 0.0, 20.0]), 0.0, stage.light).draw(stage)
    pedestrian(rng, np.array([0.5, 0.0, 8.0]), stage.light).draw(stage)
    x, y = stage.camera.point((0.5, 0.8, 8.0))
    assert stage.canvas.labels[round(y * SCALE), round(x * SCALE)] == Street.PEDESTRIAN
    assert (stage.canvas.labels == Street.CAR).any()
