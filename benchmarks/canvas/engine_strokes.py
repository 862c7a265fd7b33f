"""How long do strokes, undo and redo take without a screen?  python -m benchmarks.canvas.engine_strokes"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.canvas.engine_timing import Timings, table
from segstudio.domain.arrays import Origin
from segstudio.domain.geometry import Point, Rect
from segstudio.domain.stroke import Brush, PaintOver, PaintRule
from segstudio.editing.brush import paint_segment
from segstudio.editing.document import LabelDocument
from segstudio.editing.edit import Edit
from segstudio.editing.journal import encode_change
from segstudio.editing.label_pyramid import LabelPyramid

STROKES = 30
MOVES = 40
CLASSES = 30


def document_of(side: int) -> LabelDocument:
    """Patches of 30 classes, all the model's."""
    blocks = np.random.default_rng(0).integers(0, CLASSES, (side // 64, side // 64)).astype(np.uint8)
    labels = blocks.repeat(64, 0).repeat(64, 1)
    return LabelDocument(labels, np.full(labels.shape, Origin.MODEL, np.uint8))


def measure(side: int, radius: int, rule: PaintRule) -> list[Timings]:
    document = document_of(side)
    pyramid = LabelPyramid(document.labels)
    is_large = radius > 100
    segment = Timings("brush, one move", "4" if is_large else "0.5")
    mip, commit = Timings("pyramid, one move"), Timings("commit of a stroke")
    undo, redo = Timings("undo of a stroke", "5 and 16"), Timings("redo of a stroke", "5 and 16")
    journal = Timings("journal entry of a stroke")
    rng = np.random.default_rng(1)
    for stroke in range(STROKES):
        edit = document.begin_edit("Brush")
        place, angle = Point(*rng.uniform(0.3 * side, 0.7 * side, 2)), rng.uniform(0, 2 * math.pi)
        for _ in range(MOVES):
            angle += rng.normal(0, 0.3)
            there = moved(place, angle, radius / 5, side)
            painted: list[Rect] = []
            segment.measure(paint(painted, edit, (place, there), Brush(2 * radius), stroke % CLASSES, rule))
            mip.measure(partial(pyramid.update, painted[0]))
            place = there
        commit.measure(edit.commit)
        change = document.undo()
        assert change is not None
        journal.measure(partial(encode_change, change))  # packs it, away from the window
        document.redo()
        undo.measure(document.undo)
        redo.measure(document.redo)
    return [segment, mip, commit, journal, undo, redo]


def moved(place: Point, angle: float, step: float, side: int) -> Point:
    """A step on, kept within the image."""
    x, y = place.x + step * math.cos(angle), place.y + step * math.sin(angle)
    return Point(min(max(x, 0.0), side), min(max(y, 0.0), side))


def paint(
    painted: list[Rect], edit: Edit, way: tuple[Point, Point], brush: Brush, class_id: int, rule: PaintRule
) -> Callable[[], None]:
    def run() -> None:
        painted.append(paint_segment(edit, *way, brush, class_id, rule))

    return run


def main() -> None:
    locked = PaintRule(PaintOver.MODEL_PIXELS, locked=frozenset({3, 4}))
    for side in (1024, 8192):
        for radius in (40, 500):
            print(table(f"{side} x {side}, radius {radius}", measure(side, radius, PaintRule())))
    print(table("8192 x 8192, radius 40, model pixels only, two classes locked", measure(8192, 40, locked)))
    print(table("8192 x 8192, radius 500, model pixels only, two classes locked", measure(8192, 500, locked)))


if __name__ == "__main__":
    main()
