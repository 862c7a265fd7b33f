"""One step of learning: forward, loss, backward, and what to do when memory or numbers give out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from lightning_fabric import Fabric
from lightning_fabric.wrappers import _FabricModule, _FabricOptimizer
from torch import Tensor

from segstudio.domain.model_info import Normalization
from segstudio.nn.losses import segmentation_loss
from segstudio.nn.network import Network
from segstudio.nn.preprocessing import normalised
from segstudio.training.batches import Batch
from segstudio.training.plan import Recipe


class OutOfMemoryError(Exception):
    """The device has no memory for the step; whoever called may try with less."""


@dataclass(slots=True)
class Stepper:
    """Learns from batches. ``parts``: into how many pieces a batch is split, its gradients added up."""

    fabric: Fabric
    model: _FabricModule
    network: Network
    optimizer: _FabricOptimizer
    recipe: Recipe
    normalization: Normalization
    class_weights: Tensor | None
    parts: int = 1

    def step(self, batch: Batch) -> float:
        """The batch's loss; not a finite number if the step failed, in which case no weight has changed.

        Raises: OutOfMemoryError: no weight has changed either.
        """
        try:
            loss = self._gradients(batch)
            norm = self.fabric.clip_gradients(
                self.model, self.optimizer, max_norm=self.recipe.gradient_limit, error_if_nonfinite=False
            )
        except RuntimeError as error:  # Includes torch.OutOfMemoryError; a processor's allocator has no own type.
            if not _is_out_of_memory(error):
                raise
            self.optimizer.zero_grad(set_to_none=True)
            raise OutOfMemoryError from error
        # A scaler, as float16 needs, meets infinite gradients on purpose and leaves out the step itself.
        has_scaler = getattr(self.fabric.strategy.precision, "scaler", None) is not None
        is_sound = math.isfinite(loss) and (has_scaler or norm is None or bool(torch.isfinite(norm)))
        if self._is_sound_everywhere(is_sound):
            self.optimizer.step()
        else:
            loss = math.nan
        self.optimizer.zero_grad(set_to_none=True)
        return loss

    def _gradients(self, batch: Batch) -> float:
        total = 0.0
        for part in batch.parts(self.parts):
            share = len(part.images) / len(batch.images)
            cells = self.model(prepared(part, self.normalization, self.fabric.device))
            loss = share * segmentation_loss(
                self.network.rearrange(cells),
                part.targets.to(self.fabric.device),
                cell_width=self.network.config.cell_width,
                class_weights=self.class_weights,
                pixel_weights=None if part.weights is None else part.weights.to(self.fabric.device),
                label_smoothing=self.recipe.label_smoothing,
                hard_fraction=self.recipe.hard_share,
                lovasz_share=self.recipe.lovasz_share,
            )
            self.fabric.backward(loss)
            total += float(loss.detach())
        return total

    def _is_sound_everywhere(self, is_sound: bool) -> bool:  # noqa: FBT001  one truth, asked of all processes
        if self.fabric.world_size == 1:
            return is_sound
        answer: Any = self.fabric.all_reduce(torch.tensor(float(is_sound)), reduce_op="sum")
        return float(answer) == self.fabric.world_size


def prepared(batch: Batch, normalization: Normalization, device: torch.device) -> Tensor:
    """What the network reads: float32 (N, 3, h, w), channels last, its colours changed, normalised."""
    color = batch.color.to(device)
    pixels = batch.images.to(device).float()
    changed = torch.einsum("nij,njhw->nihw", color[:, :, :3], pixels) + color[:, :, 3, None, None]
    ready = normalised(changed.clamp_(0.0, 255.0), normalization)
    return ready.contiguous(memory_format=torch.channels_last)


def _is_out_of_memory(error: RuntimeError) -> bool:
    if isinstance(error, torch.OutOfMemoryError):
        return True
    text = str(error)
    return "not enough memory" in text or "can't allocate memory" in text or "out of memory" in text
