"""The images of a data set with their true labels, in a fixed order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, RgbImage
from segstudio.domain.classes import LabelSet
from segstudio.formats.image_files import read_image
from segstudio.formats.indexed_png import read_label_map
from segstudio.training.samples import find_samples


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """``truth``: 255 where nobody knows."""

    name: str
    file: Path
    image: RgbImage
    truth: LabelMap


def read_pictures(
    images: Path, labels: Path, label_set: LabelSet, *, stride: int, count: int | None
) -> tuple[Picture, ...]:
    """Every ``stride``-th by name, ``count`` at most. Ids that are no class of ``label_set`` become 255.

    Raises: FormatError: a folder is missing, or a file can't be read.
    """
    is_known = np.zeros(256, np.bool_)
    is_known[[spec.id for spec in label_set.active]] = True
    found = []
    for sample in find_samples(images, labels)[::stride][:count]:
        assert isinstance(sample.image, Path), "a folder's samples are files"
        assert isinstance(sample.labels, Path), "a folder's samples are files"
        truth = read_label_map(sample.labels).copy()
        truth[~is_known[truth]] = IGNORE
        found.append(Picture(sample.name, sample.image, read_image(sample.image), truth))
    return tuple(found)
