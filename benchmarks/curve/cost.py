"""What an image costs: parameters, arithmetic, and time from RGB to label map."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from segstudio.domain.arrays import RgbImage
from segstudio.domain.geometry import Size
from segstudio.domain.model_info import Normalization
from segstudio.nn.folding import folded
from segstudio.nn.network import Network
from segstudio.training.validation import predicted_channels

CPU = torch.device("cpu")


@dataclass(frozen=True, slots=True)
class Cost:
    """``gflop`` counts a multiplication and an addition as two; ``milliseconds``: the fastest of some rounds."""

    parameters: int
    gflop: float
    milliseconds: float


def costs(networks: Mapping[str, Network], size: Size, *, rounds: int) -> dict[str, Cost]:
    """Of each network on one image, in float32 with batch norms folded where they follow a convolution.

    Round by round, each network once in a round, so that what slows the machine slows them all.
    """
    ready = {name: folded(network).to(memory_format=torch.channels_last) for name, network in networks.items()}
    image = np.random.default_rng(0).integers(0, 256, (size.height, size.width, 3), np.uint8)
    times: dict[str, list[float]] = {name: [] for name in ready}
    with torch.inference_mode():
        for _ in range(rounds + 1):
            for name, network in ready.items():
                times[name].append(_milliseconds(network, image))
        return {
            name: Cost(
                sum(parameter.numel() for parameter in networks[name].parameters()),
                _gflop(ready[name], image),
                min(times[name][1:]),
            )
            for name in networks
        }


def _milliseconds(network: Network, image: RgbImage) -> float:
    began = time.perf_counter()
    predicted_channels(network, image, Normalization(), CPU)
    return 1000.0 * (time.perf_counter() - began)


def _gflop(network: Network, image: RgbImage) -> float:
    with FlopCounterMode(display=False) as counter:
        predicted_channels(network, image, Normalization(), CPU)
    return float(counter.get_total_flops()) / 1e9
