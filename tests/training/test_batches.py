"""Batches: every sample gets its turn, whatever makes them, and processes share them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.training.batches import BatchMaker, epoch_order, samples_an_epoch
from segstudio.training.plan import Recipe, Sample
from segstudio.training.samples import SampleCache
from training.small_plans import box_sample

SAMPLES = tuple(box_sample(index) for index in range(5))
EXTRA = tuple(box_sample(index) for index in range(10, 20))
RECIPE = Recipe(batch_size=4, crop=Size(40, 24), extra_share=0.25)


def maker(**changes: int) -> BatchMaker:
    settings = {"stride": 16, "seed": 3, **changes}
    return BatchMaker(RECIPE, SampleCache((0, 1), 10**8), **settings)


def test_an_epoch_shows_every_sample_once_and_the_wanted_share_of_extra_ones() -> None:
    samples = tuple(box_sample(index) for index in range(30))
    order = epoch_order(RECIPE, samples, EXTRA, seed=0, epoch=0)
    assert len(order) == samples_an_epoch(RECIPE, 30, 10) == 40
    assert Counter(map(id, order))[id(samples[7])] == 1
    assert sum(sample in EXTRA for sample in order) == 10


def test_epochs_have_different_orders_and_the_same_seed_the_same() -> None:
    first, second, again = (
        [id(sample) for sample in epoch_order(RECIPE, SAMPLES, EXTRA, seed=0, epoch=epoch)] for epoch in (0, 1, 0)
    )
    assert first == again
    assert first != second


def test_of_few_samples_none_is_seen_twice_as_often() -> None:
    recipe = replace(RECIPE, samples_per_epoch=100)
    counts = Counter(map(id, epoch_order(recipe, SAMPLES[:3], (), seed=0, epoch=0)))
    assert sorted(counts.values()) == [33, 33, 34]


def test_batches_are_padded_to_whole_strides_with_ignored_pixels() -> None:
    (batch,) = maker().batches(SAMPLES[:4], epoch=0, crop=RECIPE.crop)
    assert batch.images.shape == (4, 3, 32, 48)
    assert (batch.targets[:, 24:] == 255).all()
    assert (batch.targets[:, :, 40:] == 255).all()
    assert (batch.targets[:, :24, :40] != 255).any()


def test_whole_images_of_different_sizes_share_a_batch() -> None:
    large = Sample(np.zeros((70, 100, 3), np.uint8), np.zeros((70, 100), np.uint8))
    (batch,) = maker().batches((*SAMPLES[:3], large), epoch=0, crop=None)
    assert batch.images.shape == (4, 3, 80, 112)


def test_processes_share_what_one_process_would_see() -> None:
    order = epoch_order(RECIPE, SAMPLES, EXTRA, seed=3, epoch=2)
    (alone,) = maker().batches(order, epoch=2, crop=RECIPE.crop)
    parts = [next(maker(rank=rank, world_size=2).batches(order, epoch=2, crop=RECIPE.crop)) for rank in (0, 1)]
    assert torch.equal(alone.images[0::2], parts[0].images)
    assert torch.equal(alone.images[1::2], parts[1].images)


def test_a_batch_of_weighted_and_unweighted_samples_weighs_the_latter_1() -> None:
    weighted = replace(SAMPLES[0], weights=np.full((64, 96), 51, np.uint8))
    (batch,) = maker().batches((weighted, *SAMPLES[1:4]), epoch=0, crop=None)
    assert batch.weights is not None
    assert batch.weights[0].max().item() == pytest.approx(0.2)
    assert batch.weights[1].max().item() == 1.0


def test_parts_of_a_batch_make_up_the_whole() -> None:
    (batch,) = maker().batches(SAMPLES[:4], epoch=0, crop=None)
    parts = list(batch.parts(3))
    assert torch.equal(torch.cat([part.images for part in parts]), batch.images)


def test_a_file_that_cannot_be_read_ends_the_epoch_with_its_sentence(tmp_path: Path) -> None:
    broken = Sample(tmp_path / "nothing.jpg", np.zeros((4, 4), np.uint8))
    with pytest.raises(FormatError, match=r"nothing\.jpg"):
        list(maker().batches((broken,) * 4, epoch=0, crop=None))
