"""How much of one core a rendered scene takes, and how its classes compare in area with CamVid's."""

from __future__ import annotations

import time

import cv2
import numpy as np

from segstudio.domain.geometry import Size
from segstudio.scenes import render_scene, street_classes

SCENES = 40


def main() -> None:
    cv2.setNumThreads(1)
    render_scene(0)
    for size in (Size(480, 360), Size(960, 720)):
        seconds = []
        counts = np.zeros(256, np.int64)
        for seed in range(100, 100 + SCENES):
            start = time.process_time()
            _, labels = render_scene(seed, size)
            seconds.append(time.process_time() - start)
            counts += np.bincount(labels.ravel(), minlength=256)
        middle, late = np.percentile(seconds, (50, 90))
        print(f"{size.width} x {size.height}: median {middle * 1000:.0f} ms, 90th percentile {late * 1000:.0f} ms")
    shares = counts / counts.sum() * 100
    print(", ".join(f"{spec.name} {shares[spec.id]:.1f} %" for spec in street_classes().classes))


if __name__ == "__main__":
    main()
