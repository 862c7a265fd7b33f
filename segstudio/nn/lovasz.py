"""The Lovász extension of the Jaccard loss: it falls as the intersection over union of each class rises."""

from __future__ import annotations

import torch
from torch import Tensor

from segstudio.domain.arrays import IGNORE


def lovasz_loss(logits: Tensor, target: Tensor, pixel_weights: Tensor | None = None) -> Tensor:
    """The mean over the classes that occur, over the whole batch; 0 where every pixel is ignored.

    ``logits``: (N, channels, h, w). ``target``: integers (N, h, w), channel indices or 255 for ignore.
    ``pixel_weights``: float (N, h, w); a pixel counts for so much in both areas, and not at all at 0.
    Berman, Triki, Blaschko, arXiv 1705.08790, section 2 (Lovász-Softmax), with weighted pixels as areas.
    """
    counted = target != IGNORE
    if pixel_weights is not None:
        counted = counted & (pixel_weights > 0)
    labels = target[counted]
    probabilities = logits.float().softmax(dim=1).permute(0, 2, 3, 1)[counted]
    weights = torch.ones_like(target) if pixel_weights is None else pixel_weights
    areas = weights[counted].float()
    present: list[int] = labels.bincount().nonzero().flatten().tolist()
    losses = [_class_loss(probabilities[:, channel], labels == channel, areas) for channel in present]
    return torch.stack(losses).mean() if losses else logits.sum() * 0.0


def _class_loss(probability: Tensor, truth: Tensor, areas: Tensor) -> Tensor:
    """All of shape (pixels,). The errors, sorted downwards, times what each adds to the Jaccard distance."""
    errors = (truth.float() - probability).abs()
    sorted_errors, order = errors.sort(descending=True)
    inside = truth[order].float() * areas[order]
    outside = areas[order] - inside
    total = inside.sum()
    distance = 1.0 - (total - inside.cumsum(0)) / (total + outside.cumsum(0))
    steps = torch.cat([distance[:1], distance[1:] - distance[:-1]])
    return torch.dot(sorted_errors, steps)
