"""How long labels take when the winners are found before the DUC rearrangement, and after it.

python benchmarks/network/early_argmax.py
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from segstudio.nn.upsampling import labels_of_cells, winners_of_cells

CASES = (
    ("1024 x 2048, 19 classes, stride 8, 64 cells", 19, 8, 128, 256),
    ("360 x 480, 11 classes, stride 8, 64 cells", 11, 8, 45, 60),
    ("360 x 480, 11 classes, stride 8, cell width 2, 16 cells", 11, 4, 45, 60),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    for name, classes, side, height, width in CASES:
        cells = torch.randn(1, classes * side * side, height, width)
        cells = cells.contiguous(memory_format=torch.channels_last)
        late = after(cells, side)
        early = labels_of_cells(cells, cells_per_side=side)
        print(name)
        print(f"  identical: {torch.equal(late, early)}")
        for what, work in (
            ("shuffle + softmax + argmax", lambda c=cells, s=side: after(c, s)),
            ("maximum first, then bytes", lambda c=cells, s=side: labels_of_cells(c, cells_per_side=s)),
            ("  and with confidence", lambda c=cells, s=side: winners_of_cells(c, cells_per_side=s)),
            ("reading the cells once", lambda c=cells: c.sum()),
        ):
            print(f"  {what:28} {best_ms(work, arguments.repeats):8.1f} ms")


def after(cells: Tensor, side: int) -> Tensor:
    return functional.pixel_shuffle(cells, side).softmax(dim=1).argmax(dim=1).to(torch.uint8)


def best_ms(work: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times) * 1000.0


if __name__ == "__main__":
    main()
