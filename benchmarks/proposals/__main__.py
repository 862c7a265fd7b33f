"""Paints three strokes of a class and judges by the true labels what is proposed for the rest of the image.

    python -m benchmarks.proposals --images DIR --labels DIR --classes FILE [--stride 80] [--count 5]

The strokes, 60 x 10 pixels at most, lie in the roomiest places of the class and never leave it; pixels that they
cover count for nothing. Nothing else is painted; with ``--others`` one stroke of each other class is.
"""

from __future__ import annotations

import argparse

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.effort.pictures import Picture, read_pictures
from benchmarks.labelled_images import parser_for
from segstudio.domain.arrays import IGNORE, Mask, Origin
from segstudio.formats.class_file import read_classes
from segstudio.inference.bundled_models import find_model
from segstudio.inference.models import load_model
from segstudio.services.live_prototypes import Features, learn_prototypes, likeness, proposed_mask

STROKES = 3
RADIUS, LENGTH, APART = 5, 60, 70
FEWEST_PIXELS = 1500

Figures = tuple[float, float, float]
"""Precision, recall, IoU."""


def main() -> None:
    arguments = _parser().parse_args()
    label_set = read_classes(arguments.classes)
    predictor = load_model(find_model(arguments.model), arguments.device)
    pictures = read_pictures(
        arguments.images, arguments.labels, label_set, stride=arguments.stride, count=arguments.count
    )
    stride, found = predictor.info.network.output_stride, dict[int, list[Figures]]()
    for picture in pictures:
        features: Features = predictor.features(picture.image)[0].cpu().numpy()
        for class_id, pixels in enumerate(np.bincount(picture.truth.ravel(), minlength=256)[:IGNORE]):
            if pixels >= FEWEST_PIXELS:
                figures = judged(picture, features, class_id, stride=stride, with_others=arguments.others)
                found.setdefault(class_id, []).append(figures)
    rows = {label_set.by_id(class_id).name: np.mean(figures, axis=0) for class_id, figures in found.items()}
    for name, row in {**rows, "mean of the classes": np.mean(list(rows.values()), axis=0)}.items():
        print("{}: precision {:.2f}, recall {:.2f}, IoU {:.2f}".format(name, *row))


def judged(picture: Picture, features: Features, class_id: int, *, stride: int, with_others: bool) -> Figures:
    """Of what is proposed for one class; zeros where nothing is."""
    painted = strokes(picture.truth == class_id, STROKES)
    labels = np.where(painted, np.uint8(class_id), np.uint8(IGNORE))
    if with_others:
        for other in np.unique(picture.truth).tolist():
            if other not in (class_id, IGNORE):
                labels[strokes(picture.truth == other, 1)] = other
    is_painted = labels != IGNORE
    origins = np.where(is_painted, np.uint8(Origin.PERSON), np.uint8(Origin.NOBODY))
    prototypes = learn_prototypes(features, labels, origins, class_id, stride=stride)
    if prototypes is None:
        return 0.0, 0.0, 0.0
    mask = proposed_mask(likeness(features, prototypes), labels.shape, stride=stride)
    counts = (picture.truth != IGNORE) & ~is_painted
    return _figures(mask & counts, (picture.truth == class_id) & counts)


def strokes(place: Mask, count: int) -> Mask:
    """Straight ones of changing direction, each from its roomiest middle as far as ``place`` goes."""
    painted = np.zeros(place.shape, np.bool_)
    padded = cv2.copyMakeBorder(place.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    room: NDArray[np.float32] = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1].copy()  # type: ignore[assignment]  # float32
    for number in range(count):
        row, column = (int(value) for value in np.unravel_index(int(room.argmax()), room.shape))
        if room[row, column] < 2:
            break
        angle = 0.4 + 1.1 * number
        along = LENGTH / 2 * np.array([np.cos(angle), np.sin(angle)])
        ends = [(round(column + sign * along[0]), round(row + sign * along[1])) for sign in (-1, 1)]
        layer = np.zeros(place.shape, np.uint8)
        cv2.line(layer, ends[0], ends[1], 1, 2 * int(np.clip(room[row, column] - 1, 1, RADIUS)))
        _, numbers = cv2.connectedComponents(layer & place.view(np.uint8))
        painted |= (numbers == numbers[row, column]) & place
        cv2.circle(room, (column, row), APART, 0.0, -1)
    return painted


def _figures(proposed: Mask, truth: Mask) -> Figures:
    both = int(np.count_nonzero(proposed & truth))
    sizes = (np.count_nonzero(proposed), np.count_nonzero(truth), np.count_nonzero(proposed | truth))
    precision, recall, iou = (both / max(1, int(size)) for size in sizes)
    return precision, recall, iou


def _parser() -> argparse.ArgumentParser:
    parser = parser_for(__doc__, stride=80)
    parser.add_argument("--count", type=int, default=5, help="so many images at most")
    parser.add_argument("--others", action="store_true", help="one stroke of each other class, too")
    return parser


if __name__ == "__main__":
    main()
