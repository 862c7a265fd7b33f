"""A head that goes on learning from each image that is finished, while the trunk stays as it is.

What strokes alone teach is one-sided: they lie only where the model was wrong. A finished image says of every pixel
what it is, so that what was right stays right. Images before the newest are gone over again (rehearsal).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.nn.dilation import Gridding
from segstudio.nn.network import Network, build_network
from segstudio.training.cells import (
    block_shares,
    feature_blocks,
    gathered_rows,
    head_matrix,
    head_rates,
    put_head,
)
from segstudio.training.starting import grown


@dataclass(frozen=True, slots=True)
class SittingRecipe:
    """``first_steps``: where the model knows none of the classes. ``newest_share``: of the steps that look at the
    newest image. ``most_bytes``: of images that are gone over again, the newest ones."""

    steps: int = 60
    first_steps: int = 300
    learning_rate: float = 6e-4
    cells_a_step: int = 256
    newest_share: float = 0.5
    most_bytes: int = 256_000_000


@dataclass(frozen=True, slots=True, eq=False)
class _Lesson:
    """``features``: (1, C, h, w). ``cells``: those with a labelled pixel, with ``shares``; in half precision."""

    features: Tensor
    cells: Tensor
    shares: Tensor

    @property
    def nbytes(self) -> int:
        return int(self.features.nbytes + self.shares.nbytes)


class SittingHead:
    """The head of ``network`` for other classes: for each the channels that it goes on from, none for a new one.

    Not to be used from two threads at a time.
    """

    def __init__(
        self,
        network: Network,
        sources: Sequence[tuple[int, ...]],
        *,
        recipe: SittingRecipe | None = None,
        seed: int = 0,
    ) -> None:
        self._recipe = recipe or SittingRecipe()
        self._network = network
        self._config = network.config.with_channels(len(sources))
        self._rates = head_rates(network)
        self._weight, self._bias = (
            grown(part, sources, cells=network.cells_a_class) for part in head_matrix(network)
        )
        self._knows_any = any(sources)
        self._chance = np.random.default_rng([seed, 0x517])
        self._lessons: list[_Lesson] = []

    def add(self, features: Tensor, targets: LabelMap) -> bool:
        """A finished image; ``targets`` are channels, 255 for what teaches nothing. False where all of it does."""
        blocks = feature_blocks(targets, features, self._config)
        labelled = np.flatnonzero((blocks != IGNORE).any(axis=(1, 2)))
        if not len(labelled):
            return False
        shares = block_shares(blocks[labelled], self._config.channels, self._config)
        self._lessons.append(_Lesson(features.detach().half(), torch.from_numpy(labelled), shares.half()))
        while len(self._lessons) > 1 and sum(one.nbytes for one in self._lessons) > self._recipe.most_bytes:
            self._lessons.pop(0)
        return True

    def fit(self, check: Callable[[], None] = lambda: None) -> None:
        """Some steps on what was added. ``check`` is called between them and may raise: then nothing changes."""
        if not self._lessons:
            return
        recipe = self._recipe
        steps = recipe.steps if self._knows_any else recipe.first_steps
        weight, bias = self._weight.clone().requires_grad_(), self._bias.clone().requires_grad_()
        optimizer = torch.optim.Adam((weight, bias), lr=recipe.learning_rate)
        for step in range(steps):
            check()
            optimizer.param_groups[0]["lr"] = recipe.learning_rate * (1.0 - step / steps) ** 0.9
            rows, shares = self._batch()
            scores = (rows @ weight.t() + bias).reshape(shares.shape)
            loss = -(shares * scores.log_softmax(dim=1)).sum() / shares.sum().clamp(min=1e-6)
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            optimizer.step()
        self._weight, self._bias = weight.detach(), bias.detach()
        self._knows_any = True

    def network(self) -> Network:
        """A network with the same trunk and this head."""
        made = build_network(self._config, gridding=Gridding.ALLOW)
        made.trunk = self._network.trunk
        put_head(made, self._weight, self._bias)
        return made.eval()

    def _batch(self) -> tuple[Tensor, Tensor]:
        """Some cells of one image: rows, and the shares that are wanted."""
        is_newest = self._chance.random() < self._recipe.newest_share
        number = len(self._lessons) - 1 if is_newest else int(self._chance.integers(len(self._lessons)))
        lesson = self._lessons[number]
        chosen = torch.from_numpy(self._chance.permutation(len(lesson.cells))[: self._recipe.cells_a_step])
        features = lesson.features.float()
        rows = gathered_rows(features, lesson.cells[chosen].to(features.device), self._rates)
        return rows, lesson.shares[chosen].float().to(features.device)
