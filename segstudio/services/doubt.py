"""Between which two classes the model wavers at a place."""

from __future__ import annotations

import numpy as np

from segstudio.domain.geometry import Rect
from segstudio.domain.prediction import Probabilities


def doubted_classes(probabilities: Probabilities, rect: Rect) -> tuple[int, ...]:
    """The ids of the two likeliest classes inside ``rect`` (image pixels), each score weighed by its doubt.

    Fewer than two where the model knows fewer, or where it doubts nothing.
    """
    cell = probabilities.cell_width
    rows = slice(rect.top // cell, max(-(-rect.bottom // cell), rect.top // cell + 1))
    columns = slice(rect.left // cell, max(-(-rect.right // cell), rect.left // cell + 1))
    part = probabilities.values[:, rows, columns].astype(np.float32) / 255.0
    if part.shape[0] < 2 or part[0].size == 0:
        return ()
    ranked = np.sort(part, axis=0)
    doubt = 1.0 - (ranked[-1] - ranked[-2])
    weights = (part * doubt).sum(axis=(1, 2))
    order = np.argsort(-weights)[:2]
    return tuple(probabilities.class_ids[channel] for channel in order.tolist() if weights[channel] > 0)
