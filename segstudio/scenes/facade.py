"""The pictures of house fronts: walls, windows, doors, shops, seen straight on."""

from __future__ import annotations

import cv2
import numpy as np

from segstudio.domain.arrays import RgbImage
from segstudio.scenes.noise import Floats, cloud_tile

_WALLS = (
    (146, 84, 66), (128, 72, 58), (176, 150, 108), (190, 170, 128), (150, 130, 100), (214, 204, 184),
    (232, 228, 218), (206, 190, 160), (150, 150, 150), (120, 118, 116), (196, 186, 178), (112, 92, 80),
    (226, 214, 170), (186, 140, 110), (96, 88, 84), (170, 178, 186),
)  # fmt: skip
_SIGNS = (
    (24, 60, 40),
    (120, 20, 24),
    (20, 30, 80),
    (30, 30, 32),
    (200, 190, 160),
    (180, 90, 20),
    (60, 20, 60),
    (220, 220, 215),
)


def paint_facade(rng: np.random.Generator, width: float, height: float, fineness: float) -> RgbImage:
    """A front of ``width`` by ``height`` metres, albedo, top row first, ``fineness`` pixels a metre."""
    wide, high = max(8, round(width * fineness)), max(8, round(height * fineness))
    wall = np.array(_WALLS[int(rng.integers(len(_WALLS)))], np.float32) * rng.uniform(0.8, 1.1)
    front = np.empty((high, wide, 3), np.float32)
    front[:] = wall
    _roughen(front, rng)
    storey = round(rng.uniform(2.6, 3.6) * fineness)
    style = str(rng.choice(["windows", "bands", "glass"], p=[0.78, 0.14, 0.08]))
    ground = round(rng.uniform(2.9, 4.0) * fineness)
    top = round(rng.uniform(0.2, 0.9) * fineness)
    match style:
        case "windows":
            _windows(front, rng, top, max(top, high - ground), storey=storey, fineness=fineness)
        case "bands":
            _bands(front, rng, top, max(top, high - ground), storey=storey, fineness=fineness)
        case _:
            _curtain(front, rng, top, high, fineness=fineness)
    if style != "glass":
        (_shop if rng.random() < 0.5 else _doors)(front, rng, max(0, high - ground), fineness)
    front[: max(1, round(0.18 * fineness))] *= rng.uniform(0.6, 1.25)
    return np.clip(front, 0, 255).astype(np.uint8)


