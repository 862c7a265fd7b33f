"""One head for each fold of some images, which learns from all of the others: its answers for the fold are news.

The trunk stays, so that a fold costs some steps on gathered features instead of a training. Cross-validation as in
Northcutt et al., "Confident Learning", arXiv 1911.00068, which looks for label errors out of sample, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from segstudio.domain.arrays import LabelMap
from segstudio.nn.network import Network
from segstudio.training.cells import Cells, dense_cells, head_matrix, head_rates, joined
from segstudio.training.head_start import fitted_head, sampled_cells
from segstudio.training.starting import grown

MOST_CELLS = 12_288
"""Of all images together; with 512 features and one branch they take 230 MB."""

STEPS = 150


def folds_of(count: int, folds: int) -> tuple[int, ...]:
    """The fold of each of ``count`` images, dealt out in turn; each its own where there are too few."""
    return tuple(number % max(1, min(folds, count)) for number in range(count))


class HeldOutHeads:
    """Heads for ``sources``: of each wanted class the channels of ``network`` that it goes on from, none for a new
    one. Not to be used from two threads at a time."""

    def __init__(
        self, network: Network, sources: Sequence[tuple[int, ...]], folds: Sequence[int], *, seed: int = 0
    ):
        """``folds``: of each image, by its number. With one fold nothing is held out, to compare with."""
        self._config = network.config.with_channels(len(sources))
        self._rates = head_rates(network)
        self._start = tuple(grown(part, sources, cells=network.cells_a_class) for part in head_matrix(network))
        self._folds = tuple(folds)
        self._seed = seed
        self._chance = np.random.default_rng([seed, 0xF01D])
        self._cells: dict[int, list[Cells]] = {}
        self._heads: dict[int, tuple[Tensor, Tensor]] = {}

    def add(self, image: int, features: Tensor, targets: LabelMap) -> None:
        """Some cells of an image; ``targets`` are channels, 255 for what teaches nothing."""
        count = max(1, MOST_CELLS // len(self._folds))
        found = sampled_cells(features, targets, self._config, self._rates, chance=self._chance, count=count)
        if found is not None:
            self._cells.setdefault(self._folds[image], []).append(found)

    def fit(self, fold: int, check: Callable[[], None] = lambda: None) -> None:
        """The head that judges ``fold``; ``check`` is called between steps and may raise."""
        is_alone = len(set(self._folds)) == 1
        others = [cells for own, parts in self._cells.items() if own != fold or is_alone for cells in parts]
        weight, bias = self._start
        if others:
            _, weight, bias = fitted_head(
                weight, bias, joined(others), most_steps=STEPS, seed=self._seed, check=check
            )
        self._heads[fold] = weight, bias

    def cells(self, image: int, features: Tensor) -> Tensor:
        """The answer for an image of the head that did not learn from it: (1, channels*q*q, h, w)."""
        weight, bias = self._heads[self._folds[image]]
        with torch.no_grad():
            return dense_cells(features, weight.to(features.device), bias.to(features.device), self._rates)
