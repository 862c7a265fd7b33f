"""Label maps and strokes that tests draw, and slow, obvious ways to find what should come out."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from segstudio.domain.arrays import Mask
from segstudio.domain.geometry import Point, Rect
from segstudio.editing.document import LabelDocument


def random_document(seed: int, width: int, height: int, *, byte_budget: int = 1 << 28) -> LabelDocument:
    """Blocks of a few classes, with origins of all kinds."""
    rng = np.random.default_rng(seed)
    blocks = rng.choice([0, 1, 2, 7, 255], size=(height // 9 + 1, width // 9 + 1)).astype(np.uint8)
    labels = blocks.repeat(9, 0).repeat(9, 1)[:height, :width]
    owners = rng.integers(0, 4, size=(height // 7 + 1, width // 7 + 1)).astype(np.uint8)
    origins = owners.repeat(7, 0).repeat(7, 1)[:height, :width]
    return LabelDocument(np.ascontiguousarray(labels), np.ascontiguousarray(origins), byte_budget=byte_budget)


def state(document: LabelDocument) -> tuple[bytes, bytes]:
    return document.labels.tobytes(), document.origins.tobytes()


def on_whole_image(rect: Rect, mask: Mask, shape: tuple[int, ...]) -> Mask:
    whole = np.zeros(shape, np.bool_)
    whole[rect.slices] = mask
    return whole


def distance_to_segment(start: Point, end: Point, shape: tuple[int, ...]) -> np.ndarray:
    """float64, shape (H, W): how far each pixel's centre is from the segment."""
    rows, columns = np.mgrid[: shape[0], : shape[1]] + 0.5
    run, rise = end.x - start.x, end.y - start.y
    squared = run * run + rise * rise
    along = ((columns - start.x) * run + (rows - start.y) * rise) / squared if squared else np.zeros(shape)
    along = np.clip(along, 0.0, 1.0)
    return np.hypot(columns - start.x - along * run, rows - start.y - along * rise)


def points(least: float = -20.0, most: float = 80.0) -> st.SearchStrategy[Point]:
    coordinate = st.floats(least, most, allow_nan=False, width=32)
    return st.builds(Point, coordinate, coordinate)
