"""What a model is: enough to rebuild its network and to say where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from segstudio.domain.classes import LabelSet

TRUNKS = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")


class HeadKind(StrEnum):
    DUC = "duc"
    BILINEAR = "bilinear"


class StemKind(StrEnum):
    """``TORCHVISION``: one 7x7/2 convolution; ``TUSIMPLE``: the published three 3x3 convolutions."""

    TORCHVISION = "torchvision"
    TUSIMPLE = "tusimple"


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """Everything that decides the shape of a network.

    ``dilations`` holds the rate of each block of the third and fourth stage (torchvision's ``layer3`` and
    ``layer4``), already resolved; ``schedule`` is the name it came from, for people. ``cell_width`` is the
    side, in image pixels, of what one score of the DUC head covers. ``base_width`` is the channel count of
    the first stage, 64 as published.
    """

    trunk: str
    channels: int
    output_stride: int
    cell_width: int
    dilations: tuple[tuple[int, ...], tuple[int, ...]]
    schedule: str = "custom"
    head: HeadKind = HeadKind.DUC
    aspp_rates: tuple[int, ...] = ()
    stem: StemKind = StemKind.TORCHVISION
    base_width: int = 64
    batch_norm_epsilon: float = 1e-5

    @property
    def cells_per_side(self) -> int:
        """Scores along one side of what one trunk feature covers: output stride / cell width."""
        return self.output_stride // self.cell_width

    def with_channels(self, channels: int) -> NetworkConfig:
        return replace(self, channels=channels)


@dataclass(frozen=True, slots=True)
class Normalization:
    """``(rgb - mean) / deviation``, in units of 0 to 255, one value for each of red, green, blue."""

    mean: tuple[float, float, float] = (123.675, 116.28, 103.53)
    deviation: tuple[float, float, float] = (58.395, 57.12, 57.375)


@dataclass(frozen=True, slots=True)
class ChannelMap:
    """The class id of each channel of a network: the only place where the two meet."""

    class_ids: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(set(self.class_ids)) != len(self.class_ids):
            raise ValueError(f"Two channels share a class: {self.class_ids}.")


@dataclass(frozen=True, slots=True)
class Scores:
    """Measured on ``data``: fractions of 1. Classes that don't occur are missing from ``class_iou``."""

    data: str
    mean_iou: float
    pixel_accuracy: float
    class_iou: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Travels inside the model's safetensors file.

    ``learnt``: marks of the images that it and its ancestors learnt from, which tell nothing to those who don't
    have the images; None where that was not noted.
    """

    name: str
    network: NetworkConfig
    label_set: LabelSet
    channel_map: ChannelMap
    normalization: Normalization = Normalization()
    scores: tuple[Scores, ...] = ()
    parent: str | None = None
    licence: str = ""
    created: str = ""
    notes: str = ""
    learnt: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if len(self.channel_map.class_ids) != self.network.channels:
            raise ValueError(
                f"The network has {self.network.channels} channels, the map {len(self.channel_map.class_ids)}."
            )
        unknown = [i for i in self.channel_map.class_ids if i not in self.label_set]
        if unknown:
            raise ValueError(f"Channels point at classes that the label set lacks: {unknown}.")
