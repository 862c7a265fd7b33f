"""The same strokes on napari's Labels layer: runs in an environment that has napari, and imports nothing of ours.

python napari_labels.py SIDE RADIUS…: one line of JSON, milliseconds, median and 99th percentile of each.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import napari  # type: ignore[import-not-found]  # in its own environment
import numpy as np
from qtpy.QtWidgets import QApplication  # type: ignore[import-not-found]  # as above

CLASSES = 30


def main() -> None:
    side, radii = int(sys.argv[1]), [int(radius) for radius in sys.argv[2:]]
    random = np.random.default_rng(0)
    picture = random.integers(0, 255, (side, side, 3), np.uint8)
    coarse = random.integers(0, CLASSES, (side // 64, side // 64), np.uint8)
    viewer = napari.Viewer(show=False)
    viewer.window.resize(1920, 1080)
    viewer.show()
    viewer.add_image(picture, rgb=True)
    labels = viewer.add_labels(coarse.repeat(64, 0).repeat(64, 1))
    app = QApplication.instance()
    canvas = viewer.window._qt_viewer.canvas.native

    def shown(act: Callable[[], object]) -> float:
        start = time.perf_counter()
        act()
        canvas.repaint()
        app.processEvents()
        return (time.perf_counter() - start) * 1e3

    shown(lambda: None)
    found = {f"move {radius}": _strokes(labels, shown, side, radius) for radius in radii}
    found["undo"] = [shown(labels.undo) for _ in range(10)]
    found["redraw"] = [shown(lambda: None) for _ in range(20)]
    words = {
        name: [round(float(np.median(times)), 2), round(float(np.percentile(times, 99)), 2)]
        for name, times in found.items()
    }
    print(json.dumps({"version": napari.__version__, **words}))
    viewer.close()


Labels = Any  # napari's layer, unknown here


def _strokes(labels: Labels, shown: Callable[[Callable[[], object]], float], side: int, radius: int) -> list[float]:
    labels.brush_size = 2 * radius
    labels.mode = "paint"
    times = []
    for step in range(30):
        place = (side // 2 + 8 * step, side // 2 + 8 * step)
        times.append(shown(partial(labels.paint, place, step % CLASSES)))
    return times


if __name__ == "__main__":
    main()
