"""The published ResNet101-DUC-HDC: its configuration, its mean, and what its authors call each parameter.

Wang et al., arXiv 1702.08502, and the authors' MXNet definition. All of its parts are our network's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from segstudio.domain.model_info import HeadKind, NetworkConfig, Normalization, StemKind

NORMALIZATION = Normalization(mean=(122.675, 116.669, 104.008), deviation=(1.0, 1.0, 1.0))
RATES = ((2, 2, 5, 9) + (1, 2, 5, 9) * 4 + (1, 2, 5), (5, 9, 17))

_STEM = {"conv1": "conv1_1_3x3_s2", "conv2": "conv1_2_3x3", "conv3": "conv1_3_3x3"}
_BLOCK = {"conv1": "1x1_reduce", "conv2": "3x3", "conv3": "1x1_increase", "downsample.0": "1x1_proj"}
_NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_var"}
_NORM_OF = {"bn1": "conv1", "bn2": "conv2", "bn3": "conv3", "downsample.1": "downsample.0"}
_BLOCK_NAME = re.compile(r"trunk\.layer(?P<stage>\d)\.(?P<block>\d+)\.(?P<part>\w+(?:\.\d)?)\.(?P<field>\w+)")
_STEM_NAME = re.compile(r"trunk\.stem\.(?P<part>\w+)\.(?P<field>\w+)")
_HEAD_NAME = re.compile(r"head\.branches\.(?P<branch>\d)\.(?P<field>\w+)")


def published_config(channels: int = 19) -> NetworkConfig:
    return NetworkConfig(
        trunk="resnet101",
        channels=channels,
        output_stride=8,
        cell_width=2,
        dilations=RATES,
        schedule="dilation-bigger, as published",
        head=HeadKind.DUC,
        aspp_rates=(6, 12, 18, 24),
        stem=StemKind.TUSIMPLE,
        batch_norm_epsilon=1e-6,
    )


def published_names(names: Iterable[str]) -> dict[str, str]:
    """For each of our parameters of the published network, what the authors call it."""
    return {name: _published_name(name) for name in names}


def _published_name(name: str) -> str:
    if found := _HEAD_NAME.fullmatch(name):
        return f"fc1_cityscapes_c{found['branch']}_{found['field']}"
    if found := _STEM_NAME.fullmatch(name):
        part, prefix = found["part"], ""
        convolutions = _STEM
    elif found := _BLOCK_NAME.fullmatch(name):
        part, prefix = found["part"], f"conv{int(found['stage']) + 1}_{int(found['block']) + 1}_"
        convolutions = _BLOCK
    else:
        raise ValueError(f"The published network has no parameter {name!r}.")
    if part in _NORM_OF:
        return f"{prefix}{convolutions[_NORM_OF[part]]}/bn_{_NORM[found['field']]}"
    return f"{prefix}{convolutions[part]}_{found['field']}"
