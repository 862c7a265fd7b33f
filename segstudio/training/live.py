"""A head that learns while an image is being corrected: refitted after each stroke, on the cells it touched.

The trunk's features of the image stay; a step computes only the painted cells and, as an anchor that keeps
what was right, a sample of the others with the answers that the model gave before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from segstudio.domain.arrays import IGNORE, LabelMap, Origin, OriginMap
from segstudio.domain.model_info import ModelInfo
from segstudio.nn.network import Network
from segstudio.training.cells import (
    Cells,
    block_shares,
    dense_cells,
    feature_blocks,
    gathered_rows,
    has_cells,
    head_matrix,
    head_rates,
)

NEW_CLASS_BIAS = -4.0
"""A class that the model doesn't know begins as one it would hardly ever name."""


@dataclass(frozen=True, slots=True)
class LiveRecipe:
    """``anchor_weight``: what keeping the old answers is worth against the strokes. ``memory_cells``: how many
    painted cells of earlier images of the sitting are gone over again."""

    steps: int = 12
    learning_rate: float = 3e-4
    anchor_weight: float = 1.0
    anchor_cells: int = 512
    most_painted_cells: int = 2048
    memory_cells: int = 1024


def can_learn_live(info: ModelInfo) -> bool:
    """Only DUC heads are refitted."""
    return has_cells(info.network)


