"""Small networks for tests."""

from __future__ import annotations

import torch

from segstudio.domain.classes import LabelSet
from segstudio.domain.model_info import ChannelMap, HeadKind, ModelInfo, NetworkConfig
from segstudio.nn.dilation import named_schedule
from segstudio.nn.network import Network, build_network


def small_config(**changes: object) -> NetworkConfig:
    settings: dict[str, object] = {
        "trunk": "resnet18",
        "channels": 5,
        "output_stride": 8,
        "cell_width": 2,
        "schedule": "dilation-bigger",
        "base_width": 8,
        **changes,
    }
    dilations = named_schedule(
        str(settings["schedule"]), str(settings["trunk"]), int(str(settings["output_stride"]))
    )
    return NetworkConfig(**{"dilations": dilations, **settings})  # type: ignore[arg-type]


def small_network(config: NetworkConfig | None = None, *, seed: int = 0) -> Network:
    """With weights and statistics as if it had been trained: no zeros, scores of about one."""
    torch.manual_seed(seed)
    network = build_network(config or small_config())
    for name, value in network.state_dict().items():
        if name.endswith("running_var"):
            value.uniform_(0.5, 1.5)
        elif name.endswith(("running_mean", "bias")):
            value.normal_(0.0, 0.1)
        elif value.ndim == 1 and name.endswith("weight"):
            value.uniform_(0.5, 1.2)
        elif name.startswith("head.") and value.ndim == 4:
            value.normal_(
                0.0, (2.0 if config is None or config.head is HeadKind.DUC else 4.0) / value[0].numel() ** 0.5
            )
    return network.eval()


def info_of(config: NetworkConfig, name: str = "test") -> ModelInfo:
    """Class ids rise from 10 by threes, so that nobody mistakes a channel for a class."""
    ids = tuple(10 + 3 * channel for channel in range(config.channels))
    names = LabelSet.from_names(f"class {i}" for i in range(ids[-1] + 1))
    return ModelInfo(name, config, names, ChannelMap(ids), licence="CC0-1.0", notes="made by a test")
