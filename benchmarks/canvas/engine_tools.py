"""How long does each tool take?  python -m benchmarks.canvas.engine_tools

On a picture of 1024 x 1024 made of noise-edged blobs of colour, with the labels and probabilities of the blobs.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.canvas.engine_timing import Timings, table
from segstudio.domain.arrays import Origin
from segstudio.domain.geometry import Point, Rect, Size
from segstudio.domain.prediction import Probabilities
from segstudio.editing.grab_cut import grab_cut
from segstudio.editing.islands import all_islands, fill_holes, given_to_neighbours
from segstudio.editing.morphology import closed, grown, shrunk, smoothed
from segstudio.editing.next_best import guesses
from segstudio.editing.probability import class_probability
from segstudio.editing.refine_edge import refined_edges
from segstudio.editing.region import Region
from segstudio.editing.scissors import Scissors
from segstudio.editing.shapes import lasso_region
from segstudio.editing.shared_border import border_at, dragged
from segstudio.editing.slic import find_superpixels
from segstudio.editing.unlabelled import filled_from_nearest
from segstudio.editing.wand import color_region

SIDE = 1024
WHOLE = Rect(0, 0, SIDE, SIDE)
CELL = 8
TIMES = 5


def main() -> None:
    rng = np.random.default_rng(0)
    rough = cv2.GaussianBlur(rng.random((SIDE, SIDE), np.float32), (0, 0), 30)
    labels = np.digitize(rough, np.quantile(rough, [0.2, 0.4, 0.6, 0.8])).astype(np.uint8)
    colors = rng.integers(20, 235, (5, 3))
    image = np.clip(colors[labels] + rng.normal(0, 8, (SIDE, SIDE, 3)), 0, 255).astype(np.uint8)
    planes = [(labels[::CELL, ::CELL] == class_id).astype(np.float32) for class_id in range(5)]
    values = np.stack([cv2.GaussianBlur(plane, (0, 0), 1.5) * 255 for plane in planes]).astype(np.uint8)
    probabilities = Probabilities(values, tuple(range(5)), Size(SIDE, SIDE), CELL)
    origins = np.full(labels.shape, Origin.MODEL, np.uint8)
    holey, open_origins = labels.copy(), origins.copy()
    holey[300:600, 300:500], open_origins[300:600, 300:500] = 255, Origin.NOBODY
    pieces = find_superpixels(image, WHOLE)
    scissors = Scissors(image)
    scissors.fix(Point(512, 512))
    border = border_at(labels, Point(512, 512), reach=400)
    assert border is not None
    angles = np.linspace(0, 6.283, 800)
    outline = [Point(512 + 400 * np.cos(a), 512 + 400 * np.sin(a)) for a in angles]
    brushed = Rect(480, 480, 560, 560)
    work: dict[str, Callable[[], object]] = {
        "lasso of 800 points, radius 400": lambda: lasso_region(outline, WHOLE),
        "magic wand": lambda: color_region(image, Point(512, 512), 40),
        "superpixels, all (on the worker)": lambda: find_superpixels(image, WHOLE),
        "superpixel under the pointer": lambda: pieces.region_at(Point(512, 512)),
        "scissors, fixing a point": lambda: scissors.fix(Point(512, 512)),
        "scissors, one way": lambda: scissors.way_to(Point(600, 580)),
        "GrabCut, box of 200 x 200": lambda: grab_cut(image, Rect(400, 400, 600, 600)),
        "fill holes": lambda: fill_holes(labels, 2, WHOLE),
        "islands of all classes, removed": lambda: given_to_neighbours(
            labels, all_islands(labels, WHOLE, least_pixels=500)
        ),
        "grow by 5": lambda: grown(labels, 2, WHOLE, pixels=5),
        "shrink by 5": lambda: shrunk(labels, 2, WHOLE, pixels=5),
        "close gaps of 7": lambda: closed(labels, 2, WHOLE, most_width=7),
        "smooth, radius 3": lambda: smoothed(labels, WHOLE, radius=3),
        "fill unlabelled from the nearest": lambda: filled_from_nearest(holey, open_origins, WHOLE),
        "probability under a brush of 80": lambda: class_probability(probabilities, 2, brushed),
        "next-best class of 200 x 200": lambda: guesses(probabilities, Region.whole(Rect(400, 400, 600, 600))),
        "shared border, one move": lambda: dragged(labels, border, Point(530, 500), radius=60),
        "refine edges, 256 x 256": lambda: refined_edges(
            image, labels, Rect(400, 400, 656, 656), probabilities=probabilities
        ),
    }
    timings = []
    for name, run in work.items():
        timing = Timings(name)
        run()
        for _ in range(TIMES):
            timing.measure(run)
        timings.append(timing)
    print(table("Tools on 1024 x 1024", timings))


if __name__ == "__main__":
    main()
