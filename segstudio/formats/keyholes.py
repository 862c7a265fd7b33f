"""Outlines with holes as one polygon each, for formats whose polygons have none."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from segstudio.formats.contours import Outline, Polygon, corner_outlines
from segstudio.formats.regions import Region

POLYGON_LOSS = (
    "Polygons follow the borders to within a pixel's fraction; where two of them meet, both cover some pixels."
)


def region_polygons(region: Region, tolerance: float) -> Iterator[Polygon]:
    """One for each connected part, in corners of the picture's pixels."""
    corner = np.array([region.left, region.top])
    for outline in corner_outlines(region.mask, tolerance=tolerance):
        yield keyhole(outline) + corner


def keyhole(outline: Outline) -> Polygon:
    """Each hole hangs by two coincident lines, from its leftmost point to the nearest point that is further left,
    on the border or on a hole that hangs already.

    So a line never runs through its own hole (the order is that of D. Eberly's "Triangulation by Ear Clipping").
    Holes turn the other way round than borders: OpenCV sees to that.
    """
    if not outline.holes:
        return outline.outer
    rings = [outline.outer, *sorted(outline.holes, key=lambda hole: int(hole[:, 0].min()))]
    points = np.concatenate(rings)
    ends = np.cumsum([len(ring) for ring in rings]).tolist()
    x, y = np.ascontiguousarray(points.T, np.float64)
    path = _Path(len(points), ends[0])
    for first, end in pairwise(ends):
        start = first + int(x[first:end].argmin())
        distances = (x[:first] - x[start]) ** 2 + (y[:first] - y[start]) ** 2
        distances[x[:first] > x[start]] = np.inf
        path.hang(first, end, start=start, at=int(distances.argmin()))
    return points[path.walked()]


class _Path:
    """The way round: after each point the next; a point that is passed again has a stand-in behind the others."""

    def __init__(self, count: int, outer: int) -> None:
        self._next = list(range(1, count + 1))
        self._next[outer - 1] = -1
        self._points = list(range(count))

    def hang(self, first: int, end: int, *, start: int, at: int) -> None:
        """The ring of the points ``first`` to ``end`` is gone round from ``start``, between ``at`` and ``at``."""
        self._next[end - 1] = first
        again = len(self._next)
        self._points += [start, at]
        self._next += [again + 1, self._next[at]]
        self._next[at] = start
        self._next[start - 1 if start > first else end - 1] = again

    def walked(self) -> list[int]:
        walked = []
        node = 0
        while node != -1:
            walked.append(self._points[node])
            node = self._next[node]
        return walked
