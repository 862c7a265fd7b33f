"""A head on features that stay: what one trunk feature is scored from, and which answers are wanted there.

A DUC head is a 3x3 convolution, or a sum of dilated ones. Gathered into rows it is one matrix, so that a step can
be taken on some of an image's features instead of on all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from segstudio.domain.arrays import IGNORE
from segstudio.domain.model_info import HeadKind, NetworkConfig
from segstudio.nn.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """``rows``: the features that each cell is scored from, (n, branches*C*9). ``shares``: how much of each score's
    pixels has which channel, float32 (n, channels, q*q)."""

    rows: Tensor
    shares: Tensor

    def __len__(self) -> int:
        return len(self.rows)


def has_cells(config: NetworkConfig) -> bool:
    """Only DUC heads can be taken apart like this."""
    return config.head is HeadKind.DUC


def head_branches(network: Network) -> tuple[nn.Conv2d, ...]:
    return tuple(branch for branch in network.head.branches if isinstance(branch, nn.Conv2d))


def head_rates(network: Network) -> tuple[int, ...]:
    """The dilation of each branch."""
    return tuple(branch.dilation[0] for branch in head_branches(network))


def head_matrix(network: Network) -> tuple[Tensor, Tensor]:
    """Copies: weight, float32 (channels*q*q, branches*C*9), and bias, (channels*q*q,)."""
    branches = head_branches(network)
    weight = torch.cat([branch.weight.detach().float().flatten(1) for branch in branches], dim=1)
    biases = [branch.bias.detach().float() for branch in branches if branch.bias is not None]
    return weight.clone(), torch.stack(biases).sum(dim=0)


def put_head(network: Network, weight: Tensor, bias: Tensor) -> None:
    """Writes into ``network`` what ``head_matrix`` takes out; the bias is shared out evenly."""
    branches = head_branches(network)
    width = weight.shape[1] // len(branches)
    with torch.no_grad():
        for number, branch in enumerate(branches):
            part = weight[:, number * width : (number + 1) * width]
            branch.weight.copy_(part.reshape(branch.weight.shape))
            if branch.bias is not None:
                branch.bias.copy_(bias / len(branches))


def gathered_rows(features: Tensor, cells: Tensor, rates: Sequence[int]) -> Tensor:
    """What each of the cells (flat indices) of features (1, C, h, w) is scored from: (n, branches*C*9)."""
    width = features.shape[3]
    ys, xs = cells // width, cells % width
    branches = []
    for rate in rates:
        padded = functional.pad(features[0], (rate, rate, rate, rate))
        taps = [padded[:, ys + row * rate, xs + column * rate] for row in range(3) for column in range(3)]
        branches.append(torch.stack(taps, dim=1).permute(2, 0, 1).flatten(1))
    return torch.cat(branches, dim=1)


def dense_cells(features: Tensor, weight: Tensor, bias: Tensor, rates: Sequence[int]) -> Tensor:
    """The answer of such a head for the whole image: (1, channels*q*q, h, w)."""
    by_branch = weight.reshape(len(bias), len(rates), features.shape[1], 3, 3)
    parts = [
        functional.conv2d(features, by_branch[:, number], None, padding=rate, dilation=rate)
        for number, rate in enumerate(rates)
    ]
    return torch.stack(parts).sum(dim=0) + bias[None, :, None, None]


def feature_blocks(channels: NDArray[np.uint8], features: Tensor, config: NetworkConfig) -> NDArray[np.uint8]:
    """uint8 (h*w, d, d): the pixels that each trunk feature covers; beyond the image 255."""
    stride = config.output_stride
    height, width = features.shape[2:]
    padded = np.full((height * stride, width * stride), IGNORE, np.uint8)
    padded[: channels.shape[0], : channels.shape[1]] = channels
    return padded.reshape(height, stride, width, stride).swapaxes(1, 2).reshape(-1, stride, stride)


def block_shares(blocks: NDArray[np.uint8], channels: int, config: NetworkConfig) -> Tensor:
    """float32 (n, channels, q*q): the share of each score's pixels that has each channel."""
    number, side, width = len(blocks), config.cells_per_side, config.cell_width
    pixels = blocks.reshape(number, side, width, side, width).transpose(0, 1, 3, 2, 4)
    pixels = pixels.reshape(number, side * side, width * width)
    shares = np.stack([(pixels == channel).mean(axis=2, dtype=np.float32) for channel in range(channels)], axis=1)
    return torch.from_numpy(shares)


def joined(parts: Sequence[Cells]) -> Cells:
    return Cells(torch.cat([part.rows for part in parts]), torch.cat([part.shares for part in parts]))
