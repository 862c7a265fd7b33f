"""ResNet trunks with a dilation rate for each block; parameters are named as torchvision names them.

He et al., arXiv 1512.03385; the published DUC-HDC differs in its stem and in where a bottleneck strides.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from segstudio.domain.model_info import NetworkConfig, StemKind
from segstudio.nn.dilation import BLOCKS


def conv3x3(channels_in: int, channels_out: int, *, stride: int = 1, dilation: int = 1) -> nn.Conv2d:
    return nn.Conv2d(channels_in, channels_out, 3, stride, padding=dilation, dilation=dilation, bias=False)


def conv1x1(channels_in: int, channels_out: int, *, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(channels_in, channels_out, 1, stride, bias=False)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions, both at the block's dilation."""

    expansion = 1

    def __init__(self, channels_in: int, width: int, *, stride: int, dilation: int, epsilon: float) -> None:
        super().__init__()
        self.conv1 = conv3x3(channels_in, width, stride=stride, dilation=dilation)
        self.bn1 = nn.BatchNorm2d(width, eps=epsilon)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = conv3x3(width, width, dilation=dilation)
        self.bn2 = nn.BatchNorm2d(width, eps=epsilon)
        self.downsample = _projection(channels_in, width, stride=stride, epsilon=epsilon)

    @property
    def last_norm(self) -> nn.BatchNorm2d:
        return self.bn2

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        joined: Tensor = self.relu(y + (x if self.downsample is None else self.downsample(x)))
        return joined


class Bottleneck(nn.Module):
    """1x1, 3x3 at the block's dilation, 1x1.

    torchvision strides in the 3x3; the published DUC-HDC in the first 1x1 (``strides_early``).
    """

    expansion = 4

    def __init__(
        self,
        channels_in: int,
        width: int,
        *,
        stride: int,
        dilation: int,
        epsilon: float,
        strides_early: bool = False,
    ) -> None:
        super().__init__()
        early, late = (stride, 1) if strides_early else (1, stride)
        channels_out = width * self.expansion
        self.conv1 = conv1x1(channels_in, width, stride=early)
        self.bn1 = nn.BatchNorm2d(width, eps=epsilon)
        self.conv2 = conv3x3(width, width, stride=late, dilation=dilation)
        self.bn2 = nn.BatchNorm2d(width, eps=epsilon)
        self.conv3 = conv1x1(width, channels_out)
        self.bn3 = nn.BatchNorm2d(channels_out, eps=epsilon)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = _projection(channels_in, channels_out, stride=stride, epsilon=epsilon)

    @property
    def last_norm(self) -> nn.BatchNorm2d:
        return self.bn3

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        joined: Tensor = self.relu(y + (x if self.downsample is None else self.downsample(x)))
        return joined


def _projection(channels_in: int, channels_out: int, *, stride: int, epsilon: float) -> nn.Sequential | None:
    if stride == 1 and channels_in == channels_out:
        return None
    return nn.Sequential(
        conv1x1(channels_in, channels_out, stride=stride), nn.BatchNorm2d(channels_out, eps=epsilon)
    )


class TusimpleStem(nn.Module):
    """Three 3x3 convolutions, the first with stride 2, then a max pooling without padding."""

    def __init__(self, width: int, *, epsilon: float) -> None:
        super().__init__()
        self.conv1 = conv3x3(3, width, stride=2)
        self.bn1 = nn.BatchNorm2d(width, eps=epsilon)
        self.conv2 = conv3x3(width, width)
        self.bn2 = nn.BatchNorm2d(width, eps=epsilon)
        self.conv3 = conv3x3(width, 2 * width)
        self.bn3 = nn.BatchNorm2d(2 * width, eps=epsilon)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        x = self.relu(self.bn3(self.conv3(x)))
        pooled: Tensor = self.maxpool(x)
        return pooled


class ResNet(nn.Module):
    """Images, float32 (N, 3, H, W), to features (N, ``channels_out``, H/d, W/d); no average pool, no ``fc``."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self._config = config
        width, epsilon = config.base_width, config.batch_norm_epsilon
        if config.stem is StemKind.TUSIMPLE:
            self.stem = TusimpleStem(width, epsilon=epsilon)
            channels = 2 * width
        else:
            self.conv1 = nn.Conv2d(3, width, 7, 2, padding=3, bias=False)
            self.bn1 = nn.BatchNorm2d(width, eps=epsilon)
            self.relu = nn.ReLU(inplace=True)
            self.maxpool = nn.MaxPool2d(3, 2, padding=1)
            channels = width
        first, second, third, fourth = BLOCKS[config.trunk]
        layer3_rates, layer4_rates = config.dilations
        if (len(layer3_rates), len(layer4_rates)) != (third, fourth):
            raise ValueError(f"{config.trunk} has {third} and {fourth} blocks to dilate: {config.dilations}.")
        expansion = 1 if config.trunk in ("resnet18", "resnet34") else 4
        self.layer1 = self._stage(channels, width, stride=1, rates=(1,) * first)
        self.layer2 = self._stage(width * expansion, 2 * width, stride=2, rates=(1,) * second)
        third_stride = config.output_stride // 8
        self.layer3 = self._stage(2 * width * expansion, 4 * width, stride=third_stride, rates=layer3_rates)
        self.layer4 = self._stage(4 * width * expansion, 8 * width, stride=1, rates=layer4_rates)
        self.channels_out = 8 * width * expansion

    def _stage(self, channels_in: int, width: int, *, stride: int, rates: Sequence[int]) -> nn.Sequential:
        blocks: list[nn.Module] = []
        epsilon = self._config.batch_norm_epsilon
        for index, rate in enumerate(rates):
            step = stride if index == 0 else 1
            if self._config.trunk in ("resnet18", "resnet34"):
                blocks.append(BasicBlock(channels_in, width, stride=step, dilation=rate, epsilon=epsilon))
                channels_in = width
            else:
                early = self._config.stem is StemKind.TUSIMPLE
                blocks.append(
                    Bottleneck(channels_in, width, stride=step, dilation=rate, epsilon=epsilon, strides_early=early)
                )
                channels_in = width * Bottleneck.expansion
        return nn.Sequential(*blocks)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x) if self._config.stem is StemKind.TUSIMPLE else self._torchvision_stem(x)
        x = self.layer2(self.layer1(x))
        features: Tensor = self.layer4(self.layer3(x))
        return features

    def _torchvision_stem(self, x: Tensor) -> Tensor:
        pooled: Tensor = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        return pooled

    def initialise(self, *, zero_last_norm: bool = True) -> None:
        """Sets weights fit for training from scratch: Kaiming's normal, and blocks that begin as identities."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, nn.BatchNorm2d):
                nn.init.ones_(module.weight)
                nn.init.zeros_(module.bias)
        if zero_last_norm:
            for module in self.modules():
                if isinstance(module, BasicBlock | Bottleneck):
                    nn.init.zeros_(module.last_norm.weight)
