"""How a network is run: batch norms folded into the convolutions, channels last, in the precision that is faster.

The precision is chosen by a measured fact: where the processor has bfloat16, both are timed once on a small input.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from segstudio.nn.folding import folded
from segstudio.nn.network import Network
from segstudio.nn.resnet import ResNet

PROBE_PIXELS = 64
PROBE_RUNS = 3


class Engine:
    """Runs one network on one device; not to be used from two threads at a time."""

    def __init__(self, network: Network, device: torch.device, precision: torch.dtype | None = None) -> None:
        """``precision``: float32, bfloat16 or, when None, what is faster here."""
        self.device = device
        self.config = network.config
        self._exact = folded(network).to(device).to(memory_format=torch.channels_last)
        self._fast = self._exact
        self.precision = torch.float32
        self.milliseconds: dict[torch.dtype, float] = {}
        if precision is torch.bfloat16 or (precision is None and has_bfloat16(device)):
            self._fast = copy.deepcopy(self._exact).to(torch.bfloat16)
            self.precision = torch.bfloat16
        if precision is None and self.precision is torch.bfloat16:
            self._settle_precision()

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

    def _settle_precision(self) -> None:
        probe = torch.zeros((1, 3, PROBE_PIXELS, PROBE_PIXELS), device=self.device)
        probe = probe.contiguous(memory_format=torch.channels_last)
        runners = {torch.float32: self._exact, torch.bfloat16: self._fast}
        with _alone(self.device) as clock:
            for precision, network in runners.items():
                images = probe.to(precision)
                _run_ms(network, images, clock)  # the first run also sets things up
                self.milliseconds[precision] = min(_run_ms(network, images, clock) for _ in range(PROBE_RUNS))
        if self.milliseconds[torch.bfloat16] >= self.milliseconds[torch.float32]:
            self._fast = self._exact
            self.precision = torch.float32


def has_bfloat16(device: torch.device) -> bool:
    """True where the device computes in bfloat16 itself, so that trying it is worth the time."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type != "cpu" or not torch._C._has_mkldnn:
        return False
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


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


@contextmanager
def _alone(device: torch.device) -> Iterator[Callable[[], float]]:
    """Gives the clock to time with, in seconds. On the CPU one thread works and only its own time counts.

    So other programs on the machine don't decide which precision is faster.
    """
    if device.type != "cpu":
        yield time.perf_counter
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield time.thread_time
    finally:
        torch.set_num_threads(threads)


def _run_ms(network: Network, probe: Tensor, clock: Callable[[], float]) -> float:
    with torch.inference_mode():
        started = clock()
        network(probe)
        if probe.device.type == "cuda":
            torch.cuda.synchronize(probe.device)
        return (clock() - started) * 1000.0
