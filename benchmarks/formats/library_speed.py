"""Writes label maps with a library that can't be installed beside us, in its own environment.

    PYTHON_OF_ITS_ENVIRONMENT library_speed.py LIBRARY MAPS.npz FOLDER

Prints the seconds of a clock, the seconds of the processor and the bytes written. Imports nothing of SegStudio.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

IGNORE = 255
Maps = list[NDArray[np.uint8]]


def with_label_studio(maps: Maps, folder: Path) -> None:
    """Its converter's own coder, which is pure Python; the four channels are repeated as ``mask2rle`` does it."""
    from label_studio_sdk.converter.brush import encode_rle

    tasks = []
    for labels in maps:
        for label in np.unique(labels[labels != IGNORE]):
            mask = np.repeat((labels.reshape(-1) == label).astype(np.uint8) * 255, 4)
            tasks.append({"rle": encode_rle(mask), "label": int(label)})
    (folder / "tasks.json").write_text(json.dumps(tasks))


def with_supervision(maps: Maps, folder: Path) -> None:
    """Roboflow's writer of YOLO polygons: holes on seams of no width, 75 % of the points left out (its default)."""
    import supervision
    from supervision.dataset.formats.yolo import detections_to_yolo_annotations

    for number, labels in enumerate(maps):
        found = np.unique(labels[labels != IGNORE])
        masks = np.stack([labels == label for label in found])
        boxes = supervision.mask_to_xyxy(masks)
        detections = supervision.Detections(xyxy=boxes, mask=masks, class_id=found.astype(int))
        lines = detections_to_yolo_annotations(detections, (*labels.shape, 3))
        (folder / f"{number:04}.txt").write_text("\n".join(lines))


LIBRARIES: dict[str, Callable[[Maps, Path], None]] = {
    "label_studio_sdk": with_label_studio,
    "supervision": with_supervision,
}


def main() -> None:
    library, file, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    with np.load(file) as archive:
        maps = [archive[name] for name in archive.files]
    LIBRARIES[library](maps[:1], folder)  # what it imports isn't counted
    clock, processor = time.perf_counter(), time.process_time()
    LIBRARIES[library](maps, folder)
    taken = time.perf_counter() - clock, time.process_time() - processor
    written = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(json.dumps({"seconds": taken[0], "processor": taken[1], "bytes": written}))


if __name__ == "__main__":
    main()
