"""The batches of an epoch: which samples in which order, made by threads while the device computes."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from segstudio.domain.arrays import IGNORE
from segstudio.domain.geometry import Size
from segstudio.training.augmentation import FILL, View, augmented, pasted
from segstudio.training.plan import Recipe, Sample
from segstudio.training.samples import SampleCache

BATCHES_AHEAD = 3


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """``images`` uint8 (N, 3, h, w); ``targets`` uint8 (N, h, w); ``weights`` float32 (N, h, w) or None;
    ``color`` float32 (N, 3, 4). h and w are multiples of the network's output stride."""

    images: Tensor
    targets: Tensor
    weights: Tensor | None
    color: Tensor

    def parts(self, count: int) -> Iterator[Batch]:
        """The batch in ``count`` pieces, for a device that can't hold it whole."""
        for indices in torch.arange(len(self.images)).chunk(count):
            piece = slice(int(indices[0]), int(indices[-1]) + 1)
            weights = None if self.weights is None else self.weights[piece]
            yield Batch(self.images[piece], self.targets[piece], weights, self.color[piece])


def samples_an_epoch(recipe: Recipe, count: int, extra_count: int) -> int:
    """How many samples an epoch shows: every one once, with the wanted share of extra ones; a batch at least."""
    main = recipe.samples_per_epoch or count
    extra = round(main * recipe.extra_share / (1.0 - recipe.extra_share)) if extra_count else 0
    return max(main + extra, recipe.batch_size)


def epoch_order(
    recipe: Recipe, samples: Sequence[Sample], extra: Sequence[Sample], *, seed: int, epoch: int
) -> list[Sample]:
    """The samples of an epoch in their order; the same for the same seed and epoch."""
    chance = np.random.default_rng([seed, epoch])
    total = samples_an_epoch(recipe, len(samples), len(extra))
    extra_count = round(total * recipe.extra_share) if extra else 0
    main_count = total - extra_count
    # Whole rounds of the images in a new order each: of two images no one is seen twice as often.
    rounds = [chance.permutation(len(samples)) for _ in range(-(-main_count // len(samples)))]
    chosen = [samples[int(i)] for i in np.concatenate(rounds)[:main_count]]
    if extra_count:
        chosen += [extra[int(i)] for i in chance.choice(len(extra), extra_count, replace=extra_count > len(extra))]
    return [chosen[int(i)] for i in chance.permutation(len(chosen))]


@dataclass(frozen=True, slots=True)
class BatchMaker:
    """Makes the batches of one process out of ``rank`` of ``world_size`` processes, which share each batch."""

    recipe: Recipe
    cache: SampleCache
    stride: int
    seed: int
    rank: int = 0
    world_size: int = 1

    def batches(self, order: Sequence[Sample], *, epoch: int, crop: Size | None) -> Iterator[Batch]:
        """The whole batches of ``order``; what is left over at its end is dropped."""
        size = self.recipe.batch_size
        count = len(order) // size
        with ThreadPoolExecutor(max_workers=loader_threads(), thread_name_prefix="samples") as pool:
            waiting: deque[Future[Batch]] = deque()
            try:
                for step in range(count):
                    positions = range(step * size + self.rank, (step + 1) * size, self.world_size)
                    waiting.append(pool.submit(self._batch, order, positions, epoch, crop))
                    if len(waiting) > BATCHES_AHEAD:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def _batch(self, order: Sequence[Sample], positions: range, epoch: int, crop: Size | None) -> Batch:
        views = []
        for position in positions:
            # Chance belongs to the place in the run, not to a thread: the same seed gives the same run.
            chance = np.random.default_rng([self.seed, epoch, position])
            view = augmented(self.cache.decoded(order[position]), self.recipe, crop, chance)
            if crop is not None and chance.random() < self.recipe.paste_share:
                other = self.cache.decoded(order[int(chance.integers(len(order)))])
                view = pasted(view, augmented(other, self.recipe, crop, chance), chance)
            views.append(view)
        return collated(views, self.stride)


def collated(views: Sequence[View], stride: int) -> Batch:
    """The views in one batch, padded at the right and the bottom to one size."""
    height = -(-max(view.targets.shape[0] for view in views) // stride) * stride
    width = -(-max(view.targets.shape[1] for view in views) // stride) * stride
    images = torch.full((len(views), 3, height, width), FILL, dtype=torch.uint8)
    targets = torch.full((len(views), height, width), IGNORE, dtype=torch.uint8)
    is_weighted = any(view.weights is not None for view in views)
    weights = torch.ones((len(views), height, width)) if is_weighted else None
    for index, view in enumerate(views):
        rows, columns = view.targets.shape
        images[index, :, :rows, :columns] = view.image
        targets[index, :rows, :columns] = view.targets
        if weights is not None and view.weights is not None:
            weights[index, :rows, :columns] = view.weights
    return Batch(images, targets, weights, torch.from_numpy(np.stack([view.color for view in views])))


def loader_threads() -> int:
    """One in four processors, at most eight: torch's kernels, which do the work, leave Python's lock free."""
    return min(8, max(1, (os.cpu_count() or 1) // 4))
