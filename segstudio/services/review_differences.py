"""Where a model and the labels of finished images disagree: each such region is an error of one of the two."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import cv2
import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, Mask
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId
from segstudio.domain.prediction import Prediction
from segstudio.domain.task import Progress, Task
from segstudio.services.batch_predictions import ProjectPredictor
from segstudio.services.learnt_images import has_learnt
from segstudio.services.review_kept import KeptLabels
from segstudio.services.review_labels import finished_images, judged_labels
from segstudio.store.project_store import ProjectStore

SMALLEST_PIXELS = 40
SMALLEST_HALF_WIDTH = 2.5
"""Pixels. A thinner strip lies along a border and says only that two people would draw it a little differently."""


class LearntImages(StrEnum):
    """What to do about finished images that the model has learnt from, and so agrees with."""

    LEAVE_OUT = "leave-out"
    OUT_OF_FOLD = "out-of-fold"
    INCLUDE = "include"


MOST_KEPT = 2000
MOST_AN_IMAGE = 50


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A region of one image that the labels call ``label`` and the model ``answer`` (class ids).

    ``confidence``: the model's mean probability for its answer there, 0 to 1. ``mask`` has the shape of ``rect``.
    ``is_learnt``: the model, or one that it comes from, has learnt from this image, so its word counts less.
    """

    image_id: ImageId
    path: str
    rect: Rect
    label: int
    answer: int
    pixels: int
    confidence: float
    is_learnt: bool
    mask: Mask = field(repr=False)


@dataclass(frozen=True, slots=True)
class DifferenceReport:
    """The likeliest label errors first. ``images`` were compared, ``out_of_fold`` of them with a head that learnt
    only from others; ``left_out`` not, since the model learnt from them."""

    differences: tuple[Difference, ...]
    images: int
    left_out: int
    out_of_fold: int = 0


class Judge(Protocol):
    """Answers for images by something that has not learnt from them."""

    def can_judge(self, image_id: ImageId) -> bool: ...
    def predict(self, image_id: ImageId) -> Prediction: ...


def find_differences(
    store: ProjectStore,
    predictor: ProjectPredictor,
    task: Task[Progress],
    *,
    includes_learnt: bool = False,
    judge: Judge | None = None,
) -> DifferenceReport:
    """On the device lane, over corrected and verified images; what a person kept before is left out.

    ``judge`` answers for images that the model learnt from. Those that it can't answer for are left out, or, with
    ``includes_learnt``, answered for by the model itself and come last.
    Raises: FormatError, ProjectError: an image or its labels can't be read. CancelledError.
    """
    finished = finished_images(store)
    kept = KeptLabels(store)
    found: list[Difference] = []
    confused: Confused = Counter()
    out_of_fold = left_out = 0
    for done, image_id in enumerate(finished):
        path = store.record(image_id).relative_path
        task.report(Progress(done, len(finished), str(path)))
        is_learnt = has_learnt(predictor.info, path)
        if is_learnt and judge is not None and judge.can_judge(image_id):
            prediction, is_learnt = judge.predict(image_id), False
            out_of_fold += 1
        elif is_learnt and not includes_learnt:
            left_out += 1
            continue
        else:
            prediction = predictor.predict(store.image_path(image_id), task)
        regions = [
            Difference(image_id, str(path), *region, is_learnt=is_learnt, mask=mask)
            for region, mask in _regions(judged_labels(store, image_id), prediction)
        ]
        for region in regions:
            confused[region.label, region.answer] += region.pixels
        regions = _in_order(regions, confused)[:MOST_AN_IMAGE]
        found += [region for region in regions if not kept.has(region.path, region)]
        found = _in_order(found, confused)[:MOST_KEPT]
    return DifferenceReport(tuple(found), len(finished) - left_out, left_out, out_of_fold)


Confused = Counter[tuple[int, int]]
"""Pixels of all regions with this label and this answer."""


def _in_order(differences: list[Difference], confused: Confused) -> list[Difference]:
    """What the model hasn't learnt from first; then sure, large and unlike its usual confusions.

    Classes that it confuses all over the project (kerb and pavement) tell of the model; two that it hardly ever
    confuses tell of the label. So the confidence and the region's side count by the region's share of all pixels
    with the same label and answer.
    """

    def rank(one: Difference) -> tuple[bool, float]:
        share = one.pixels / confused[one.label, one.answer]
        return one.is_learnt, -one.confidence * math.sqrt(one.pixels) * share

    return sorted(differences, key=rank)


Region = tuple[Rect, int, int, int, float]
"""Place, label, answer, pixels, confidence."""


def _regions(labels: LabelMap, prediction: Prediction) -> Iterator[tuple[Region, Mask]]:
    """Connected pieces of one label and one other answer, without thin strips."""
    answers = prediction.labels
    differs = (labels != answers) & (labels != IGNORE) & (answers != IGNORE)
    pairs = labels.astype(np.uint16) * np.uint16(256) + answers
    for pair in np.unique(pairs[differs]).tolist():
        label, answer = divmod(int(pair), 256)
        mask = differs & (pairs == pair)
        yield from _pieces(mask, label, answer, prediction)


def _pieces(mask: Mask, label: int, answer: int, prediction: Prediction) -> Iterator[tuple[Region, Mask]]:
    _, numbers, statistics, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=4)
    for number, (left, top, width, height, pixels) in enumerate(statistics.tolist()):
        if number == 0 or pixels < SMALLEST_PIXELS:
            continue
        rect = Rect(left, top, left + width, top + height)
        piece: Mask = numbers[rect.slices] == number
        padded = cv2.copyMakeBorder(piece.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        if float(cv2.distanceTransform(padded, cv2.DIST_L2, 3).max()) < SMALLEST_HALF_WIDTH:
            continue
        confidence = float(prediction.confidence[rect.slices][piece].mean()) / 255.0
        yield (rect, label, answer, int(pixels), confidence), piece
