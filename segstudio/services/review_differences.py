"""Where a model and the labels of finished images disagree: each such region is an error of one of the two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, Mask, Origin, OriginMap
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.domain.prediction import Prediction
from segstudio.domain.task import Progress, Task
from segstudio.services.batch_predictions import ProjectPredictor
from segstudio.services.learnt_images import has_learnt
from segstudio.services.review_kept import KeptLabels
from segstudio.store.image_table import MISSING, STATUS_CODES
from segstudio.store.project_store import ProjectStore

SMALLEST_PIXELS = 40
SMALLEST_HALF_WIDTH = 2.5
"""Pixels. A thinner strip lies along a border and says only that two people would draw it a little differently."""

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
    """The most confident first. ``images`` were compared, ``left_out`` not, since the model learnt from them."""

    differences: tuple[Difference, ...]
    images: int
    left_out: int


def find_differences(
    store: ProjectStore, predictor: ProjectPredictor, task: Task[Progress], *, includes_learnt: bool = False
) -> DifferenceReport:
    """On the device lane, over corrected and verified images; what a person kept before is left out.

    Raises: FormatError, ProjectError: an image or its labels can't be read. CancelledError.
    """
    rows = _finished(store)
    kept = KeptLabels(store)
    found: list[Difference] = []
    left_out = 0
    for done, row in enumerate(rows):
        record = store.table.record(row)
        path = record.relative_path
        is_learnt = has_learnt(predictor.info, path)
        task.report(Progress(done, len(rows), str(path)))
        if is_learnt and not includes_learnt:
            left_out += 1
            continue
        pair = store.labels.load(record.id)
        judged = pair.labels if record.status is ImageStatus.VERIFIED else _by_a_person(pair.labels, pair.origins)
        prediction = predictor.predict(store.image_path(record.id), task)
        regions = [
            Difference(record.id, str(path), *region, is_learnt=is_learnt, mask=mask)
            for region, mask in _regions(judged, prediction)
        ]
        regions.sort(key=_rank)
        found += [region for region in regions[:MOST_AN_IMAGE] if not kept.has(region.path, region)]
        found = sorted(found, key=_rank)[:MOST_KEPT]
    return DifferenceReport(tuple(found), len(rows) - left_out, left_out)


def _rank(difference: Difference) -> tuple[bool, float, int]:
    """What the model hasn't learnt from first, then by its confidence, then by size."""
    return difference.is_learnt, -round(difference.confidence, 2), -difference.pixels


def _finished(store: ProjectStore) -> Sequence[int]:
    table = store.table
    codes = [STATUS_CODES.index(status) for status in (ImageStatus.CORRECTED, ImageStatus.VERIFIED)]
    rows = np.flatnonzero(np.isin(table.statuses, codes) & (table.file_states != MISSING))
    return [int(row) for row in rows]


def _by_a_person(labels: LabelMap, origins: OriginMap) -> LabelMap:
    """Of an image that is corrected in part: 255 where nobody has looked."""
    return np.where(origins >= Origin.ACCEPTED, labels, np.uint8(IGNORE))


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