def _roughen(front: Floats, rng: np.random.Generator) -> None:
    """Bricks, blocks or plaster, written into ``front``."""
    high, wide = front.shape[:2]
    noise = np.tile(cloud_tile(0.5, 21), (-(-high // 512), -(-wide // 512)))[:high, :wide].astype(np.float32)
    stains = np.tile(cloud_tile(1.4, 22), (-(-high // 512), -(-wide // 512)))[:high, :wide].astype(np.float32)
    front *= (1 + rng.uniform(0.05, 0.25) * (noise - 128) / 128 + 0.15 * (stains - 128) / 128)[:, :, None]
    course = int(rng.choice([0, 3, 8]))
    if course:
        front[::course] *= rng.uniform(0.8, 1.12)


def _pane(rng: np.random.Generator) -> Floats:
    """The colour of glass: mostly dark, sometimes the sky in it or a light behind."""
    kind = rng.random()
    if kind < 0.7:
        return rng.uniform(22, 75) * np.array([0.95, 1.0, 1.08], np.float32)
    if kind < 0.92:
        return rng.uniform(100, 190) * np.array([0.92, 1.0, 1.08], np.float32)
    return rng.uniform(150, 220) * np.array([1.05, 0.98, 0.8], np.float32)


def _windows(
    front: Floats, rng: np.random.Generator, top: int, bottom: int, *, storey: int, fineness: float
) -> None:
    wide = front.shape[1]
    across = round(rng.uniform(0.8, 1.5) * fineness)
    tall = min(round(rng.uniform(1.2, 2.0) * fineness), storey - 6)
    columns = max(1, int(wide / (across * rng.uniform(1.6, 2.6))))
    frame = np.array(rng.choice([235.0, 60.0, 120.0], p=[0.7, 0.2, 0.1]))
    sill = rng.uniform(0.7, 1.4)
    bars = int(rng.integers(0, 3))
    for row in range(top, bottom - tall + 1, storey):
        tone = _pane(rng)
        for column in range(columns):
            left = round((column + 0.5) * wide / columns - across / 2)
            y0, y1, x0, x1 = row, row + tall, max(left, 1), min(left + across, wide - 1)
            if x1 - x0 < 5:
                continue
            front[y1 : y1 + 3, max(x0 - 2, 0) : x1 + 2] *= sill
            front[y0:y1, x0:x1] = frame
            glass = front[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2]
            glass[:] = tone * rng.uniform(0.75, 1.25)
            glass[: round(tall * rng.uniform(0.1, 0.5))] *= rng.uniform(0.7, 1.5)
            for bar in range(1, bars + 1):
                at = bar * glass.shape[0] // (bars + 1)
                glass[at : at + 1] = frame
            if bars:
                glass[:, glass.shape[1] // 2 : glass.shape[1] // 2 + 1] = frame


def _bands(front: Floats, rng: np.random.Generator, top: int, bottom: int, *, storey: int, fineness: float) -> None:
    tall = round(storey * rng.uniform(0.4, 0.7))
    step = round(rng.uniform(0.9, 2.2) * fineness)
    for row in range(top, bottom - tall + 1, storey):
        front[row : row + tall] = _pane(rng)
        for left in range(0, front.shape[1], step):
            front[row : row + tall, left : left + 2] = rng.uniform(60, 220)
            front[row : row + tall, left + 2 : left + step] *= rng.uniform(0.7, 1.3)


def _curtain(front: Floats, rng: np.random.Generator, top: int, bottom: int, *, fineness: float) -> None:
    step, tall = round(rng.uniform(1.0, 1.8) * fineness), round(rng.uniform(1.4, 2.2) * fineness)
    base = _pane(rng)
    cells = rng.uniform(0.7, 1.35, (-(-(bottom - top) // tall), -(-front.shape[1] // step), 1)).astype(np.float32)
    grid = np.repeat(np.repeat(cells, tall, axis=0), step, axis=1)[: bottom - top, : front.shape[1]]
    front[top:bottom] = grid * base
    frame = rng.uniform(40, 170)
    front[top:bottom:tall] = frame
    front[top:bottom, ::step] = frame


def _shop(front: Floats, rng: np.random.Generator, top: int, fineness: float) -> None:
    """Glass with things behind it, pillars, and a board with lettering over it."""
    high, wide = front.shape[:2]
    color = np.array(_SIGNS[int(rng.integers(len(_SIGNS)))], np.float32) * rng.uniform(0.7, 1.2)
    front[top:] = color
    board = round(rng.uniform(0.5, 0.8) * fineness)
    ink = 235.0 if color.mean() < 110 else 40.0
    cursor = round(wide * rng.uniform(0.1, 0.35))
    while cursor < wide * 0.85:
        letter = int(rng.integers(2, 6))
        front[top + 3 : top + board - 3, cursor : cursor + letter] = ink
        front[top + 5 : top + board - 5, cursor + 1 : cursor + letter - 1] = color if rng.random() < 0.6 else ink
        cursor += letter + (6 if rng.random() < 0.15 else 2)
    window = front[top + board : high - round(rng.uniform(0.2, 0.7) * fineness)]
    left = round(0.2 * fineness)
    while left < wide - round(fineness):
        right = min(left + round(rng.uniform(1.2, 3.2) * fineness), wide - 3)
        pane = window[:, left:right]
        pane[:] = _pane(rng)
        if pane.size:
            goods = (rng.uniform(0.5, 1.9, (7, 9, 1)) * rng.uniform(0.85, 1.2, (7, 9, 3))).astype(np.float32)
            pane *= cv2.resize(goods, (pane.shape[1], pane.shape[0]), interpolation=cv2.INTER_NEAREST)
        left = right + round(rng.uniform(0.1, 0.5) * fineness)


def _doors(front: Floats, rng: np.random.Generator, top: int, fineness: float) -> None:
    """A door every few metres, windows between."""
    high, wide = front.shape[:2]
    step = round(rng.uniform(3.5, 6.5) * fineness)
    for left in range(round(rng.uniform(0.3, 1.5) * fineness), wide - round(fineness), step):
        color = np.array(_SIGNS[int(rng.integers(len(_SIGNS)))], np.float32)
        front[max(high - round(2.2 * fineness), top) :, left - 2 : left + round(fineness) + 2] = 215
        front[max(high - round(2.1 * fineness), top) :, left : left + round(fineness)] = color
        start, stop = left + round(1.6 * fineness), min(left + step - round(0.5 * fineness), wide - 2)
        if stop - start > 10:
            y0, y1 = max(high - round(2.2 * fineness), top), high - round(0.8 * fineness)
            front[y0:y1, start:stop] = 225
            front[y0 + 2 : y1 - 2, start + 2 : stop - 2] = _pane(rng)
            front[y0:y1, (start + stop) // 2 : (start + stop) // 2 + 2] = 225
