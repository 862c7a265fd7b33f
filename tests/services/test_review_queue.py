"""The review queue puts first what teaches most."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.images import ImageId, ImageStatus
from segstudio.services.review_queue import Features, ReviewOrder, coverage_order, review_queue
from segstudio.store.project_store import ProjectStore
from services.project_images import image_id, make_project

POINTS = {"a": (0.0, 0.0), "b": (0.1, 0.0), "c": (5.0, 0.0), "d": (5.1, 0.0), "e": (0.0, 9.0), "f": (2.5, 0.0)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    with make_project(tmp_path, [f"{name}.png" for name in POINTS]) as store:
        for name, uncertainty in zip("bcde", (0.2, 0.9, 0.5, 0.1), strict=True):
            store.index.set_uncertainties({image_id(store, f"{name}.png"): uncertainty})
        store.index.set_statuses([image_id(store, "a.png")], ImageStatus.VERIFIED)
        yield store


def features_of(store: ProjectStore) -> Features:
    return {image_id(store, f"{name}.png"): np.array(point, np.float32) for name, point in POINTS.items()}


def names(store: ProjectStore, queue: tuple[ImageId, ...]) -> str:
    return "".join(store.record(found).relative_path.stem for found in queue)


def test_the_most_uncertain_come_first_and_finished_images_not_at_all(store: ProjectStore) -> None:
    assert names(store, review_queue(store, ReviewOrder.UNCERTAINTY)) == "cdbef"


def test_coverage_goes_where_nothing_is_labelled_yet(store: ProjectStore) -> None:
    queue = review_queue(store, ReviewOrder.COVERAGE, features=features_of(store))
    assert names(store, queue)[:3] == "edf"
    assert sorted(names(store, queue)) == list("bcdef")


def test_both_begins_with_coverage_and_goes_on_with_uncertainty(store: ProjectStore) -> None:
    queue = review_queue(store, ReviewOrder.BOTH, features=features_of(store), coverage_count=2)
    assert names(store, queue) == "edcbf"


def test_without_features_uncertainty_decides(store: ProjectStore) -> None:
    assert review_queue(store, ReviewOrder.BOTH) == review_queue(store, ReviewOrder.UNCERTAINTY)


def test_random_is_the_same_for_a_seed_and_different_for_another(store: ProjectStore) -> None:
    queues = [review_queue(store, ReviewOrder.RANDOM, seed=seed) for seed in (1, 1, 2)]
    assert queues[0] == queues[1] != queues[2]
    assert sorted(names(store, queues[2])) == list("bcdef")


def test_coverage_halves_the_distance_that_chance_leaves() -> None:
    random = np.random.default_rng(0)
    centres = random.normal(0, 10, (12, 8))
    points = np.concatenate([centre + random.normal(0, 0.2, (40, 8)) for centre in centres]).astype(np.float32)
    features = {ImageId(number): point for number, point in enumerate(points)}
    everyone = list(features)

    def radius(chosen: list[int]) -> float:
        return float(np.linalg.norm(points[:, None] - points[chosen], axis=2).min(axis=1).max())

    covered = list(coverage_order(features, everyone, [], 12))
    by_chance = min(radius(random.choice(len(points), 12, replace=False).tolist()) for _ in range(20))
    assert radius(covered) < by_chance / 2
