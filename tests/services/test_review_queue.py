"""The review queue puts first what teaches most."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.geometry import Size
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.domain.prediction import Probabilities
from segstudio.domain.task import Progress, Task
from segstudio.inference.models import load_model
from segstudio.services.review_confusion import confused_pairs, pair_words
from segstudio.services.review_queue import ReviewOrder, coverage_order, review_queue
from segstudio.services.review_survey import ImageLook, Survey, load_survey, take_survey, wavering
from segstudio.store.project_store import ProjectStore
from services.project_images import image_id, make_project
from tests.services.sitting import write_small_model

POINTS = {"a": (0.0, 0.0), "b": (0.1, 0.0), "c": (5.0, 0.0), "d": (5.1, 0.0), "e": (0.0, 9.0), "f": (2.5, 0.0)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    with make_project(tmp_path, [f"{name}.png" for name in POINTS]) as store:
        for name, uncertainty in zip("bcde", (0.2, 0.9, 0.5, 0.1), strict=True):
            store.index.set_uncertainties({image_id(store, f"{name}.png"): uncertainty})
        store.index.set_statuses([image_id(store, "a.png")], ImageStatus.VERIFIED)
        yield store


def survey_of(store: ProjectStore, pairs: dict[str, dict[tuple[int, int], float]] | None = None) -> Survey:
    """Looks at the points as features; ``pairs`` by image."""
    return Survey(
        {
            image_id(store, f"{name}.png"): ImageLook(np.array(point, np.float32), 0.5, (pairs or {}).get(name, {}))
            for name, point in POINTS.items()
        }
    )


def names(store: ProjectStore, queue: tuple[ImageId, ...]) -> str:
    return "".join(store.record(found).relative_path.stem for found in queue)


def test_the_most_uncertain_come_first_and_finished_images_not_at_all(store: ProjectStore) -> None:
    assert names(store, review_queue(store, ReviewOrder.UNCERTAINTY)) == "cdbef"


def test_coverage_goes_where_nothing_is_labelled_yet(store: ProjectStore) -> None:
    queue = review_queue(store, ReviewOrder.COVERAGE, survey=survey_of(store))
    assert names(store, queue)[:3] == "edf"
    assert sorted(names(store, queue)) == list("bcdef")


def test_both_begins_with_coverage_and_goes_on_with_uncertainty(store: ProjectStore) -> None:
    queue = review_queue(store, ReviewOrder.BOTH, survey=survey_of(store), coverage_count=3)
    assert names(store, queue) == "edcbf"


def test_once_enough_is_covered_both_goes_by_uncertainty(store: ProjectStore) -> None:
    queue = review_queue(store, ReviewOrder.BOTH, survey=survey_of(store), coverage_count=1)
    assert queue == review_queue(store, ReviewOrder.UNCERTAINTY)


@pytest.mark.parametrize("order", [ReviewOrder.BOTH, ReviewOrder.COVERAGE, ReviewOrder.CONFUSION])
def test_without_a_survey_uncertainty_decides(store: ProjectStore, order: ReviewOrder) -> None:
    assert review_queue(store, order) == review_queue(store, ReviewOrder.UNCERTAINTY)


PAIRS = {"a": {(0, 1): 0.9}, "b": {(0, 1): 0.2, (1, 2): 0.1}, "d": {(0, 1): 0.3}, "f": {(1, 2): 0.35}}


def test_the_most_confused_pair_names_the_fewest_images_that_hold_half_of_it(store: ProjectStore) -> None:
    """Of unfinished images: ``a`` is verified and counts no more."""
    with_pairs = survey_of(store, PAIRS)
    first, second = confused_pairs(with_pairs, review_queue(store, ReviewOrder.UNCERTAINTY))
    assert (first.pair, first.share) == ((0, 1), pytest.approx(0.1))
    assert names(store, first.images) == "d"
    assert (second.pair, names(store, second.images)) == ((1, 2), "f")
    assert pair_words(first, store.info.label_set) == "road and car: 1 image would help most"


def test_a_pair_queues_the_images_in_which_the_model_confuses_it(store: ProjectStore) -> None:
    with_pairs = survey_of(store, PAIRS)
    assert names(store, review_queue(store, ReviewOrder.CONFUSION, survey=with_pairs))[:2] == "db"
    assert names(store, review_queue(store, ReviewOrder.CONFUSION, survey=with_pairs, pair=(2, 1)))[:2] == "fb"


def test_wavering_is_counted_where_no_class_leads_clearly() -> None:
    values = np.zeros((3, 2, 2), np.uint8)
    values[:, 0, 0] = (128, 0, 127)  # wavers between the first and the third
    values[:, 0, 1] = (250, 3, 2)
    values[:, 1, 0] = (10, 245, 0)
    values[:, 1, 1] = (0, 130, 125)  # between the second and the third
    found = wavering(Probabilities(values, (4, 5, 9), Size(2, 2), 1))
    assert set(found) == {(4, 9), (5, 9)}
    assert found[4, 9] == pytest.approx(0.25, abs=0.01)


def test_a_survey_is_kept_gone_on_with_and_forgotten_with_its_model(tmp_path: Path) -> None:
    model = write_small_model(tmp_path / "small.safetensors")
    with make_project(tmp_path, ["a.png", "b.png", "c.png"]) as opened:
        ids = [record.id for record in opened.records]
        predictor = load_model(model, "cpu")
        first = take_survey(opened, predictor, model, ids[:2], Task())
        asked: list[Progress] = []
        both = take_survey(opened, predictor, model, ids, Task(asked.append))
        kept = load_survey(opened, model)
        assert len(asked) == 1
        assert list(first.looks) == ids[:2]
        assert list(both.looks) == list(kept.looks) == ids
        np.testing.assert_allclose(kept.looks[ids[0]].features, first.looks[ids[0]].features, atol=1e-3)
        assert kept.looks[ids[0]].pairs == pytest.approx(first.looks[ids[0]].pairs)
        assert load_survey(opened, write_small_model(tmp_path / "other.safetensors", seed=1)).looks == {}
        file = next((opened.layout.cache / "survey").iterdir())
        honest = file.read_bytes()
        packed = io.BytesIO()
        np.savez_compressed(packed, **dict(np.load(file)))
        for damaged in (b"PK\x03\x04 damaged", honest[: len(honest) // 2], packed.getvalue()):
            file.write_bytes(damaged)
            assert load_survey(opened, model).looks == {}
        locked = bytearray(honest)
        locked[honest.rindex(b"PK\x01\x02") + 8] |= 1  # says that it is encrypted
        file.write_bytes(locked)
        assert load_survey(opened, model).looks == {}


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
