"""Which image to look at next: what is least like anything labelled, what the model is least sure of, what it
confuses, or chance."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.images import ImageId, ImageStatus
from segstudio.services.project_index import ImageFilter, SortKey, select_images
from segstudio.services.review_confusion import by_pair, confused_pairs
from segstudio.services.review_survey import Pair, Survey
from segstudio.store.project_store import ProjectStore

Features = Mapping[ImageId, NDArray[np.float32]]
"""One vector an image, all of one length."""


class ReviewOrder(StrEnum):
    UNCERTAINTY = "uncertainty"
    COVERAGE = "coverage"
    BOTH = "both"
    CONFUSION = "confusion"
    RANDOM = "random"


UNREVIEWED = ImageFilter(statuses=frozenset({ImageStatus.NEW, ImageStatus.PRE_LABELLED}), is_missing=False)


def review_queue(
    store: ProjectStore,
    order: ReviewOrder,
    *,
    survey: Survey | None = None,
    pair: Pair | None = None,
    coverage_count: int = 20,
    seed: int = 0,
) -> tuple[ImageId, ...]:
    """The images that nobody has corrected or verified, the most rewarding first.

    ``BOTH``: the first ``coverage_count`` of the project, finished ones included, by coverage, the rest by
    uncertainty. ``CONFUSION``: by how much the model wavers between the two classes of ``pair``, or of the pair
    that it confuses most. Where the ``survey`` doesn't tell, uncertainty decides.
    """
    uncertain = unfinished(store)
    match order:
        case ReviewOrder.RANDOM:
            shuffled = sorted(uncertain)
            random.Random(seed).shuffle(shuffled)
            return tuple(shuffled)
        case ReviewOrder.CONFUSION if survey:
            wanted = pair or next((found.pair for found in confused_pairs(survey, uncertain)), None)
            return uncertain if wanted is None else by_pair(survey, uncertain, wanted)
        case ReviewOrder.COVERAGE | ReviewOrder.BOTH if survey:
            covered = _reviewed(store)
            count = len(uncertain) if order is ReviewOrder.COVERAGE else max(0, coverage_count - len(covered))
            first = coverage_order(survey.features, uncertain, covered, count)
            chosen = set(first)
            return (*first, *(image_id for image_id in uncertain if image_id not in chosen))
        case _:
            return uncertain


def unfinished(store: ProjectStore) -> tuple[ImageId, ...]:
    """The images that nobody has corrected or verified, what the model is least sure of first."""
    found = select_images(store, UNREVIEWED, sort=SortKey.UNCERTAINTY, is_descending=True)
    return tuple(record.id for record in found)


def coverage_order(
    features: Features, candidates: Sequence[ImageId], covered: Sequence[ImageId], count: int
) -> tuple[ImageId, ...]:
    """Farthest first: each next image is the one least like all that are labelled or chosen already.

    Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985; as in Sener and Savarese's core
    sets, 2018. Images without features are left out.
    """
    known = [image_id for image_id in candidates if image_id in features]
    if not known:
        return ()
    points = np.stack([features[image_id] for image_id in known]).astype(np.float32)
    anchors = [features[image_id] for image_id in covered if image_id in features]
    if anchors:
        distances = np.full(len(known), np.inf, np.float32)
        for anchor in anchors:
            np.minimum(distances, _distances(points, anchor), out=distances)
    else:
        # Nothing is labelled yet: begin in the middle of everything.
        distances = -_distances(points, points.mean(axis=0))
    order: list[int] = []
    for number in range(min(count, len(known))):
        chosen = int(np.argmax(distances))
        order.append(chosen)
        nearest = _distances(points, points[chosen])
        distances = nearest if number == 0 and not anchors else np.minimum(distances, nearest)
        distances[order] = -1.0
    return tuple(known[index] for index in order)


def _distances(points: NDArray[np.float32], point: NDArray[np.float32]) -> NDArray[np.float32]:
    difference = points - point
    distances: NDArray[np.float32] = np.square(difference).sum(axis=1, dtype=np.float32)
    return distances


def _reviewed(store: ProjectStore) -> tuple[ImageId, ...]:
    done = ImageFilter(statuses=frozenset({ImageStatus.CORRECTED, ImageStatus.VERIFIED}))
    return tuple(record.id for record in select_images(store, done))
