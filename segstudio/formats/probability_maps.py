"""Probability maps: what a model thinks of every class, as one ``.npz`` file an image. Out only."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from segstudio.domain.prediction import Probabilities


def write_probabilities(path: Path, probabilities: Probabilities) -> None:
    """``values``: uint8, shape (channels, h, w), in 255ths; ``class_ids``; ``image_size``: width, height;
    ``cell_width``: how many image pixels wide one value is.

    Raises: OSError: the file can't be written.
    """
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            values=probabilities.values,
            class_ids=np.array(probabilities.class_ids, np.int64),
            image_size=np.array(probabilities.image_size, np.int64),
            cell_width=np.array(probabilities.cell_width, np.int64),
        )
