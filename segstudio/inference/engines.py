"""How a network is run: batch norms folded into the convolutions, channels last, in the precision that is faster.

That is bfloat16 where the device has instructions for it. It isn't timed when a model is loaded: other work on the
machine would then decide over the last digit of an answer, and the same image could get two masks.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from segstudio.nn.devices import has_bfloat16
from segstudio.nn.folding import folded
from segstudio.nn.network import Network
from segstudio.nn.resnet import ResNet


class Engine:
    """Runs one network on one device; not to be used from two threads at a time."""

    def __init__(self, network: Network, device: torch.device, precision: torch.dtype | None = None) -> None:
        """``precision``: float32, bfloat16 or, when None, what is faster here."""
        self.device = device
        self.config = network.config
        self._exact = folded(network).to(device).to(memory_format=torch.channels_last)
        self._fast = self._exact
        self.precision = torch.float32
        if precision is torch.bfloat16 or (precision is None and has_bfloat16(device)):
            self._fast = copy.deepcopy(self._exact).to(torch.bfloat16)
            self.precision = torch.bfloat16

    def cells(self, images: Tensor, check: Callable[[], None] | None = None) -> Tensor:
        """Cells in float32 or bfloat16, whichever is faster here. ``check`` is called often and may raise."""
        with torch.inference_mode():
            return _run(self._fast, images.to(self.precision), check)

    def exact_cells(self, images: Tensor, check: Callable[[], None] | None = None) -> Tensor:
        """Cells computed in float32 throughout."""
        with torch.inference_mode(), torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
            return _run(self._exact, images, check)

    def features(self, images: Tensor) -> Tensor:
        """The trunk's features, float32 (N, C, H/d, W/d)."""
        with torch.inference_mode():
            return self._fast.features(images.to(self.precision)).float()

    def rearrange(self, cells: Tensor) -> Tensor:
        return self._exact.rearrange(cells)


def _run(network: Network, images: Tensor, check: Callable[[], None] | None) -> Tensor:
    if check is None:
        return network.forward(images)
    handles = [
        block.register_forward_pre_hook(lambda _module, _inputs: check())
        for stage in _stages(network.trunk)
        for block in stage
    ]
    try:
        return network.forward(images)
    finally:
        for handle in handles:
            handle.remove()


def _stages(trunk: ResNet) -> tuple[nn.Sequential, ...]:
    return trunk.layer1, trunk.layer2, trunk.layer3, trunk.layer4
