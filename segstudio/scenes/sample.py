"""The pictures of the sample project: ``python -m segstudio.scenes.sample resources/sample``.

Their seeds are kept apart from those of training, so that a model meets them as new.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from segstudio.domain.geometry import Size
from segstudio.scenes.export import write_class_file, write_labels
from segstudio.scenes.scene import render_scene

FIRST_SAMPLE_SEED = 9000
_USUAL = Size(640, 480)

SAMPLE_SCENES: dict[str, tuple[int, Size]] = {
    "01-sunny-street": (9000, _USUAL),
    "02-railings": (9004, _USUAL),
    "03-traffic-lights": (9005, _USUAL),
    "04-pavement": (9008, Size(480, 640)),
    "05-zebra-crossing": (9010, _USUAL),
    "06-cyclist": (9015, _USUAL),
    "07-shops-in-winter": (9016, _USUAL),
    "08-bicycles": (9019, _USUAL),
    "09-yellow-car": (9021, _USUAL),
    "10-evening-ride": (9026, _USUAL),
    "11-crossing-bicycles": (9029, Size(960, 540)),
    "12-parked-cars": (9031, _USUAL),
}


def write_sample(folder: Path) -> list[Path]:
    """``images/NAME.jpg``, ``labels/NAME.png`` and ``classes.json`` under ``folder``; the images."""
    paths = []
    for name, (seed, size) in SAMPLE_SCENES.items():
        picture, labels = render_scene(seed, size)
        path = folder / "images" / f"{name}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(path, quality=92)
        write_labels(folder / "labels" / f"{name}.png", labels)
        paths.append(path)
    write_class_file(folder / "classes.json")
    return paths


if __name__ == "__main__":
    print(f"{len(write_sample(Path(sys.argv[1])))} scenes in {sys.argv[1]}")
