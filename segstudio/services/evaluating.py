"""Measures a model on folders of images and labels: what `segstudio evaluate` does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, RgbImage
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError, ModelError
from segstudio.domain.sample_view import AS_SUITS, SampleView
from segstudio.domain.task import Progress, Task
from segstudio.formats.class_file import read_classes
from segstudio.formats.image_files import read_image
from segstudio.formats.image_walk import images_with_labels
from segstudio.formats.indexed_png import read_label_map
from segstudio.inference.evaluation import Evaluation, evaluate
from segstudio.inference.predictor import Predictor
from segstudio.services.class_matching import ClassTable

Pair = tuple[Path, Path]
"""An image and its label map."""


def find_pairs(images: Path, labels: Path) -> tuple[Pair, ...]:
    """Every image below ``images`` with the label map of the same path below ``labels``.

    Raises: FormatError: a folder is missing, or an image has no label map.
    """
    pairs = images_with_labels(images, labels)
    missing = [label for _, label in pairs if not label.is_file()]
    if missing:
        raise FormatError(
            f"{len(missing)} of {len(pairs)} images have no label map; the first one missing is this.",
            path=missing[0],
        )
    return pairs


def read_matching(class_file: Path | None, label_set: LabelSet) -> ClassTable:
    """The model's class for each value of the label maps: by name where a class file says them, else by id.

    Raises: FormatError: the class file can't be read. ModelError: no class of the two has the same name.
    """
    matching = np.full(256, IGNORE, np.uint8)
    if class_file is None:
        matching[list(label_set.ids)] = label_set.ids
        return matching
    for spec in read_classes(class_file).active:
        own = label_set.by_name(spec.name)
        if own is not None:
            matching[spec.id] = own.id
    if (matching == IGNORE).all():
        names = ", ".join(spec.name for spec in label_set.active)
        raise ModelError(f"{class_file}: None of these classes is one of the model's, which are: {names}.")
    return matching


def evaluate_files(
    predictor: Predictor,
    pairs: Sequence[Pair],
    matching: ClassTable,
    task: Task[Progress],
    *,
    scales: tuple[float, ...] = (1.0,),
    mirror: bool = False,
    view: SampleView = AS_SUITS,
) -> Evaluation:
    """``view``: how images of many channels become colours.

    Raises: FormatError: a file can't be read, or a label map has another size than its image."""
    return evaluate(
        predictor,
        _read(pairs, matching, view),
        task,
        data=str(pairs[0][0].parent),
        total=len(pairs),
        scales=scales,
        mirror=mirror,
    )


def _read(pairs: Sequence[Pair], matching: ClassTable, view: SampleView) -> Iterator[tuple[RgbImage, LabelMap]]:
    for image_path, label_path in pairs:
        image, labels = read_image(image_path, view), read_label_map(label_path)
        if labels.shape != image.shape[:2]:
            (height, width), (label_height, label_width) = image.shape[:2], labels.shape
            raise FormatError(
                f"It has {label_width} x {label_height} pixels, its image {width} x {height}.", path=label_path
            )
        yield image, matching[labels]
