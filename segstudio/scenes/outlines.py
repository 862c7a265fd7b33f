"""Polygons of points: cut between two lines, and the hull around them."""

from __future__ import annotations

import numpy as np

from segstudio.scenes.camera import Points


def cut_between(outline: Points, start: float, end: float) -> Points:
    """The part of a polygon with ``start < x < end``."""
    kept = outline
    for limit, sign in ((start, 1.0), (end, -1.0)):
        cut: list[Points] = []
        for here, there in zip(kept, np.roll(kept, -1, axis=0), strict=True):
            if (here[0] - limit) * sign >= 0:
                cut.append(here)
            if ((here[0] - limit) * sign >= 0) != ((there[0] - limit) * sign >= 0):
                cut.append(here + (limit - here[0]) / (there[0] - here[0]) * (there - here))
        kept = np.array(cut).reshape(-1, 2)
    return kept


def convex_hull(ground: Points) -> Points:
    """The convex hull of points on the ground."""
    order = np.lexsort((ground[:, 2], ground[:, 0]))
    points = ground[order]

    def half(run: Points) -> list[Points]:
        chain: list[Points] = []
        for point in run:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        return chain[:-1]

    return np.array(half(points) + half(points[::-1]))


def _turn(a: Points, b: Points, c: Points) -> float:
    return float((b[0] - a[0]) * (c[2] - a[2]) - (b[2] - a[2]) * (c[0] - a[0]))
