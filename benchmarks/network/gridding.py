"""A picture of gridding: which inputs one output pixel depends on, under a sound and an unsound schedule.

    python benchmarks/network/gridding.py OUT.png

Each panel is the mean absolute gradient of the middle feature of the last stages with respect to their input, over
networks with random weights: bright pixels are looked at, black ones are holes.
"""

from __future__ import annotations

import argparse

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from segstudio.nn.dilation import gridding_fault

SCHEDULES = {
    "2, 2, 2 (equal)": (2, 2, 2),
    "2, 4, 8 (common factor)": (2, 4, 8),
    "1, 2, 9 (M_2 = 5)": (1, 2, 9),
    "1, 2, 5 (HDC)": (1, 2, 5),
    "1, 2, 5, 9 (HDC)": (1, 2, 5, 9),
}
SIDE = 41
DRAWS = 64
ZOOM = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("output")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    panels = []
    for name, rates in SCHEDULES.items():
        seen = influence(rates)
        reach = sum(rates)
        middle = SIDE // 2
        window = seen[middle - reach : middle + reach + 1, middle - reach : middle + reach + 1]
        verdict = "grids" if gridding_fault(rates, ()) else "sound"
        print(f"{name:26} {verdict} sees {100 * (window > 0).mean():5.1f} % of the pixels in its reach")
        panels.append(panel(name, seen))
    gap = np.full((panels[0].shape[0], 12), 255, np.uint8)
    row = np.hstack([part for shown in panels for part in (shown, gap)][:-1])
    if not cv2.imwrite(arguments.output, row):
        raise SystemExit(f"{arguments.output} can't be written.")


def influence(rates: tuple[int, ...]) -> NDArray[np.float64]:
    """Shape (SIDE, SIDE), the mean absolute gradient of the middle output with respect to each input."""
    total = np.zeros((SIDE, SIDE))
    for _ in range(DRAWS):
        image = torch.zeros(1, 1, SIDE, SIDE, requires_grad=True)
        x = image.expand(1, 4, SIDE, SIDE)
        for rate in rates:
            layer = nn.Conv2d(4, 4, 3, padding=rate, dilation=rate, bias=False)
            x = layer(x)
        x[0, :, SIDE // 2, SIDE // 2].sum().backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        assert image.grad is not None
        total += np.abs(image.grad[0, 0].numpy())
    return total / DRAWS


def panel(name: str, seen: NDArray[np.float64]) -> NDArray[np.uint8]:
    shade = np.sqrt(seen / seen.max())
    picture = (shade * 255).astype(np.uint8).repeat(ZOOM, 0).repeat(ZOOM, 1)
    title = np.full((28, picture.shape[1]), 255, np.uint8)
    cv2.putText(title, name, (4, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0,), 1, cv2.LINE_AA)
    return np.vstack([title, picture])


if __name__ == "__main__":
    main()
