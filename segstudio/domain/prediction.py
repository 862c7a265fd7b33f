"""What one model says of one image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import ConfidenceMap, LabelMap
from segstudio.domain.geometry import Size


@dataclass(frozen=True, slots=True, eq=False)
class Probabilities:
    """Class probabilities at the network's own resolution.

    ``values``: uint8, shape (channels, h, w), in 255ths. ``class_ids[c]`` is the class of channel ``c``;
    the map covers an image of ``image_size`` pixels, each score a cell of ``cell_width`` by ``cell_width``.
    """

    values: NDArray[np.uint8]
    class_ids: tuple[int, ...]
    image_size: Size
    cell_width: int


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Labels and confidence of one image by one model, both at image resolution; frozen and read-only."""

    labels: LabelMap
    confidence: ConfidenceMap
    model_name: str
    device: str
    seconds: float
    probabilities: Probabilities | None = None
    remark: str = ""
