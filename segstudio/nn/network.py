"""The network: a dilated ResNet trunk, a head of dense upsampling convolutions, and nothing else."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import HeadKind, NetworkConfig
from segstudio.nn.dilation import BLOCKS, OUTPUT_STRIDES, Gridding, check_schedule
from segstudio.nn.resnet import ResNet
from segstudio.nn.upsampling import ScoreHead, labels_of_cells, rearranged

LARGEST_BASE_WIDTH = 512
LARGEST_RATE = 256
LARGEST_ASPP = 16


class Network(nn.Module):
    """Images, float32 (N, 3, H, W), normalised, H and W multiples of the output stride d, to cells.

    Cells are (N, channels*q*q, H/d, W/d) with q = ``config.cells_per_side`` (the bilinear head: (N, channels,
    H/d, W/d)); ``rearrange`` turns them into scores before softmax, (N, channels, H/k, W/k).
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.trunk = ResNet(config)
        self.head = ScoreHead(self.trunk.channels_out, config.channels * self.cells_a_class, config.aspp_rates)

    @property
    def cells_a_class(self) -> int:
        return 1 if self.config.head is HeadKind.BILINEAR else self.config.cells_per_side**2

    def forward(self, images: Tensor) -> Tensor:
        return self.score(self.features(images))

    def features(self, images: Tensor) -> Tensor:
        """Shape (N, C, H/d, W/d)."""
        features: Tensor = self.trunk(images)
        return features

    def score(self, features: Tensor) -> Tensor:
        """Features to cells."""
        cells: Tensor = self.head(features)
        return cells

    def rearrange(self, cells: Tensor) -> Tensor:
        """Scores before softmax, (N, channels, H/k, W/k)."""
        return rearranged(cells, cells_per_side=self.config.cells_per_side, head=self.config.head)

    def logits(self, images: Tensor) -> Tensor:
        """Scores before softmax, (N, channels, H/k, W/k)."""
        return self.rearrange(self(images))

    def label_cells(self, cells: Tensor) -> Tensor:
        """The winning channel of each score, uint8 (N, H/k, W/k); found before rearranging where that is exact."""
        if self.config.head is HeadKind.BILINEAR:
            return self.rearrange(cells).argmax(dim=1).to(torch.uint8)
        return labels_of_cells(cells, cells_per_side=self.config.cells_per_side)

    def initialise(self, *, zero_last_norm: bool = True) -> None:
        """Sets weights fit for training from scratch, from torch's random state."""
        self.trunk.initialise(zero_last_norm=zero_last_norm)
        self.head.initialise(self.cells_a_class)


def build_network(config: NetworkConfig, *, gridding: Gridding = Gridding.REFUSE) -> Network:
    """A network with fresh weights.

    Raises: ModelError: the configuration is impossible, or its schedule grids and that was to be refused.
    """
    check_config(config)
    check_schedule(*config.dilations, gridding=gridding)
    network = Network(config)
    network.initialise()
    return network


def check_config(config: NetworkConfig) -> None:
    """Raises: ModelError: no network can have this configuration."""
    if config.trunk not in BLOCKS:
        raise ModelError(f"There is no trunk {config.trunk!r}; choose one of {', '.join(BLOCKS)}.")
    if config.output_stride not in OUTPUT_STRIDES:
        raise ModelError(f"The output stride is 8 or 16, not {config.output_stride}.")
    if not 1 <= config.channels <= 255:
        raise ModelError(f"A network tells 1 to 255 classes apart, not {config.channels}.")
    if config.cell_width < 1 or config.output_stride % config.cell_width:
        raise ModelError(
            f"The cell width must divide the output stride {config.output_stride}; {config.cell_width} does not."
        )
    if not 1 <= config.base_width <= LARGEST_BASE_WIDTH:
        raise ModelError(f"The base width is 1 to {LARGEST_BASE_WIDTH}, not {config.base_width}.")
    if not (math.isfinite(config.batch_norm_epsilon) and 0 < config.batch_norm_epsilon < 1):
        raise ModelError(f"The batch norms' epsilon must lie between 0 and 1: {config.batch_norm_epsilon}.")
    layer3, layer4 = config.dilations
    blocks = BLOCKS[config.trunk]
    if (len(layer3), len(layer4)) != blocks[2:]:
        raise ModelError(
            f"{config.trunk} has {blocks[2]} and {blocks[3]} blocks to dilate, "
            f"but {len(layer3)} and {len(layer4)} rates were given."
        )
    if not all(1 <= rate <= LARGEST_RATE for rate in (*layer3, *layer4, *config.aspp_rates)):
        raise ModelError(f"Dilation rates are 1 to {LARGEST_RATE}.")
    if len(config.aspp_rates) > LARGEST_ASPP:
        raise ModelError(f"At most {LARGEST_ASPP} ASPP branches are possible, not {len(config.aspp_rates)}.")
