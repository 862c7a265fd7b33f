"""The loss on rearranged scores: cross-entropy and Lovász; ignored pixels, weights of classes and pixels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from segstudio.domain.arrays import IGNORE
from segstudio.nn.lovasz import lovasz_loss


def labels_at_cells(labels: Tensor, cell_width: int) -> Tensor:
    """Labels or weights (N, H, W), sampled down to (N, H/k, W/k) as the network predicts at that resolution.

    Takes the pixel nearest the middle of each cell (of two in the middle, the upper left one).
    """
    if cell_width == 1:
        return labels
    first = (cell_width - 1) // 2
    return labels[:, first::cell_width, first::cell_width]


def segmentation_loss(
    logits: Tensor,
    labels: Tensor,
    *,
    cell_width: int,
    class_weights: Tensor | None = None,
    pixel_weights: Tensor | None = None,
    label_smoothing: float = 0.0,
    hard_fraction: float = 1.0,
    lovasz_share: float = 0.0,
) -> Tensor:
    """The weighted mean of the pixels' cross-entropies; 0 where every pixel is ignored.

    ``logits``: (N, channels, H/k, W/k). ``labels``: integers (N, H, W), channel indices or 255 for ignore.
    ``class_weights``: float (channels,). ``pixel_weights``: float (N, H, W). With ``hard_fraction`` below 1 only
    that share of the pixels, those with the largest losses, counts (online hard example mining). ``lovasz_share``
    of the result is the Lovász-Softmax loss instead, which knows no class weights.
    """
    target = labels_at_cells(labels, cell_width).long()
    if logits.shape[-2:] != target.shape[-2:]:
        raise ValueError(f"Scores of {tuple(logits.shape)} don't fit labels of {tuple(labels.shape)}.")
    losses = functional.cross_entropy(
        logits.float(),
        target,
        weight=class_weights,
        ignore_index=IGNORE,
        reduction="none",
        label_smoothing=label_smoothing,
    )
    weights = (target != IGNORE).to(losses.dtype)
    if class_weights is not None:
        weights = weights * class_weights.to(losses.dtype)[target.clamp(max=len(class_weights) - 1)]
    if pixel_weights is not None:
        own = labels_at_cells(pixel_weights, cell_width).to(losses.dtype)
        losses = losses * own
        weights = weights * own
    if hard_fraction < 1.0:
        losses, weights = _hardest(losses, weights, hard_fraction)
    mean = losses.sum() / weights.sum().clamp(min=torch.finfo(losses.dtype).tiny)
    if lovasz_share == 0.0:
        return mean
    areas = None if pixel_weights is None else labels_at_cells(pixel_weights, cell_width)
    return (1.0 - lovasz_share) * mean + lovasz_share * lovasz_loss(logits, target, areas)


def _hardest(losses: Tensor, weights: Tensor, fraction: float) -> tuple[Tensor, Tensor]:
    kept = max(1, round(int((weights > 0).sum()) * fraction))
    hardest = losses.detach().flatten().topk(kept).indices
    return losses.flatten()[hardest], weights.flatten()[hardest]