class LiveHead:
    """The head of ``network``, free to move. Not to be used from two threads at a time.

    ``class_ids``: the classes that may be learnt, those of the model first, new ones after them; 255 for one
    that nobody wants.
    """

    def __init__(
        self, network: Network, class_ids: Sequence[int], *, recipe: LiveRecipe | None = None, seed: int = 0
    ) -> None:
        self.recipe = recipe or LiveRecipe()
        self._config = network.config
        self._class_ids = tuple(class_ids)
        self._rates = head_rates(network)
        squares = network.config.cells_per_side**2
        added = squares * (len(self._class_ids) - network.config.channels)
        weight, bias = head_matrix(network)
        self._base_weight = torch.cat([weight, weight.new_zeros((added, weight.shape[1]))])
        self._base_bias = torch.cat([bias, bias.new_full((added,), NEW_CLASS_BIAS)])
        self._generator = torch.Generator().manual_seed(seed)
        self._memory: list[Cells] = []
        self._features: Tensor | None = None
        self._lesson: Cells | None = None
        self.forget()

    def forget(self) -> None:
        """Go back to the model's own head."""
        self._memory.clear()
        self._lesson = None
        self._weight = self._base_weight.clone()
        self._bias = self._base_bias.clone()

    def show(self, features: Tensor) -> None:
        """The image to learn on: features (1, C, h, w). What was learnt on earlier ones stays in memory."""
        self._remember_lesson()
        self._features = features.detach().float().clone()
        with torch.no_grad():
            self._before = self._scores(self.cells()[0].flatten(1).t())

    def learn(self, labels: LabelMap, origins: OriginMap, check: Callable[[], None]) -> float:
        """Refit on the pixels a person set; the loss on them before the last step. 0 where there are none.

        ``check`` is called between steps and may raise.
        """
        lesson = self._painted(labels, origins)
        self._lesson = lesson
        if lesson is None:
            return 0.0
        anchor = self._anchor(origins)
        parts = [lesson, *self._memory]
        rows = torch.cat([part.rows for part in parts])
        shares = torch.cat([part.shares for part in parts])
        weight, bias = self._weight.requires_grad_(), self._bias.requires_grad_()
        optimizer = torch.optim.Adam((weight, bias), lr=self.recipe.learning_rate)
        loss = torch.zeros(())
        for _ in range(self.recipe.steps):
            check()
            optimizer.zero_grad(set_to_none=True)
            loss = _share_loss(self._scores(rows @ weight.t() + bias), shares)
            total = loss
            if anchor is not None:
                held = _held_loss(self._scores(anchor.rows @ weight.t() + bias), anchor.shares)
                total = loss + self.recipe.anchor_weight * held
            torch.autograd.backward(total)
            optimizer.step()
        self._weight, self._bias = weight.detach(), bias.detach()
        return float(loss.detach())

    def cells(self) -> Tensor:
        """The head's answer for the whole image: (1, channels*q*q, h, w)."""
        with torch.no_grad():
            return dense_cells(self._shown, self._weight, self._bias, self._rates)

    @property
    def _shown(self) -> Tensor:
        if self._features is None:
            raise ValueError("No image was shown.")
        return self._features

    def _scores(self, cells: Tensor) -> Tensor:
        """(n, channels*q*q) to (n, channels, q*q)."""
        return cells.reshape(len(cells), len(self._class_ids), -1)

    def _painted(self, labels: LabelMap, origins: OriginMap) -> Cells | None:
        """The cells in which a person set a pixel."""
        blocks = feature_blocks(self._channels(labels, origins), self._shown, self._config)
        touched = np.flatnonzero((blocks != IGNORE).any(axis=(1, 2)))
        if not len(touched):
            return None
        limit = self.recipe.most_painted_cells
        if len(touched) > limit:
            chosen = torch.randperm(len(touched), generator=self._generator)[:limit].numpy()
            touched = np.sort(touched[chosen])
        shares = block_shares(blocks[touched], len(self._class_ids), self._config)
        device = self._shown.device
        return Cells(
            gathered_rows(self._shown, torch.from_numpy(touched).to(device), self._rates), shares.to(device)
        )

    def _anchor(self, origins: OriginMap) -> Cells | None:
        """Cells that no person touched, with the model's own answers, weighted by how sure it was."""
        blocks = feature_blocks(
            np.where(origins == Origin.PERSON, np.uint8(0), np.uint8(IGNORE)), self._shown, self._config
        )
        free = np.flatnonzero((blocks == IGNORE).all(axis=(1, 2)))
        if not len(free):
            return None
        chosen = torch.randperm(len(free), generator=self._generator)[: self.recipe.anchor_cells].numpy()
        cells = torch.from_numpy(free[chosen]).to(self._shown.device)
        answers = self._before[cells].softmax(dim=1)
        return Cells(gathered_rows(self._shown, cells, self._rates), answers)

    def _channels(self, labels: LabelMap, origins: OriginMap) -> NDArray[np.uint8]:
        """The channel of each pixel a person gave a class, 255 elsewhere."""
        table = np.full(256, IGNORE, np.uint8)
        table[list(self._class_ids)] = np.arange(len(self._class_ids), dtype=np.uint8)
        table[IGNORE] = IGNORE
        return np.where(origins == Origin.PERSON, table[labels], np.uint8(IGNORE))

    def _remember_lesson(self) -> None:
        if self._lesson is None or not self.recipe.memory_cells:
            return
        self._memory.append(self._lesson)
        self._lesson = None
        while sum(len(lesson) for lesson in self._memory) > self.recipe.memory_cells and len(self._memory) > 1:
            self._memory.pop(0)


def _share_loss(scores: Tensor, shares: Tensor) -> Tensor:
    """Cross-entropy, the pixels of rarer classes counting more, by the inverse root of their number."""
    counts = shares.sum(dim=(0, 2))
    weights = torch.where(counts > 0, (counts.sum() / counts.clamp(min=1e-6)).sqrt(), torch.zeros_like(counts))
    weighted = shares * weights[None, :, None]
    return -(weighted * scores.log_softmax(dim=1)).sum() / weighted.sum()


def _held_loss(scores: Tensor, answers: Tensor) -> Tensor:
    """How far the answers have moved (Kullback-Leibler divergence), sure ones counting more."""
    sureness = answers.amax(dim=1, keepdim=True) ** 2
    moved = answers * (answers.clamp(min=1e-6).log() - scores.log_softmax(dim=1))
    return (sureness * moved).sum() / sureness.sum()
