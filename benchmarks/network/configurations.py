"""What an image costs under different configurations: parameters, GFLOP, and time in each precision.

    python benchmarks/network/configurations.py [--size 480x360] [--classes 11] [--device cpu]

Weights are random: time doesn't depend on them. GFLOP counts a multiplication and an addition as two.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from segstudio.domain.classes import LabelSet
from segstudio.domain.model_info import ChannelMap, HeadKind, ModelInfo, NetworkConfig
from segstudio.inference.predictor import Predictor
from segstudio.nn.devices import choose_device, describe_processor
from segstudio.nn.dilation import named_schedule
from segstudio.nn.network import build_network


@dataclass(frozen=True, slots=True)
class Case:
    trunk: str
    output_stride: int
    cell_width: int
    aspp_rates: tuple[int, ...] = ()
    base_width: int = 64
    head: HeadKind = HeadKind.DUC

    def config(self, channels: int) -> NetworkConfig:
        return NetworkConfig(
            trunk=self.trunk,
            channels=channels,
            output_stride=self.output_stride,
            cell_width=self.cell_width,
            dilations=named_schedule("dilation-bigger", self.trunk, self.output_stride),
            schedule="dilation-bigger",
            head=self.head,
            aspp_rates=self.aspp_rates,
            base_width=self.base_width,
        )

    def __str__(self) -> str:
        aspp = f", ASPP {len(self.aspp_rates)}" if self.aspp_rates else ""
        width = f", width {self.base_width}" if self.base_width != 64 else ""
        return f"{self.trunk}{width}, {self.head} /{self.output_stride} cell {self.cell_width}{aspp}"


FOUR = (6, 12, 18, 24)
CASES = (
    Case("resnet18", 8, 1),
    Case("resnet18", 8, 2),
    Case("resnet18", 8, 2, FOUR),
    Case("resnet18", 8, 1, head=HeadKind.BILINEAR),
    Case("resnet18", 16, 1),
    Case("resnet18", 16, 2),
    Case("resnet18", 16, 4),
    Case("resnet18", 8, 2, base_width=48),
    Case("resnet18", 8, 2, base_width=32),
    Case("resnet34", 16, 2),
    Case("resnet50", 8, 2),
    Case("resnet50", 16, 2),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", default="480x360", help="width x height in pixels")
    parser.add_argument("--classes", type=int, default=11)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    device = choose_device(arguments.device)
    width, height = (int(part) for part in arguments.size.split("x"))
    image = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    print(
        f"{describe_processor()}, {arguments.threads} threads, {device}; {width} x {height}, one image, end to end"
    )
    print(f"{'configuration':46} {'M params':>8} {'GFLOP':>7} {'float32 ms':>11} {'bfloat16 ms':>12}")
    for case in CASES:
        config = case.config(arguments.classes)
        network = build_network(config).eval()
        names = LabelSet.from_names(f"class {i}" for i in range(arguments.classes))
        info = ModelInfo(str(case), config, names, ChannelMap(names.ids))
        millions = sum(parameter.numel() for parameter in network.parameters()) / 1e6
        counter = FlopCounterMode(display=False)
        with counter, torch.inference_mode():
            network(torch.zeros(1, 3, -(-height // 16) * 16, -(-width // 16) * 16))
        times = [
            _best_ms(Predictor(network, info, device, precision=precision), image, arguments.repeats)
            for precision in (torch.float32, torch.bfloat16)
        ]
        gflop = counter.get_total_flops() / 1e9
        print(f"{case!s:46} {millions:8.1f} {gflop:7.1f} {times[0]:11.0f} {times[1]:12.0f}", flush=True)


def _best_ms(predictor: Predictor, image: np.ndarray, repeats: int) -> float:
    predictor.predict(image)
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        predictor.predict(image)
        times.append(time.perf_counter() - started)
    return min(times) * 1000.0


if __name__ == "__main__":
    main()
