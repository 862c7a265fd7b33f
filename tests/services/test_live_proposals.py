"""A class from a few strokes, across the image and in the others."""

from __future__ import annotations

import numpy as np
import pytest

from segstudio.domain.arrays import Mask, Origin
from segstudio.domain.changes import Told
from segstudio.domain.geometry import Rect
from segstudio.services.live_prototypes import learn_prototypes, likeness, proposed_mask
from segstudio.services.live_search import FoundClass
from tests.services.sitting import HEIGHT, WIDTH, Sitting

STRIDE = 4


def features_of(kinds: np.ndarray, seed: int = 0) -> np.ndarray:
    """Cells of one kind look alike: a direction of its own for each, with some noise."""
    chance = np.random.default_rng(seed)
    directions = np.random.default_rng(7).normal(size=(kinds.max() + 1, 24))
    features = directions[kinds] + 0.35 * chance.normal(size=(*kinds.shape, 24))
    return np.ascontiguousarray(features.transpose(2, 0, 1)).astype(np.float32)


KINDS = np.zeros((12, 16), int)
KINDS[:, 5:10] = 1
KINDS[:4, 12:] = 2
KINDS[8:, 12:] = 2


def strokes(*painted: tuple[int, Rect]) -> tuple[np.ndarray, np.ndarray]:
    labels = np.full((48, 64), 255, np.uint8)
    origins = np.zeros_like(labels)
    for class_id, rect in painted:
        labels[rect.slices] = class_id
        origins[rect.slices] = Origin.PERSON
    return labels, origins


def test_three_strokes_find_the_rest_of_the_class_and_leave_the_others() -> None:
    labels, origins = strokes((9, Rect(48, 0, 64, 4)), (9, Rect(48, 8, 60, 12)), (3, Rect(0, 0, 16, 8)))
    features = features_of(KINDS)
    prototypes = learn_prototypes(features, labels, origins, 9, stride=STRIDE)
    assert prototypes is not None
    mask = proposed_mask(likeness(features, prototypes), labels.shape, stride=STRIDE)
    truth = np.kron(KINDS == 2, np.ones((STRIDE, STRIDE))).astype(bool)
    assert (mask & truth).sum() / (mask | truth).sum() > 0.7
    other = likeness(features_of(KINDS, seed=5), prototypes) > 0
    assert (other & (KINDS == 2)).sum() / (other | (KINDS == 2)).sum() > 0.7


def test_what_two_strokes_have_in_common_counts_more_than_what_one_has_with_itself() -> None:
    """A class that changes from left to right: each stroke is alike only to what lies around it."""
    kinds = np.zeros((12, 30), int)
    kinds[4:8] = 1
    drift = np.linspace(0.0, 1.6, 30)[None, None, :] * np.random.default_rng(3).normal(size=24)[:, None, None]
    features = (features_of(kinds) + np.where(kinds == 1, drift, 0.0)).astype(np.float32)
    labels = np.full((48, 120), 255, np.uint8)
    labels[20:28, 4:20] = labels[20:28, 100:116] = 9
    origins = np.where(labels == 9, Origin.PERSON, Origin.NOBODY).astype(np.uint8)
    prototypes = learn_prototypes(features, labels, origins, 9, stride=STRIDE)
    assert prototypes is not None
    found = likeness(features, prototypes) > 0
    assert (found & (kinds == 1)).sum() > 0.8 * (kinds == 1).sum()
    assert (found & (kinds == 0)).sum() < 0.1 * (kinds == 0).sum()


def test_without_enough_of_the_class_nothing_is_proposed() -> None:
    labels, origins = strokes((3, Rect(0, 0, 16, 8)))
    assert learn_prototypes(features_of(KINDS), labels, origins, 9, stride=STRIDE) is None


def test_what_only_the_model_set_is_no_example() -> None:
    labels, origins = strokes((9, Rect(48, 0, 64, 16)))
    origins[origins == Origin.PERSON] = Origin.MODEL
    assert learn_prototypes(features_of(KINDS), labels, origins, 9, stride=STRIDE) is None


def test_a_proposal_leaves_what_a_person_painted_and_serves_the_next_image(sitting: Sitting) -> None:
    sitting.open()
    masks: list[Mask] = []
    proposals = sitting.studio.proposals
    proposals.propose(2, masks.append)
    sitting.until(lambda: any("few strokes of sky" in told.sentence for told in sitting.saw(Told)))  # type: ignore[attr-defined]  # narrowed by saw
    sitting.paint(2, Rect(8, 8, 32, 24))
    proposals.propose(2, masks.append)
    sitting.until(lambda: masks)
    assert masks[0].shape == (HEIGHT, WIDTH)
    assert not masks[0][8:24, 8:32].any()
    sitting.show(sitting.ids[1])
    proposals.propose(2, masks.append)
    sitting.until(lambda: len(masks) == 2)


def test_other_images_are_searched(sitting: Sitting) -> None:
    sitting.open()
    sitting.paint(2, Rect(0, 0, 40, 32))
    found: list[tuple[FoundClass, ...]] = []
    sitting.studio.proposals.search(2, found.append)
    sitting.until(lambda: found)
    assert {one.image_id for one in found[0]} <= set(sitting.ids[1:])
    assert [one.share for one in found[0]] == sorted((one.share for one in found[0]), reverse=True)


@pytest.mark.parametrize("class_id", [0, 1])
def test_a_class_that_nobody_painted_is_named(sitting: Sitting, class_id: int) -> None:
    sitting.open()
    sitting.studio.proposals.search(class_id, lambda _found: None)
    sitting.until(lambda: sitting.failures)
    assert "Nobody has painted" in sitting.failures[0]
    sitting.changes.clear()
