"""From trunk features to class scores at the network's resolution: dense upsampling convolution, and bilinear.

With ``q`` cells a side, channel ``l*q*q + i*q + j`` holds class ``l`` at row ``i``, column ``j`` of the cell: the
order of a pixel shuffle. Wang et al., arXiv 1702.08502, section 3.1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.domain.model_info import HeadKind

ROWS_AT_ONCE = 1 << 18
"""Scores of one class that are compared at once: few enough to stay in a processor's cache."""


class ScoreHead(nn.Module):
    """The sum of parallel 3x3 convolutions with bias, one for each ASPP rate; a plain 3x3 without rates.

    Features (N, C, h, w) to cells (N, channels_out, h, w).
    """

    def __init__(self, channels_in: int, channels_out: int, rates: Sequence[int]) -> None:
        super().__init__()
        self.branches = nn.ModuleList(
            nn.Conv2d(channels_in, channels_out, 3, padding=rate, dilation=rate) for rate in rates or (1,)
        )

    def forward(self, features: Tensor) -> Tensor:
        first, *others = self.branches
        cells: Tensor = first(features)
        for branch in others:
            cells = cells + branch(features)
        return cells

    def initialise(self, cells_a_class: int) -> None:
        """Sets small scores, alike for all cells of a class, so that training begins from smooth maps.

        The sub-pixel initialisation of Aitken et al., arXiv 1707.02937.
        """
        for branch in self.branches:
            assert isinstance(branch, nn.Conv2d)
            fan_in = branch.in_channels * 9
            deviation = 0.5 / math.sqrt(fan_in * len(self.branches))
            classes = branch.out_channels // cells_a_class
            weight = torch.randn(classes, branch.in_channels, 3, 3) * deviation
            with torch.no_grad():
                branch.weight.copy_(weight.repeat_interleave(cells_a_class, dim=0))
                nn.init.zeros_(branch.bias) if branch.bias is not None else None


def rearranged(cells: Tensor, *, cells_per_side: int, head: HeadKind) -> Tensor:
    """Cells (N, channels*q*q, h, w) to scores (N, channels, h*q, w*q); the bilinear head's are enlarged."""
    if cells_per_side == 1:
        return cells
    if head is HeadKind.BILINEAR:
        return functional.interpolate(
            cells, scale_factor=float(cells_per_side), mode="bilinear", align_corners=False
        )
    return functional.pixel_shuffle(cells, cells_per_side)


def labels_of_cells(cells: Tensor, *, cells_per_side: int) -> Tensor:
    """The winning channel of each pixel, uint8 (N, h*q, w*q), found before the rearrangement.

    Equal to ``rearranged(cells).argmax(1)``, the lowest channel winning a tie; only one byte a pixel is moved.
    """
    labels, _ = winners_of_cells(cells, cells_per_side=cells_per_side, with_confidence=False)
    return labels


def winners_of_cells(
    cells: Tensor, *, cells_per_side: int, with_confidence: bool = True
) -> tuple[Tensor, Tensor | None]:
    """The winning channel and its softmax probability in 255ths, both uint8 (N, h*q, w*q).

    Raises: ValueError: more than 255 channels.
    """
    number, depth, height, width = cells.shape
    squares = cells_per_side * cells_per_side
    classes = depth // squares
    if classes > 255:
        raise ValueError(f"A label map holds 255 classes, not {classes}.")
    rows = cells.permute(0, 2, 3, 1).reshape(-1, classes, squares)
    labels = torch.empty((rows.shape[0], squares), dtype=torch.uint8, device=cells.device)
    confidence = torch.empty_like(labels) if with_confidence else None
    step = len(rows) if cells.device.type != "cpu" else max(1, ROWS_AT_ONCE // (squares * classes))
    for start in range(0, len(rows), max(step, 1)):
        block = rows[start : start + step]
        best, winner = block.max(dim=1)
        labels[start : start + step] = winner
        if confidence is not None:
            share = 1.0 / (block.float() - best.float().unsqueeze(1)).exp_().sum(dim=1)
            confidence[start : start + step] = share.mul_(255.0).round_()
    shuffled = _shuffled_bytes(labels, number, height, width, cells_per_side)
    if confidence is None:
        return shuffled, None
    return shuffled, _shuffled_bytes(confidence, number, height, width, cells_per_side)


def _shuffled_bytes(values: Tensor, number: int, height: int, width: int, side: int) -> Tensor:
    grid = values.view(number, height, width, side, side)
    return grid.permute(0, 1, 3, 2, 4).reshape(number, height * side, width * side)
